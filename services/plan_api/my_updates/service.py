"""For owners of many: everything that they owe in one table, and "nothing changed since" where the rules would take it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.cycles import Cycle
from services.domain.errors import Conflict, DomainError, NotAllowed, RuleBroken
from services.domain.permissions import DENIALS, Action, reach
from services.domain.updates import (
    CONFIRMATION_IS_ENOUGH_BEFORE,
    Situation,
    UpdateReport,
    check_update,
    guidance,
)
from services.domain.words import DeliveryStatus, UpdateStatus
from services.plan_api.my_updates import queries
from services.plan_api.my_updates.schemas import RowDraft, SentBack, UpdateRow, UpdateRows
from services.plan_api.root_causes.queries import root_cause_id
from services.plan_api.updates.queries import latest_update
from services.plan_api.updates.schemas import SaidBefore, StatusOffered, UpdateAccepted, UpdateWish
from services.plan_api.updates.service import submit_update
from services.shared.auth import Caller
from services.shared.clock import business_today
from services.shared.register import Register, Standing, load_register


async def my_updates(db: AsyncSession, caller: Caller) -> UpdateRows:
    """Each open root cause that the person reports on, what is owed first and of that the most pressing first."""
    today = await business_today(db)
    ids = await queries.reported_by(db, reach(Action.SUBMIT_UPDATE, caller.who))
    register = await load_register(db, today, only=ids)
    known = await _known(db, caller, register, ids)
    rows = [row for each in register.standings if (row := _row(known, each)) is not None]
    return UpdateRows(
        today=today,
        items=sorted(rows, key=lambda row: (row.reported, -row.days_overdue, row.due_date, row.ref)),
    )


async def confirm_unchanged(
    db: AsyncSession, caller: Caller, reference: str, *, if_match: str | None = None
) -> UpdateAccepted:
    """Says again what was said last, marked as unchanged; by the same rules as any update. Raises what those raise."""
    row_id = await root_cause_id(db, reference)
    if row_id not in await queries.reported_by(db, reach(Action.SUBMIT_UPDATE, caller.who)):
        raise NotAllowed(DENIALS[Action.SUBMIT_UPDATE])
    last = await latest_update(db, row_id)
    if last is None:
        wish = UpdateWish(status=UpdateStatus.NOT_STARTED)
    else:
        wish = UpdateWish(
            status=UpdateStatus(last.status),
            progress=last.progress,
            reason=last.reason,
            forecast_date=last.forecast_date,
        )
    if wish.status is UpdateStatus.COMPLETE:
        raise Conflict("You said last that it is complete: report in full what has changed since.")
    try:
        return await submit_update(db, caller, reference, wish, if_match=if_match, unchanged=True)
    except RuleBroken as refused:
        why = " ".join(problem.sentence for problem in refused.problems)
        raise Conflict(f"What was said last can't stand as it is. {why}") from refused


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows are made from."""

    caller: Caller
    register: Register
    actions: Any
    evidence: set[int]
    plans: set[int]
    updates: Any
    drafts: Any
    sent_back: Any


async def _known(db: AsyncSession, caller: Caller, register: Register, ids: list[int]) -> Known:
    return Known(
        caller,
        register,
        await queries.open_actions(db, ids),
        await queries.with_evidence(db, ids),
        await queries.with_plan_in_force(db, ids),
        await queries.latest_updates(db, ids),
        await queries.drafts(db, ids),
        await queries.sent_back(db, ids),
    )


def _row(known: Known, each: Standing) -> UpdateRow | None:
    """None for what is closed, out of the plan, or in an ISG whose first cycle is still to come."""
    cycle = known.register.calendar_of(each.isg).cycle_on(known.register.as_at)
    if cycle is None or not each.in_plan or each.delivery_status is DeliveryStatus.COMPLETE:
        return None
    today = known.register.as_at
    situation = Situation(
        today=today, due_date=each.due_date, open_actions=known.actions[each.id], has_evidence=each.id in known.evidence,
        recovery_plan_in_force=each.id in known.plans,
    )  # fmt: skip
    said, said_by = known.updates.get(each.id, (None, None))
    own_draft = next(
        (draft for draft, _ in known.drafts[each.id] if draft.person_id == known.caller.id), None
    )
    request, sender = known.sent_back.get(each.id, (None, ""))
    reported = said is not None and said.cycle_number == cycle.number
    return UpdateRow(
        ref=each.reference, title=each.title, isg=each.isg, owner_name=each.owner_name,
        own=each.owner_email == known.caller.who.email, delivery_status=each.delivery_status, due_date=each.due_date,
        days_overdue=each.days_overdue, deadline_on=cycle.deadline_on, late_now=cycle.is_late(today), cycle=cycle.number,
        reported=reported, version=each.version, last_update=_said(said), said_by=said_by,
        statuses=[
            StatusOffered(
                status=offer.status, label=offer.status.label, needs=[need.value for need in offer.needs],
                blocked_by=list(offer.blocked_by),
            )
            for offer in guidance(situation)
        ],
        plan_in_force=each.id in known.plans, can_confirm=not reported and _can_stand(said, situation),
        confirmation_is_enough=_confirmation_is_enough(said, each, cycle, known),
        draft=RowDraft(fields=own_draft.fields, saved_at=own_draft.saved_at) if own_draft else None,
        others_draft=next((name for draft, name in known.drafts[each.id] if draft.person_id != known.caller.id), None),
        sent_back=SentBack(reason=str(request.reason), by=sender, on=request.decided_on) if request else None,
    )  # fmt: skip


def _said(said: Any) -> SaidBefore | None:
    if said is None:
        return None
    return SaidBefore(
        cycle=said.cycle_number, version=said.version, reported_on=said.reported_on, status=UpdateStatus(said.status),
        progress=said.progress, reason=said.reason, forecast_date=said.forecast_date,
    )  # fmt: skip


def _can_stand(said: Any, situation: Situation) -> bool:
    """Whether the rules would take the same words again today."""
    if said is not None and said.status == UpdateStatus.COMPLETE:
        return False
    report = UpdateReport(
        status=UpdateStatus(said.status) if said else UpdateStatus.NOT_STARTED, progress=said.progress if said else None,
        reason=said.reason if said else None, forecast_date=said.forecast_date if said else None,
    )  # fmt: skip
    try:
        check_update(report, situation)
    except DomainError:
        return False
    return True


def _confirmation_is_enough(said: Any, each: Standing, cycle: Cycle, known: Known) -> bool:
    not_started = said is None or said.status == UpdateStatus.NOT_STARTED
    far_off = each.due_date - known.register.as_at > CONFIRMATION_IS_ENOUGH_BEFORE
    owed = said is None or said.cycle_number != cycle.number
    return not_started and far_off and owed
