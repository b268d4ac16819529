"""The home page: what must I do now?"""

from asyncio import gather

from fastapi import Request
from starlette.responses import Response

from web.home.pages import HomePage, PartOnTrajectory, parts_overseen
from web.rendering import page
from web.session import Plan, Reporting, SignedIn, feature_router

router = feature_router("home")


@router.get("/")
async def home(request: Request, visitor: SignedIn, plan: Plan, reporting: Reporting) -> Response:
    """What needs doing first, for whoever is signed in, and how the parts of the plan stand that they oversee."""
    overseen = parts_overseen(visitor.person.roles)
    if not overseen:
        return page(request, "home/page.html.jinja", HomePage(await plan.home()))
    work, standing = await gather(plan.home(), reporting.on_trajectory())
    lines = tuple(PartOnTrajectory(each) for each in standing.isgs if overseen.covers(each.isg))
    return page(request, "home/page.html.jinja", HomePage(work, lines))
