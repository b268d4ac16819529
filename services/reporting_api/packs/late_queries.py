"""What was recorded late: for days that the pack before has reported already.

Source: domain.md, Time. A pack is frozen at a day when it is assembled. What holds on that day or before, and is recorded after
that moment, changes what the pack would have said: the next of its kind lists it, and folds nothing in silently.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.observations import frequency_called
from services.domain.words import Frequency


@dataclass(frozen=True, slots=True)
class LateClosing:
    """A root cause that was closed, or reopened, on a day that had been reported."""

    ref: str
    title: str
    isg: str
    on: date
    reopened: bool
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RevisedValue:
    """A high-level KPI's value that the pack before had, and that has another version now."""

    ref: str
    name: str
    isg: str | None
    period: date
    frequency: Frequency | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class LateFacts:
    """All of it; `reported`: the day of the pack before, None where there is none."""

    reported: date | None = None
    closings: Sequence[LateClosing] = ()
    values: Sequence[RevisedValue] = ()


_BEFORE: Final = text("""
    SELECT p.as_at, (SELECT max(s.recorded_at) FROM pack_step s WHERE s.pack_id = p.id AND s.deed = 'assembled') AS frozen_at
      FROM pack p WHERE p.kind = :kind AND p.state = 'published' AND p.as_at < :as_at
     ORDER BY p.as_at DESC, p.id DESC LIMIT 1
""")
_CLOSINGS: Final = text("""
    SELECT r.reference, r.title, coalesce(isg.name, '') AS isg, c.closed_on AS held_on, false AS reopened, c.recorded_at
      FROM closing c JOIN root_cause r ON r.id = c.root_cause_id
      LEFT JOIN standing s ON s.root_cause_id = r.id LEFT JOIN isg ON isg.id = s.isg_id
     WHERE c.closed_on <= :reported AND c.recorded_at > :frozen_at
     UNION ALL
    SELECT r.reference, r.title, coalesce(isg.name, ''), c.reopened_on, true, c.reopened_recorded_at
      FROM closing c JOIN root_cause r ON r.id = c.root_cause_id
      LEFT JOIN standing s ON s.root_cause_id = r.id LEFT JOIN isg ON isg.id = s.isg_id
     WHERE c.reopened_on <= :reported AND c.reopened_recorded_at > :frozen_at
     ORDER BY held_on, reference
""")
_VALUES: Final = text("""
    SELECT k.reference, d.name, isg.name AS isg, o.period, d.frequency, o.recorded_at
      FROM kpi_observation o JOIN kpi k ON k.id = o.kpi_id LEFT JOIN isg ON isg.id = k.isg_id
     CROSS JOIN LATERAL (
           SELECT d.name, d.frequency FROM kpi_definition d WHERE d.kpi_id = k.id ORDER BY d.number DESC LIMIT 1) d
     WHERE k.level = 'high_level' AND k.retired_on IS NULL AND o.state = 'final' AND o.superseded_at IS NULL
       AND o.recorded_at > :frozen_at AND o.period <= :reported
       AND EXISTS (SELECT FROM kpi_observation had WHERE had.kpi_id = o.kpi_id AND had.period = o.period
                      AND had.state = 'final' AND had.recorded_at <= :frozen_at)
     ORDER BY k.position, k.id, o.period
""")


async def late_facts(db: AsyncSession, kind: str, as_at: date) -> LateFacts:
    """Of the newest published pack of the kind that speaks of an earlier day than `as_at`."""
    before = (await db.execute(_BEFORE, {"kind": kind, "as_at": as_at})).one_or_none()
    if before is None or before.frozen_at is None:
        return LateFacts()
    asked = {"reported": before.as_at, "frozen_at": before.frozen_at}
    return LateFacts(
        before.as_at,
        [
            LateClosing(row.reference, row.title, row.isg, row.held_on, row.reopened, row.recorded_at)
            for row in await db.execute(_CLOSINGS, asked)
        ],
        [
            RevisedValue(
                row.reference, row.name, row.isg, row.period,
                frequency_called(row.frequency), row.recorded_at,
            )
            for row in await db.execute(_VALUES, asked)
        ],
    )  # fmt: skip
