"""Change requests: how the approved plan has changed, whose decision it was and why."""

from fastapi import Request
from starlette.responses import Response

from web.change_requests.pages import ChangeRequestsPage
from web.rendering import page
from web.session import Plan, feature_router

MOST_SHOWN = 50

router = feature_router("change requests")


@router.get("/change-requests")
async def list_change_requests(request: Request, plan: Plan) -> Response:
    """Newest first."""
    cursor = request.query_params.get("cursor", "")
    shown = ChangeRequestsPage(await plan.change_requests(limit=MOST_SHOWN, cursor=cursor), cursor)
    return page(request, "change_requests/list.html.jinja", shown)
