"""When a root cause goes to ECIB, in what order, and what ECIB may decide. Source: domain.md, Escalation.

Cycles open on Mondays 4 and 18 March, 1, 15 and 29 April 2019; the ISG meets on Thursdays 11 and 25 April, 9 May.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.domain.cycles import ReportingCalendar, WorkingDays
from services.domain.errors import Conflict, NotAllowed, RuleBroken
from services.domain.escalation import (
    STATES_BEFORE_DECIDED,
    Decider,
    PastReason,
    QueueItem,
    ReasonDue,
    Undecided,
    check_decision,
    may_decide_escalation,
    may_end,
    queue_key,
    reasons_due,
)
from services.domain.facts import Baseline, Closing, Placement, Report, RootCauseFacts
from services.domain.words import (
    Cadence,
    Decision,
    EscalationReason,
    EscalationState,
    NoticeKind,
    RootCauseClass,
    UpdateStatus,
)

CALENDAR = ReportingCalendar(Cadence.FORTNIGHTLY, date(2019, 3, 4), working_days=WorkingDays())
DUE = date(2019, 4, 30)
REPORTED = date(2019, 4, 24)
SAID_OFF_TRACK = ReasonDue(EscalationReason.SAID_OFF_TRACK)
DUE_DATE_PASSED = ReasonDue(EscalationReason.DUE_DATE_PASSED, DUE)
UPDATES_MISSED = ReasonDue(EscalationReason.UPDATES_MISSED)


def on(day_and_month: str) -> date:
    """A day of 2019: "14/3"."""
    day, month = day_and_month.split("/")
    return date(2019, int(month), int(day))


def said(
    day: date, status: UpdateStatus, *, evidence: bool = False, decided_on: date | None = None
) -> Report:
    return Report(CALENDAR.number_on(day) or 0, 1, day, status, has_evidence=evidence, decided_on=decided_on)


def every_cycle_until(day: date, status: UpdateStatus = UpdateStatus.ON_TRACK) -> tuple[Report, ...]:
    """An update on the second day of every cycle up to that day."""
    second_days = (CALENDAR.first_opens + timedelta(days=14 * number + 1) for number in range(20))
    return tuple(said(each, status) for each in second_days if each <= day)


def root_cause(
    *reports: Report,
    closings: tuple[Closing, ...] = (),
    baselines: tuple[Baseline, ...] = (Baseline(1, None, DUE),),
    in_plan: bool = True,
) -> RootCauseFacts:
    placement = Placement(None, "Unscheduled Care", RootCauseClass.MUST_DO, in_plan)
    return RootCauseFacts("RC-1", (placement,), baselines, closings, reports)


def due(
    facts: RootCauseFacts, day: date, *already: PastReason, now: Report | None = None
) -> tuple[ReasonDue, ...]:
    return reasons_due(facts, day, CALENDAR, already, now)


# Said off track -------------------------------------------------------------------------------

OFF_TRACK = said(REPORTED, UpdateStatus.OFF_TRACK)
SAYS_OFF_TRACK = root_cause(*every_cycle_until(REPORTED), OFF_TRACK)


def raised(
    reason: EscalationReason, day: date, *, ended_on: date | None = None, for_due_date: date | None = None
) -> PastReason:
    return PastReason(reason, day, for_due_date, ended_on)


def test_an_update_that_says_off_track_is_escalated_on_its_day() -> None:
    assert due(SAYS_OFF_TRACK, REPORTED) == (SAID_OFF_TRACK,)
    assert due(SAYS_OFF_TRACK, on("23/4")) == ()


def test_it_is_added_once_to_an_open_escalation() -> None:
    assert due(SAYS_OFF_TRACK, REPORTED, raised(EscalationReason.BY_HAND, on("1/4"))) == (SAID_OFF_TRACK,)
    assert due(SAYS_OFF_TRACK, REPORTED, raised(EscalationReason.SAID_OFF_TRACK, on("1/4"))) == ()


@pytest.mark.parametrize(("ended_on", "reasons"), [("23/4", (SAID_OFF_TRACK,)), ("24/4", ()), ("25/4", ())])
def test_only_what_was_said_after_an_escalation_ended_raises_another(
    ended_on: str, reasons: tuple[ReasonDue, ...]
) -> None:
    past = raised(EscalationReason.SAID_OFF_TRACK, on("10/4"), ended_on=on(ended_on))
    assert due(SAYS_OFF_TRACK, on("26/4"), past) == reasons


def test_said_again_on_the_day_of_stepping_down_it_is_escalated_again() -> None:
    stepped_down = raised(EscalationReason.SAID_OFF_TRACK, REPORTED, ended_on=REPORTED)
    assert due(SAYS_OFF_TRACK, REPORTED, stepped_down) == ()
    assert due(SAYS_OFF_TRACK, REPORTED, stepped_down, now=OFF_TRACK) == (SAID_OFF_TRACK,)


@pytest.mark.parametrize("word", [word for word in UpdateStatus if word is not UpdateStatus.OFF_TRACK])
def test_no_other_word_escalates(word: UpdateStatus) -> None:
    assert due(root_cause(*every_cycle_until(REPORTED, word)), REPORTED) == ()


def test_what_is_closed_or_not_in_the_plan_is_never_escalated() -> None:
    assert due(replace(SAYS_OFF_TRACK, closings=(Closing(on("25/4")),)), on("20/5")) == ()
    assert due(root_cause(in_plan=False), on("20/5")) == ()


# A due date has passed ------------------------------------------------------------------------

REPORTS = every_cycle_until(on("30/6"))
ON_TIME = root_cause(*REPORTS)


def test_the_day_after_the_due_date_it_is_escalated() -> None:
    assert due(ON_TIME, on("30/4")) == ()
    assert due(ON_TIME, on("1/5")) == (DUE_DATE_PASSED,)


@pytest.mark.parametrize("ended_on", [None, "1/5", "3/5"])
def test_a_passed_due_date_is_escalated_once_stepped_down_or_not(ended_on: str | None) -> None:
    past = raised(
        EscalationReason.DUE_DATE_PASSED,
        on("1/5"),
        ended_on=on(ended_on) if ended_on else None,
        for_due_date=DUE,
    )
    assert due(ON_TIME, on("4/5"), past) == ()


def test_a_new_due_date_that_passes_is_escalated_again() -> None:
    rebaselined = root_cause(*REPORTS, baselines=(Baseline(1, None, DUE), Baseline(2, on("3/5"), on("31/5"))))
    past = raised(EscalationReason.DUE_DATE_PASSED, on("1/5"), for_due_date=DUE)
    assert due(rebaselined, on("31/5"), past) == ()
    assert due(rebaselined, on("1/6"), past) == (ReasonDue(EscalationReason.DUE_DATE_PASSED, on("31/5")),)


def test_after_a_reopening_a_passed_due_date_is_escalated_once_more() -> None:
    reopened = replace(ON_TIME, closings=(Closing(on("9/5"), on("14/5")),))
    first = raised(EscalationReason.DUE_DATE_PASSED, on("1/5"), ended_on=on("9/5"), for_due_date=DUE)
    assert due(reopened, on("13/5"), first) == ()
    assert due(reopened, on("14/5"), first) == (DUE_DATE_PASSED,)
    stepped_down_since = replace(first, ended_on=on("20/5"))
    assert due(reopened, on("21/5"), stepped_down_since) == ()
    second = raised(EscalationReason.DUE_DATE_PASSED, on("14/5"), ended_on=on("14/5"), for_due_date=DUE)
    assert due(reopened, on("15/5"), first, second) == ()


def test_reopened_on_the_day_it_was_closed_it_is_escalated_once_more() -> None:
    reopened = replace(ON_TIME, closings=(Closing(on("9/5"), on("9/5")),))
    first = raised(EscalationReason.DUE_DATE_PASSED, on("1/5"), ended_on=on("9/5"), for_due_date=DUE)
    assert due(reopened, on("9/5"), first) == (DUE_DATE_PASSED,)


def with_request(day: date, *, decided_on: date | None = None) -> RootCauseFacts:
    """A root cause with an update in every cycle until closing was asked for."""
    request = said(day, UpdateStatus.COMPLETE, evidence=True, decided_on=decided_on)
    return root_cause(*every_cycle_until(day - timedelta(days=1)), request)


@pytest.mark.parametrize(
    ("day", "reasons"), [("1/5", ()), ("8/5", ()), ("9/5", (DUE_DATE_PASSED,)), ("10/5", (DUE_DATE_PASSED,))]
)
def test_a_request_made_by_the_due_date_holds_it_back_until_the_isg_has_met(
    day: str, reasons: tuple[ReasonDue, ...]
) -> None:
    assert due(with_request(DUE), on(day)) == reasons


def test_sent_back_it_counts_from_then() -> None:
    sent_back = with_request(DUE, decided_on=on("7/5"))
    assert due(sent_back, on("6/5")) == ()
    assert due(sent_back, on("7/5")) == (DUE_DATE_PASSED,)


def test_a_request_made_after_the_due_date_holds_nothing_back() -> None:
    assert due(with_request(on("1/5")), on("1/5")) == (DUE_DATE_PASSED,)


def test_a_request_amended_after_the_due_date_was_still_made_in_time() -> None:
    facts = with_request(DUE)
    amended = replace(facts.reports[-1], version=2, reported_on=on("2/5"))
    assert due(replace(facts, reports=(*facts.reports, amended)), on("2/5")) == ()


# Updates missed -------------------------------------------------------------------------------

SILENT_SINCE_MARCH = root_cause(said(on("5/3"), UpdateStatus.ON_TRACK))


def test_the_second_update_missed_in_a_row_is_escalated_when_its_cycle_closes() -> None:
    assert due(SILENT_SINCE_MARCH, on("14/4")) == ()
    assert due(SILENT_SINCE_MARCH, on("15/4")) == (UPDATES_MISSED,)


@pytest.mark.parametrize("ended_on", [None, "20/4"])
def test_a_run_of_missed_updates_is_escalated_once(ended_on: str | None) -> None:
    past = raised(EscalationReason.UPDATES_MISSED, on("15/4"), ended_on=on(ended_on) if ended_on else None)
    assert due(SILENT_SINCE_MARCH, on("29/4"), past) == ()


def test_silent_again_after_an_update_it_is_escalated_again() -> None:
    silent_again = root_cause(
        said(on("16/4"), UpdateStatus.ON_TRACK), baselines=(Baseline(1, None, on("31/12")),)
    )
    past = raised(EscalationReason.UPDATES_MISSED, on("15/4"), ended_on=on("16/4"))
    assert due(silent_again, on("26/5"), past) == ()
    assert due(silent_again, on("27/5"), past) == (UPDATES_MISSED,)


def test_several_reasons_are_raised_together() -> None:
    facts = root_cause(said(on("5/3"), UpdateStatus.OFF_TRACK))
    assert due(facts, on("1/5")) == (SAID_OFF_TRACK, DUE_DATE_PASSED, UPDATES_MISSED)


# The queue ------------------------------------------------------------------------------------

ITEM = QueueItem("RC-5", None, RootCauseClass.MUST_DO, days_overdue=0, due_date=DUE, has_recovery_plan=True)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (replace(ITEM, strongest_notice=NoticeKind.SECTION_31), replace(ITEM, strongest_notice=NoticeKind.SECTION_29A)),
        (replace(ITEM, strongest_notice=NoticeKind.REGULATION_31), replace(ITEM, strongest_notice=NoticeKind.SECTION_29A)),
        (replace(ITEM, strongest_notice=NoticeKind.SECTION_29A), replace(ITEM, strongest_notice=NoticeKind.SECTION_64)),
        (replace(ITEM, strongest_notice=NoticeKind.SECTION_64), replace(ITEM, days_overdue=90)),
        (ITEM, replace(ITEM, root_cause_class=RootCauseClass.SHOULD_DO, days_overdue=90)),
        (replace(ITEM, root_cause_class=RootCauseClass.SHOULD_DO), replace(ITEM, root_cause_class=RootCauseClass.NONE)),
        (replace(ITEM, days_overdue=9), replace(ITEM, days_overdue=2, has_recovery_plan=False)),
        (replace(ITEM, days_overdue=1), ITEM),
        (ITEM, replace(ITEM, due_date=on("1/5"), has_recovery_plan=False)),
        (replace(ITEM, has_recovery_plan=False, reference="RC-9"), ITEM),
        (replace(ITEM, reference="RC-4"), ITEM),
    ],
    ids=[
        "Section 31 before Section 29A", "what is printed as Regulation 31 as Section 31",
        "Section 29A before another notice", "any notice before a Must Do, however overdue",
        "Must Do before Should Do", "Should Do before none", "most days overdue first",
        "overdue before not overdue", "not overdue by due date", "without a recovery plan first", "then by reference",
    ],
)  # fmt: skip
def test_the_order_of_the_queue(first: QueueItem, second: QueueItem) -> None:
    assert sorted([second, first], key=queue_key) == [first, second]


def test_regulation_31_and_section_31_are_one_strength() -> None:
    regulation = replace(ITEM, strongest_notice=NoticeKind.REGULATION_31, reference="RC-1")
    section = replace(ITEM, strongest_notice=NoticeKind.SECTION_31, reference="RC-2")
    assert sorted([section, regulation], key=queue_key) == [regulation, section]


# Decisions ------------------------------------------------------------------------------------

TODAY = on("22/5")
ESCALATION = Undecided(
    state=EscalationState.RAISED, raised_on=on("1/5"), due_date=DUE, has_recovery_plan=True
)
MEMBER = Decider(is_ecib_member=True)


def decide(
    decision: Decision = Decision.ACCEPT_PLAN,
    escalation: Undecided = ESCALATION,
    decider: Decider = MEMBER,
    *,
    meeting_date: date = TODAY,
    reason: str | None = "The rota shows it is possible.",
    new_due_date: date | None = None,
) -> None:
    if decision is Decision.REBASELINE and new_due_date is None:
        new_due_date = on("30/6")
    check_decision(
        decision,
        escalation,
        decider,
        meeting_date=meeting_date,
        reason=reason,
        new_due_date=new_due_date,
        today=TODAY,
    )


def fields(**wish: object) -> list[str]:
    """The fields that are wrong with a decision."""
    with pytest.raises(RuleBroken) as broken:
        decide(**wish)  # type: ignore[arg-type]
    return [problem.field for problem in broken.value.problems]


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("state", sorted(STATES_BEFORE_DECIDED))
def test_every_decision_is_taken_in_any_state_before_decided(
    decision: Decision, state: EscalationState
) -> None:
    decide(decision, replace(ESCALATION, state=state))


@pytest.mark.parametrize("state", sorted(set(EscalationState) - STATES_BEFORE_DECIDED))
def test_what_has_been_decided_is_not_decided_again(state: EscalationState) -> None:
    with pytest.raises(Conflict, match="decided already"):
        decide(Decision.STEP_DOWN, replace(ESCALATION, state=state))


@pytest.mark.parametrize("decision", [each for each in Decision if each is not Decision.ACCEPT_PLAN])
def test_a_plan_is_accepted_only_where_there_is_one_and_all_else_goes_without(decision: Decision) -> None:
    without = replace(ESCALATION, has_recovery_plan=False)
    decide(decision, without)
    with pytest.raises(Conflict, match="no recovery plan to accept"):
        decide(Decision.ACCEPT_PLAN, without)


def test_the_decision_is_an_ecib_members_not_the_submitters_and_not_the_executives_alone() -> None:
    assert fields(decider=Decider(is_ecib_member=False)) == ["decided_by"]
    with pytest.raises(NotAllowed, match="submitted themselves"):
        decide(decider=replace(MEMBER, submitted_it=True))
    with pytest.raises(NotAllowed, match="cannot decide alone"):
        decide(decider=replace(MEMBER, is_executive_of_the_isg=True))


@pytest.mark.parametrize(
    "decider",
    [
        Decider(is_ecib_member=False),
        replace(MEMBER, submitted_it=True),
        replace(MEMBER, is_executive_of_the_isg=True),
    ],
)
def test_who_would_be_refused_may_not_decide_unless_they_record_for_a_member(decider: Decider) -> None:
    assert may_decide_escalation(EscalationState.RAISED, MEMBER, records_for_others=False)
    assert not may_decide_escalation(EscalationState.RAISED, decider, records_for_others=False)
    assert may_decide_escalation(EscalationState.RAISED, decider, records_for_others=True)
    assert not may_decide_escalation(EscalationState.MONITORED, MEMBER, records_for_others=True)


def test_a_decision_is_dated_from_raising_to_today() -> None:
    decide(meeting_date=on("1/5"))
    assert fields(meeting_date=on("30/4")) == ["meeting_date"]
    assert fields(meeting_date=on("23/5")) == ["meeting_date"]


def test_a_decision_has_a_reason() -> None:
    assert fields(reason=None) == ["reason"]
    assert fields(reason="  ") == ["reason"]


def test_only_a_rebaseline_changes_the_due_date() -> None:
    assert fields(new_due_date=on("30/6")) == ["new_due_date"]


@pytest.mark.parametrize("new_due_date", ["1/5", "22/5"])
def test_a_rebaseline_needs_a_due_date_after_today(new_due_date: str) -> None:
    assert fields(decision=Decision.REBASELINE, new_due_date=on(new_due_date)) == ["new_due_date"]


def test_a_rebaseline_needs_another_due_date_than_the_one_in_force() -> None:
    not_due_yet = replace(ESCALATION, due_date=on("30/6"))
    assert fields(decision=Decision.REBASELINE, escalation=not_due_yet, new_due_date=on("30/6")) == [
        "new_due_date"
    ]
    decide(Decision.REBASELINE, not_due_yet, new_due_date=on("1/7"))


def test_a_rebaseline_without_a_new_due_date_is_refused() -> None:
    with pytest.raises(RuleBroken, match="Give the new due date"):
        check_decision(
            Decision.REBASELINE,
            ESCALATION,
            MEMBER,
            meeting_date=TODAY,
            reason="Agreed.",
            new_due_date=None,
            today=TODAY,
        )


def test_everything_that_is_wrong_with_a_decision_is_said_at_once() -> None:
    assert fields(meeting_date=on("30/4"), new_due_date=on("30/6"), reason="") == [
        "meeting_date",
        "new_due_date",
        "reason",
    ]


# The end --------------------------------------------------------------------------------------

DECIDED_ON = on("2/4")


def ends(facts: RootCauseFacts, day: str, *, since: date | None = DECIDED_ON, confirmed: bool = True) -> bool:
    return may_end(facts, on(day), monitored_since=since, confirmed_by_ecib=confirmed)


def test_it_ends_when_the_isg_closes_the_root_cause() -> None:
    assert ends(root_cause(closings=(Closing(on("25/4")),)), "25/4", since=None, confirmed=False)


def test_two_updates_on_track_in_a_row_since_the_decision_end_it_once_ecib_confirms() -> None:
    twice = root_cause(said(on("10/4"), UpdateStatus.ON_TRACK), said(on("16/4"), UpdateStatus.ON_TRACK))
    assert ends(twice, "16/4")
    assert not ends(twice, "15/4")
    assert not ends(twice, "16/4", confirmed=False)
    assert not ends(twice, "16/4", since=None)
    assert not ends(twice, "16/4", since=on("10/4"))


def test_two_versions_in_one_cycle_are_one_update() -> None:
    first = said(on("10/4"), UpdateStatus.ON_TRACK)
    assert not ends(root_cause(first, replace(first, version=2, reported_on=on("11/4"))), "11/4")


def test_anything_but_on_track_breaks_the_row() -> None:
    broken = root_cause(said(on("10/4"), UpdateStatus.ON_TRACK), said(on("16/4"), UpdateStatus.AT_RISK))
    assert not ends(broken, "16/4")


def test_what_is_overdue_does_not_end_on_words() -> None:
    assert not ends(ON_TIME, "1/5")
