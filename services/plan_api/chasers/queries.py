"""Chasers in the database, and what became of mail."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.plan_api.plan.meeting import OPEN
from services.shared.clock import business_today
from services.shared.db import among
from services.shared.models import Digest, Isg, Person, Reminder, RootCause, StandingRow
from services.shared.register import written_out
from services.shared.standing_counts import count_standings

SHOWN = 50
IS_CHASER = Reminder.kind == literal_column("'chaser'")
"""In the words of the indexes of chasers: a kind that is a parameter is looked for among all reminders."""
OWNERS_SHOWN = 25
"""Of those who owe reports in an ISG: once these are chased, the next stand before them."""
SENDER = aliased(Person)


async def chasers(db: AsyncSession, isg_ids: Collection[int]) -> Sequence[Any]:
    """Those sent in these ISGs, the last first, each with what became of the mail that holds it."""
    state = case(
        (Digest.sent_at.is_not(None), "sent"), (Digest.given_up_at.is_not(None), "given_up"), else_="waiting"
    )
    mail = (
        select(state)
        .where(
            Digest.person_id == Reminder.person_id, Digest.day == Reminder.raised_on,
            Digest.recorded_at >= Reminder.recorded_at,
        )
        .order_by(Digest.id)
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip
    query = (
        select(
            Reminder, Person.email, Person.name, SENDER.name.label("sender"), Isg.name.label("isg"), mail.label("mail")
        )
        .join(Person, Person.id == Reminder.person_id)
        .join(SENDER, SENDER.id == Reminder.sent_by)
        .join(Isg, Isg.id == Reminder.isg_id)
        .where(IS_CHASER, Reminder.isg_id.in_(isg_ids))
        .order_by(Reminder.id.desc())
    )  # fmt: skip
    return (await db.execute(query.limit(written_out(SHOWN)))).all()


async def chased_in(
    db: AsyncSession, isg_id: int, cycle: int, person_ids: Collection[int]
) -> dict[int, tuple[date, str]]:
    """When each of these people was last chased in an ISG's cycle, and by whom."""
    rows = await db.execute(
        select(Reminder.person_id, Reminder.raised_on, SENDER.name)
        .join(SENDER, SENDER.id == Reminder.sent_by)
        .where(
            IS_CHASER, Reminder.isg_id == isg_id, Reminder.cycle_number == cycle,
            among(Reminder.person_id, person_ids),
        )
        .order_by(Reminder.id)
    )  # fmt: skip
    return {person_id: (raised_on, sender) for person_id, raised_on, sender in rows}


def open_in(isg_id: int) -> ColumnElement[bool]:
    """What an ISG's owners have to report on."""
    return and_(OPEN, StandingRow.isg_id == isg_id)


def unreported_in(isg_id: int, cycle: int | None) -> ColumnElement[bool]:
    """What of it has not been reported on in the open cycle; nothing before the first opens."""
    if cycle is None:
        return false()
    return and_(open_in(isg_id), StandingRow.latest_cycle.is_distinct_from(cycle))


async def count_in(db: AsyncSession, isg_id: int, cycle: int | None) -> tuple[int, int]:
    """How many root causes are to be reported on, and how many of them have not been."""
    counted = await count_standings(db, await business_today(db))
    mine = [(each, number) for each, number in counted.items() if each.is_open and each.isg_id == isg_id]
    unreported = sum(number for each, number in mine if cycle is not None and each.latest_cycle != cycle)
    return sum(number for _, number in mine), unreported


async def owing_in(
    db: AsyncSession, isg_id: int, cycle: int | None, today: date
) -> tuple[Sequence[Any], int]:
    """Owners who have not reported on everything, who owes most first, after all others those chased today: the first of
    them, and how many there are."""
    owed = (
        select(RootCause.owner_id, func.count().label("number"))
        .select_from(StandingRow)
        .join(RootCause, RootCause.id == StandingRow.root_cause_id)
        .where(unreported_in(isg_id, cycle))
        .group_by(RootCause.owner_id)
        .subquery("owed")
    )
    chased_today = (
        select(Reminder.id)
        .where(
            Reminder.person_id == owed.c.owner_id, IS_CHASER,
            Reminder.raised_on == today,
        )
        .exists()
    )  # fmt: skip
    rows = await db.execute(
        select(
            Person.id, Person.name, Person.email, Person.deactivated_at.is_(None).label("is_here"),
            func.count().over().label("of"),
        )
        .join(owed, owed.c.owner_id == Person.id)
        .order_by(chased_today, owed.c.number.desc(), Person.name, Person.id)
        .limit(written_out(OWNERS_SHOWN))
    )  # fmt: skip
    found = rows.all()
    return found, found[0].of if found else 0


async def chased_on(db: AsyncSession, day: date) -> dict[str, str]:
    """Who was chased on a day, by email, each with who did it."""
    rows = await db.execute(
        select(Person.email, SENDER.name.label("sender"))
        .select_from(Reminder)
        .join(Person, Person.id == Reminder.person_id)
        .join(SENDER, SENDER.id == Reminder.sent_by)
        .where(IS_CHASER, Reminder.raised_on == day)
    )
    return {row.email: row.sender for row in rows}


async def ids_of(db: AsyncSession, emails: Collection[str]) -> dict[str, int]:
    """Those who are here, by email."""
    rows = await db.execute(
        select(Person.email, Person.id).where(Person.email.in_(emails), Person.deactivated_at.is_(None))
    )
    return {row.email: row.id for row in rows}


async def open_chasers(db: AsyncSession, asked: Collection[tuple[int, str]]) -> list[int]:
    """Earlier chasers that ask the same: of these people in these ISGs (slugs), not stopped."""
    rows = await db.scalars(
        select(Reminder.id).where(
            tuple_(Reminder.person_id, Reminder.subject).in_(asked),
            IS_CHASER,
            Reminder.stopped_on.is_(None),
        )
    )
    return list(rows)


async def undelivered(db: AsyncSession) -> Sequence[Any]:
    """Each person's newest mail that was given up, unless a later one has arrived."""
    later = aliased(Digest)
    arrived = (
        select(func.count())
        .where(later.person_id == Digest.person_id, later.id > Digest.id, later.sent_at.is_not(None))
        .scalar_subquery()
    )
    rows = await db.execute(
        select(Digest.day, Person.name, Person.email, Digest.last_error)
        .join(Person, Person.id == Digest.person_id)
        .where(Digest.given_up_at.is_not(None), Person.deactivated_at.is_(None), arrived == 0)
        .order_by(Digest.given_up_at.desc())
        .limit(SHOWN)
    )
    return rows.all()
