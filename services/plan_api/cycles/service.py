"""The night's work: what dates cause. Safe to run again, and it catches up when a night was missed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.status import complete_on
from services.plan_api.escalations.service import (
    end_because_closed,
    monitor_what_was_decided,
    raise_what_is_due,
)
from services.plan_api.impact.ending import one_at_a_time
from services.plan_api.impact.service import keep_reviews
from services.plan_api.reminders.keeping import keep_reminders
from services.plan_api.reminders.queries import open_reminders
from services.shared.clock import business_now
from services.shared.db import lock
from services.shared.facts import PlanFacts, calendar_of_row, load_plan_facts
from services.shared.models import Cycle, Escalation, Isg, Placement, ProgressUpdate, RootCause


@dataclass(frozen=True, slots=True)
class DaysWork:
    """What a day's dates caused."""

    cycles_opened: int
    cycles_closed: int
    updates_released: int
    escalations_raised: list[str]
    reminders_raised: int
    reminders_stopped: int


NOTHING: Final = DaysWork(0, 0, 0, [], 0, 0)


async def run_day(db: AsyncSession, day: date, *, only: Collection[int] | None = None) -> DaysWork:
    """Opens and closes cycles, releases what ISGs have met on, and raises what dates raise, up to the end of `day`;
    then reminds everybody of what waits for them, and of nothing else.

    `only`: the root causes that something may have to be raised for or ended, and of which people are reminded; None: any of
    them, and reports, risks and chasers too, as each minute's work does.
    """
    await lock(db, "the day's work")
    await one_at_a_time(db)
    opened = closed = released = 0
    for isg in list(await db.scalars(select(Isg).order_by(Isg.position))):
        opened += await _open_cycles(db, isg, day)
        closed += await _close_cycles(db, isg, day)
        released += await _release_updates(db, isg, day)
    await db.flush()
    reminders = await open_reminders(db, only=only)
    facts = await load_plan_facts(db, only=only)
    await _end_what_is_closed(db, facts, day)
    await monitor_what_was_decided(db, day)
    escalated = await raise_what_is_due(db, day, facts=facts, only=only)
    escalated += (await keep_reviews(db, day, only=only)).escalated
    raised, stopped = await keep_reminders(db, facts, day, reminders, of_all=only is None)
    return DaysWork(opened, closed, released, escalated, raised, stopped)


async def _open_cycles(db: AsyncSession, isg: Isg, day: date) -> int:
    calendar = calendar_of_row(isg)
    newest = calendar.number_on(day)
    if newest is None:
        return 0
    known = set(await db.scalars(select(Cycle.number).where(Cycle.isg_id == isg.id)))
    missing = [number for number in range(newest + 1) if number not in known]
    now = await business_now(db)
    for number in missing:
        cycle = calendar.cycle(number)
        db.add(
            Cycle(
                isg_id=isg.id, number=number, opens_on=cycle.opens_on, deadline_on=cycle.deadline_on, meets_on=cycle.meets_on,
                closes_on=cycle.closes_on, recorded_at=now,
            )
        )  # fmt: skip
    await db.flush()
    return len(missing)


async def _close_cycles(db: AsyncSession, isg: Isg, day: date) -> int:
    rows = list(
        await db.scalars(
            select(Cycle).where(Cycle.isg_id == isg.id, Cycle.closes_on <= day, Cycle.closed_at.is_(None))
        )
    )
    for cycle in rows:
        cycle.closed_at = await business_now(db)
    return len(rows)


async def _release_updates(db: AsyncSession, isg: Isg, day: date) -> int:
    """What was reported up to the ISG's last meeting is released by it; released is what partners and readers see."""
    met_on = calendar_of_row(isg).last_meeting_on_or_before(day)
    if met_on is None:
        return 0
    now = await business_now(db)
    await db.execute(
        update(Cycle)
        .where(Cycle.isg_id == isg.id, Cycle.meets_on <= day, Cycle.released_at.is_(None))
        .values(released_at=now)
    )
    of_isg = (
        select(Placement.root_cause_id)
        .where(Placement.isg_id == isg.id, Placement.superseded_at.is_(None))
        .scalar_subquery()
    )
    released = await db.execute(
        update(ProgressUpdate)
        .where(
            ProgressUpdate.released_at.is_(None),
            ProgressUpdate.reported_on <= met_on,
            ProgressUpdate.root_cause_id.in_(of_isg),
        )
        .values(released_at=now)
        .returning(ProgressUpdate.id)
    )
    return len(released.all())


async def _end_what_is_closed(db: AsyncSession, facts: PlanFacts, day: date) -> None:
    """Closings that came by import end their escalations too."""
    rows = await db.execute(
        select(Escalation.root_cause_id, RootCause.reference)
        .join(RootCause, RootCause.id == Escalation.root_cause_id)
        .where(Escalation.state != "ended")
    )
    known = facts.by_reference
    closed = [
        row_id for row_id, reference in rows if reference in known and complete_on(known[reference], day)
    ]
    await end_because_closed(db, closed, None, day)
