"""Improvement Steering Groups: where each stands, and what its next meeting has before it."""

from asyncio import gather

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.as_at import AsAtForm
from web.isgs.pages import IsgInList, IsgPage, IsgsPage
from web.kpis.matrix import Matrix
from web.rendering import page
from web.session import Kpi, Plan, Reporting, SignedIn, feature_router

router = feature_router("isgs")


@router.get("/isgs")
async def list_isgs(request: Request, plan: Plan, reporting: Reporting) -> Response:
    """All of them, each with its sentence."""
    trajectory, isgs = await gather(reporting.on_trajectory(), plan.isgs())
    standings = {each.isg: each for each in trajectory.isgs}
    shown = IsgsPage([IsgInList(isg, standings[isg.name]) for isg in isgs.items])
    return page(request, "isgs/list.html.jinja", shown)


@router.get("/isgs/{slug}")
async def show_isg(
    request: Request, plan: Plan, reporting: Reporting, kpi: Kpi, visitor: SignedIn, slug: str
) -> Response:
    """One ISG, at any day up to today; its meeting is the next one."""
    isg = next((each for each in (await plan.isgs()).items if each.slug == slug), None)
    if isg is None:
        raise HTTPException(404)
    form = AsAtForm.of(request)
    if not visitor.may("view_plan"):
        shown = IsgPage(isg, form, await form.load(reporting.trajectory), None)
        return page(request, "isgs/isg.html.jinja", shown, status=form.status)
    trajectory, meeting, measures = await gather(
        form.load(reporting.trajectory), plan.meeting(slug), kpi.overview(isg=isg.name, limit="1")
    )
    shown = IsgPage(isg, form, trajectory, meeting, Matrix.of(measures, isg=isg.name))
    return page(request, "isgs/isg.html.jinja", shown, status=form.status)
