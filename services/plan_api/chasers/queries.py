"""Chasers in the database, and what became of mail."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import case, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.words import ReminderKind
from services.shared.models import Digest, Isg, Person, Reminder

SHOWN = 50
SENDER = aliased(Person)


async def chasers(db: AsyncSession, isg_ids: Collection[int], limit: int | None = SHOWN) -> Sequence[Any]:
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
        .where(Reminder.kind == ReminderKind.CHASER, Reminder.isg_id.in_(isg_ids))
        .order_by(Reminder.id.desc())
    )  # fmt: skip
    return (await db.execute(query.limit(limit))).all()


async def chased_in(db: AsyncSession, cycles: Collection[tuple[int, int]]) -> dict[tuple[str, int], Any]:
    """The last chaser of each person (by email) and ISG, in these ISGs' cycles."""
    found: dict[tuple[str, int], Any] = {}
    for row in reversed(await chasers(db, [isg_id for isg_id, _ in cycles], limit=None)):
        if (row.Reminder.isg_id, row.Reminder.cycle_number) in cycles:
            found[row.email, row.Reminder.isg_id] = row
    return found


async def chased_on(db: AsyncSession, day: date) -> dict[str, str]:
    """Who was chased on a day, by email, each with who did it."""
    rows = await db.execute(
        select(Person.email, SENDER.name.label("sender"))
        .select_from(Reminder)
        .join(Person, Person.id == Reminder.person_id)
        .join(SENDER, SENDER.id == Reminder.sent_by)
        .where(Reminder.kind == ReminderKind.CHASER, Reminder.raised_on == day)
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
            Reminder.kind == ReminderKind.CHASER,
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
