"""When a root cause goes to the Executive Continuous Improvement Board (ECIB), and what it may decide.

Source: domain.md, Escalation and Closing. A root cause due on 30 April 2019 is escalated by the night of
1 May, unless it is closed by then, or a closure request made by 30 April still waits for its first meeting.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.domain.cycles import ReportingCalendar
from services.domain.errors import Conflict, NotAllowed, Problem, RuleBroken
from services.domain.facts import Report, RootCauseFacts
from services.domain.status import (
    awaits_its_first_meeting,
    closing_asked_on,
    complete_on,
    due_date_on,
    in_plan_on,
    is_overdue,
    latest_report,
    missed_in_a_row,
    reports_by,
)
from services.domain.wording import is_blank, written
from services.domain.words import (
    Decision,
    EscalationReason,
    EscalationState,
    NoticeKind,
    RootCauseClass,
    UpdateStatus,
)

MISSED_UPDATES_THAT_ESCALATE: Final = 2
UPDATES_ON_TRACK_THAT_END: Final = 2

STATES_BEFORE_DECIDED: Final = frozenset(
    {
        EscalationState.RAISED,
        EscalationState.PLAN_ASKED,
        EscalationState.PLAN_SUBMITTED,
        EscalationState.ON_AGENDA,
    }
)

STATES_AFTER: Final[Mapping[Decision, EscalationState]] = {
    Decision.ACCEPT_PLAN: EscalationState.DECIDED,
    Decision.SEND_BACK: EscalationState.PLAN_ASKED,
    Decision.REBASELINE: EscalationState.DECIDED,
    Decision.EXTRA_SUPPORT: EscalationState.DECIDED,
    Decision.STEP_DOWN: EscalationState.ENDED,
}
"""The state that a decision leaves an escalation in: sent back, a recovery plan is asked for again; stepped down, it ends;
what else was decided is monitored from the next day on."""


REASONS_OF_CLOSED: Final = frozenset({EscalationReason.KPI_DETERIORATED, EscalationReason.KPI_NO_IMPACT})
"""What brings a closed root cause before ECIB, and nothing else does: it ends when the KPI works, or by reopening."""
DECIDED_ON_CLOSED: Final = frozenset({Decision.EXTRA_SUPPORT, Decision.STEP_DOWN})
"""What ECIB may decide on a closed root cause: it has no due date to move and no recovery plan to accept or send back."""


def moves_when_raised(
    state: EscalationState | None, *, has_recovery_plan: bool
) -> tuple[EscalationState, ...]:
    """The moves that a reason causes: it is raised where there is none (None); what ECIB had decided comes before it again."""
    if state is None:
        return (EscalationState.RAISED,)
    if state in STATES_BEFORE_DECIDED:
        return ()
    return (EscalationState.PLAN_SUBMITTED if has_recovery_plan else EscalationState.RAISED,)


def moves_when_plan_is_given(state: EscalationState) -> tuple[EscalationState, ...]:
    """The moves that an owner's recovery plan causes: it goes before ECIB with what was raised or asked for."""
    awaited = state in {EscalationState.RAISED, EscalationState.PLAN_ASKED}
    return (EscalationState.PLAN_SUBMITTED,) if awaited else ()


@dataclass(frozen=True, slots=True)
class PastReason:
    """A reason raised before: for which due date, and when its escalation ended (None: it is open)."""

    reason: EscalationReason
    raised_on: date
    due_date: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReasonDue:
    """A reason to raise now; for a passed due date, which one."""

    reason: EscalationReason
    due_date: date | None = None


def reasons_due(
    root_cause: RootCauseFacts,
    day: date,
    calendar: ReportingCalendar,
    already: Sequence[PastReason],
    submitted_now: Report | None = None,
) -> tuple[ReasonDue, ...]:
    """The reasons that the system raises at the end of `day` and has not raised before for the same cause.

    `submitted_now` is the update being submitted: its word counts, whatever ended earlier on the same day.
    """
    if not in_plan_on(root_cause, day) or complete_on(root_cause, day):
        return ()
    return (
        *_said_off_track(root_cause, day, already, submitted_now),
        *_due_date_passed(root_cause, day, calendar, already),
        *_updates_missed(root_cause, day, calendar, already),
    )


def _said_off_track(
    root_cause: RootCauseFacts, day: date, already: Sequence[PastReason], submitted_now: Report | None
) -> Iterator[ReasonDue]:
    """The latest update says off track, and no escalation for that has been raised since or ended since."""
    report = submitted_now or latest_report(root_cause, day)
    if report is None or report.status is not UpdateStatus.OFF_TRACK:
        return
    is_news = report is submitted_now
    for past in already:
        if past.ended_on is None and past.reason is EscalationReason.SAID_OFF_TRACK:
            return
        if past.ended_on is not None and report.reported_on <= past.ended_on and not is_news:
            return
    yield ReasonDue(EscalationReason.SAID_OFF_TRACK)


def _due_date_passed(
    root_cause: RootCauseFacts, day: date, calendar: ReportingCalendar, already: Sequence[PastReason]
) -> Iterator[ReasonDue]:
    """Once for each due date, again after a reopening; not while a request made in time waits."""
    if not is_overdue(root_cause, day):
        return
    due_date = due_date_on(root_cause, day)
    asked_on = closing_asked_on(root_cause, day)
    asked_in_time = asked_on is not None and asked_on <= due_date
    if asked_in_time and awaits_its_first_meeting(root_cause, day, calendar):
        return
    raised_for_it = [
        past
        for past in already
        if past.reason is EscalationReason.DUE_DATE_PASSED and past.due_date == due_date
    ]
    if all(_reopened_after(root_cause, past, day) for past in raised_for_it):
        yield ReasonDue(EscalationReason.DUE_DATE_PASSED, due_date)


def _reopened_after(root_cause: RootCauseFacts, past: PastReason, day: date) -> bool:
    """Reopened by `day`, after this was raised and its escalation ended."""
    return past.ended_on is not None and any(
        closing.reopened_on is not None
        and past.raised_on < closing.reopened_on <= day
        and past.ended_on <= closing.reopened_on
        for closing in root_cause.closings
    )


def _updates_missed(
    root_cause: RootCauseFacts, day: date, calendar: ReportingCalendar, already: Sequence[PastReason]
) -> Iterator[ReasonDue]:
    """The last two closed cycles were missed; once for each unbroken run of missed updates."""
    missed = missed_in_a_row(root_cause, day, calendar)
    last_closed = calendar.last_closed_on(day)
    if last_closed is None or missed < MISSED_UPDATES_THAT_ESCALATE:
        return
    second_missed = last_closed - missed + MISSED_UPDATES_THAT_ESCALATE
    became_due_on = calendar.cycle(second_missed).closes_on
    if not any(
        past.reason is EscalationReason.UPDATES_MISSED
        and (past.ended_on is None or past.raised_on >= became_due_on)
        for past in already
    ):
        yield ReasonDue(EscalationReason.UPDATES_MISSED)


@dataclass(frozen=True, slots=True)
class AskedOfIsg:
    """What the ISG of a closed root cause has been asked and has not answered: since when, and what its KPI says now.

    `unanswered`: no review is recorded within two cycles (`impact.no_impact_escalates`).
    """

    asked_on: date
    deteriorates: bool
    unanswered: bool


def impact_reasons_due(asked: AskedOfIsg | None, already: Sequence[PastReason]) -> tuple[ReasonDue, ...]:
    """What a closed root cause is raised for: at once when its KPI deteriorates; when it shows no impact, without a review.

    Each once for each time that the ISG is asked.
    """
    if asked is None:
        return ()
    if asked.deteriorates:
        reason = EscalationReason.KPI_DETERIORATED
    elif asked.unanswered:
        reason = EscalationReason.KPI_NO_IMPACT
    else:
        return ()
    raised = any(
        past.reason is reason and (past.ended_on is None or past.raised_on >= asked.asked_on)
        for past in already
    )
    return () if raised else (ReasonDue(reason),)


@dataclass(frozen=True, slots=True)
class QueueItem:
    """What the order of the ECIB queue depends on."""

    reference: str
    strongest_notice: NoticeKind | None
    root_cause_class: RootCauseClass
    days_overdue: int
    due_date: date
    has_recovery_plan: bool


STRENGTH_OF_NOTICE: Final = {
    NoticeKind.SECTION_31: 0,
    NoticeKind.REGULATION_31: 0,
    NoticeKind.SECTION_29A: 1,
    NoticeKind.SECTION_64: 2,
}
STRENGTH_OF_CLASS: Final = {RootCauseClass.MUST_DO: 3, RootCauseClass.SHOULD_DO: 4, RootCauseClass.NONE: 5}


def queue_key(item: QueueItem) -> tuple[int, int, date, bool, str]:
    """By strongest link; most days overdue, then by due date; without a recovery plan first; reference."""
    notice = item.strongest_notice
    strength = STRENGTH_OF_CLASS[item.root_cause_class] if notice is None else STRENGTH_OF_NOTICE[notice]
    return strength, -item.days_overdue, item.due_date, item.has_recovery_plan, item.reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """The person whose decision it is: the caller, or the ECIB member whom the PMO names."""

    is_ecib_member: bool
    submitted_it: bool = False
    is_executive_of_the_isg: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """The escalation that a decision is about."""

    state: EscalationState
    raised_on: date
    due_date: date
    has_recovery_plan: bool
    is_closed: bool = False


def check_decision(
    decision: Decision,
    escalation: Undecided,
    decider: Decider,
    *,
    meeting_date: date,
    reason: str | None,
    new_due_date: date | None,
    today: date,
) -> None:
    """Refuse what may not be decided: Conflict by state, NotAllowed by person, RuleBroken by input."""
    if escalation.state not in STATES_BEFORE_DECIDED:
        raise Conflict(f"This escalation is “{escalation.state.label}”: it has been decided already.")
    if escalation.is_closed and decision not in DECIDED_ON_CLOSED:
        raise Conflict(
            "This root cause is closed and its KPI does not move: ECIB gives extra support or steps it down; "
            "its ISG adds actions or reopens it."
        )
    if decision is Decision.ACCEPT_PLAN and not escalation.has_recovery_plan:
        raise Conflict("There is no recovery plan to accept: ask for one by sending it back.")
    refusal = _refusal_of(decider)
    if refusal is not None:
        raise refusal
    problems = [
        *_problems_of_date(meeting_date, escalation.raised_on, today),
        *_problems_of_new_due_date(decision, new_due_date, escalation.due_date, today),
    ]
    if is_blank(reason):
        problems.append(Problem("reason", "Say why ECIB decided so."))
    if problems:
        raise RuleBroken(problems)


def may_decide_escalation(state: EscalationState, decider: Decider, *, records_for_others: bool) -> bool:
    """Whether the person could take a decision now, or, as the PMO, record the one of a member."""
    return state in STATES_BEFORE_DECIDED and (records_for_others or _refusal_of(decider) is None)


def _refusal_of(decider: Decider) -> RuleBroken | NotAllowed | None:
    """Why the decision can't be this person's, if so."""
    if not decider.is_ecib_member:
        return RuleBroken.at("decided_by", "Name the ECIB member whose decision it is.")
    if decider.submitted_it:
        return NotAllowed("Nobody decides on what they submitted themselves: another ECIB member has to.")
    if decider.is_executive_of_the_isg:
        return NotAllowed("The executive of this ISG cannot decide alone: another ECIB member has to.")
    return None


def _problems_of_date(meeting_date: date, raised_on: date, today: date) -> Iterator[Problem]:
    if meeting_date < raised_on:
        yield Problem(
            "meeting_date",
            f"The escalation was raised on {written(raised_on)}: give a meeting on that day or later.",
        )
    if meeting_date > today:
        yield Problem(
            "meeting_date", f"{written(meeting_date)} is in the future: give a meeting up to today."
        )


def _problems_of_new_due_date(
    decision: Decision, new_due_date: date | None, due_date: date, today: date
) -> Iterator[Problem]:
    if decision is not Decision.REBASELINE:
        if new_due_date is not None:
            yield Problem("new_due_date", "Only a re-baseline changes the due date: leave this empty.")
    elif new_due_date is None:
        yield Problem("new_due_date", "Give the new due date.")
    elif new_due_date <= today:
        yield Problem("new_due_date", f"{written(new_due_date)} is not after today: give a later due date.")
    elif new_due_date == due_date:
        yield Problem("new_due_date", f"It is due on {written(due_date)} already: give another due date.")


def may_end(
    root_cause: RootCauseFacts,
    day: date,
    *,
    monitored_since: date | None,
    confirmed_by_ecib: bool,
) -> bool:
    """Closed by the ISG; or, while monitored, two updates on track in a row, not overdue, confirmed by ECIB.

    (Stepping down ends an escalation by itself: see STATES_AFTER.)
    """
    if complete_on(root_cause, day):
        return True
    if monitored_since is None or is_overdue(root_cause, day) or not confirmed_by_ecib:
        return False
    since = [report for report in reports_by(root_cause, day) if report.reported_on > monitored_since]
    last = since[-UPDATES_ON_TRACK_THAT_END:]
    return len(last) == UPDATES_ON_TRACK_THAT_END and all(
        report.status is UpdateStatus.ON_TRACK for report in last
    )
