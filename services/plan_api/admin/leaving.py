"""Somebody leaves: all that they hold is handed over in one transaction, and nothing is left without an owner."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, RuleBroken
from services.domain.wording import listed
from services.domain.words import Role
from services.plan_api.admin import queries
from services.plan_api.admin.schemas import LeavingWish, Left, RoleHeld
from services.plan_api.admin.service import check_administrator_stays, end_links, grant_role
from services.plan_api.calendars.queries import end_address
from services.plan_api.people.service import active_person, hand_over
from services.plan_api.reminders.queries import stop_because_left
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today, real_now
from services.shared.db import lock
from services.shared.models import Action, Escalation, Isg, Person, RecoveryPlan, Risk, RootCause
from services.shared.outbox import enqueue

HANDOVERS: Final = "/v1/kpis/handovers"
"""The KPI service's door for the KPIs whose data a leaver owned."""


async def leave(db: AsyncSession, caller: Caller, email: str, wish: LeavingWish) -> Left:
    """Hands over, ends roles, deputyships and sessions, and deactivates. Raises RuleBroken while anything has no successor."""
    await lock(db, "roles")
    person = await queries.person_called(db, email, lock=True)
    if person.deactivated_at is not None:
        raise Conflict(f"{person.name} has left already.")
    if person.id == caller.person_id:
        raise Conflict("You can't end your own account: another administrator can.")
    if await queries.grant_of(db, person.id, Role.ADMINISTRATOR, None) is not None:
        await check_administrator_stays(db, caller, person)
    handed_over = await _hand_over(db, caller, person, wish)
    roles_ended = await queries.end_roles_and_deputyships(db, person.id)
    sessions_ended = await queries.end_sessions(db, person.id)
    await end_links(db, person.id)
    await end_address(db, person.id, await business_now(db))
    await stop_because_left(db, person.id, await business_today(db), await business_now(db))
    person.deactivated_at = real_now()
    person.version += 1
    await db.flush()
    return Left(handed_over=handed_over, roles_ended=roles_ended, sessions_ended=sessions_ended)


async def come_back(db: AsyncSession, email: str) -> None:
    """Somebody who had left is here again, without any role: roles are given anew."""
    person = await queries.person_called(db, email, lock=True)
    if person.deactivated_at is None:
        raise Conflict(f"{person.name} is here: there is nothing to bring back.")
    person.deactivated_at = None
    person.version += 1
    await db.flush()


async def _hand_over(db: AsyncSession, caller: Caller, person: Person, wish: LeavingWish) -> int:
    held = await queries.held_by(db, person.id)
    if not held:
        return 0
    if wish.successor is None:
        kinds = sorted({each.title if each.kind == "post" else each.ref for each in held})
        raise RuleBroken.at(
            "successor",
            f"{person.name} still holds {listed(kinds[:5])}{' and more' if len(kinds) > 5 else ''}: say who takes over.",
        )
    successor = await _successor(db, caller, person, wish.successor, "successor")
    others = {
        ref: await _successor(db, caller, person, email, "others")
        for ref, email in wish.others.items()
        if email
    }
    await _root_causes(db, caller, person, successor, others)
    await _the_rest(db, person, successor)
    if any(each.kind == "kpi" for each in held):
        await _kpis(db, caller, person, successor)
    await _posts(db, caller, person, successor)
    return len(held)


async def _successor(db: AsyncSession, caller: Caller, person: Person, email: str, field: str) -> Person:
    successor = await active_person(db, email, field)
    if successor.id == caller.person_id:
        raise RuleBroken.at(field, "You can't take it over yourself: name somebody else.")
    if successor.id == person.id:
        raise RuleBroken.at(field, f"{person.name} leaves: name somebody else to take over.")
    return successor


async def _root_causes(
    db: AsyncSession, caller: Caller, person: Person, successor: Person, others: Mapping[str, Person]
) -> None:
    owned = (
        await db.scalars(select(RootCause).where(RootCause.owner_id == person.id).with_for_update())
    ).all()
    unknown = others.keys() - {each.reference for each in owned}
    if unknown:
        raise RuleBroken.at("others", f"{person.name} does not own {min(unknown)}: leave it out.")
    for root_cause in owned:
        await hand_over(db, root_cause, others.get(root_cause.reference, successor), by=caller.person_id)


async def _the_rest(db: AsyncSession, person: Person, successor: Person) -> None:
    """Open actions, recovery plans before ECIB and open risks: the successor's from now on."""
    is_open = (Action.completed_on.is_(None), Action.withdrawn_on.is_(None))
    for action in await db.scalars(select(Action).where(Action.owner_id == person.id, *is_open)):
        action.owner_id = successor.id
        action.version += 1
    before_ecib = select(Escalation.recovery_plan_id).where(Escalation.state != "ended").scalar_subquery()
    for plan in await db.scalars(
        select(RecoveryPlan).where(RecoveryPlan.owner_id == person.id, RecoveryPlan.id.in_(before_ecib))
    ):
        plan.owner_id = successor.id
    for risk in await db.scalars(select(Risk).where(Risk.owner_id == person.id, Risk.state == "open")):
        risk.owner_id = successor.id
        risk.version += 1
    await db.flush()


async def _kpis(db: AsyncSession, caller: Caller, person: Person, successor: Person) -> None:
    """The KPI service hands over the data of their KPIs, once this has committed."""
    await enqueue(
        db, "plan", "kpi", HANDOVERS,
        {
            "owner": person.id, "successor": successor.id, "on": (await business_today(db)).isoformat(),
            "because": f"{person.name} left: {successor.name} owns its data from now on.", "by": caller.id,
        },
    )  # fmt: skip


async def _posts(db: AsyncSession, caller: Caller, person: Person, successor: Person) -> None:
    for isg in (await db.scalars(select(Isg))).all():
        if isg.chair_id == person.id:
            await grant_role(db, caller, successor.email, RoleHeld(role=Role.ISG_CHAIR, isg=isg.name))
        if isg.executive_id == person.id:
            await grant_role(
                db, caller, successor.email, RoleHeld(role=Role.ACCOUNTABLE_EXECUTIVE, isg=isg.name)
            )
