"""What owners report in each cycle, from that of 4 March 2019 to that of 13 May, and in whose words.

The PMO collects updates in trackers and imports them. Whoever is off track, and so owes a recovery plan, reports in
the system from the start; from the cycle of 13 May so do all of Unscheduled Care, and everybody who asks for closing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from services.cli.demo.library import wording
from services.cli.demo.schedule import (
    BEFORE_THE_FIRST_CYCLE,
    END_OF_APRIL,
    END_OF_MAY,
    FIRST_CYCLE_OPENS,
    ISG_9_MAY,
    OPENED_AGAIN,
    REBASELINED_ON,
    Course,
    Fate,
)
from services.cli.demo.story import FormReport
from services.cli.demo.unpacking import UnpackedRootCause
from services.domain.cycles import Cycle, ReportingCalendar
from services.domain.updates import EvidenceLink, RecoveryPlanText, UpdateReport
from services.domain.wording import written
from services.domain.words import Cadence, UpdateStatus
from services.plan_api.workbook.rows import ActionRow, UpdateRow
from services.shared.holidays import working_days

CALENDAR = ReportingCalendar(Cadence.FORTNIGHTLY, FIRST_CYCLE_OPENS, working_days=working_days())
CYCLES = tuple(CALENDAR.cycle(number) for number in range(6))
FIRST_IN_THE_SYSTEM = "Unscheduled Care"
"""This ISG's owners report in the system from the cycle of 13 May, and it closes there from its meeting of 9 May."""

SLIPS_FROM, LAST_SHEET_CYCLE, LAST_CYCLE = 3, 4, 5
SILENT_IN = frozenset({2, 3})
AT_RISK_WITHIN = timedelta(days=16)
RUN_LATE = frozenset({Course.LATE, Course.SENT_BACK, Course.REBASELINED})
MISSED, LATE = 0.04, 0.06
WORSE = 18
"""Percentage points by which audits fall short where things go badly."""


def asks_for_closing_on(fate: Fate, random: Random) -> date | None:
    """The day of the update that asks for closing: before the deadline of the cycle whose meeting decides."""
    if fate.closed == BEFORE_THE_FIRST_CYCLE:
        return fate.closed
    decided_on = fate.closed or {Course.SENT_BACK: ISG_9_MAY, Course.ASKING: CYCLES[LAST_CYCLE].meets_on}.get(
        fate.course
    )
    if decided_on is None:
        return None
    cycle = next(each for each in CYCLES if each.meets_on == decided_on)
    earliest = max(cycle.opens_on + timedelta(days=1), cycle.deadline_on - timedelta(days=3))
    if decided_on == ISG_9_MAY:
        earliest = END_OF_APRIL + timedelta(days=1)
    return _weekday(earliest, cycle.deadline_on, random)


def actions_done_by(asks_on: date | None) -> date | None:
    """Closing is asked for once every action is done: by the Friday before the cycle in which it is asked for."""
    cycle = CALENDAR.cycle_on(asks_on) if asks_on is not None else None
    return asks_on if cycle is None else cycle.opens_on - timedelta(days=3)


@dataclass(slots=True)
class Reporter:
    """Writes the updates of one root cause."""

    root_cause: UnpackedRootCause
    fate: Fate
    owner: str
    actions: Sequence[ActionRow]
    asks_on: date | None
    random: Random
    reports_in_the_last_cycle: bool
    _used: set[str] = field(default_factory=set)
    _recovery_date: date | None = None

    def write(self) -> Iterator[UpdateRow | FormReport]:
        """One for each cycle in which something was said, in order."""
        started_in = self.random.choice((0, 0, 1, 2)) if self.fate.due > END_OF_MAY else 0
        has_missed, said = False, UpdateStatus.NOT_STARTED
        for cycle in CYCLES:
            if self._is_closed_in(cycle):
                continue
            may_miss = said is UpdateStatus.ON_TRACK and not has_missed and self._may_miss()
            has_missed = may_miss and self.random.random() < MISSED
            if has_missed or self._keeps_silent_in(cycle):
                continue
            day = self._day(cycle)
            said = self._word(cycle.number, day, started_in)
            yield self._report(cycle, day, said)

    def _may_miss(self) -> bool:
        return self.fate.course is Course.STEADY and self.asks_on is None

    def _keeps_silent_in(self, cycle: Cycle) -> bool:
        if self.fate.course is Course.SILENT and cycle.number in SILENT_IN:
            return True
        return cycle.number == LAST_CYCLE and not self.reports_in_the_last_cycle

    def _is_closed_in(self, cycle: Cycle) -> bool:
        """Closed before the cycle in which it would report, and not reopened."""
        closed = self.fate.closed
        if closed is None or (self.fate.course is Course.REOPENED and cycle.number == LAST_CYCLE):
            return False
        return cycle.opens_on > closed and not self._is_history(cycle)

    def _is_history(self, cycle: Cycle) -> bool:
        """What was closed before the first cycle is reported once, in the first."""
        return cycle.number == 0 and self.fate.closed == BEFORE_THE_FIRST_CYCLE

    def _day(self, cycle: Cycle) -> date:
        if self._is_history(cycle):
            return cycle.opens_on
        if self.asks_on is not None and cycle.holds_on(self.asks_on):
            return self.asks_on
        earliest = cycle.opens_on
        if cycle.number == LAST_CYCLE and self.fate.course is Course.REOPENED:
            earliest = OPENED_AGAIN + timedelta(days=1)
        late = cycle.number < LAST_CYCLE and self.random.random() < LATE
        if late:
            return _weekday(cycle.deadline_on + timedelta(days=1), cycle.last_day, self.random)
        return _weekday(earliest, cycle.deadline_on, self.random)

    def _word(self, cycle: int, day: date, started_in: int) -> UpdateStatus:
        if self._is_history(CYCLES[cycle]) or day == self.asks_on:
            return UpdateStatus.COMPLETE
        if self.fate.course is Course.UNSTARTED:
            return UpdateStatus.NOT_STARTED
        if self.fate.course is Course.REBASELINED and day > REBASELINED_ON:
            return UpdateStatus.ON_TRACK
        if day > self.fate.due:
            return UpdateStatus.OFF_TRACK
        trouble = self._trouble(cycle, day)
        if trouble is not None:
            return trouble
        return UpdateStatus.NOT_STARTED if cycle < started_in else UpdateStatus.ON_TRACK

    def _trouble(self, cycle: int, day: date) -> UpdateStatus | None:
        """Which word the course of things calls for, when it is not a good one."""
        course = self.fate.course
        said_off_track = (course is Course.STUCK and cycle >= SLIPS_FROM) or (
            course is Course.FAILS_IN_MAY and cycle == LAST_CYCLE
        )
        if said_off_track:
            return UpdateStatus.OFF_TRACK
        said_at_risk = (
            (course is Course.SLIPPING and cycle >= SLIPS_FROM)
            or (course is Course.SLIPS_IN_MAY and cycle == LAST_CYCLE)
            or (course is Course.FAILS_IN_MAY and day > END_OF_APRIL)
            or (course in RUN_LATE and self.fate.due - day <= AT_RISK_WITHIN)
        )
        return UpdateStatus.AT_RISK if said_at_risk else None

    def _report(self, cycle: Cycle, day: date, status: UpdateStatus) -> UpdateRow | FormReport:
        asks_now = status is UpdateStatus.COMPLETE and cycle.number == LAST_CYCLE
        if status is UpdateStatus.OFF_TRACK or asks_now or self._reports_in_the_system(cycle):
            return self._in_the_form(day, status)
        if status is not UpdateStatus.COMPLETE:
            forecast = self.fate.due if self.random.random() < 0.5 and day <= self.fate.due else None
            return UpdateRow(
                self.root_cause.reference, day, status, self._says(status.value, day, cycle), forecast
            )
        if self.fate.course is Course.SENT_BACK or self.closed_in_the_system:
            return self._in_the_form(day, status)
        says = "closed_before_the_first_cycle" if self._is_history(cycle) else "complete"
        return UpdateRow(
            self.root_cause.reference,
            day,
            status,
            self._says(says, day, cycle),
            completed_date=self.fate.closed,
        )

    def _reports_in_the_system(self, cycle: Cycle) -> bool:
        return cycle.number == LAST_CYCLE and self.root_cause.topic.isg == FIRST_IN_THE_SYSTEM

    @property
    def closed_in_the_system(self) -> bool:
        """Its owner asks in the form, and the chair closes it there."""
        return self.root_cause.topic.isg == FIRST_IN_THE_SYSTEM and self.fate.closed == ISG_9_MAY

    def _in_the_form(self, day: date, status: UpdateStatus) -> FormReport:
        cycle = CALENDAR.cycle_on(day)
        assert cycle is not None
        is_at_risk = status is UpdateStatus.AT_RISK
        report = UpdateReport(
            status=status,
            progress=self._says("on_track" if is_at_risk else status.value, day, cycle),
            reason=self._says("at_risk", day, cycle) if is_at_risk else None,
            recovery_plan=self._recovery_plan(day, cycle) if status is UpdateStatus.OFF_TRACK else None,
            evidence=self._evidence() if status is UpdateStatus.COMPLETE else (),
        )
        return FormReport(self.root_cause.reference, self.owner, day, report)

    def _recovery_plan(self, day: date, cycle: Cycle) -> RecoveryPlanText | None:
        """A new one when there is none in force or its date has passed; else the one in force is confirmed.

        ECIB steps down from what is off track by word alone, and with that its plan ends.
        """
        before = None if self.fate.course is Course.STUCK else self._recovery_date
        if before is not None and before >= day:
            return None
        self._recovery_date = day + timedelta(days=self.random.choice((21, 28, 35, 49)))
        support = self._says("support", day, cycle) if self.random.random() < 0.3 else None
        return RecoveryPlanText(
            self._says("recovery_steps", day, cycle), self.owner, self._recovery_date, support
        )

    def _evidence(self) -> tuple[EvidenceLink, ...]:
        folder = f"https://intranet.demo.example/improving-care/{self.root_cause.reference.lower()}"
        chosen = self.random.sample(wording()["evidence"], 2)
        return tuple(
            EvidenceLink(text.format(subject=self.root_cause.topic.subject), f"{folder}/{number}")
            for number, text in enumerate(chosen, start=1)
        )

    def _says(self, what: str, day: date, cycle: Cycle) -> str:
        """A sentence that this root cause has not used yet, while there are any, filled from its actions."""
        sentences = _SENTENCES[what]
        fresh = [sentence for sentence in sentences if sentence not in self._used] or sentences
        sentence = self.random.choice(fresh)
        self._used.add(sentence)
        done = [a for a in self.actions if a.completed_date is not None and a.completed_date <= day]
        to_do = [a for a in self.actions if a not in done]
        subject = self.root_cause.topic.subject
        falls_short_by = WORSE if what in {"at_risk", "off_track"} else 0
        percent = min(97, 52 + 7 * cycle.number + self.random.randrange(12)) - falls_short_by
        return sentence.format(
            done=f"“{done[-1].description}” is done."
            if done
            else self.random.choice(_SENTENCES["nothing_done_yet"]),
            next=to_do[0].description if to_do else "the final check in practice",
            last=f"“{self.actions[-1].description}”",
            when=written((to_do[0].due_date if to_do else None) or self.fate.due),
            subject=subject,
            subject_start=subject[0].upper() + subject[1:],
            percent=percent,
            before=percent - self.random.randint(2, 6),
        )


_SENTENCES = wording()


def _weekday(first: date, last: date, random: Random) -> date:
    """A working day from `first` to `last`; when there is none, the last day."""
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return random.choice([day for day in days if working_days().is_working_day(day)] or [last])
