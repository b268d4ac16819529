"""Today's standings, counted: how many root causes stand alike. Kept in the process (`kept_counts.py`)."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import DeliveryStatus
from services.shared.kept_counts import OF_ALL, KeptCounts, Speaks, of_its
from services.shared.standings import Histories, facts_of_history, plan_histories
from services.shared.statements import Statement


class Stands(NamedTuple):
    """All that counts tell apart of a root cause in the plan."""

    isg_id: int
    root_cause_class: str
    delivery_status: str
    overdue: bool
    update_missed: bool
    latest_cycle: int | None

    @property
    def is_open(self) -> bool:
        """Not complete."""
        return self.delivery_status != DeliveryStatus.COMPLETE


_OF_ITS_ROOT_CAUSE: Final = (
    "assurance", "baseline", "closing", "closing_request", "progress_update", "root_cause_finding", "root_cause_placement",
)  # fmt: skip
FOLLOWS_FROM: Final[Mapping[str, Speaks]] = {
    **{table: of_its("root_cause_id", table) for table in _OF_ITS_ROOT_CAUSE},
    "finding": Speaks("SELECT root_cause_id FROM root_cause_finding WHERE finding_id = ANY(:ids)"),
    "isg": OF_ALL,
    "source": OF_ALL,
}
"""What a standing follows from: the tables whose triggers list root causes in `standing_due` (migration 0009)."""

_STANDS: Final = """
    SELECT root_cause_id, isg_id, root_cause_class, delivery_status,
           delivery_status <> 'complete' AND due_date < :today AS overdue, update_missed, latest_cycle
      FROM standing
     WHERE in_plan
"""
_HISTORIES: Final = "SELECT root_cause_id, history FROM standing WHERE history IS NOT NULL"
_THESE: Final = " AND root_cause_id = ANY(:ids)"
_EVERY_STANDING, _THESE_STAND = Statement(_STANDS), Statement(_STANDS + _THESE)
_EVERY_HISTORY, _THESE_HISTORIES = Statement(_HISTORIES), Statement(_HISTORIES + _THESE)


async def _stands(db: AsyncSession, today: date, ids: Collection[int] | None) -> dict[int, Stands]:
    asked = (
        _EVERY_STANDING.rows(db, today=today)
        if ids is None
        else _THESE_STAND.rows(db, today=today, ids=list(ids))
    )
    return {row_id: Stands(*stands) for row_id, *stands in await asked}


async def _histories(db: AsyncSession, _today: date, ids: Collection[int] | None) -> dict[int, str]:
    rows = await (_EVERY_HISTORY.rows(db) if ids is None else _THESE_HISTORIES.rows(db, ids=list(ids)))
    once: dict[str, str] = {}
    return {row_id: once.setdefault(history, history) for row_id, history in rows}


STANDINGS: Final = KeptCounts("standings", _stands, FOLLOWS_FROM)
HISTORIES: Final = KeptCounts(
    "histories",
    _histories,
    {
        table: speaks
        for table, speaks in FOLLOWS_FROM.items()
        if table in {"baseline", "closing", "isg", "root_cause_placement"}
    },
)
"""Nothing that is said changes what a trajectory is counted from."""


async def count_standings(db: AsyncSession, today: date) -> Mapping[Stands, int]:
    """How the root causes in the plan stand today, once what is kept of them is today's."""
    kept = await STANDINGS.alike(db, today)
    if kept is not None:
        return kept
    counted: dict[Stands, int] = {}
    for stands in (await _stands(db, today, None)).values():
        counted[stands] = counted.get(stands, 0) + 1
    return counted


async def count_histories(db: AsyncSession, today: date, known_at: datetime | None = None) -> Histories:
    """What a trajectory is counted from, as recorded by `known_at` (None: by now)."""
    alike = await HISTORIES.alike(db, today) if known_at is None else None
    if alike is None:
        return await plan_histories(db, known_at)
    return Histories(tuple(facts_of_history(history) for history in sorted(alike)), alike)
