"""Progress of the open cycles, and chasers to those who have not reported."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound, Problem, RuleBroken
from services.domain.permissions import Action, Person, Subject, reach, require
from services.domain.reminders import Chased, check_chasers
from services.domain.standing import days_overdue
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
from services.plan_api.root_causes.queries import most_pressing_first
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.db import among, lock
from services.shared.facts import IsgFacts, load_isgs
from services.shared.models import Reminder, RootCause
from services.shared.register import Standing, kept_standings
from services.shared.settings import settings
from services.shared.standings import bring_standings_up_to


async def cycle_progress(db: AsyncSession, caller: Caller) -> CycleProgress:
    """How many of how many have reported, who has not, and what was sent: in the ISGs that the caller may chase in."""
    today = await business_today(db)
    await bring_standings_up_to(db, today)
    isgs = _within_reach(await load_isgs(db), caller.who)
    return CycleProgress(
        today=today,
        sends_mail=settings().sends_mail,
        isgs=await _isgs_shown(db, isgs, today),
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
    await bring_standings_up_to(db, today)
    by_slug = {isg.slug: isg for isg in await load_isgs(db)}
    for slug in {each.isg for each in wanted} - by_slug.keys():
        raise NotFound(f"There is no ISG {slug}. Open the list of ISGs to find it.")
    for slug in {each.isg for each in wanted}:
        require(Action.SEND_CHASER, caller.who, Subject(by_slug[slug].name))
    pairs = list(dict.fromkeys((each.email.strip().lower(), each.isg) for each in wanted))
    ids = await queries.ids_of(db, {email for email, _ in pairs})
    already = {email: row.sender for email, row in (await queries.chased_on(db, today)).items()}
    asked = [
        await _asked(db, by_slug[slug], email, ids.get(email, 0), already, today) for email, slug in pairs
    ]
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


def _within_reach(isgs: Iterable[IsgFacts], person: Person) -> list[IsgFacts]:
    mine = reach(Action.SEND_CHASER, person)
    return [isg for isg in isgs if mine.covers(Subject(isg.name))]


async def _unreported(
    db: AsyncSession, isg: IsgFacts, today: date, owners: Collection[int]
) -> Sequence[Standing]:
    """What these owners have not reported on, as the ISG's page counts it: the most pressing first."""
    owed = queries.unreported_in(isg.id, isg.calendar.number_on(today))
    return await kept_standings(
        db, today, owed, among(RootCause.owner_id, owners), order=most_pressing_first()
    )


async def _asked(
    db: AsyncSession, isg: IsgFacts, email: str, person_id: int, already: Mapping[str, str], today: date
) -> Chased:
    theirs = await _unreported(db, isg, today, [person_id])
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


async def _isgs_shown(db: AsyncSession, isgs: Collection[IsgFacts], today: date) -> list[IsgInCycle]:
    chased_today = await queries.chased_on(db, today)
    owed = await queries.owed_by_owner(db, today)
    already = [row.id for row in chased_today.values()]
    owners = {isg.id: await queries.owing(db, owed[isg.id], already) if owed[isg.id] else [] for isg in isgs}
    cycles = {isg.id: isg.calendar.number_on(today) or 0 for isg in isgs}
    theirs = await queries.owed_first(
        db, [(isg_id, cycles[isg_id], owner.id) for isg_id, those in owners.items() for owner in those]
    )
    shown = []
    for isg in isgs:
        cycle = isg.calendar.cycle_on(today)
        number = cycle.number if cycle else None
        expected, unreported = await queries.count_in(db, isg.id, number)
        ids = [owner.id for owner in owners[isg.id]]
        chased = await queries.chased_in(db, isg.id, number, ids) if ids and number is not None else {}
        shown.append(
            IsgInCycle(
                isg=isg.name, slug=isg.slug, cycle=number, deadline_on=cycle.deadline_on if cycle else None,
                meets_on=cycle.meets_on if cycle else None, closes_on=cycle.closes_on if cycle else None, expected=expected,
                reported=expected - unreported if cycle else 0,
                owing=[
                    _owing(owner, theirs[isg.id, owner.id], today, chased.get(owner.id), chased_today)
                    for owner in owners[isg.id]
                ],
                owners=len(owed[isg.id]),
            )
        )  # fmt: skip
    return shown


def _owing(
    owner: Any,
    theirs: Sequence[Any],
    today: date,
    chased: tuple[date, str] | None,
    chased_today: Mapping[str, Any],
) -> Owing:
    now = chased_today.get(owner.email)
    return Owing(
        name=owner.name, email=owner.email, is_here=owner.is_here,
        root_causes=[
            OwedRootCause(
                ref=each.reference, title=each.title, delivery_status=each.delivery_status, due_date=each.due_date,
                days_overdue=days_overdue(each.due_date, DeliveryStatus(each.delivery_status), today),
                reported_on=each.reported_on,
            )
            for each in theirs
        ],
        number=owner.number, chased_on=chased[0] if chased else None,
        chased_by=now.sender if now else (chased[1] if chased else None), chased_today=now is not None,
    )  # fmt: skip


def _chaser_shown(row: Any) -> ChaserSent:
    chaser: Reminder = row.Reminder
    return ChaserSent(
        sent_on=chaser.raised_on, name=row.name, isg=row.isg, cycle=chaser.cycle_number or 0, sent_by=row.sender,
        mail=row.mail or "none", stopped_on=chaser.stopped_on,
        stopped_because=StopReason(chaser.stopped_because) if chaser.stopped_because else None,
    )  # fmt: skip
