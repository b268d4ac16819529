"""Change requests: how the approved plan has changed, whose decision it was and why."""

from dataclasses import asdict

from fastapi import Request
from starlette.responses import Response

from web.change_requests.pages import ChangeRequestsPage, Wanted
from web.rendering import page
from web.session import Plan, feature_router

MOST_SHOWN = 25

router = feature_router("change requests")


@router.get("/change-requests")
async def list_change_requests(request: Request, plan: Plan) -> Response:
    """Newest first."""
    wanted, cursor = Wanted.of(request), request.query_params.get("cursor", "")
    found = await plan.change_requests(**asdict(wanted), limit=MOST_SHOWN, cursor=cursor)
    shown = ChangeRequestsPage(wanted, found, cursor)
    return page(request, "change_requests/list.html.jinja", shown)
