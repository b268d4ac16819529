"""The door to the dashboard, for people."""

from typing import Annotated

from fastapi import APIRouter

from services.domain.permissions import Action
from services.reporting_api.dashboards import service
from services.reporting_api.dashboards.schemas import Dashboard
from services.reporting_api.points_in_time import AskedFor
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import ReadingSession
from services.shared.kept_answers import kept_until_something_changes
from services.shared.transaction import ReplicaRoute

router: APIRouter = feature_router("dashboards", "/v1/dashboard", ReplicaRoute)


@router.get("")
@kept_until_something_changes
async def read_dashboard(
    caller: Annotated[Caller, permit(Action.VIEW_FIGURES)], db: ReadingSession, point: AskedFor
) -> Dashboard:
    """How the whole plan and each ISG's part stand; every count opens exactly what it counts."""
    return await service.dashboard(db, point, caller.who)
