"""The trajectory, the dashboard, and the charts that pages show."""

from typing import Literal

from fastapi import Request
from starlette.responses import Response

from web.as_at import AsAtForm
from web.rendering import page
from web.session import Reporting, feature_router
from web.trajectory.pages import DashboardPage, TrajectoryPage

router = feature_router("trajectory")


@router.get("/trajectory")
async def show_trajectory(request: Request, reporting: Reporting) -> Response:
    """Planned beside complete by ISG and month, at any day up to today."""
    form = AsAtForm.of(request)
    shown = TrajectoryPage(form, await form.load(reporting.trajectory))
    return page(request, "trajectory/trajectory.html.jinja", shown, status=form.status)


@router.get("/dashboard")
async def show_dashboard(request: Request, reporting: Reporting) -> Response:
    """How the whole plan and each ISG's part stand."""
    form = AsAtForm.of(request)
    shown = DashboardPage(form, await form.load(reporting.dashboard))
    return page(request, "trajectory/dashboard.html.jinja", shown, status=form.status)


@router.get("/figures/{number}.svg")
async def show_figure(
    reporting: Reporting,
    number: int,
    as_at: str | None = None,
    shape: Literal["page", "narrow"] = "page",
    isg: str | None = None,
) -> Response:
    """A chart as a picture."""
    drawing = await reporting.figure(number, as_at=as_at, shape=shape, isg=isg)
    return Response(drawing, media_type="image/svg+xml")
