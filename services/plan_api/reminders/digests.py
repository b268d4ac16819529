"""The mail that tells people: one digest a person and day, its text frozen when it is made. The worker sends it."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.reminders import Open, digest_due
from services.domain.words import DigestOccasion, ReminderKind, Rhythm
from services.plan_api.reminders import queries
from services.plan_api.reminders.wording import Notice, digest_body, digest_subject, notice
from services.shared.clock import LONDON, business_now, real_now
from services.shared.holidays import working_days
from services.shared.models import Digest, Person, Reminder
from services.shared.settings import settings


async def make_digests(db: AsyncSession, day: date, now: datetime) -> int:
    """The digests of `day` that are due and not made yet; how many. None before the hour, and none where no mail is sent."""
    if not settings().sends_mail or now.astimezone(LONDON).hour < settings().digest_hour:
        return 0
    return await _make(db, await _whose_turn_it_is(db, day), day, DigestOccasion.DAY)


async def mail_chasers(db: AsyncSession, person_ids: Collection[int], day: date) -> set[int]:
    """A chaser goes at once: as the day's digest where there is none yet, else as a mail of its own. To whom one goes.

    Who has turned mail off gets none, nor does anybody where no mail is sent; the reminder is on their page all the same.
    """
    if not settings().sends_mail:
        return set()
    rhythms, last = await queries.rhythms(db), await queries.last_digests(db)
    wanted = {each for each in person_ids if rhythms.get(each) is not Rhythm.OFF}
    have_one = {each for each in wanted if each in last and last[each][0] == day}
    await _make(db, wanted - have_one, day, DigestOccasion.DAY)
    await _make(db, have_one, day, DigestOccasion.CHASER)
    return wanted


async def _whose_turn_it_is(db: AsyncSession, day: date) -> set[int]:
    reminders: defaultdict[int, list[Open]] = defaultdict(list)
    for person_id, recorded_at, due_by in await db.execute(
        select(Reminder.person_id, Reminder.recorded_at, Reminder.due_by).where(Reminder.stopped_on.is_(None))
    ):
        reminders[person_id].append(Open(recorded_at, due_by))
    rhythms, last, calendar = await queries.rhythms(db), await queries.last_digests(db), working_days()
    turn, waiting = set(), await queries.with_mail_waiting(db)
    for person_id, theirs in reminders.items():
        if (
            person_id in waiting
        ):  # one that could not be sent yet goes first: a server that was away brings no pile of mail
            continue
        last_day, last_made = last.get(person_id, (None, None))
        rhythm = rhythms.get(person_id, Rhythm.EACH_WORKING_DAY)
        if last_day != day and digest_due(rhythm, day, theirs, last_made, calendar):
            turn.add(person_id)
    return turn


async def _make(db: AsyncSession, person_ids: Collection[int], day: date, occasion: DigestOccasion) -> int:
    if not person_ids:
        return 0
    rhythms = await queries.rhythms(db)
    theirs: defaultdict[int, list[Notice]] = defaultdict(list)
    for row in await queries.notices(db, person_ids, only_open=True):
        told = notice(row, row.Reminder.person_id)
        if occasion is DigestOccasion.DAY or (
            told.kind is ReminderKind.CHASER and told.reminder.raised_on == day
        ):
            theirs[row.Reminder.person_id].append(told)
    people = await db.scalars(select(Person).where(Person.id.in_(theirs), Person.deactivated_at.is_(None)))
    now = await business_now(db)
    rows = [
        _row(person, theirs[person.id], day, occasion, rhythms.get(person.id, Rhythm.EACH_WORKING_DAY), now)
        for person in people
    ]
    if not rows:
        return 0
    made = await db.execute(insert(Digest).on_conflict_do_nothing().returning(Digest.id), rows)
    return len(made.all())


def _row(
    person: Person, notices: Sequence[Notice], day: date, occasion: DigestOccasion, rhythm: Rhythm, now: datetime
) -> dict[str, object]:  # fmt: skip
    public = settings().public_address
    host = urlsplit(public).hostname or "localhost"
    made_at = real_now()
    return {
        "person_id": person.id, "day": day, "occasion": occasion.value,
        "message_id": f"<digest-{day:%Y%m%d}-{secrets.token_hex(16)}@{host}>", "sent_to": person.email,
        "subject": digest_subject(notices, day), "body": digest_body(person.name, notices, day, rhythm, public),
        "recorded_at": now, "made_at": made_at, "next_attempt_at": made_at,
    }  # fmt: skip
