"""The door to the trajectory, for people."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.domain.permissions import Action
from services.reporting_api.counted import Opener
from services.reporting_api.points_in_time import AskedFor
from services.reporting_api.trajectory import service
from services.reporting_api.trajectory.schemas import Trajectory
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import ReadingSession
from services.shared.kept_answers import kept_until_these_change
from services.shared.standing_counts import HISTORIES
from services.shared.transaction import ReplicaRoute

router: APIRouter = feature_router("trajectory", "/v1/trajectory", ReplicaRoute)


@router.get("")
@kept_until_these_change(*HISTORIES.tables)
async def read_trajectory(
    caller: Annotated[Caller, permit(Action.VIEW_FIGURES)],
    db: ReadingSession,
    point: AskedFor,
    months: Annotated[
        bool, Query(description="false leaves out the rows: where each ISG stands on the day alone")
    ] = True,
) -> Trajectory:
    """Planned, complete and their ratio for every ISG, class and month; closings and baselines are released when made."""
    return await service.whole_trajectory(db, point, Opener.to(caller.who, point), months=months)
