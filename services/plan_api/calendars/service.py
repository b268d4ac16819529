"""A calendar to take along: deadlines, meetings and due dates, at a private address that its owner can replace or end.

No title and no text of the plan is in it, for calendars are kept by others: references and links alone.
"""

import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict
from services.domain.words import DeliveryStatus, Role
from services.plan_api.calendars import queries
from services.plan_api.calendars.schemas import AddressMade, AddressShown, CalendarEvent
from services.plan_api.sign_in.service import digest
from services.shared.auth import Caller, NotSignedIn
from services.shared.clock import business_now, business_today
from services.shared.facts import IsgFacts
from services.shared.models import CalendarAddress
from services.shared.register import Register, Standing, load_register

AHEAD: Final = timedelta(weeks=26)
LEADS: Final = frozenset({Role.ISG_CHAIR, Role.ISG_MEMBER, Role.ACCOUNTABLE_EXECUTIVE})


async def my_address(db: AsyncSession, caller: Caller) -> AddressShown:
    """Whether the caller has one."""
    address = await queries.address_of(db, caller.id)
    return AddressShown(made_at=address.recorded_at if address else None)


async def make_address(db: AsyncSession, caller: Caller) -> AddressMade:
    """A new one; the one before it ends. The secret is told here and never again: only its digest is kept."""
    now = await business_now(db)
    await queries.end_address(db, caller.id, now)
    secret = secrets.token_urlsafe(32)
    db.add(CalendarAddress(person_id=caller.id, secret_digest=digest(secret), recorded_at=now))
    await db.flush()
    return AddressMade(secret=secret, made_at=now)


async def end_address(db: AsyncSession, caller: Caller) -> None:
    """From now on there is nothing at it."""
    if not await queries.end_address(db, caller.id, await business_now(db)):
        raise Conflict("You have no calendar address that holds: there is nothing to end.")


async def calendar_at(db: AsyncSession, secret: str) -> list[CalendarEvent]:
    """What stands in the calendar of whoever's secret this is. Raises NotSignedIn for one that is nobody's any more."""
    person_id = await queries.person_at(db, digest(secret))
    if person_id is None:
        raise NotSignedIn("There is no calendar at this address.")
    today = await business_today(db)
    roles = await queries.roles_of(db, person_id)
    register = await load_register(db, today, only=await queries.reported_by(db, person_id))
    led = {isg for role, isg in roles if role in LEADS}
    everywhere = (Role.PMO, None) in roles
    recorded = await queries.isgs_recorded(db)
    owed_to = {each.isg for each in _open(register)}
    events: list[CalendarEvent] = []
    for isg in register.isgs:
        meets = everywhere or isg.name in led
        if meets or isg.name in owed_to:
            events += _of_an_isg(isg, today, recorded[isg.name].replace(microsecond=0), meets=meets)
    events += await _due_dates(db, register)
    if everywhere or (Role.ECIB_MEMBER, None) in roles:
        events += await _at_ecib(db, today)
    return sorted(events, key=lambda each: (each.day, each.key))


def _open(register: Register) -> list[Standing]:
    return [
        each
        for each in register.standings
        if each.in_plan and each.delivery_status is not DeliveryStatus.COMPLETE
    ]


def _of_an_isg(isg: IsgFacts, today: date, revised_at: datetime, *, meets: bool) -> Iterator[CalendarEvent]:
    """From the cycle before this one on."""
    first = max(0, (isg.calendar.number_on(today) or 0) - 1)
    for number in count(first):
        cycle = isg.calendar.cycle(number)
        if cycle.opens_on > today + AHEAD:
            return
        yield CalendarEvent(
            key=f"deadline-{isg.slug}-{number}", kind="deadline", day=cycle.deadline_on,
            summary=f"Updates due by 23:59: {isg.name}", description=f"Cycle {number} of {isg.name}.",
            path=f"/isgs/{isg.slug}" if meets else "/updates", revised_at=revised_at,
        )  # fmt: skip
        if meets:
            yield CalendarEvent(
                key=f"meeting-{isg.slug}-{number}", kind="meeting", day=cycle.meets_on, summary=f"{isg.name} meets",
                description=f"Meeting of cycle {number}.", path=f"/isgs/{isg.slug}", revised_at=revised_at,
            )  # fmt: skip


async def _due_dates(db: AsyncSession, register: Register) -> list[CalendarEvent]:
    theirs = _open(register)
    revised = await queries.due_dates_revised(db, [each.id for each in theirs])
    return [
        CalendarEvent(
            key=f"due-{each.reference}", kind="due", day=each.due_date, summary=f"Due: {each.reference}",
            description=f"A root cause of {each.isg}.", path=f"/root-causes/{each.reference}", revised_at=revised[each.id],
        )
        for each in theirs
    ]  # fmt: skip


async def _at_ecib(db: AsyncSession, today: date) -> list[CalendarEvent]:
    return [
        CalendarEvent(
            key=f"ecib-{row.day.isoformat()}", kind="ecib", day=row.day,
            summary=f"ECIB: {row.items} {'escalation' if row.items == 1 else 'escalations'} on the agenda",
            description="The queue stands in the order of the policy.", path="/escalations", revised_at=row.revised_at,
        )
        for row in await queries.ecib_agendas(db, today)
    ]  # fmt: skip
