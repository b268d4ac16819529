"""The reporting calendar of an ISG: when a cycle opens, by when updates are due, when the ISG meets.

Source: domain.md, Cycles. Worked for Unscheduled Care, fortnightly from Monday 4 March 2019:

    cycle 0  opens Mon 4 March    updates by Mon 11 March, 23:59   meets Thu 14 March   closes Mon 18 March
    cycle 3  opens Mon 15 April   updates by Thu 18 April, 23:59   meets Thu 25 April   closes Mon 29 April
             (three working days back: 24, 23, 18 April; Good Friday 19 and Easter Monday 22 are none)
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Final

from services.domain.errors import RuleBroken
from services.domain.words import Cadence

ONE_DAY: Final = timedelta(days=1)
FORTNIGHT_DAYS: Final = 14
MEETING_DAY: Final = {Cadence.FORTNIGHTLY: 11, Cadence.MONTHLY: 25}
LONGEST_MEETING_DAY: Final = {Cadence.FORTNIGHTLY: FORTNIGHT_DAYS, Cadence.MONTHLY: 28}


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Monday to Friday but for bank holidays (England and Wales), which are published up to `known_until`.

    After that day only weekends are left out; `knows` says so, and whoever prints such a date says so too.
    """

    holidays: frozenset[date] = frozenset()
    known_until: date | None = None

    def knows(self, day: date) -> bool:
        """Whether the bank holidays around this day have been published."""
        return self.known_until is None or day <= self.known_until

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.holidays

    def next_on_or_after(self, day: date) -> date:
        """The day itself when it is a working day, else the next one."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def back(self, day: date, working_days: int) -> date:
        """The working day that lies so many working days before `day`: 3 before Thursday is Monday."""
        for _ in range(working_days):
            day -= ONE_DAY
            while not self.is_working_day(day):
                day -= ONE_DAY
        return day


@dataclass(frozen=True, slots=True)
class Cycle:
    """One reporting period: it holds on every day with `opens_on` <= day < `closes_on`.

    `holidays_known` is False when the bank holidays of its days are not published yet: its dates may move.
    """

    number: int
    opens_on: date
    deadline_on: date
    meets_on: date
    closes_on: date
    holidays_known: bool = True

    @property
    def last_day(self) -> date:
        return self.closes_on - ONE_DAY

    def holds_on(self, day: date) -> bool:
        return self.opens_on <= day < self.closes_on

    def is_late(self, submitted_on: date) -> bool:
        """Late is after 23:59 of the deadline: a later calendar day in London."""
        return submitted_on > self.deadline_on


@dataclass(frozen=True, slots=True)
class ReportingCalendar:
    """The cycles of one ISG, from the day its first one (number 0) opens.

    `meeting_day` counts from the opening day, which is day 1 (None: day 11 fortnightly, day 25 monthly);
    the deadline is `deadline_working_days` before the meeting.
    """

    cadence: Cadence
    first_opens: date
    meeting_day: int | None = None
    deadline_working_days: int = 3
    working_days: WorkingDays = field(kw_only=True)

    def __post_init__(self) -> None:
        longest = LONGEST_MEETING_DAY[self.cadence]
        if not 1 <= self._meeting_day <= longest:
            raise RuleBroken.at(
                "meeting_day",
                f"A {self.cadence.value} ISG meets on a day from 1 to {longest} of its cycle.",
            )

    @property
    def _meeting_day(self) -> int:
        return MEETING_DAY[self.cadence] if self.meeting_day is None else self.meeting_day

    def cycle(self, number: int) -> Cycle:
        """The dates of cycle `number`, counted from 0."""
        opens_on = self._opens_on(number)
        meets_on = self.working_days.next_on_or_after(opens_on + timedelta(days=self._meeting_day - 1))
        return Cycle(
            number=number,
            opens_on=opens_on,
            deadline_on=self.working_days.back(meets_on, self.deadline_working_days),
            meets_on=meets_on,
            closes_on=self._opens_on(number + 1),
            holidays_known=self.working_days.knows(meets_on),
        )

    def number_on(self, day: date) -> int | None:
        """The number of the cycle that holds on `day`; None before the first one opens."""
        if day < self.first_opens:
            return None
        if self.cadence is Cadence.FORTNIGHTLY:
            return (day - self.first_opens).days // FORTNIGHT_DAYS
        months = (day.year - self.first_opens.year) * 12 + day.month - self.first_opens.month
        return months if self._opens_on(months) <= day else months - 1

    def cycle_on(self, day: date) -> Cycle | None:
        """The cycle that holds on `day`; None before the first one opens."""
        number = self.number_on(day)
        return None if number is None else self.cycle(number)

    def last_closed_on(self, day: date) -> int | None:
        """The number of the last cycle that has closed by the end of `day`; None while there is none."""
        number = self.number_on(day)
        return number - 1 if number else None

    def first_meeting_after(self, day: date) -> date:
        """The first meeting strictly after `day`."""
        # a meeting may have been moved past its cycle's end by holidays: begin one cycle earlier
        earliest = max(0, (self.number_on(day) or 0) - 1)
        meetings = (self.cycle(number).meets_on for number in count(earliest))
        return next(meets_on for meets_on in meetings if meets_on > day)

    def last_meeting_on_or_before(self, day: date) -> date | None:
        """The last meeting up to and including `day`; None before the first."""
        latest = self.number_on(day)
        numbers = () if latest is None else range(latest, -1, -1)
        meetings = (self.cycle(number).meets_on for number in numbers)
        return next((meets_on for meets_on in meetings if meets_on <= day), None)

    def _opens_on(self, number: int) -> date:
        """14k days on; monthly k calendar months, clamped: 31 January, 28 February, 31 March."""
        if self.cadence is Cadence.FORTNIGHTLY:
            return self.first_opens + timedelta(days=FORTNIGHT_DAYS * number)
        year, month0 = divmod(self.first_opens.year * 12 + self.first_opens.month - 1 + number, 12)
        last_of_month = monthrange(year, month0 + 1)[1]
        return date(year, month0 + 1, min(self.first_opens.day, last_of_month))
