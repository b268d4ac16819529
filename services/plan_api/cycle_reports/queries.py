"""Cycle reports and meetings in the database."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import ScalarSelect, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.domain.words import DeliveryStatus
from services.shared.clock import business_today
from services.shared.kept_counts import KeptCounts, Speaks, of_its
from services.shared.models import (
    Closing,
    Cycle,
    CycleReport,
    Isg,
    Person,
    Placement,
    ProgressUpdate,
)
from services.shared.standing_counts import count_standings
from services.shared.statements import Statement


async def cycle_of(db: AsyncSession, isg: Isg, number: int, *, lock: bool = False) -> Cycle:
    """A cycle that has opened. Raises NotFound."""
    query = select(Cycle).where(Cycle.isg_id == isg.id, Cycle.number == number)
    found = await db.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(f"{isg.name} has no cycle {number} yet. Open the ISG to see its cycles.")
    return found


async def figures_today(db: AsyncSession, isg_id: int, cycle: int) -> dict[str, int]:
    """Of what the ISG has open today: how many there are, how many were reported on in the cycle, off track and at risk."""
    counted = await count_standings(db, await business_today(db))
    mine = [(each, number) for each, number in counted.items() if each.is_open and each.isg_id == isg_id]
    return {
        "owing": sum(number for _, number in mine),
        "reported": sum(number for each, number in mine if each.latest_cycle == cycle),
        "off_track": sum(number for each, number in mine if each.delivery_status == DeliveryStatus.OFF_TRACK),
        "at_risk": sum(number for each, number in mine if each.delivery_status == DeliveryStatus.AT_RISK),
    }


async def newest_report(db: AsyncSession, isg_id: int, cycle: int) -> CycleReport | None:
    """The version in force."""
    found: CycleReport | None = await db.scalar(
        select(CycleReport)
        .where(CycleReport.isg_id == isg_id, CycleReport.cycle_number == cycle)
        .order_by(CycleReport.version.desc())
        .limit(1)
    )
    return found


async def name_of(db: AsyncSession, person_id: int | None) -> str | None:
    """What somebody is called."""
    found: str | None = await db.scalar(select(Person.name).where(Person.id == person_id))
    return found


async def closed_between(db: AsyncSession, isg_id: int, since: date, before: date) -> int:
    """How many of the ISG's root causes were closed in these days, and stand closed."""
    count = await db.scalar(
        select(func.count())
        .select_from(Closing)
        .join(Placement, Placement.root_cause_id == Closing.root_cause_id)
        .where(
            Placement.isg_id == isg_id, Placement.superseded_at.is_(None), Closing.reopened_on.is_(None),
            Closing.closed_on >= since, Closing.closed_on < before,
        )
    )  # fmt: skip
    return count or 0


def _of_isg(isg_id: int) -> ScalarSelect[int]:
    return (
        select(Placement.root_cause_id)
        .where(Placement.isg_id == isg_id, Placement.superseded_at.is_(None))
        .scalar_subquery()
    )


class Unreleased(NamedTuple):
    """An update that nobody outside has seen: the ISGs that hold its root cause, and when it was reported."""

    isg_ids: tuple[int, ...]
    reported_on: date


_UNRELEASED: Final = """
    SELECT u.id, u.reported_on,
           ARRAY(SELECT DISTINCT p.isg_id FROM root_cause_placement p
                  WHERE p.root_cause_id = u.root_cause_id AND p.superseded_at IS NULL ORDER BY p.isg_id) AS isg_ids
      FROM progress_update u
     WHERE u.released_at IS NULL
"""
_ALL_UNRELEASED, _THESE_UNRELEASED = Statement(_UNRELEASED), Statement(f"{_UNRELEASED} AND u.id = ANY(:ids)")


async def _unreleased(db: AsyncSession, _today: date, ids: Collection[int] | None) -> dict[int, Unreleased]:
    rows = await (_ALL_UNRELEASED.rows(db) if ids is None else _THESE_UNRELEASED.rows(db, ids=list(ids)))
    return {row.id: Unreleased(tuple(row.isg_ids), row.reported_on) for row in rows}


UNRELEASED: Final = KeptCounts(
    "unreleased updates",
    _unreleased,
    {
        "progress_update": of_its("id", "progress_update"),
        "root_cause_placement": Speaks(
            "SELECT id FROM progress_update WHERE released_at IS NULL AND root_cause_id IN "
            "(SELECT root_cause_id FROM root_cause_placement WHERE id = ANY(:ids))"
        ),
    },
)


async def unreleased(db: AsyncSession, isg_id: int, today: date) -> int:
    """How many updates of the ISG, reported up to today, nobody outside has seen."""
    counted = await UNRELEASED.alike(db, today)
    if counted is None:
        counted = Counter((await _unreleased(db, today, None)).values())
    return sum(
        number for each, number in counted.items() if isg_id in each.isg_ids and each.reported_on <= today
    )


async def release(db: AsyncSession, isg_id: int, up_to: date, now: datetime) -> int:
    """Releases them; how many."""
    released = await db.execute(
        update(ProgressUpdate)
        .where(
            ProgressUpdate.released_at.is_(None), ProgressUpdate.reported_on <= up_to,
            ProgressUpdate.root_cause_id.in_(_of_isg(isg_id)),
        )
        .values(released_at=now)
        .returning(ProgressUpdate.id)
    )  # fmt: skip
    return len(released.all())
