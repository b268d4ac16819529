"""Who is to be reminded of what, since when, and when that stops. Source: domain.md, Keeping and removing; Cycles; Updates.

A *duty* is something that waits for somebody on a day. Each person whose duty it is has a reminder of it for as long as it
waits for them; what the day's duties no longer hold is stopped, with the reason. Mail is another matter: every person gets at
most one digest a day, in the rhythm that they chose, and what it does not bring stands on their own page all the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from services.domain.cycles import ReportingCalendar, WorkingDays
from services.domain.errors import Problem
from services.domain.facts import RootCauseFacts
from services.domain.status import (
    closure_request,
    complete_on,
    in_plan_on,
    latest_report,
    placement_on,
    update_missed,
)
from services.domain.words import ReminderKind, Rhythm, StopReason

OF_AN_OWNER: Final = frozenset(
    {
        ReminderKind.UPDATE_DUE,
        ReminderKind.UPDATE_MISSED,
        ReminderKind.SENT_BACK,
        ReminderKind.PLAN_WANTED,
    }
)
"""What waits for the owner of a root cause and those who deputise for them."""
ANSWERED_BY_AN_UPDATE: Final = frozenset(
    {ReminderKind.UPDATE_DUE, ReminderKind.UPDATE_MISSED, ReminderKind.SENT_BACK}
)
"""What any update on the root cause does away with at once."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that waits on a day. `subject` is what it is about: a root cause, an escalation, a risk, an ISG's cycle.

    `by`: the last day on which it is in time, where there is one.
    """

    kind: ReminderKind
    subject: str
    isg: str | None = None
    cycle: int | None = None
    by: date | None = None

    @property
    def key(self) -> tuple[ReminderKind, str, int | None]:
        """What makes it the same duty on another day."""
        return self.kind, self.subject, self.cycle


@dataclass(frozen=True, slots=True)
class EscalationFacts:
    """An escalation that has not ended, as far as reminders need it."""

    reference: str
    root_cause: str
    waits_for_decision: bool
    has_recovery_plan: bool
    agenda_for: date | None = None


# -- what waits on a day ----------------------------------------------------------------------------------------------


def owners_duties(
    root_cause: RootCauseFacts, day: date, calendar: ReportingCalendar, escalation: EscalationFacts | None
) -> Iterator[Duty]:
    """What waits for the owner of one root cause at the end of `day`; nothing of what is closed or not in the plan."""
    placement = placement_on(root_cause, day)
    if placement is None or not in_plan_on(root_cause, day) or complete_on(root_cause, day):
        return
    reference, isg, cycle = root_cause.reference, placement.isg, calendar.cycle_on(day)
    reported = cycle is not None and any(
        cycle.opens_on <= report.reported_on <= day for report in root_cause.reports
    )
    if cycle is not None and not reported:
        yield Duty(ReminderKind.UPDATE_DUE, reference, isg, cycle.number, cycle.deadline_on)
        if update_missed(root_cause, day, calendar):
            yield Duty(ReminderKind.UPDATE_MISSED, reference, isg, calendar.last_closed_on(day))
    if _was_sent_back(root_cause, day):
        yield Duty(ReminderKind.SENT_BACK, reference, isg)
    if escalation is not None and escalation.waits_for_decision and not escalation.has_recovery_plan:
        yield Duty(ReminderKind.PLAN_WANTED, reference, isg, by=escalation.agenda_for)


def _was_sent_back(root_cause: RootCauseFacts, day: date) -> bool:
    """The last word asked for closing, the ISG decided on it, and did not close the root cause by it."""
    report = latest_report(root_cause, day)
    if report is None or report.decided_on is None or report.decided_on > day:
        return False
    return not any(report.reported_on <= closing.closed_on for closing in root_cause.closings)


def isgs_duty(root_cause: RootCauseFacts, day: date, calendar: ReportingCalendar) -> Duty | None:
    """A request for closing waits for the ISG's word, by its next meeting."""
    placement, request = placement_on(root_cause, day), closure_request(root_cause, day)
    if placement is None or request is None or not in_plan_on(root_cause, day):
        return None
    meets_on = calendar.first_meeting_after(max(request.reported_on, day - timedelta(days=1)))
    return Duty(ReminderKind.CLOSURE_TO_DECIDE, root_cause.reference, placement.isg, by=meets_on)


def impact_duty(root_cause: RootCauseFacts, day: date, calendar: ReportingCalendar) -> Duty | None:
    """The ISG has been asked about what is done but not working, and decides by its next meeting."""
    placement = placement_on(root_cause, day)
    if placement is None or not in_plan_on(root_cause, day) or not complete_on(root_cause, day):
        return None
    meets_on = calendar.first_meeting_after(day - timedelta(days=1))
    return Duty(ReminderKind.IMPACT_TO_REVIEW, root_cause.reference, placement.isg, by=meets_on)


def escalations_duty(escalation: EscalationFacts, isg: str | None, *, closed: bool = False) -> Duty | None:
    """On an agenda, ECIB decides; with a plan and on none, the PMO puts it on one: a closed root cause waits for no plan."""
    if not escalation.waits_for_decision:
        return None
    if escalation.agenda_for is not None:
        return Duty(ReminderKind.ESCALATION_TO_DECIDE, escalation.reference, isg, by=escalation.agenda_for)
    if escalation.has_recovery_plan or closed:
        return Duty(ReminderKind.AGENDA_WANTED, escalation.reference, isg)
    return None


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The newest version of a cycle report: whether it stands, and whether the executive has confirmed it."""

    written: bool = False
    confirmed: bool = False


def reports_duty(
    isg: str, slug: str, day: date, calendar: ReportingCalendar, reports: Mapping[int, ReportFacts]
) -> Duty | None:
    """Once the ISG has met, its chair writes the report on that cycle, then the executive confirms it.

    Only ever the last cycle's: at the next meeting it is the next report's turn.
    """
    number = calendar.number_on(day)
    while number is not None and calendar.cycle(number).meets_on > day:
        number = number - 1 if number else None
    if number is None:
        return None
    report = reports.get(number, ReportFacts())
    if report.confirmed:
        return None
    kind = ReminderKind.REPORT_TO_CONFIRM if report.written else ReminderKind.REPORT_TO_WRITE
    return Duty(kind, slug, isg, number)


# -- when a reminder stops --------------------------------------------------------------------------------------------


def why_stopped(
    kind: ReminderKind,
    cycle: int | None,
    *,
    is_here: bool,
    still_waits: bool,
    root_cause: RootCauseFacts | None,
    day: date,
    calendar: ReportingCalendar | None,
) -> StopReason:
    """Why somebody's reminder stops at the end of `day`. `still_waits`: it waits for others, and for them no longer."""
    if not is_here:
        return StopReason.LEFT
    if still_waits:
        return StopReason.REASSIGNED
    if root_cause is not None and not in_plan_on(root_cause, day):
        return StopReason.NOT_NEEDED
    if kind in {ReminderKind.UPDATE_DUE, ReminderKind.UPDATE_MISSED}:
        return _how_the_cycle_ended(kind, cycle, root_cause, day, calendar)
    return StopReason.DONE


def _how_the_cycle_ended(
    kind: ReminderKind,
    cycle: int | None,
    root_cause: RootCauseFacts | None,
    day: date,
    calendar: ReportingCalendar | None,
) -> StopReason:
    """An update that came while the cycle was open, or a closing, is done; one that never came is too late."""
    if root_cause is None or calendar is None or cycle is None:
        return StopReason.DONE
    if complete_on(root_cause, day):
        return StopReason.DONE
    since = calendar.cycle(cycle)
    if kind is ReminderKind.UPDATE_MISSED:
        since = calendar.cycle(cycle + 1)
    if any(since.opens_on <= report.reported_on <= min(day, since.last_day) for report in root_cause.reports):
        return StopReason.DONE
    return StopReason.TOO_LATE if day >= since.closes_on else StopReason.NOT_NEEDED


# -- mail -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Open:
    """A reminder that is open: when it was recorded, and by when it is in time."""

    recorded_at: datetime
    by: date | None = None


def digest_due(
    rhythm: Rhythm, day: date, reminders: Sequence[Open], last_digest: datetime | None, calendar: WorkingDays
) -> bool:
    """Whether a person gets a digest on `day`.

    each working day   when something is new since the last digest, when something is due today or on the next working day,
                       and on the week's first working day whatever is open
    Mondays            on the week's first working day (a bank holiday's Tuesday), whatever is open
    deadline days      on days on which something is due
    off                never
    """
    if not reminders or rhythm is Rhythm.OFF or not calendar.is_working_day(day):
        return False
    first_of_the_week = calendar.next_on_or_after(day - timedelta(days=day.weekday())) == day
    if rhythm is Rhythm.MONDAYS:
        return first_of_the_week
    if rhythm is Rhythm.DEADLINE_DAYS:
        return any(reminder.by == day for reminder in reminders)
    soon = {day, calendar.next_on_or_after(day + timedelta(days=1))}
    is_new = any(last_digest is None or reminder.recorded_at > last_digest for reminder in reminders)
    return first_of_the_week or is_new or any(reminder.by in soon for reminder in reminders)


# -- chasers ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chased:
    """Somebody who is to be chased: what they owe in the ISG, and who chased them today already."""

    email: str
    name: str
    isg: str
    owes: int
    chased_today_by: str | None = None


def check_chasers(wanted: Iterable[Chased]) -> tuple[Problem, ...]:
    """What stands against each: nobody is chased twice a day, and nobody who has reported."""
    problems = []
    for each in wanted:
        if each.chased_today_by is not None:
            problems.append(
                Problem(
                    f"people.{each.email}",
                    f"{each.name} was chased today already, by {each.chased_today_by}: once a day is enough.",
                )
            )
        elif not each.owes:
            problems.append(
                Problem(f"people.{each.email}", f"{each.name} owes {each.isg} no update now: untick them.")
            )
    return tuple(problems)
