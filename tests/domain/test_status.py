"""What is true of a root cause at the end of a day. Source: domain.md, Time, Delivery status, Closing, Cycles.

The ISG's cycles open on Mondays 4 and 18 March, 1, 15 and 29 April 2019; it meets on Thursdays 14 and 28 March,
11 and 25 April.
"""

from datetime import date

import pytest

from services.domain.cycles import ReportingCalendar, WorkingDays
from services.domain.facts import Baseline, Closing, Placement, Report, RootCauseFacts
from services.domain.status import (
    baseline_on,
    closing_asked_on,
    closure_request,
    complete_on,
    days_overdue,
    delivery_status,
    due_date_on,
    in_plan_on,
    is_overdue,
    latest_report,
    missed_in_a_row,
    placement_on,
    reports_by,
    update_missed,
)
from services.domain.words import Cadence, DeliveryStatus, RootCauseClass, UpdateStatus

CALENDAR = ReportingCalendar(
    Cadence.FORTNIGHTLY,
    date(2019, 3, 4),
    working_days=WorkingDays(frozenset({date(2019, 4, 19), date(2019, 4, 22)})),
)
DUE = date(2019, 4, 30)
IN_PLAN = Placement(None, "Unscheduled Care", RootCauseClass.MUST_DO)


def on(day_and_month: str) -> date:
    """A day of 2019: "14/3"."""
    day, month = day_and_month.split("/")
    return date(2019, int(month), int(day))


def said(
    day_and_month: str,
    status: UpdateStatus,
    *,
    version: int = 1,
    forecast: date | None = None,
    evidence: bool = False,
    decided_on: date | None = None,
) -> Report:
    day = on(day_and_month)
    return Report(
        CALENDAR.number_on(day) or 0,
        version,
        day,
        status,
        forecast,
        has_evidence=evidence,
        decided_on=decided_on,
    )


def asked(day_and_month: str, *, version: int = 1, decided_on: date | None = None) -> Report:
    """A closure request: complete, with evidence."""
    return said(day_and_month, UpdateStatus.COMPLETE, version=version, evidence=True, decided_on=decided_on)


def root_cause(
    *reports: Report,
    closings: tuple[Closing, ...] = (),
    placements: tuple[Placement, ...] = (IN_PLAN,),
    baselines: tuple[Baseline, ...] = (Baseline(1, None, DUE),),
) -> RootCauseFacts:
    return RootCauseFacts("RC-1", placements, baselines, closings, reports)


def status_on(day_and_month: str, *reports: Report, closings: tuple[Closing, ...] = ()) -> DeliveryStatus:
    return delivery_status(root_cause(*reports, closings=closings), on(day_and_month), CALENDAR)


# Facts that hold from a day -------------------------------------------------------------------


def test_the_first_baseline_holds_at_every_date_up_to_its_first_change() -> None:
    changed = root_cause(baselines=(Baseline(1, on("1/3"), DUE), Baseline(2, on("10/4"), on("31/5"))))
    assert due_date_on(changed, on("1/1")) == DUE
    assert due_date_on(changed, on("9/4")) == DUE
    assert due_date_on(changed, on("10/4")) == on("31/5")


def test_of_two_baselines_from_one_day_the_later_version_is_in_force() -> None:
    twice = root_cause(
        baselines=(
            Baseline(1, None, DUE),
            Baseline(3, on("10/4"), on("30/6")),
            Baseline(2, on("10/4"), on("31/5")),
        )
    )
    assert baseline_on(twice, on("10/4")).version == 3


def test_a_root_cause_is_in_the_plan_from_the_day_it_was_added_until_it_is_withdrawn() -> None:
    added = Placement(on("4/3"), "Workforce", RootCauseClass.MUST_DO)
    withdrawn = Placement(on("1/4"), "Workforce", RootCauseClass.MUST_DO, in_plan=False)
    facts = root_cause(placements=(added, withdrawn))
    assert placement_on(facts, on("3/3")) is None
    assert [in_plan_on(facts, on(day)) for day in ("3/3", "4/3", "31/3", "1/4")] == [False, True, True, False]


def test_of_two_placements_from_one_day_the_one_recorded_last_prevails() -> None:
    first = Placement(on("4/3"), "Workforce", RootCauseClass.MUST_DO)
    corrected = Placement(on("4/3"), "Well-led", RootCauseClass.MUST_DO)
    assert placement_on(root_cause(placements=(first, corrected)), on("4/3")) == corrected


def test_complete_is_from_the_closing_to_the_day_before_the_reopening() -> None:
    facts = root_cause(closings=(Closing(on("14/3"), on("28/3")), Closing(on("11/4"))))
    assert [complete_on(facts, on(day)) for day in ("13/3", "14/3", "27/3", "28/3", "10/4", "11/4")] == [
        False, True, True, False, False, True,
    ]  # fmt: skip


def test_closed_and_reopened_on_one_day_is_not_complete() -> None:
    assert not complete_on(root_cause(closings=(Closing(on("14/3"), on("14/3")),)), on("14/3"))


@pytest.mark.parametrize(
    ("day", "overdue", "by"), [("29/4", False, 0), ("30/4", False, 0), ("1/5", True, 1), ("22/5", True, 22)]
)
def test_due_today_is_not_overdue(day: str, overdue: bool, by: int) -> None:
    assert is_overdue(root_cause(), on(day)) is overdue
    assert days_overdue(root_cause(), on(day)) == by


def test_what_is_complete_is_never_overdue() -> None:
    assert days_overdue(root_cause(closings=(Closing(on("1/5")),)), on("22/5")) == 0


def test_the_newest_version_of_each_cycle_is_what_was_reported() -> None:
    first, second = said("5/3", UpdateStatus.ON_TRACK), said("8/3", UpdateStatus.AT_RISK, version=2)
    next_cycle = said("20/3", UpdateStatus.OFF_TRACK)
    facts = root_cause(next_cycle, second, first)
    assert reports_by(facts, on("7/3")) == [first]
    assert reports_by(facts, on("31/3")) == [second, next_cycle]
    assert latest_report(facts, on("4/3")) is None
    assert latest_report(facts, on("19/3")) == second


# Delivery status, the first that fits ---------------------------------------------------------


@pytest.mark.parametrize(
    ("report", "status"),
    [
        (said("5/3", UpdateStatus.NOT_STARTED), DeliveryStatus.NOT_STARTED),
        (said("5/3", UpdateStatus.ON_TRACK), DeliveryStatus.ON_TRACK),
        (said("5/3", UpdateStatus.ON_TRACK, forecast=DUE), DeliveryStatus.ON_TRACK),
        (said("5/3", UpdateStatus.ON_TRACK, forecast=on("1/5")), DeliveryStatus.AT_RISK),
        (said("5/3", UpdateStatus.NOT_STARTED, forecast=on("1/5")), DeliveryStatus.AT_RISK),
        (said("5/3", UpdateStatus.AT_RISK), DeliveryStatus.AT_RISK),
        (said("5/3", UpdateStatus.OFF_TRACK), DeliveryStatus.OFF_TRACK),
    ],
)
def test_before_the_due_date_the_owners_word_and_forecast_decide(
    report: Report, status: DeliveryStatus
) -> None:
    assert status_on("30/4", report) is status


@pytest.mark.parametrize("word", [word for word in UpdateStatus if word is not UpdateStatus.COMPLETE])
def test_after_the_due_date_it_is_off_track_whatever_was_said(word: UpdateStatus) -> None:
    assert status_on("1/5", said("29/4", word)) is DeliveryStatus.OFF_TRACK


def test_without_a_word_it_is_not_started_until_the_due_date_has_passed() -> None:
    assert status_on("30/4") is DeliveryStatus.NOT_STARTED
    assert status_on("1/5") is DeliveryStatus.OFF_TRACK


def test_what_was_said_later_is_not_known_before() -> None:
    assert status_on("12/3", said("13/3", UpdateStatus.OFF_TRACK)) is DeliveryStatus.NOT_STARTED


def test_closed_is_complete_whatever_was_said() -> None:
    closed = (Closing(on("14/3")),)
    assert status_on("22/5", said("20/3", UpdateStatus.OFF_TRACK), closings=closed) is DeliveryStatus.COMPLETE


# Awaiting closure -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("8/3", DeliveryStatus.AWAITING_CLOSURE),
        ("13/3", DeliveryStatus.AWAITING_CLOSURE),
        ("14/3", DeliveryStatus.ON_TRACK),
    ],
)
def test_a_request_awaits_closure_until_the_end_of_the_day_before_the_isg_meets(
    day: str, status: DeliveryStatus
) -> None:
    assert status_on(day, asked("8/3")) is status


def test_a_request_made_on_the_day_of_a_meeting_is_for_the_next_one() -> None:
    assert status_on("27/3", asked("14/3")) is DeliveryStatus.AWAITING_CLOSURE
    assert status_on("28/3", asked("14/3")) is DeliveryStatus.ON_TRACK


def test_a_request_awaits_closure_even_when_it_was_made_after_the_due_date() -> None:
    assert status_on("2/5", asked("1/5")) is DeliveryStatus.AWAITING_CLOSURE


def test_a_request_that_the_isg_met_on_and_left_undecided_is_off_track_once_overdue() -> None:
    assert status_on("30/4", asked("29/4")) is DeliveryStatus.AWAITING_CLOSURE
    assert status_on("9/5", asked("29/4")) is DeliveryStatus.OFF_TRACK


def test_complete_without_evidence_asks_for_nothing_and_is_on_track() -> None:
    imported = said("8/3", UpdateStatus.COMPLETE)
    assert closure_request(root_cause(imported), on("8/3")) is None
    assert status_on("8/3", imported) is DeliveryStatus.ON_TRACK


def test_sent_back_it_is_what_was_said_before() -> None:
    before = said("5/3", UpdateStatus.AT_RISK)
    assert status_on("13/3", before, asked("18/3", decided_on=on("28/3"))) is DeliveryStatus.AT_RISK
    request = asked("18/3", decided_on=on("20/3"))
    assert status_on("19/3", before, request) is DeliveryStatus.AWAITING_CLOSURE
    assert status_on("20/3", before, request) is DeliveryStatus.AT_RISK
    assert status_on("20/3", request) is DeliveryStatus.NOT_STARTED


def test_sent_back_and_asked_again_on_the_same_day_awaits_closure() -> None:
    sent_back, again = asked("8/3", decided_on=on("8/3")), asked("8/3", version=2)
    assert status_on("8/3", sent_back, again) is DeliveryStatus.AWAITING_CLOSURE


def test_reopened_nothing_has_been_said_since() -> None:
    request = asked("8/3", decided_on=on("14/3"))
    closings = (Closing(on("14/3"), on("28/3")),)
    before = said("5/3", UpdateStatus.ON_TRACK)
    assert status_on("27/3", before, request, closings=closings) is DeliveryStatus.COMPLETE
    assert status_on("28/3", before, request, closings=closings) is DeliveryStatus.NOT_STARTED
    assert status_on("1/5", before, request, closings=closings) is DeliveryStatus.OFF_TRACK


def test_reopened_and_asked_again_on_the_same_day_awaits_closure() -> None:
    request = asked("8/3", decided_on=on("14/3"))
    closings = (Closing(on("14/3"), on("14/3")),)
    assert status_on("14/3", request, closings=closings) is DeliveryStatus.NOT_STARTED
    assert status_on("14/3", request, asked("14/3", version=2), closings=closings) is (
        DeliveryStatus.AWAITING_CLOSURE
    )


def test_closed_and_reopened_on_the_day_it_was_asked_for_nothing_has_been_said_since() -> None:
    before, request = said("5/3", UpdateStatus.ON_TRACK), asked("14/3", decided_on=on("14/3"))
    closings = (Closing(on("14/3"), on("14/3")),)
    assert status_on("14/3", before, request, closings=closings) is DeliveryStatus.NOT_STARTED


def test_reopened_the_word_of_a_later_update_counts() -> None:
    closings = (Closing(on("14/3"), on("28/3")),)
    later = said("28/3", UpdateStatus.ON_TRACK)
    assert status_on("28/3", asked("8/3"), later, closings=closings) is DeliveryStatus.ON_TRACK


def test_a_newer_version_in_the_cycle_is_the_same_request_amended() -> None:
    amended = root_cause(asked("29/4"), asked("2/5", version=2))
    assert closing_asked_on(amended, on("2/5")) == on("29/4")
    assert closing_asked_on(root_cause(), on("2/5")) is None


def test_asked_again_in_another_cycle_or_after_it_was_sent_back_it_is_a_new_request() -> None:
    assert closing_asked_on(root_cause(asked("13/3"), asked("20/3")), on("20/3")) == on("20/3")
    sent_back = asked("29/4", decided_on=on("30/4"))
    assert closing_asked_on(root_cause(sent_back, asked("2/5", version=2)), on("2/5")) == on("2/5")


# Updates missed -------------------------------------------------------------------------------


def test_an_update_is_missed_when_the_last_closed_cycle_had_none() -> None:
    facts = root_cause(said("20/3", UpdateStatus.ON_TRACK))
    expected = {"17/3": False, "18/3": True, "31/3": True, "1/4": False, "14/4": False, "15/4": True}
    assert {day: update_missed(facts, on(day), CALENDAR) for day in expected} == expected


def test_an_update_on_the_last_day_of_a_cycle_is_in_time_for_it() -> None:
    assert not update_missed(root_cause(said("17/3", UpdateStatus.ON_TRACK)), on("18/3"), CALENDAR)
    assert update_missed(root_cause(said("18/3", UpdateStatus.ON_TRACK)), on("18/3"), CALENDAR)


def test_missed_updates_are_counted_back_to_the_last_one_that_was_made() -> None:
    facts = root_cause(said("5/3", UpdateStatus.ON_TRACK))
    expected = {"3/3": 0, "4/3": 0, "18/3": 0, "1/4": 1, "15/4": 2, "29/4": 3}
    assert {day: missed_in_a_row(facts, on(day), CALENDAR) for day in expected} == expected


def test_never_reported_is_missed_from_the_first_cycle_on() -> None:
    assert missed_in_a_row(root_cause(), on("15/4"), CALENDAR) == 3


def test_a_closed_root_cause_misses_nothing() -> None:
    facts = root_cause(closings=(Closing(on("20/3")),))
    assert update_missed(facts, on("19/3"), CALENDAR)
    assert not update_missed(facts, on("20/3"), CALENDAR)
    assert not update_missed(facts, on("1/4"), CALENDAR)
    assert missed_in_a_row(facts, on("29/4"), CALENDAR) == 0


def test_what_was_reopened_owes_updates_from_the_next_cycle_on() -> None:
    facts = root_cause(closings=(Closing(on("14/3"), on("20/3")),))
    assert [missed_in_a_row(facts, on(day), CALENDAR) for day in ("20/3", "1/4", "15/4", "29/4")] == [
        0,
        0,
        1,
        2,
    ]


def test_what_came_into_the_plan_during_a_cycle_does_not_miss_it() -> None:
    facts = root_cause(placements=(Placement(on("20/3"), "Workforce", RootCauseClass.MUST_DO),))
    assert [missed_in_a_row(facts, on(day), CALENDAR) for day in ("1/4", "15/4", "29/4")] == [0, 1, 2]


def test_what_has_left_the_plan_misses_nothing() -> None:
    withdrawn = Placement(on("10/4"), "Workforce", RootCauseClass.MUST_DO, in_plan=False)
    assert missed_in_a_row(root_cause(placements=(IN_PLAN, withdrawn)), on("15/4"), CALENDAR) == 0


def test_an_update_made_under_another_isgs_numbering_is_found_by_its_date() -> None:
    as_cycle_0_of_a_monthly_isg = Report(0, 1, on("20/3"), UpdateStatus.ON_TRACK)
    assert not update_missed(root_cause(as_cycle_0_of_a_monthly_isg), on("1/4"), CALENDAR)
