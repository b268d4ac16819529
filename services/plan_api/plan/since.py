"""What has changed since an ISG met last: read from what was recorded since, each by an index of its own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from heapq import nsmallest
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import DeliveryStatus, UpdateStatus
from services.plan_api.plan.schemas import ChangeKindSince, ChangeSince
from services.shared.clock import LONDON, business_today
from services.shared.kept_counts import OF_ALL, KeptCounts, Speaks, of_its
from services.shared.models import Isg, Person, Risk
from services.shared.statements import Statement


class Changed(NamedTuple):
    """Something that changed about a root cause."""

    kind: ChangeKindSince
    on: date
    ref: str
    title: str
    more: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The first of what has changed, and how much it is in all."""

    first: list[ChangeSince]
    in_all: int


async def changes_since(db: AsyncSession, isg: Isg, met_on: date, most: int) -> Changes:
    """What was recorded after that day about the ISG's root causes, and its new risks: what weighs most first."""
    since = datetime.combine(met_on + timedelta(days=1), time(), LONDON)
    today = await business_today(db)
    by_root_cause = await kept_changes(isg.id, since).each(db, today)
    if by_root_cause is None:
        by_root_cause = await _changed(db, isg.id, since)
    risks = [
        Changed(ChangeKindSince.RISK, on, reference, cause, (("who", who),))
        for reference, cause, on, who in await _risks(db, isg, since)
    ]
    every = [change for changes in (*by_root_cause.values(), tuple(risks)) for change in changes]
    order = {kind: place for place, kind in enumerate(ChangeKindSince)}
    first = nsmallest(most, every, key=lambda each: (order[each.kind], each.on, each.ref))
    return Changes(
        [
            ChangeSince(kind=each.kind, ref=each.ref, title=each.title, on=each.on, **dict(each.more))
            for each in first
        ],
        len(every),
    )


_CHANGED: Final = """
    SELECT told.root_cause_id, told.place, told.on_day, r.reference, r.title, who.name AS who, told.before, told.after,
           told.said, told.escalation
      FROM (
        SELECT 0 AS place, c.id, c.root_cause_id, c.closed_on AS on_day, c.closed_by AS by_id,
               NULL::text AS before, NULL::text AS after, c.reason AS said, NULL::text AS escalation
          FROM closing c
         WHERE c.recorded_at >= :since
         UNION ALL
        SELECT 1, c.id, c.root_cause_id, c.decided_on, c.decided_by, NULL, NULL, c.reason, NULL
          FROM closing_request c
         WHERE c.decision = 'send_back' AND c.decided_at >= :since
         UNION ALL
        SELECT 2, c.id, c.root_cause_id, c.reopened_on, c.reopened_by, NULL, NULL, c.reopened_reason, NULL
          FROM closing c
         WHERE c.reopened_on IS NOT NULL AND c.reopened_recorded_at >= :since
         UNION ALL
        SELECT 3, e.id, e.root_cause_id, e.raised_on, NULL, NULL, NULL, NULL, e.reference
          FROM escalation e
         WHERE e.recorded_at >= :since
         UNION ALL
        SELECT 4, d.id, e.root_cause_id, d.meeting_date, d.decided_by, NULL, d.decision, d.reason, e.reference
          FROM escalation_decision d
          JOIN escalation e ON e.id = d.escalation_id
         WHERE d.recorded_at >= :since
         UNION ALL
        SELECT 5, b.id, b.root_cause_id, b.holds_from, NULL, to_char(was.due_date, 'YYYY-MM-DD'),
               to_char(b.due_date, 'YYYY-MM-DD'), NULL, NULL
          FROM baseline b
          JOIN baseline was ON was.root_cause_id = b.root_cause_id AND was.version = b.version - 1
               AND was.superseded_at IS NULL
         WHERE b.holds_from IS NOT NULL AND b.superseded_at IS NULL AND b.recorded_at >= :since
         UNION ALL
        SELECT 6, u.id, u.root_cause_id, u.reported_on, u.submitted_by, earlier.status, u.status,
               coalesce(nullif(u.reason, ''), u.progress), NULL
          FROM (SELECT DISTINCT ON (root_cause_id) *
                  FROM progress_update
                 WHERE recorded_at >= :since
                 ORDER BY root_cause_id, cycle_number DESC, version DESC) AS u
          LEFT JOIN LATERAL (
               SELECT status FROM progress_update e
                WHERE e.root_cause_id = u.root_cause_id AND e.recorded_at < :since
                ORDER BY e.cycle_number DESC, e.version DESC
                LIMIT 1) AS earlier ON true
         WHERE u.status IS DISTINCT FROM earlier.status
         UNION ALL
        SELECT 7, o.id, o.root_cause_id, CAST(o.recorded_at AT TIME ZONE 'Europe/London' AS date), o.changed_by,
               was.name, now.name, NULL, NULL
          FROM owner_change o
          JOIN person was ON was.id = o.from_id
          JOIN person now ON now.id = o.to_id
         WHERE o.recorded_at >= :since
      ) AS told
      JOIN standing s ON s.root_cause_id = told.root_cause_id AND s.isg_id = :isg_id
      JOIN root_cause r ON r.id = told.root_cause_id
      LEFT JOIN person who ON who.id = told.by_id
     {these}
     ORDER BY told.root_cause_id, told.place, told.id
"""
"""Each chapter by an index of its own; `place` is the kind's. What moved is what was said last against what had been by then."""
_ALL_CHANGED = Statement(_CHANGED.format(these=""))
_THESE_CHANGED = Statement(_CHANGED.format(these="WHERE told.root_cause_id = ANY(:ids)"))
_KINDS: Final = tuple(ChangeKindSince)


async def _changed(
    db: AsyncSession, isg_id: int, since: datetime, ids: Collection[int] | None = None
) -> dict[int, tuple[Changed, ...]]:
    """By root cause: of the ISG's, or of these among them."""
    asked = {"isg_id": isg_id, "since": since}
    rows = await (
        _ALL_CHANGED.rows(db, **asked) if ids is None else _THESE_CHANGED.rows(db, **asked, ids=list(ids))
    )
    changes: dict[int, tuple[Changed, ...]] = {}
    for row in rows:
        kind, before, after = _KINDS[row.place], row.before, row.after
        if kind is ChangeKindSince.MOVED:
            before, after = _stands(before) if before else None, _stands(after)
        more = {
            "who": row.who,
            "before": before,
            "after": after,
            "text": row.said,
            "escalation": row.escalation,
        }
        change = Changed(kind, row.on_day, row.reference, row.title, tuple(more.items()))
        changes[row.root_cause_id] = (*changes.get(row.root_cause_id, ()), change)
    return changes


@lru_cache
def kept_changes(isg_id: int, since: datetime) -> KeptCounts[tuple[Changed, ...]]:
    """What has changed since about each of an ISG's root causes, as a process keeps it."""

    async def load(
        db: AsyncSession, _today: date, ids: Collection[int] | None
    ) -> dict[int, tuple[Changed, ...]]:
        return await _changed(db, isg_id, since, ids)

    return KeptCounts(f"changes of ISG {isg_id}", load, FOLLOWS_FROM, basis=since)


def _stands(said: str) -> str:
    """A report that it is complete asks for closing: so it stands until the ISG decides."""
    return DeliveryStatus.AWAITING_CLOSURE if said == UpdateStatus.COMPLETE else said


async def _risks(db: AsyncSession, isg: Isg, since: datetime) -> Sequence[Any]:
    rows = await db.execute(
        select(Risk.reference, Risk.cause, Risk.raised_on, Person.name)
        .join(Person, Person.id == Risk.raised_by)
        .where(Risk.isg_id == isg.id, Risk.recorded_at >= since)
    )
    return rows.all()


FOLLOWS_FROM: Final = {
    **{
        table: of_its("root_cause_id", table)
        for table in (
            "baseline", "closing", "closing_request", "escalation", "owner_change", "progress_update", "root_cause_placement",
        )
    },
    "escalation_decision": Speaks(
        "SELECT root_cause_id FROM escalation WHERE id IN (SELECT escalation_id FROM escalation_decision WHERE id = ANY(:ids))"
    ),
    "root_cause": of_its("id", "root_cause"),
    "isg": OF_ALL,
    "person": OF_ALL,
}  # fmt: skip
"""The records that tell what has changed. Since when is part of what is kept: a meeting that is recorded begins anew."""
