"""Doors to what a KPI's page shows, and to its chart."""

from typing import Annotated, Any

from fastapi import APIRouter, Response

from services.domain.permissions import Action
from services.kpi_api.charts import service
from services.kpi_api.charts.schemas import KpiShown
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
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
