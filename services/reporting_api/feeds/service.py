"""What feeds have in common: whose they are, and what their items are."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.domain.wording import listed
from services.reporting_api.feeds.examples import EXAMPLES
from services.reporting_api.feeds.schemas import ChangeItem, ObservationItem, Trust
from services.reporting_api.feeds.sources import FEEDS
from services.reporting_api.points_in_time import PointInTime
from services.reporting_api.trajectory.schemas import TrajectoryItem
from services.reporting_api.trajectory.service import trajectory_rows
from services.shared.settings import settings

ITEMS: Final[Mapping[str, type[BaseModel]]] = {
    "trajectory": TrajectoryItem,
    **{name: feed.item_type for name, feed in FEEDS.items()},
    "observations": ObservationItem,
    "changes": ChangeItem,
}


async def trajectory_items(db: AsyncSession, point: PointInTime) -> list[TrajectoryItem]:
    """Every ISG and `all`, every class and `all`, every month; closings and baselines are released when made."""
    return [TrajectoryItem.of(row) for row in await trajectory_rows(db, point)]


@lru_cache(maxsize=1)
def trust() -> str:
    """Whose plan it is, as JSON."""
    whose = Trust(ods_code=settings().trust_ods_code, name=settings().trust_name)
    return whose.model_dump_json()


def digest_of(parts: Iterable[str]) -> str:
    """Short and opaque."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a feed's item. Raises NotFound."""
    if name not in ITEMS:
        raise NotFound(f"There is no feed “{name}”. There are {listed(list(ITEMS))}.")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ITEMS[name].model_json_schema(mode="serialization"),
        "examples": [EXAMPLES[name]],
    }
