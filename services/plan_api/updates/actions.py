"""Actions within a root cause: done on a day, or withdrawn with a reason."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, RuleBroken
from services.domain.permissions import Action as Permission
from services.domain.permissions import require
from services.domain.wording import is_blank, written
from services.plan_api.impact.queries import open_actions_since_closing
from services.plan_api.root_causes.queries import locked_root_cause
from services.plan_api.updates.queries import locked_action
from services.plan_api.updates.schemas import ActionDone
from services.shared.auth import Caller
from services.shared.clock import business_today
from services.shared.models import Action, RootCause
from services.shared.preconditions import check_if_match
from services.shared.register import load_register


async def complete_action(
    db: AsyncSession, caller: Caller, reference: str, completed_on: date, *, if_match: str | None = None
) -> ActionDone:
    """Done on a day that is not in the future. The same day again changes nothing."""
    action, root_cause = await _open_to(db, Permission.COMPLETE_ACTION, caller, reference, if_match)
    today = await business_today(db)
    if completed_on > today:
        raise RuleBroken.at(
            "completed_date", f"{written(completed_on)} is in the future: give the day on which it was done."
        )
    if action.withdrawn_on is not None:
        raise Conflict(
            f"Action {reference} was withdrawn on {written(action.withdrawn_on)}: it can't be completed."
        )
    if action.completed_on != completed_on:
        action.completed_on = completed_on
        await _touch(db, action, root_cause)
    return _shown(action, root_cause)


async def withdraw_action(
    db: AsyncSession, caller: Caller, reference: str, reason: str | None, *, if_match: str | None = None
) -> ActionDone:
    """No longer needed, with the reason: what happens within a root cause is the ISG's to decide."""
    action, root_cause = await _open_to(db, Permission.WITHDRAW_ACTION, caller, reference, if_match)
    if is_blank(reason):
        raise RuleBroken.at("reason", "Say why this action is withdrawn.")
    if action.completed_on is not None:
        raise Conflict(
            f"Action {reference} was completed on {written(action.completed_on)}: it can't be withdrawn."
        )
    if action.withdrawn_on is None:
        action.withdrawn_on, action.withdrawn_reason = await business_today(db), str(reason).strip()
        await _touch(db, action, root_cause)
    return _shown(action, root_cause)


async def _open_to(
    db: AsyncSession, permission: Permission, caller: Caller, reference: str, if_match: str | None
) -> tuple[Action, str]:
    action, root_cause = await locked_action(db, reference)
    register = await load_register(db, await business_today(db), only=[action.root_cause_id])
    standing = register.standings[0]
    require(permission, caller.who, standing.subject)
    await check_if_match(db, if_match, await db.get_one(RootCause, action.root_cause_id))
    added = await open_actions_since_closing(db, action.root_cause_id) if standing.closed_on else set()
    if standing.closed_on is not None and reference not in added:
        raise Conflict("The ISG has closed this root cause: reopen it before you change its actions.")
    return action, root_cause


async def _touch(db: AsyncSession, action: Action, root_cause: str) -> None:
    action.version += 1
    (await locked_root_cause(db, root_cause)).version += 1
    await db.flush()


def _shown(action: Action, root_cause: str) -> ActionDone:
    return ActionDone(
        ref=action.reference,
        root_cause=root_cause,
        completed_date=action.completed_on,
        withdrawn_on=action.withdrawn_on,
    )
