"""The reporting calendar, on the dates of 2019. Source: domain.md, Cycles."""

from datetime import date, timedelta

import pytest

from services.domain.cycles import Cycle, ReportingCalendar, WorkingDays
from services.domain.errors import RuleBroken
from services.domain.words import Cadence

BANK_HOLIDAYS_2019 = frozenset(
    date.fromisoformat(day)
    for day in (
        "2019-01-01", "2019-04-19", "2019-04-22", "2019-05-06", "2019-05-27", "2019-08-26", "2019-12-25", "2019-12-26",
    )
)  # fmt: skip
WORKING_DAYS = WorkingDays(BANK_HOLIDAYS_2019, known_until=date(2019, 12, 31))
FORTNIGHTLY = ReportingCalendar(Cadence.FORTNIGHTLY, date(2019, 3, 4), working_days=WORKING_DAYS)
MONTHLY = ReportingCalendar(Cadence.MONTHLY, date(2019, 3, 1), working_days=WORKING_DAYS)


def test_the_first_cycle_is_the_one_that_domain_md_works_out() -> None:
    assert FORTNIGHTLY.cycle(0) == Cycle(
        number=0,
        opens_on=date(2019, 3, 4),
        deadline_on=date(2019, 3, 11),
        meets_on=date(2019, 3, 14),
        closes_on=date(2019, 3, 18),
    )


def test_easter_takes_two_working_days_out_of_the_fourth_cycle() -> None:
    cycle = FORTNIGHTLY.cycle(3)
    assert (cycle.opens_on, cycle.meets_on) == (date(2019, 4, 15), date(2019, 4, 25))
    assert cycle.deadline_on == date(2019, 4, 18)


def test_a_meeting_on_a_day_off_moves_to_the_next_working_day() -> None:
    good_friday = ReportingCalendar(Cadence.FORTNIGHTLY, date(2019, 4, 9), working_days=WORKING_DAYS)
    assert good_friday.cycle(0).meets_on == date(2019, 4, 23)
    christmas = MONTHLY.cycle(9)
    assert (christmas.opens_on, christmas.meets_on) == (date(2019, 12, 1), date(2019, 12, 27))


def test_a_monthly_isg_meets_on_day_25() -> None:
    assert MONTHLY.cycle(0).meets_on == date(2019, 3, 25)
    assert MONTHLY.cycle(0).deadline_on == date(2019, 3, 20)
    assert MONTHLY.cycle(0).closes_on == date(2019, 4, 1)


def test_months_are_counted_from_the_first_opening_and_clamped_to_the_months_end() -> None:
    calendar = ReportingCalendar(Cadence.MONTHLY, date(2019, 1, 31), working_days=WORKING_DAYS)
    assert [calendar.cycle(number).opens_on for number in (0, 1, 2, 3, 11, 13)] == [
        date(2019, 1, 31),
        date(2019, 2, 28),
        date(2019, 3, 31),
        date(2019, 4, 30),
        date(2019, 12, 31),
        date(2020, 2, 29),
    ]


def test_offsets_are_settings_of_the_isg() -> None:
    calendar = ReportingCalendar(
        Cadence.FORTNIGHTLY,
        date(2019, 3, 4),
        meeting_day=9,
        deadline_working_days=1,
        working_days=WORKING_DAYS,
    )
    assert calendar.cycle(0).meets_on == date(2019, 3, 12)
    assert calendar.cycle(0).deadline_on == date(2019, 3, 11)


@pytest.mark.parametrize(
    ("cadence", "meeting_day"),
    [(Cadence.FORTNIGHTLY, 0), (Cadence.FORTNIGHTLY, 15), (Cadence.MONTHLY, 29)],
)
def test_an_isg_meets_within_its_cycle(cadence: Cadence, meeting_day: int) -> None:
    with pytest.raises(RuleBroken, match="meets on a day from 1 to"):
        ReportingCalendar(cadence, date(2019, 3, 4), meeting_day, working_days=WORKING_DAYS)


@pytest.mark.parametrize("calendar", [FORTNIGHTLY, MONTHLY])
def test_every_day_from_the_first_opening_on_is_in_exactly_one_cycle(calendar: ReportingCalendar) -> None:
    cycles = [calendar.cycle(number) for number in range(30)]
    for days in range(400):
        day = calendar.first_opens + timedelta(days=days)
        assert [cycle.number for cycle in cycles if cycle.holds_on(day)] == [calendar.number_on(day)]


@pytest.mark.parametrize(
    ("day", "number", "last_closed"),
    [
        ("2019-03-03", None, None),
        ("2019-03-04", 0, None),
        ("2019-03-17", 0, None),
        ("2019-03-18", 1, 0),
        ("2019-04-01", 2, 1),
    ],
)
def test_a_cycle_closes_when_the_next_one_opens(
    day: str, number: int | None, last_closed: int | None
) -> None:
    assert FORTNIGHTLY.number_on(date.fromisoformat(day)) == number
    assert FORTNIGHTLY.last_closed_on(date.fromisoformat(day)) == last_closed
    cycle = FORTNIGHTLY.cycle_on(date.fromisoformat(day))
    assert (cycle and cycle.number) == number


def test_an_update_is_late_from_the_day_after_the_deadline() -> None:
    cycle = FORTNIGHTLY.cycle(0)
    assert not cycle.is_late(date(2019, 3, 11))
    assert cycle.is_late(date(2019, 3, 12))


@pytest.mark.parametrize(
    ("day", "next_meeting", "last_meeting"),
    [
        ("2019-02-01", "2019-03-14", None),
        ("2019-03-13", "2019-03-14", None),
        ("2019-03-14", "2019-03-28", "2019-03-14"),
        ("2019-03-27", "2019-03-28", "2019-03-14"),
        ("2019-04-24", "2019-04-25", "2019-04-11"),
    ],
)
def test_the_meetings_around_a_day(day: str, next_meeting: str, last_meeting: str | None) -> None:
    assert FORTNIGHTLY.first_meeting_after(date.fromisoformat(day)).isoformat() == next_meeting
    last = FORTNIGHTLY.last_meeting_on_or_before(date.fromisoformat(day))
    assert (last and last.isoformat()) == last_meeting


def test_a_meeting_moved_past_the_end_of_its_cycle_is_still_found() -> None:
    easter = ReportingCalendar(Cadence.FORTNIGHTLY, date(2019, 4, 6), 14, working_days=WORKING_DAYS)
    assert easter.cycle(0).closes_on == date(2019, 4, 20)
    assert easter.cycle(0).meets_on == date(2019, 4, 23)
    assert easter.first_meeting_after(date(2019, 4, 20)) == date(2019, 4, 23)
    assert easter.last_meeting_on_or_before(date(2019, 4, 22)) is None


def test_beyond_the_published_bank_holidays_a_cycle_says_that_it_may_move() -> None:
    assert FORTNIGHTLY.cycle(20).holidays_known
    assert not FORTNIGHTLY.cycle(30).holidays_known
    assert WORKING_DAYS.knows(date(2019, 12, 31))
    assert not WORKING_DAYS.knows(date(2020, 1, 1))
    assert WorkingDays().knows(date(2050, 1, 1))
