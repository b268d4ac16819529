"""Who answers for a root cause, and who reports for whom: changed at once by the ISG's chair or the PMO, ECIB informed."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import RuleBroken
from services.domain.permissions import Action, Subject, require
from services.domain.reminders import OF_AN_OWNER
from services.domain.words import Role, StopReason
from services.plan_api.people.queries import end_role_of_those_who_report_on_nothing
from services.plan_api.reminders.queries import stop_at_once
from services.plan_api.root_causes.queries import locked_root_cause
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.models import Deputy, OwnerChange, Person, RoleGrant, RootCause
from services.shared.preconditions import check_if_match
from services.shared.register import load_register


async def assign_owner(
    db: AsyncSession, caller: Caller, reference: str, email: str, *, if_match: str | None = None
) -> None:
    """Hands a root cause to another owner, who becomes a root cause owner by it."""
    root_cause = await locked_root_cause(db, reference)
    await check_if_match(db, if_match, root_cause)
    standing = (await load_register(db, await business_today(db), only=[root_cause.id])).standings[0]
    require(Action.ASSIGN_OWNER, caller.who, standing.subject)
    await hand_over(db, root_cause, await active_person(db, email, "owner"), by=caller.id)


async def hand_over(db: AsyncSession, root_cause: RootCause, owner: Person, *, by: int | None) -> None:
    """The one place that changes an owner: from now on this person reports, and holds the role for it."""
    if root_cause.owner_id != owner.id:
        db.add(
            OwnerChange(
                root_cause_id=root_cause.id, from_id=root_cause.owner_id, to_id=owner.id, changed_by=by,
                recorded_at=await business_now(db),
            )
        )  # fmt: skip
    root_cause.owner_id = owner.id
    root_cause.version += 1
    await _make_owner(db, owner)
    await stop_at_once(
        db,
        root_cause.id,
        OF_AN_OWNER,
        StopReason.REASSIGNED,
        await business_today(db),
        await business_now(db),
    )
    await db.flush()


async def name_deputies(
    db: AsyncSession, caller: Caller, owner_email: str, deputy_emails: Iterable[str]
) -> None:
    """Sets who reports for an owner: those named, and nobody else any more."""
    owner = await _whose_deputies(db, caller, owner_email)
    wanted = {(await active_person(db, email, "deputies")).id for email in deputy_emails}
    if owner.id in wanted:
        raise RuleBroken.at("deputies", f"{owner.name} can't be their own deputy: name somebody else.")
    now = await business_now(db)
    current = await db.scalars(select(Deputy).where(Deputy.owner_id == owner.id, Deputy.ended_at.is_(None)))
    no_longer = []
    for deputy in list(current):
        if deputy.deputy_id in wanted:
            wanted.discard(deputy.deputy_id)
        else:
            deputy.ended_at = now
            no_longer.append(deputy.deputy_id)
    for deputy_id in sorted(wanted):
        db.add(Deputy(owner_id=owner.id, deputy_id=deputy_id, recorded_at=now))
        await _make_owner(db, await db.get_one(Person, deputy_id))
    await db.flush()
    await end_role_of_those_who_report_on_nothing(db, no_longer, now)


async def deputies_of(db: AsyncSession, caller: Caller, owner_email: str) -> list[Person]:
    """Who reports for an owner now, by name; for those who may name them."""
    owner = await _whose_deputies(db, caller, owner_email)
    query = (
        select(Person)
        .join(Deputy, Deputy.deputy_id == Person.id)
        .where(Deputy.owner_id == owner.id, Deputy.ended_at.is_(None))
        .order_by(Person.name)
    )
    return list(await db.scalars(query))


async def _whose_deputies(db: AsyncSession, caller: Caller, owner_email: str) -> Person:
    """The owner, to those who may name their deputies. Raises NotAllowed."""
    owner = await active_person(db, owner_email, "owner")
    require(Action.NAME_DEPUTIES, caller.who, Subject(await _isg_led_by(db, caller, owner), owner.email))
    return owner


async def _isg_led_by(db: AsyncSession, caller: Caller, owner: Person) -> str | None:
    """An ISG that the caller chairs and in which the owner holds a root cause."""
    chaired = {isg for role, isg in caller.who.grants if role is Role.ISG_CHAIR}
    if not chaired:
        return None
    register = await load_register(db, await business_today(db))
    return next(
        (each.isg for each in register.standings if each.owner_id == owner.id and each.isg in chaired), None
    )


async def active_person(db: AsyncSession, email: str, field: str) -> Person:
    """Somebody who is here, by email address. Raises RuleBroken at the field."""
    person = await db.scalar(
        select(Person)
        .where(Person.email == email.strip().lower(), Person.deactivated_at.is_(None))
        .with_for_update(read=True)  # so that nobody leaves between this and the commit
    )
    if person is None:
        raise RuleBroken.at(
            field, f"There is nobody here with the email address {email}. Give a colleague's work email."
        )
    return person


async def _make_owner(db: AsyncSession, person: Person) -> None:
    """Reporting on root causes is a role of its own: whoever is given one holds it."""
    holds = await db.scalar(
        select(RoleGrant.id).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == Role.ROOT_CAUSE_OWNER,
            RoleGrant.ended_at.is_(None),
        )
    )
    if holds is None:
        db.add(RoleGrant(person_id=person.id, role=Role.ROOT_CAUSE_OWNER, recorded_at=await business_now(db)))
