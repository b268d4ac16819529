"""Root causes: the list with its filters, and one with its whole story."""

from asyncio import gather

from fastapi import Request
from starlette.responses import Response

from web.clients.answers.impact import RootCauseImpact
from web.clients.answers.root_causes import RootCause
from web.clients.base import ServiceError, ServiceUnavailable
from web.clients.kpi import KpiClient
from web.rendering import page
from web.root_causes.filters import Filters
from web.root_causes.pages import NONE, VIEWS, RootCausePage, RootCausesPage
from web.session import Kpi, Plan, SignedIn, feature_router

router = feature_router("root causes")


@router.get("/root-causes")
async def root_causes(request: Request, visitor: SignedIn, plan: Plan) -> Response:
    """Those that fit the filters in the address; what can't be asked for is said above them."""
    filters = Filters.of(request, await plan.isgs(), visitor)
    found = NONE
    if filters.check():
        try:
            found = await plan.root_causes(**filters.wanted)
        except ServiceError as error:
            if error.status != 422:
                raise
            filters.refuse(error)
    shown = RootCausesPage(filters, found, visitor.today)
    return page(request, "root_causes/list.html.jinja", shown, status=422 if filters.errors else 200)


@router.get("/root-causes/{ref}")
async def root_cause(request: Request, plan: Plan, kpi: Kpi, ref: str, view: str = "story") -> Response:
    """Its whole story; or its actions, SBAR or findings. A closed one says whether it worked."""
    view = view if view in VIEWS else "story"
    if view != "story":
        found = await plan.root_cause(ref)
        shown = RootCausePage(found, view, (), await _impact(kpi, found))
    else:
        found, story = await gather(plan.root_cause(ref), plan.timeline(ref))
        shown = RootCausePage(found, view, story.items, await _impact(kpi, found))
    return page(request, "root_causes/one.html.jinja", shown)


async def _impact(kpi: KpiClient, root_cause: RootCause) -> RootCauseImpact | None:
    """What its KPIs say; nothing while it is open or the KPI service does not answer: the rest of the page does not wait."""
    if root_cause.closed_on is None:
        return None
    try:
        return await kpi.impact(root_cause.ref)
    except ServiceUnavailable:
        return None
