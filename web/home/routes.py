"""The home page: what must I do now?"""

from fastapi import Request
from starlette.responses import Response

from web.home.pages import HomePage
from web.rendering import page
from web.session import Plan, feature_router

router = feature_router("home")


@router.get("/")
async def home(request: Request, plan: Plan) -> Response:
    """What needs doing first, for whoever is signed in."""
    return page(request, "home/page.html.jinja", HomePage(await plan.home()))
