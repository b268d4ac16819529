"""Escalation: raised at once by the system or by hand, ordered, put on an agenda, decided by ECIB, ended."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, NotAllowed, RuleBroken
from services.domain.escalation import (
    REASONS_OF_CLOSED,
    STATES_AFTER,
    Decider,
    ReasonDue,
    Undecided,
    check_decision,
    may_end,
    reasons_due,
)
from services.domain.lifecycle import ESCALATION_MOVES, check_move
from services.domain.permissions import Action, require
from services.domain.status import placement_on
from services.domain.wording import is_blank, written
from services.domain.words import Decision, EscalationReason, EscalationState, PartnerEventKind, Role
from services.plan_api.change_requests.service import apply_rebaseline
from services.plan_api.escalations import queries
from services.plan_api.escalations.raising import (
    Raising,
    open_escalations,
    root_causes_changed,
    write_raisings,
)
from services.plan_api.escalations.schemas import DecisionWish
from services.plan_api.root_causes.queries import locked_root_cause
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.db import among
from services.shared.facts import PlanFacts, load_plan_facts
from services.shared.models import (
    Escalation,
    EscalationDecision,
    EscalationStep,
    Person,
    RootCause,
)
from services.shared.preconditions import check_if_match
from services.shared.register import Standing, load_register
from services.shared.webhooks import PartnerEvent, tell_partners, tell_partners_of_many


async def raise_what_is_due(
    db: AsyncSession, day: date, *, facts: PlanFacts | None = None, only: Collection[int] | None = None
) -> list[str]:
    """Raises, or adds to what is open, every reason that the system gives at `day`. Answers the escalations touched."""
    facts = facts or await load_plan_facts(db, only=only)
    ids = await queries.row_ids(db, only)
    already = await queries.past_reasons(db, only)
    open_now = await open_escalations(db, ids.values())
    raisings = []
    for root_cause in facts.root_causes:
        placement = placement_on(root_cause, day)
        if placement is None:
            continue
        row_id = ids[root_cause.reference]
        raising = Raising(row_id, open_now.get(row_id))
        raising.add(reasons_due(root_cause, day, facts.calendar_of(placement.isg), already[row_id]))
        if raising.changes_anything:
            raisings.append(raising)
    touched = await write_raisings(db, raisings, day, await business_now(db))
    await root_causes_changed(db, touched)
    references = {row_id: reference for reference, row_id in ids.items()}
    await tell_partners_of_many(
        db,
        [
            _raised(touched[each.root_cause_id], references[each.root_cause_id], each)
            for each in raisings
            if each.escalation is None and _reasons_that_are_out(each)
        ],
    )
    return [touched[raising.root_cause_id] for raising in raisings]


def _reasons_that_are_out(raising: Raising) -> list[str]:
    """What an owner has said is out when the update is released; what is raised by the calendar or by hand is at once."""
    reasons = {due.reason for due, _, _ in raising.reasons} - {EscalationReason.SAID_OFF_TRACK}
    return sorted(reasons)


def _raised(reference: str, root_cause: str, raising: Raising) -> PartnerEvent:
    return PartnerEvent(
        PartnerEventKind.ESCALATION_RAISED,
        {"ref": reference, "root_cause": root_cause, "reasons": _reasons_that_are_out(raising)},
    )


async def escalate_by_hand(
    db: AsyncSession, caller: Caller, reference: str, reason: str, *, if_match: str | None = None
) -> Escalation:
    """The chair, the executive or the PMO puts a root cause before ECIB, with a reason."""
    root_cause = await locked_root_cause(db, reference)
    await check_if_match(db, if_match, root_cause)
    today = await business_today(db)
    standing = (await load_register(db, today, only=[root_cause.id])).standings[0]
    require(Action.ESCALATE, caller.who, standing.subject)
    if standing.closed_on is not None:
        raise Conflict("The ISG has closed this root cause: reopen it before you escalate it.")
    if is_blank(reason):
        raise RuleBroken.at("reason", "Say why ECIB should look at this root cause.")
    raising = Raising(root_cause.id, (await open_escalations(db, [root_cause.id])).get(root_cause.id))
    raising.add([ReasonDue(EscalationReason.BY_HAND)], given_by=caller.id, detail=reason.strip())
    await write_raisings(db, [raising], today, await business_now(db))
    await root_causes_changed(db, [root_cause.id])
    escalation = await queries.open_escalation(db, root_cause.id)
    assert escalation is not None  # it has just been raised
    if raising.escalation is None:
        await tell_partners(db, _raised(escalation.reference, root_cause.reference, raising))
    return escalation


async def ask_for_recovery_plan(
    db: AsyncSession, caller: Caller, reference: str, *, if_match: str | None = None
) -> Escalation:
    """The PMO asks the owner for a recovery plan."""
    escalation, root_cause = await _locked(db, reference)
    await check_if_match(db, if_match, root_cause)
    standing = await _require_about(db, Action.PUT_ON_AGENDA, caller, escalation)
    if standing.closed_on is not None:
        raise Conflict("This root cause is closed: its ISG reviews what to do, not its owner.")
    await _move(db, escalation, EscalationState.PLAN_ASKED, await business_today(db), caller.id)
    return escalation


async def put_on_agenda(
    db: AsyncSession, caller: Caller, reference: str, meeting_date: date, *, if_match: str | None = None
) -> Escalation:
    """The PMO puts it on the agenda of an ECIB meeting, today or later."""
    escalation, root_cause = await _locked(db, reference)
    await check_if_match(db, if_match, root_cause)
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
    await check_if_match(db, if_match, root_cause)
    today, now = await business_today(db), await business_now(db)
    standing = (await load_register(db, today, only=[root_cause.id])).standings[0]
    require(Action.DECIDE_ESCALATION, caller.who, standing.subject)
    decider = await _decider(db, caller, wish.decided_by)
    check_decision(
        wish.decision,
        Undecided(
            state=EscalationState(escalation.state), raised_on=escalation.raised_on, due_date=standing.due_date,
            has_recovery_plan=escalation.recovery_plan_id is not None, is_closed=standing.closed_on is not None,
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
    await tell_partners(
        db,
        PartnerEvent(
            PartnerEventKind.ESCALATION_DECIDED,
            {
                "ref": escalation.reference, "root_cause": root_cause.reference, "decision": wish.decision,
                "meeting_date": wish.meeting_date.isoformat(), "state": escalation.state,
            },
        ),
    )  # fmt: skip
    return escalation


async def confirm_recovered(
    db: AsyncSession, caller: Caller, reference: str, *, if_match: str | None = None
) -> Escalation:
    """ECIB confirms that a root cause is back on track: two updates in a row on track, and not overdue."""
    escalation, root_cause = await _locked(db, reference)
    await check_if_match(db, if_match, root_cause)
    standing = await _require_about(db, Action.DECIDE_ESCALATION, caller, escalation)
    if standing.closed_on is not None:
        raise Conflict("This root cause is closed: this ends when its KPI works, or when it is reopened.")
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
    """The ISG has closed these root causes: nothing is left for ECIB to look at, but whether it worked."""
    open_now = await queries.open_of_many(db, root_cause_ids, without=REASONS_OF_CLOSED)
    await _move_all(db, open_now, EscalationState.ENDED, day, by, "The ISG closed the root cause.")


async def end_of_impact(
    db: AsyncSession, root_cause_ids: Collection[int], by: int | None, day: date, because: str
) -> None:
    """What these were before ECIB for as closed root causes is over: the KPI works, or they are reopened."""
    raised = await queries.open_of_many(db, root_cause_ids, only=REASONS_OF_CLOSED)
    await _move_all(db, raised, EscalationState.ENDED, day, by, because)


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
    now = await business_now(db)
    for escalation in escalations:
        check_move(ESCALATION_MOVES, EscalationState(escalation.state), to)
        escalation.state = to
        escalation.version += 1
        if to is EscalationState.ENDED:
            escalation.ended_on = day
        db.add(
            EscalationStep(
                escalation_id=escalation.id, state=to, on_day=day, moved_by=by, detail=detail, recorded_at=now
            )
        )
    await _root_causes_changed(db, escalations)


async def _root_causes_changed(db: AsyncSession, escalations: Collection[Escalation]) -> None:
    """What is before ECIB is part of what a root cause's reader has seen: its version counts it."""
    await db.flush()
    if escalations:
        await db.execute(
            update(RootCause)
            .where(among(RootCause.id, [escalation.root_cause_id for escalation in escalations]))
            .values(version=RootCause.version + 1)
        )


async def _locked(db: AsyncSession, reference: str) -> tuple[Escalation, RootCause]:
    """The escalation and its root cause, locked in the order that every use case locks them: the root cause first."""
    root_cause_id = await queries.root_cause_of(db, reference)
    subject = await db.scalars(select(RootCause).where(RootCause.id == root_cause_id).with_for_update())
    return await queries.locked_escalation(db, reference), subject.one()


async def _require_about(
    db: AsyncSession, action: Action, caller: Caller, escalation: Escalation
) -> Standing:
    register = await load_register(db, await business_today(db), only=[escalation.root_cause_id])
    standing = register.standings[0]
    require(action, caller.who, standing.subject)
    return standing


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
