"""Who is to be reminded of what on a day, when that stops, and when a mail goes."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.domain.cycles import ReportingCalendar, WorkingDays
from services.domain.facts import Baseline, Closing, Placement, Report, RootCauseFacts
from services.domain.reminders import (
    Chased,
    Duty,
    EscalationFacts,
    Open,
    ReportFacts,
    check_chasers,
    digest_due,
    escalations_duty,
    isgs_duty,
    owners_duties,
    reports_duty,
    why_stopped,
)
from services.domain.words import (
    Cadence,
    ReminderKind,
    Rhythm,
    RootCauseClass,
    StopReason,
    UpdateStatus,
)

EASTER = {date(2019, 4, 19), date(2019, 4, 22), date(2019, 5, 6), date(2019, 5, 27)}
WORKING_DAYS = WorkingDays(frozenset(EASTER), date(2020, 12, 31))
CALENDAR = ReportingCalendar(Cadence.FORTNIGHTLY, date(2019, 3, 4), working_days=WORKING_DAYS)
"""Cycle 0 opens 4 March, deadline Monday 11, meets Thursday 14, closes 18; cycle 1 from 18 March: 25, 28, 1 April."""
ISG = "Unscheduled Care"
ON_TRACK, COMPLETE = UpdateStatus.ON_TRACK, UpdateStatus.COMPLETE
PLAIN = RootCauseFacts(
    "RC-1", (Placement(None, ISG, RootCauseClass.MUST_DO),), (Baseline(1, None, date(2019, 9, 30)),)
)


def reported(*reports: Report, closings: tuple[Closing, ...] = ()) -> RootCauseFacts:
    return replace(PLAIN, reports=reports, closings=closings)


def said(day: date, status: UpdateStatus = ON_TRACK, decided_on: date | None = None) -> Report:
    number = CALENDAR.number_on(day)
    assert number is not None
    return Report(number, 1, day, status, has_evidence=status is COMPLETE, late=False, decided_on=decided_on)


WITHDRAWN = replace(PLAIN, placements=(Placement(None, ISG, RootCauseClass.MUST_DO, in_plan=False),))
CLOSED = reported(said(date(2019, 3, 6), COMPLETE, date(2019, 3, 14)), closings=(Closing(date(2019, 3, 14)),))
SENT_BACK = reported(said(date(2019, 3, 6), COMPLETE, date(2019, 3, 14)))
REOPENED = reported(
    said(date(2019, 3, 6), COMPLETE, date(2019, 3, 14)),
    closings=(Closing(date(2019, 3, 14), date(2019, 3, 15)),),
)


@pytest.mark.parametrize(
    ("root_cause", "day", "kinds"),
    [
        pytest.param(PLAIN, date(2019, 3, 1), [], id="before the first cycle nothing is owed"),
        pytest.param(PLAIN, date(2019, 3, 4), ["update_due"], id="from the day the cycle opens"),
        pytest.param(PLAIN, date(2019, 3, 17), ["update_due"], id="late, to its last day"),
        pytest.param(PLAIN, date(2019, 3, 18), ["update_due", "update_missed"], id="closed without it"),
        pytest.param(reported(said(date(2019, 3, 5))), date(2019, 3, 5), [], id="given"),
        pytest.param(reported(said(date(2019, 3, 5))), date(2019, 3, 4), ["update_due"], id="not yet given"),
        pytest.param(reported(said(date(2019, 3, 5))), date(2019, 3, 18), ["update_due"], id="the next one"),
        pytest.param(
            reported(said(date(2019, 3, 19))), date(2019, 3, 19), [], id="the missed one is made good"
        ),
        pytest.param(WITHDRAWN, date(2019, 3, 18), [], id="not in the plan"),
        pytest.param(CLOSED, date(2019, 3, 18), [], id="closed"),
        pytest.param(SENT_BACK, date(2019, 3, 13), [], id="not decided yet"),
        pytest.param(SENT_BACK, date(2019, 3, 14), ["sent_back"], id="sent back, at once"),
        pytest.param(
            SENT_BACK, date(2019, 3, 18), ["update_due", "sent_back"], id="sent back, until answered"
        ),
        pytest.param(REOPENED, date(2019, 3, 18), ["update_due"], id="closed and reopened is not sent back"),
    ],
)
def test_what_waits_for_an_owner(root_cause: RootCauseFacts, day: date, kinds: list[str]) -> None:
    assert [duty.kind for duty in owners_duties(root_cause, day, CALENDAR, None)] == kinds


def test_an_update_is_due_by_the_deadline_of_its_cycle() -> None:
    (duty,) = owners_duties(PLAIN, date(2019, 3, 4), CALENDAR, None)
    assert duty == Duty(ReminderKind.UPDATE_DUE, "RC-1", ISG, 0, date(2019, 3, 11))


def test_a_missed_update_names_the_cycle_that_was_missed() -> None:
    _, missed = owners_duties(PLAIN, date(2019, 3, 18), CALENDAR, None)
    assert (missed.kind, missed.cycle) == (ReminderKind.UPDATE_MISSED, 0)


@pytest.mark.parametrize(
    ("waits", "has_plan", "wanted"),
    [(True, False, True), (True, True, False), (False, False, False)],
)
def test_a_recovery_plan_is_wanted_while_ecib_waits_without_one(
    waits: bool, has_plan: bool, wanted: bool
) -> None:
    escalation = EscalationFacts("ESC-0001", "RC-1", waits, has_plan, date(2019, 3, 27))
    duties = list(owners_duties(reported(said(date(2019, 3, 5))), date(2019, 3, 5), CALENDAR, escalation))
    assert duties == ([Duty(ReminderKind.PLAN_WANTED, "RC-1", ISG, by=date(2019, 3, 27))] if wanted else [])


@pytest.mark.parametrize(
    ("asked_on", "day", "by"),
    [
        pytest.param(date(2019, 3, 6), date(2019, 3, 6), date(2019, 3, 14), id="by the next meeting"),
        pytest.param(date(2019, 3, 6), date(2019, 3, 14), date(2019, 3, 14), id="on the day of the meeting: today"),
        pytest.param(date(2019, 3, 14), date(2019, 3, 14), date(2019, 3, 28), id="asked at a meeting: the next"),
        pytest.param(date(2019, 3, 6), date(2019, 3, 20), date(2019, 3, 28), id="not decided there: the next"),
    ],
)  # fmt: skip
def test_a_request_for_closing_waits_for_the_isg(asked_on: date, day: date, by: date) -> None:
    duty = isgs_duty(reported(said(asked_on, COMPLETE)), day, CALENDAR)
    assert duty == Duty(ReminderKind.CLOSURE_TO_DECIDE, "RC-1", ISG, by=by)


@pytest.mark.parametrize("root_cause", [PLAIN, SENT_BACK, CLOSED, reported(said(date(2019, 3, 6)))])
def test_nothing_waits_for_the_isg_without_an_undecided_request(root_cause: RootCauseFacts) -> None:
    assert isgs_duty(root_cause, date(2019, 3, 20), CALENDAR) is None


@pytest.mark.parametrize(
    ("waits", "has_plan", "agenda_for", "kind"),
    [
        (True, True, date(2019, 3, 20), ReminderKind.ESCALATION_TO_DECIDE),
        (True, False, date(2019, 3, 20), ReminderKind.ESCALATION_TO_DECIDE),
        (True, True, None, ReminderKind.AGENDA_WANTED),
        (True, False, None, None),
        (False, True, date(2019, 3, 20), None),
    ],
)
def test_an_escalation_waits_for_ecib_or_for_the_pmo(
    waits: bool, has_plan: bool, agenda_for: date | None, kind: ReminderKind | None
) -> None:
    duty = escalations_duty(EscalationFacts("ESC-0001", "RC-1", waits, has_plan, agenda_for), ISG)
    assert (duty and duty.kind) == kind


@pytest.mark.parametrize(
    ("day", "reports", "expected"),
    [
        pytest.param(date(2019, 3, 13), {}, None, id="before the first meeting"),
        pytest.param(date(2019, 3, 14), {}, ("report_to_write", 0), id="on the day of the meeting"),
        pytest.param(date(2019, 3, 27), {}, ("report_to_write", 0), id="until the next one"),
        pytest.param(date(2019, 3, 28), {}, ("report_to_write", 1), id="then the next one's"),
        pytest.param(date(2019, 3, 27), {0: ReportFacts(written=True)}, ("report_to_confirm", 0), id="written"),
        pytest.param(date(2019, 3, 27), {0: ReportFacts(written=True, confirmed=True)}, None, id="confirmed"),
        pytest.param(date(2019, 2, 1), {}, None, id="before any cycle"),
    ],
)  # fmt: skip
def test_a_cycle_report_is_written_then_confirmed(
    day: date, reports: dict[int, ReportFacts], expected: tuple[str, int] | None
) -> None:
    duty = reports_duty(ISG, "unscheduled-care", day, CALENDAR, reports)
    assert (duty and (duty.kind.value, duty.cycle)) == expected


DUE, MISSED = ReminderKind.UPDATE_DUE, ReminderKind.UPDATE_MISSED
IN_TIME = reported(said(date(2019, 3, 5)))
IN_THE_NEXT = reported(said(date(2019, 3, 19)))


@pytest.mark.parametrize(
    ("kind", "cycle", "root_cause", "day", "because"),
    [
        pytest.param(DUE, 0, IN_TIME, date(2019, 3, 5), StopReason.DONE, id="reported"),
        pytest.param(DUE, 0, IN_TIME, date(2019, 3, 20), StopReason.DONE, id="reported, and seen days later"),
        pytest.param(DUE, 0, PLAIN, date(2019, 3, 18), StopReason.TOO_LATE, id="the cycle closed without it"),
        pytest.param(DUE, 0, IN_THE_NEXT, date(2019, 3, 20), StopReason.TOO_LATE, id="reported in the next alone"),
        pytest.param(DUE, 0, CLOSED, date(2019, 3, 18), StopReason.DONE, id="closed"),
        pytest.param(DUE, 0, WITHDRAWN, date(2019, 3, 5), StopReason.NOT_NEEDED, id="withdrawn"),
        pytest.param(DUE, 0, PLAIN, date(2019, 3, 5), StopReason.NOT_NEEDED, id="another ISG's now"),
        pytest.param(MISSED, 0, IN_THE_NEXT, date(2019, 3, 19), StopReason.DONE, id="made good"),
        pytest.param(MISSED, 0, PLAIN, date(2019, 4, 1), StopReason.TOO_LATE, id="missed again"),
        pytest.param(ReminderKind.SENT_BACK, None, IN_TIME, date(2019, 3, 5), StopReason.DONE, id="answered"),
        pytest.param(ReminderKind.RISK_REVIEW_DUE, None, None, date(2019, 3, 5), StopReason.DONE, id="reviewed"),
    ],
)  # fmt: skip
def test_why_a_reminder_stops(
    kind: ReminderKind, cycle: int | None, root_cause: RootCauseFacts | None, day: date, because: StopReason
) -> None:
    found = why_stopped(
        kind, cycle, is_here=True, still_waits=False, root_cause=root_cause, day=day, calendar=CALENDAR
    )
    assert found is because


@pytest.mark.parametrize(
    ("is_here", "still_waits", "because"),
    [(True, True, StopReason.REASSIGNED), (False, True, StopReason.LEFT), (False, False, StopReason.LEFT)],
)
def test_a_reminder_stops_for_who_has_left_and_for_whom_it_is_no_longer(
    is_here: bool, still_waits: bool, because: StopReason
) -> None:
    found = why_stopped(
        DUE, 0, is_here=is_here, still_waits=still_waits, root_cause=PLAIN, day=date(2019, 3, 5), calendar=CALENDAR
    )  # fmt: skip
    assert found is because


MONDAY, TUESDAY, FRIDAY, SATURDAY = (
    date(2019, 3, 11),
    date(2019, 3, 12),
    date(2019, 3, 15),
    date(2019, 3, 16),
)
LAST = datetime(2019, 3, 11, 7, tzinfo=UTC)
OLD, NEW = datetime(2019, 3, 10, 7, tzinfo=UTC), datetime(2019, 3, 11, 8, tzinfo=UTC)
EACH, MONDAYS, DEADLINES = Rhythm.EACH_WORKING_DAY, Rhythm.MONDAYS, Rhythm.DEADLINE_DAYS


@pytest.mark.parametrize(
    ("rhythm", "day", "reminder", "last", "due"),
    [
        pytest.param(EACH, TUESDAY, Open(NEW), LAST, True, id="something is new"),
        pytest.param(EACH, TUESDAY, Open(OLD), LAST, False, id="nothing is new"),
        pytest.param(EACH, TUESDAY, Open(OLD), None, True, id="never had one"),
        pytest.param(EACH, MONDAY, Open(OLD), LAST, True, id="Monday repeats what is open"),
        pytest.param(EACH, date(2019, 4, 23), Open(OLD), LAST, True, id="Tuesday after Easter stands for Monday"),
        pytest.param(EACH, date(2019, 4, 22), Open(NEW), LAST, False, id="never on a bank holiday"),
        pytest.param(EACH, SATURDAY, Open(NEW), LAST, False, id="never at the weekend"),
        pytest.param(EACH, TUESDAY, Open(OLD, TUESDAY), LAST, True, id="due today"),
        pytest.param(EACH, TUESDAY, Open(OLD, date(2019, 3, 13)), LAST, True, id="due tomorrow"),
        pytest.param(EACH, FRIDAY, Open(OLD, date(2019, 3, 18)), LAST, True, id="due on the next working day"),
        pytest.param(EACH, TUESDAY, Open(OLD, date(2019, 3, 14)), LAST, False, id="due later"),
        pytest.param(MONDAYS, MONDAY, Open(OLD), LAST, True, id="Mondays: on Monday"),
        pytest.param(MONDAYS, TUESDAY, Open(NEW, TUESDAY), LAST, False, id="Mondays: on no other day"),
        pytest.param(MONDAYS, date(2019, 4, 23), Open(OLD), LAST, True, id="Mondays: after a bank holiday"),
        pytest.param(DEADLINES, TUESDAY, Open(NEW, TUESDAY), LAST, True, id="deadlines: on the day"),
        pytest.param(DEADLINES, MONDAY, Open(NEW, TUESDAY), LAST, False, id="deadlines: not before"),
        pytest.param(Rhythm.OFF, MONDAY, Open(NEW, MONDAY), None, False, id="off"),
    ],
)  # fmt: skip
def test_a_digest_goes_in_the_rhythm_that_was_chosen(
    rhythm: Rhythm, day: date, reminder: Open, last: datetime | None, due: bool
) -> None:
    assert digest_due(rhythm, day, [reminder], last, WORKING_DAYS) is due


@pytest.mark.parametrize("rhythm", Rhythm)
def test_nobody_gets_an_empty_digest(rhythm: Rhythm) -> None:
    assert not digest_due(rhythm, MONDAY, [], None, WORKING_DAYS)


def test_nobody_is_chased_twice_a_day_or_without_owing_anything() -> None:
    owing = Chased("a@x.example", "Ann", ISG, 2)
    problems = check_chasers(
        [
            owing,
            replace(owing, email="b@x.example", name="Bob", owes=0),
            replace(owing, email="c@x.example", name="Cy", chased_today_by="Pat"),
        ]
    )
    assert [(each.field, each.sentence) for each in problems] == [
        ("people.b@x.example", "Bob owes Unscheduled Care no update now: untick them."),
        ("people.c@x.example", "Cy was chased today already, by Pat: once a day is enough."),
    ]
