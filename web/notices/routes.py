"""What a person is reminded of: everybody's own page."""

from fastapi import Request
from starlette.responses import Response

from web.notices.pages import NoticesPage
from web.rendering import page
from web.session import Plan, SignedIn, feature_router

router = feature_router("notices")


@router.get("/notices")
async def notices(request: Request, _visitor: SignedIn, plan: Plan) -> Response:
    """What waits for me, and what has stopped."""
    cursor = request.query_params.get("cursor", "")
    return page(request, "notices/page.html.jinja", NoticesPage(await plan.notices(cursor), cursor))
