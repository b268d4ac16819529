"""Doors to what a KPI's page shows, and to its chart."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.domain.permissions import Action
from services.kpi_api.charts import service
from services.kpi_api.charts.drawing import ChartKind, Drawings
from services.kpi_api.charts.schemas import KpiShown
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.charts.content import WIDE
from services.shared.db import Session
from services.shared.kept_answers import kept_until_something_changes

router: APIRouter = feature_router("charts", "/v1/kpis")
Reader = Annotated[Caller, permit(Action.VIEW_MEASURES)]
DOCUMENTED: dict[int | str, dict[str, Any]] = {200: {"model": KpiShown}}


@router.get("/{ref}/chart", response_class=Response, responses=DOCUMENTED)
@kept_until_something_changes
async def read_chart(ref: str, caller: Reader, db: Session) -> Response:
    """A KPI with its points, reading, annotations, what was done when, and benchmarks."""
    return Response(await service.whole(db, caller.who, ref), media_type="application/json")


@router.get("/{ref}/chart.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
async def read_drawing(
    request: Request,
    ref: str,
    _caller: Reader,
    db: Session,
    kind: ChartKind = ChartKind.SPC,
    width: Annotated[int, Query(ge=240, le=1600)] = WIDE,
) -> Response:
    """The chart as SVG. `impact` is split where the root cause was closed."""
    drawing = await service.chart(db, _drawings(request), ref, kind, width)
    return Response(drawing, media_type="image/svg+xml")


def _drawings(request: Request) -> Drawings:
    """What this process has drawn."""
    if not hasattr(request.app.state, "drawings"):
        request.app.state.drawings = Drawings()
    drawings: Drawings = request.app.state.drawings
    return drawings
