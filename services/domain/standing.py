"""How one root cause stands at the end of a day: all that follows from its facts, and until when it stays so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.domain.cycles import ReportingCalendar
from services.domain.facts import Report, RootCauseFacts
from services.domain.status import (
    closing_on,
    closure_request,
    complete_on,
    delivery_status,
    due_date_on,
    in_plan_on,
    latest_report,
    original_baseline,
    placement_on,
    update_missed,
)
from services.domain.words import DeliveryStatus, NoticeKind, RootCauseClass

ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What the rules say of a root cause on a day; `latest_report` is the last thing said by then."""

    isg: str
    root_cause_class: RootCauseClass
    in_plan: bool
    strongest_notice: NoticeKind | None
    due_date: date
    original_due_date: date
    forecast_date: date | None
    delivery_status: DeliveryStatus
    update_missed: bool
    closed_on: date | None
    latest_report: Report | None


def work_out(
    root_cause: RootCauseFacts, day: date, calendars: Mapping[str, ReportingCalendar]
) -> WorkedOut | None:
    """How it stands at the end of `day`; None before it has a place in the plan. `calendars`: by the ISG's name."""
    placement = placement_on(root_cause, day)
    if placement is None:
        return None
    calendar = calendars[placement.isg]
    report = latest_report(root_cause, day)
    closing = closing_on(root_cause, day)
    return WorkedOut(
        isg=placement.isg,
        root_cause_class=placement.root_cause_class,
        in_plan=placement.in_plan,
        strongest_notice=root_cause.strongest_notice,
        due_date=due_date_on(root_cause, day),
        original_due_date=original_baseline(root_cause).due_date,
        forecast_date=report.forecast_date if report and closing is None else None,
        delivery_status=delivery_status(root_cause, day, calendar),
        update_missed=update_missed(root_cause, day, calendar),
        closed_on=closing.closed_on if closing else None,
        latest_report=report,
    )


def stands_until(
    root_cause: RootCauseFacts, day: date, calendars: Mapping[str, ReportingCalendar]
) -> date | None:
    """The next day on which the passing of time alone may change how it stands; None when nothing waits for a day.

    A recorded fact comes to hold, the due date passes, the ISG meets on a closure request, or a cycle closes.
    """
    changes = {
        *(placement.holds_from for placement in root_cause.placements),
        *(baseline.holds_from for baseline in root_cause.baselines),
        *(closing.closed_on for closing in root_cause.closings),
        *(closing.reopened_on for closing in root_cause.closings),
        *(report.reported_on for report in root_cause.reports),
        *(report.decided_on for report in root_cause.reports),
    }
    placement = placement_on(root_cause, day)
    if placement is not None and not complete_on(root_cause, day):
        calendar = calendars[placement.isg]
        changes.add(due_date_on(root_cause, day) + ONE_DAY)
        request = closure_request(root_cause, day)
        if request is not None:
            changes.add(calendar.first_meeting_after(request.reported_on))
        if in_plan_on(root_cause, day):
            changes.add(calendar.cycle(calendar.number_on(day) or 0).closes_on)
    return min((change for change in changes if change is not None and change > day), default=None)


def days_overdue(due_date: date, delivery_status: DeliveryStatus, day: date) -> int:
    """Days since the due date; 0 when it is not overdue (due today is not) or complete."""
    return 0 if delivery_status is DeliveryStatus.COMPLETE else max(0, (day - due_date).days)
