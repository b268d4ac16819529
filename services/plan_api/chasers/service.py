"""Progress of the open cycles, and chasers to those who have not reported."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.cycles import Cycle
from services.domain.errors import NotFound, Problem, RuleBroken
from services.domain.permissions import Action, Person, Subject, reach, require
from services.domain.reminders import Chased, check_chasers
from services.domain.words import DeliveryStatus, ReminderKind, StopReason
from services.plan_api.chasers import queries
from services.plan_api.chasers.schemas import (
    ChaserSent,
    ChasersSent,
    CycleProgress,
    IsgInCycle,
    OwedRootCause,
    Owing,
    ToChase,
    Undelivered,
)
from services.plan_api.reminders.digests import mail_chasers
from services.plan_api.reminders.queries import stop_reminders
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.db import lock
from services.shared.facts import IsgFacts
from services.shared.models import Reminder
from services.shared.register import Register, Standing, load_register
from services.shared.settings import settings


async def cycle_progress(db: AsyncSession, caller: Caller) -> CycleProgress:
    """How many of how many have reported, who has not, and what was sent: in the ISGs that the caller may chase in."""
    today = await business_today(db)
    register = await load_register(db, today)
    isgs = _within_reach(register, caller.who)
    cycles = {isg.id: cycle for isg in isgs if (cycle := isg.calendar.cycle_on(today))}
    chased = await queries.chased_in(db, {(isg_id, cycle.number) for isg_id, cycle in cycles.items()})
    today_by = await queries.chased_on(db, today)
    here = set(await queries.ids_of(db, {each.owner_email for each in register.standings}))
    return CycleProgress(
        today=today,
        sends_mail=settings().sends_mail,
        isgs=[_isg_shown(isg, cycles.get(isg.id), register, chased, today_by, here) for isg in isgs],
        chasers=[_chaser_shown(row) for row in await queries.chasers(db, [isg.id for isg in isgs])],
        undelivered=[
            Undelivered(day=row.day, name=row.name, email=row.email, error=row.last_error)
            for row in await queries.undelivered(db)
        ]
        if reach(Action.SEND_CHASER, caller.who).everything
        else [],
    )


async def send_chasers(db: AsyncSession, caller: Caller, wanted: list[ToChase]) -> ChasersSent:
    """Chases all of them, or nobody. Raises RuleBroken that names everybody who may not be chased now."""
    await lock(db, "chasers")
    today, now = await business_today(db), await business_now(db)
    register = await load_register(db, today)
    by_slug = {isg.slug: isg for isg in register.isgs}
    for slug in {each.isg for each in wanted} - by_slug.keys():
        raise NotFound(f"There is no ISG {slug}. Open the list of ISGs to find it.")
    for slug in {each.isg for each in wanted}:
        require(Action.SEND_CHASER, caller.who, Subject(by_slug[slug].name))
    pairs = list(dict.fromkeys((each.email.strip().lower(), each.isg) for each in wanted))
    ids = await queries.ids_of(db, {email for email, _ in pairs})
    already = await queries.chased_on(db, today)
    asked = [_asked(register, by_slug[slug], email, already, today) for email, slug in pairs]
    problems = [*_left(asked, ids), *check_chasers(each for each in asked if each.email in ids)]
    if problems:
        raise RuleBroken(problems)
    earlier = await queries.open_chasers(db, [(ids[email], slug) for email, slug in pairs])
    await stop_reminders(db, earlier, StopReason.REPEATED, today, now)
    for email, slug in pairs:
        cycle = by_slug[slug].calendar.cycle_on(today)
        assert cycle is not None  # nobody owes anything before the first one
        db.add(
            Reminder(
                person_id=ids[email], kind=ReminderKind.CHASER, subject=slug, isg_id=by_slug[slug].id, cycle_number=cycle.number,
                due_by=cycle.deadline_on, raised_on=today, recorded_at=now, sent_by=caller.id,
            )
        )  # fmt: skip
    await db.flush()
    by_mail = await mail_chasers(db, set(ids.values()), today)
    return ChasersSent(people=len(ids), by_mail=len(by_mail))


def _within_reach(register: Register, person: Person) -> list[IsgFacts]:
    mine = reach(Action.SEND_CHASER, person)
    return [isg for isg in register.isgs if mine.covers(Subject(isg.name))]


def _open_in(register: Register, isg: str) -> list[Standing]:
    return [
        each
        for each in register.standings
        if each.isg == isg and each.in_plan and each.delivery_status is not DeliveryStatus.COMPLETE
    ]


def _unreported(register: Register, isg: IsgFacts, today: date) -> list[Standing]:
    """The same as the ISG's page counts."""
    number = isg.calendar.number_on(today)
    if number is None:
        return []
    return [
        each
        for each in _open_in(register, isg.name)
        if each.latest_update is None or each.latest_update.cycle != number
    ]


def _asked(register: Register, isg: IsgFacts, email: str, already: Mapping[str, str], today: date) -> Chased:
    theirs = [each for each in _unreported(register, isg, today) if each.owner_email == email]
    name = theirs[0].owner_name if theirs else email
    return Chased(email, name, isg.name, len(theirs), already.get(email))


def _left(asked: list[Chased], ids: Mapping[str, int]) -> list[Problem]:
    return [
        Problem(
            f"people.{each.email}",
            f"{each.name} is not here any more: give their root causes to another owner.",
        )
        for each in asked
        if each.email not in ids
    ]


def _isg_shown(
    isg: IsgFacts, cycle: Cycle | None, register: Register, chased: Mapping[tuple[str, int], Any],
    today_by: Mapping[str, str], here: set[str],
) -> IsgInCycle:  # fmt: skip
    unreported = _unreported(register, isg, register.as_at)
    expected = len(_open_in(register, isg.name))
    by_owner: defaultdict[str, list[Standing]] = defaultdict(list)
    for each in sorted(unreported, key=lambda each: (-each.days_overdue, each.due_date, each.reference)):
        by_owner[each.owner_email].append(each)
    return IsgInCycle(
        isg=isg.name, slug=isg.slug, cycle=cycle.number if cycle else None, deadline_on=cycle.deadline_on if cycle else None,
        meets_on=cycle.meets_on if cycle else None, closes_on=cycle.closes_on if cycle else None, expected=expected,
        reported=expected - len(unreported) if cycle else 0,
        owing=[
            _owing(theirs, chased.get((email, isg.id)), today_by, is_here=email in here)
            for email, theirs in sorted(by_owner.items(), key=lambda pair: (-len(pair[1]), pair[1][0].owner_name))
        ],
    )  # fmt: skip


def _owing(theirs: list[Standing], chaser: Any, today_by: Mapping[str, str], *, is_here: bool) -> Owing:
    first = theirs[0]
    chased_today = first.owner_email in today_by
    return Owing(
        name=first.owner_name, email=first.owner_email, is_here=is_here,
        root_causes=[
            OwedRootCause(
                ref=each.reference, title=each.title, delivery_status=each.delivery_status, due_date=each.due_date,
                days_overdue=each.days_overdue, reported_on=each.latest_update.reported_on if each.latest_update else None,
            )
            for each in theirs
        ],
        chased_on=chaser.Reminder.raised_on if chaser else None,
        chased_by=today_by.get(first.owner_email) or (chaser.sender if chaser else None), chased_today=chased_today,
    )  # fmt: skip


def _chaser_shown(row: Any) -> ChaserSent:
    chaser: Reminder = row.Reminder
    return ChaserSent(
        sent_on=chaser.raised_on, name=row.name, isg=row.isg, cycle=chaser.cycle_number or 0, sent_by=row.sender,
        mail=row.mail or "none", stopped_on=chaser.stopped_on,
        stopped_because=StopReason(chaser.stopped_because) if chaser.stopped_because else None,
    )  # fmt: skip
