"""What has changed since an ISG met last: read from what was recorded since, each by an index of its own."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from heapq import nsmallest
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from services.domain.words import DeliveryStatus, UpdateStatus
from services.plan_api.plan.schemas import ChangeKindSince, ChangeSince
from services.shared.clock import LONDON, business_today
from services.shared.db import among
from services.shared.kept_counts import OF_ALL, KeptCounts, Speaks, of_its
from services.shared.models import (
    Baseline,
    Closing,
    ClosingRequest,
    Escalation,
    EscalationDecision,
    Isg,
    OwnerChange,
    Person,
    ProgressUpdate,
    Risk,
    RootCause,
    StandingRow,
)


@dataclass(frozen=True, slots=True)
class Mine:
    """The ISG's root causes; with `ids` those of them."""

    isg_id: int
    ids: Collection[int] | None = None

    def has(self, column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        """The column names one."""
        of_isg = column.in_(select(StandingRow.root_cause_id).where(StandingRow.isg_id == self.isg_id))
        return of_isg if self.ids is None else and_(of_isg, among(column, self.ids))


class Found(NamedTuple):
    """Something that changed about a root cause, before that is named."""

    root_cause_id: int
    kind: ChangeKindSince
    on: date
    more: tuple[tuple[str, str | None], ...]


class Changed(NamedTuple):
    """The same, named."""

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
        by_root_cause = await _changed(db, Mine(isg.id), since)
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


async def _changed(db: AsyncSession, mine: Mine, since: datetime) -> dict[int, tuple[Changed, ...]]:
    """By root cause."""
    found = [
        change
        for chapter in (_closed, _sent_back, _reopened, _escalated, _decided, _rebaselined, _moved, _owners)
        async for change in chapter(db, mine, since)
    ]
    named = await db.execute(
        select(RootCause.id, RootCause.reference, RootCause.title).where(
            among(RootCause.id, {each.root_cause_id for each in found})
        )
    )
    about = {row_id: (reference, title) for row_id, reference, title in named}
    changes: dict[int, tuple[Changed, ...]] = {}
    for each in found:
        change = Changed(each.kind, each.on, *about[each.root_cause_id], each.more)
        changes[each.root_cause_id] = (*changes.get(each.root_cause_id, ()), change)
    return changes


@lru_cache
def kept_changes(isg_id: int, since: datetime) -> KeptCounts[tuple[Changed, ...]]:
    """What has changed since about each of an ISG's root causes, as a process keeps it."""

    async def load(
        db: AsyncSession, _today: date, ids: Collection[int] | None
    ) -> dict[int, tuple[Changed, ...]]:
        return await _changed(db, Mine(isg_id, ids), since)

    return KeptCounts(f"changes of ISG {isg_id}", load, FOLLOWS_FROM, basis=since)


def _found(root_cause_id: int, kind: ChangeKindSince, on: date | None, **more: str | None) -> Found:
    assert on is not None  # what has happened has its day
    return Found(root_cause_id, kind, on, tuple(more.items()))


async def _closed(db: AsyncSession, mine: Mine, since: datetime) -> AsyncIterator[Found]:
    rows = await db.execute(
        select(Closing.root_cause_id, Closing.closed_on, Closing.reason, Person.name)
        .outerjoin(Person, Person.id == Closing.closed_by)
        .where(Closing.recorded_at >= since, mine.has(Closing.root_cause_id))
    )
    for row_id, on, reason, who in rows:
        yield _found(row_id, ChangeKindSince.CLOSED, on, who=who, text=reason)


async def _sent_back(db: AsyncSession, mine: Mine, since: datetime) -> AsyncIterator[Found]:
    rows = await db.execute(
        select(ClosingRequest.root_cause_id, ClosingRequest.decided_on, ClosingRequest.reason, Person.name)
        .outerjoin(Person, Person.id == ClosingRequest.decided_by)
        .where(
            ClosingRequest.decision == "send_back",
            ClosingRequest.decided_at >= since,
            mine.has(ClosingRequest.root_cause_id),
        )
    )
    for row_id, on, reason, who in rows:
        yield _found(row_id, ChangeKindSince.SENT_BACK, on, who=who, text=reason)


async def _reopened(db: AsyncSession, mine: Mine, since: datetime) -> AsyncIterator[Found]:
    rows = await db.execute(
        select(Closing.root_cause_id, Closing.reopened_on, Closing.reopened_reason, Person.name)
        .outerjoin(Person, Person.id == Closing.reopened_by)
        .where(
            Closing.reopened_on.is_not(None),
            Closing.reopened_recorded_at >= since,
            mine.has(Closing.root_cause_id),
        )
    )
    for row_id, on, reason, who in rows:
        yield _found(row_id, ChangeKindSince.REOPENED, on, who=who, text=reason)


async def _escalated(db: AsyncSession, mine: Mine, since: datetime) -> AsyncIterator[Found]:
    rows = await db.execute(
        select(Escalation.root_cause_id, Escalation.raised_on, Escalation.reference).where(
            Escalation.recorded_at >= since, mine.has(Escalation.root_cause_id)
        )
    )
    for row_id, on, reference in rows:
        yield _found(row_id, ChangeKindSince.ESCALATED, on, escalation=reference)


async def _decided(db: AsyncSession, mine: Mine, since: datetime) -> AsyncIterator[Found]:
    rows = await db.execute(
        select(Escalation.root_cause_id, Escalation.reference, EscalationDecision, Person.name)
        .join(Escalation, Escalation.id == EscalationDecision.escalation_id)
        .join(Person, Person.id == EscalationDecision.decided_by)
        .where(EscalationDecision.recorded_at >= since, mine.has(Escalation.root_cause_id))
    )
    for row_id, reference, decision, who in rows:
        yield _found(
            row_id, ChangeKindSince.DECIDED, decision.meeting_date, who=who, after=decision.decision,
            text=decision.reason, escalation=reference,
        )  # fmt: skip


async def _rebaselined(db: AsyncSession, mine: Mine, since: datetime) -> AsyncIterator[Found]:
    before = aliased(Baseline)
    rows = await db.execute(
        select(Baseline.root_cause_id, Baseline.holds_from, before.due_date, Baseline.due_date)
        .join(before, _version_before(before))
        .where(
            Baseline.holds_from.is_not(None),
            Baseline.superseded_at.is_(None),
            Baseline.recorded_at >= since,
            mine.has(Baseline.root_cause_id),
        )
    )
    for row_id, on, was, due in rows:
        yield _found(row_id, ChangeKindSince.REBASELINED, on, before=was.isoformat(), after=due.isoformat())


def _version_before(before: type[Baseline]) -> ColumnElement[bool]:
    return (
        (before.root_cause_id == Baseline.root_cause_id)
        & (before.version == Baseline.version - 1)
        & before.superseded_at.is_(None)
    )


async def _moved(db: AsyncSession, mine: Mine, since: datetime) -> AsyncIterator[Found]:
    """What was said last against what had been said last by then, where these differ."""
    newest = (ProgressUpdate.cycle_number.desc(), ProgressUpdate.version.desc())
    said = (
        select(ProgressUpdate)
        .where(ProgressUpdate.recorded_at >= since, mine.has(ProgressUpdate.root_cause_id))
        .ext(distinct_on(ProgressUpdate.root_cause_id))
        .order_by(ProgressUpdate.root_cause_id, *newest)
        .subquery()
    )
    earlier = (
        select(ProgressUpdate.status)
        .where(ProgressUpdate.root_cause_id == said.c.root_cause_id, ProgressUpdate.recorded_at < since)
        .order_by(*newest)
        .limit(1)
        .lateral()
    )
    rows = await db.execute(
        select(
            said.c.root_cause_id, said.c.reported_on, said.c.reason, said.c.progress, earlier.c.status, said.c.status,
            Person.name,
        )
        .select_from(said)
        .outerjoin(earlier, func.coalesce(True))
        .outerjoin(Person, Person.id == said.c.submitted_by)
        .where(said.c.status.is_distinct_from(earlier.c.status))
    )  # fmt: skip
    for row_id, on, reason, progress, was, status, who in rows:
        yield _found(
            row_id, ChangeKindSince.MOVED, on, who=who, before=_stands(was) if was else None, after=_stands(status),
            text=reason or progress,
        )  # fmt: skip


def _stands(said: str) -> str:
    """A report that it is complete asks for closing: so it stands until the ISG decides."""
    return DeliveryStatus.AWAITING_CLOSURE if said == UpdateStatus.COMPLETE else said


async def _owners(db: AsyncSession, mine: Mine, since: datetime) -> AsyncIterator[Found]:
    was, now, by = aliased(Person), aliased(Person), aliased(Person)
    rows = await db.execute(
        select(OwnerChange.root_cause_id, OwnerChange.recorded_at, was.name, now.name, by.name)
        .join(was, was.id == OwnerChange.from_id)
        .join(now, now.id == OwnerChange.to_id)
        .outerjoin(by, by.id == OwnerChange.changed_by)
        .where(OwnerChange.recorded_at >= since, mine.has(OwnerChange.root_cause_id))
    )
    for row_id, at, before, after, who in rows:
        on = at.astimezone(LONDON).date()
        yield _found(row_id, ChangeKindSince.OWNER, on, who=who, before=before, after=after)


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
