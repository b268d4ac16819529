"""The rows of each feed at a point in time: released facts only, in the order of the workbook."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.domain.wording import listed
from services.reporting_api.feeds.schemas import FindingItem, KpiItem, ObservationItem, RootCauseItem
from services.reporting_api.points_in_time import PointInTime
from services.reporting_api.trajectory.schemas import TrajectoryItem
from services.reporting_api.trajectory.service import trajectory_rows
from services.shared.findings import findings_at
from services.shared.register import Register, load_register

ITEMS: Final[Mapping[str, type[BaseModel]]] = {
    "trajectory": TrajectoryItem,
    "root-causes": RootCauseItem,
    "findings": FindingItem,
    "kpis": KpiItem,
    "observations": ObservationItem,
}


async def trajectory_items(db: AsyncSession, point: PointInTime) -> list[TrajectoryItem]:
    """Every ISG and `all`, every class and `all`, every month; closings and baselines are released when made."""
    return [TrajectoryItem.of(row) for row in await trajectory_rows(db, point)]


async def root_cause_items(db: AsyncSession, point: PointInTime) -> list[RootCauseItem]:
    """The root causes in the plan."""
    register = await _released(db, point)
    return [RootCauseItem.of(each) for each in register.standings if each.in_plan]


async def finding_items(db: AsyncSession, point: PointInTime) -> list[FindingItem]:
    """Every finding."""
    findings = await findings_at(db, point.as_at, known_at=point.known_at, released_only=True)
    return [FindingItem.of(each) for each in findings]


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a feed's item. Raises NotFound."""
    if name not in ITEMS:
        raise NotFound(f"There is no feed “{name}”. There are {listed(list(ITEMS))}.")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ITEMS[name].model_json_schema(mode="serialization"),
    }


async def _released(db: AsyncSession, point: PointInTime) -> Register:
    return await load_register(db, point.as_at, known_at=point.known_at, released_only=True)
