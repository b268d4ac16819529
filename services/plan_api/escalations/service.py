"""Escalation: raised at once by the system or by hand, ordered, put on an agenda, decided by ECIB, ended."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, NotAllowed, RuleBroken
from services.domain.escalation import (
    STATES_AFTER,
    STATES_BEFORE_DECIDED,
    Decider,
    ReasonDue,
    Undecided,
    check_decision,
    may_end,
    reasons_due,
)
from services.domain.facts import Report
from services.domain.lifecycle import ESCALATION_MOVES, check_move
from services.domain.permissions import Action, require
from services.domain.status import placement_on
from services.domain.wording import is_blank, written
from services.domain.words import Decision, EscalationReason, EscalationState, Role
from services.plan_api.change_requests.service import apply_rebaseline
from services.plan_api.escalations import queries
from services.plan_api.escalations.schemas import DecisionWish
from services.plan_api.root_causes.queries import locked_root_cause
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.db import lock
from services.shared.facts import PlanFacts, load_plan_facts
from services.shared.models import (
    Escalation,
    EscalationDecision,
    EscalationReasonGiven,
    EscalationStep,
    Person,
    RecoveryPlan,
    RootCause,
)
from services.shared.preconditions import check_if_match
from services.shared.register import load_register

IDS_A_STATEMENT = 10_000


async def raise_what_is_due(
    db: AsyncSession,
    day: date,
    *,
    only: Collection[int] | None = None,
    submitted_now: Report | None = None,
    facts: PlanFacts | None = None,
) -> list[str]:
    """Raises, or adds to what is open, every reason that the system gives at `day`. Answers the escalations touched."""
    facts = facts or await load_plan_facts(db, only=only)
    already = await queries.past_reasons(db, only)
    ids = await queries.row_ids(db, only)
    due: dict[int, tuple[ReasonDue, ...]] = {}
    for root_cause in facts.root_causes:
        placement = placement_on(root_cause, day)
        if placement is None:
            continue
        row_id = ids[root_cause.reference]
        calendar = facts.calendar_of(placement.isg)
        if reasons := reasons_due(root_cause, day, calendar, already[row_id], submitted_now):
            due[row_id] = reasons
    return [escalation.reference for escalation in await _add_reasons(db, due, day)]


async def add_reasons(
    db: AsyncSession, root_cause_id: int, reasons: Iterable[ReasonDue], day: date, *, given_by: int | None = None,
    detail: str | None = None,
) -> Escalation:  # fmt: skip
    """Adds reasons to the open escalation of a root cause, or raises one. What ECIB had decided comes before it again."""
    (escalation,) = await _add_reasons(db, {root_cause_id: reasons}, day, given_by=given_by, detail=detail)
    return escalation


async def _add_reasons(
    db: AsyncSession, due: Mapping[int, Iterable[ReasonDue]], day: date, *, given_by: int | None = None,
    detail: str | None = None,
) -> list[Escalation]:  # fmt: skip
    """The same for each of many root causes, in as many statements as for one."""
    if not due:
        return []
    now = await business_now(db)
    open_ones = await queries.open_escalations(db, due)
    raised = await _raise(db, [row_id for row_id in due if row_id not in open_ones], day, given_by)
    decided = [each for each in open_ones.values() if each.state not in STATES_BEFORE_DECIDED]
    for back in (EscalationState.PLAN_SUBMITTED, EscalationState.RAISED):
        has_plan = back is EscalationState.PLAN_SUBMITTED
        again = [each for each in decided if (each.recovery_plan_id is not None) is has_plan]
        await _move_all(db, again, back, day, given_by)
    escalations = [open_ones.get(row_id) or raised[row_id] for row_id in due]
    db.add_all(
        EscalationReasonGiven(
            escalation_id=escalation.id, reason=reason.reason, due_date=reason.due_date, detail=detail, given_on=day,
            given_by=given_by, recorded_at=now,
        )
        for escalation in escalations
        for reason in due[escalation.root_cause_id]
    )  # fmt: skip
    await _root_causes_changed(db, escalations)
    return escalations


async def _raise(
    db: AsyncSession, root_cause_ids: Sequence[int], day: date, by: int | None
) -> dict[int, Escalation]:
    """New escalations, by root cause."""
    if not root_cause_ids:
        return {}
    await lock(db, "escalation references")
    first, now = await queries.next_number(db), await business_now(db)
    raised = [
        Escalation(
            reference=f"ESC-{number:04d}", root_cause_id=root_cause_id, state=EscalationState.RAISED, raised_on=day,
            recorded_at=now,
        )
        for number, root_cause_id in enumerate(root_cause_ids, start=first)
    ]  # fmt: skip
    db.add_all(raised)
    await db.flush()
    await _note_steps(db, raised, day, by, None)
    return {escalation.root_cause_id: escalation for escalation in raised}


async def attach_recovery_plan(
    db: AsyncSession, root_cause_id: int, plan: RecoveryPlan, day: date, by: int
) -> None:
    """The owner's recovery plan goes before ECIB with the open escalation."""
    escalation = await queries.open_escalation(db, root_cause_id)
    if escalation is None:
        return
    escalation.recovery_plan_id = plan.id
    escalation.version += 1
    if escalation.state in {EscalationState.RAISED, EscalationState.PLAN_ASKED}:
        await _move(db, escalation, EscalationState.PLAN_SUBMITTED, day, by)


async def escalate_by_hand(
    db: AsyncSession, caller: Caller, reference: str, reason: str, *, if_match: str | None = None
) -> Escalation:
    """The chair, the executive or the PMO puts a root cause before ECIB, with a reason."""
    root_cause = await locked_root_cause(db, reference)
    check_if_match(if_match, root_cause.version)
    today = await business_today(db)
    standing = (await load_register(db, today, only=[root_cause.id])).standings[0]
    require(Action.ESCALATE, caller.who, standing.subject)
    if standing.closed_on is not None:
        raise Conflict("The ISG has closed this root cause: reopen it before you escalate it.")
    if is_blank(reason):
        raise RuleBroken.at("reason", "Say why ECIB should look at this root cause.")
    return await add_reasons(
        db,
        root_cause.id,
        [ReasonDue(EscalationReason.BY_HAND)],
        today,
        given_by=caller.id,
        detail=reason.strip(),
    )


async def ask_for_recovery_plan(db: AsyncSession, caller: Caller, reference: str) -> Escalation:
    """The PMO asks the owner for a recovery plan."""
    escalation, _ = await _locked(db, reference)
    await _require_about(db, Action.PUT_ON_AGENDA, caller, escalation)
    await _move(db, escalation, EscalationState.PLAN_ASKED, await business_today(db), caller.id)
    return escalation


async def put_on_agenda(db: AsyncSession, caller: Caller, reference: str, meeting_date: date) -> Escalation:
    """The PMO puts it on the agenda of an ECIB meeting, today or later."""
    escalation, _ = await _locked(db, reference)
    await _require_about(db, Action.PUT_ON_AGENDA, caller, escalation)
    today = await business_today(db)
    if meeting_date < today:
        raise RuleBroken.at(
            "meeting_date", f"{written(meeting_date)} has passed: give a meeting from today on."
        )
    if escalation.state != EscalationState.ON_AGENDA:
        await _move(
            db,
            escalation,
            EscalationState.ON_AGENDA,
            today,
            caller.id,
            f"Meeting of {written(meeting_date)}.",
        )
    escalation.agenda_for = meeting_date
    await _root_causes_changed(db, [escalation])
    return escalation


async def decide(
    db: AsyncSession, caller: Caller, reference: str, wish: DecisionWish, *, if_match: str | None = None
) -> Escalation:
    """ECIB's decision. A re-baseline is recorded as an approved change request and applied in this same transaction."""
    escalation, root_cause = await _locked(db, reference)
    check_if_match(if_match, root_cause.version)
    today, now = await business_today(db), await business_now(db)
    standing = (await load_register(db, today, only=[root_cause.id])).standings[0]
    require(Action.DECIDE_ESCALATION, caller.who, standing.subject)
    decider = await _decider(db, caller, wish.decided_by)
    check_decision(
        wish.decision,
        Undecided(
            state=EscalationState(escalation.state), raised_on=escalation.raised_on, due_date=standing.due_date,
            has_recovery_plan=escalation.recovery_plan_id is not None,
        ),
        Decider(
            is_ecib_member=await queries.is_ecib_member(db, decider.id),
            submitted_it=decider.email in (await queries.submitters_of(db, [escalation]))[escalation.id],
            is_executive_of_the_isg=(await queries.executives(db)).get(standing.isg) == decider.email,
        ),
        meeting_date=wish.meeting_date,
        reason=wish.reason,
        new_due_date=wish.new_due_date,
        today=today,
    )  # fmt: skip
    reason = str(wish.reason).strip()
    change = None
    if wish.decision is Decision.REBASELINE:
        assert wish.new_due_date is not None  # check_decision asks for it
        change = await apply_rebaseline(
            db, root_cause, standing.due_date, wish.new_due_date, reason=reason, submitted_by=caller.id, decided_by=decider.id,
            decided_on=wish.meeting_date,
        )  # fmt: skip
    db.add(
        EscalationDecision(
            escalation_id=escalation.id, decision=wish.decision, decided_by=decider.id, recorded_by=caller.id,
            meeting_date=wish.meeting_date, reason=reason, new_due_date=wish.new_due_date,
            change_request_id=change.id if change else None, recorded_at=now,
        )
    )  # fmt: skip
    if wish.decision is Decision.SEND_BACK:
        escalation.recovery_plan_id = None
    await _move(db, escalation, EscalationState.DECIDED, today, caller.id, reason)
    if STATES_AFTER[wish.decision] is not EscalationState.DECIDED:
        await _move(db, escalation, STATES_AFTER[wish.decision], today, caller.id, reason)
    return escalation


async def confirm_recovered(db: AsyncSession, caller: Caller, reference: str) -> Escalation:
    """ECIB confirms that a root cause is back on track: two updates in a row on track, and not overdue."""
    escalation, _ = await _locked(db, reference)
    await _require_about(db, Action.DECIDE_ESCALATION, caller, escalation)
    today = await business_today(db)
    facts = await load_plan_facts(db, only=[escalation.root_cause_id])
    monitored_since = (await queries.decided_on(db, [escalation.id])).get(escalation.id)
    if not may_end(facts.root_causes[0], today, monitored_since=monitored_since, confirmed_by_ecib=True):
        raise Conflict(
            "This can end once two updates in a row since the decision are on track and the root cause is not overdue."
        )
    await _move(db, escalation, EscalationState.ENDED, today, caller.id, "Back on track, confirmed by ECIB.")
    return escalation


async def end_because_closed(
    db: AsyncSession, root_cause_ids: Collection[int], by: int | None, day: date
) -> None:
    """The ISG has closed these root causes: nothing is left for ECIB to look at."""
    open_ones = await queries.open_escalations(db, root_cause_ids)
    await _move_all(
        db, list(open_ones.values()), EscalationState.ENDED, day, by, "The ISG closed the root cause."
    )


async def monitor_what_was_decided(db: AsyncSession, day: date) -> None:
    """What ECIB decided before `day` is monitored from now on."""
    await _move_all(db, await queries.decided_before(db, day), EscalationState.MONITORED, day, None)


async def _move(
    db: AsyncSession,
    escalation: Escalation,
    to: EscalationState,
    day: date,
    by: int | None,
    detail: str | None = None,
) -> None:
    await _move_all(db, [escalation], to, day, by, detail)


async def _move_all(
    db: AsyncSession,
    escalations: Sequence[Escalation],
    to: EscalationState,
    day: date,
    by: int | None,
    detail: str | None = None,
) -> None:
    for escalation in escalations:
        check_move(ESCALATION_MOVES, EscalationState(escalation.state), to)
        escalation.state = to
        escalation.version += 1
        if to is EscalationState.ENDED:
            escalation.ended_on = day
    await _note_steps(db, escalations, day, by, detail)
    await _root_causes_changed(db, escalations)


async def _note_steps(
    db: AsyncSession, escalations: Iterable[Escalation], day: date, by: int | None, detail: str | None
) -> None:
    now = await business_now(db)
    db.add_all(
        EscalationStep(
            escalation_id=escalation.id, state=escalation.state, on_day=day, moved_by=by, detail=detail, recorded_at=now
        )
        for escalation in escalations
    )  # fmt: skip
    await db.flush()


async def _root_causes_changed(db: AsyncSession, escalations: Collection[Escalation]) -> None:
    """What is before ECIB is part of what a root cause's reader has seen: its version counts it."""
    await db.flush()
    ids = sorted({escalation.root_cause_id for escalation in escalations})
    for first in range(0, len(ids), IDS_A_STATEMENT):
        await db.execute(
            update(RootCause)
            .where(RootCause.id.in_(ids[first : first + IDS_A_STATEMENT]))
            .values(version=RootCause.version + 1)
        )


async def _locked(db: AsyncSession, reference: str) -> tuple[Escalation, RootCause]:
    """The escalation and its root cause, locked in the order that every use case locks them: the root cause first."""
    root_cause_id = await queries.root_cause_of(db, reference)
    subject = await db.scalars(select(RootCause).where(RootCause.id == root_cause_id).with_for_update())
    return await queries.locked_escalation(db, reference), subject.one()


async def _require_about(db: AsyncSession, action: Action, caller: Caller, escalation: Escalation) -> None:
    standing = (await load_register(db, await business_today(db), only=[escalation.root_cause_id])).standings[
        0
    ]
    require(action, caller.who, standing.subject)


async def _decider(db: AsyncSession, caller: Caller, email: str | None) -> Person:
    """The member whose decision it is. Only the PMO, who writes for executives, names somebody else."""
    if email is None or email.strip().lower() == caller.who.email:
        return await db.get_one(Person, caller.id)
    if not caller.who.has(Role.PMO):
        raise NotAllowed(
            "Only the PMO records the decision of somebody else: leave this empty to record your own."
        )
    person = await queries.person_with(db, email)
    if person is None:
        raise RuleBroken.at(
            "decided_by", f"There is nobody here with the email address {email}. Name an ECIB member."
        )
    return person
