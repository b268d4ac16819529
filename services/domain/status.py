"""What is true of one root cause at the end of a day (domain.md: Time, Delivery status, Closing, Cycles)."""

from collections.abc import Iterable, Sequence
from datetime import date

from services.domain.cycles import Cycle, ReportingCalendar
from services.domain.facts import Baseline, Closing, Placement, Report, RootCauseFacts
from services.domain.words import DeliveryStatus, UpdateStatus


def placements_in_order(root_cause: RootCauseFacts) -> Sequence[Placement]:
    """By the day they hold from; of the same day the one recorded later comes later, and so prevails."""
    if len(root_cause.placements) == 1:
        return root_cause.placements
    return sorted(root_cause.placements, key=lambda placement: placement.holds_from or date.min)


def baselines_in_order(root_cause: RootCauseFacts) -> Sequence[Baseline]:
    """By the day they hold from, then by version: the last one that has begun is in force."""
    if len(root_cause.baselines) == 1:
        return root_cause.baselines
    return sorted(
        root_cause.baselines, key=lambda baseline: (baseline.holds_from or date.min, baseline.version)
    )


def placement_on(root_cause: RootCauseFacts, day: date) -> Placement | None:
    """Where it stands at the end of `day`; None before it came into the plan."""
    placement = None
    for later in placements_in_order(root_cause):
        if later.holds_from is None or later.holds_from <= day:
            placement = later
    return placement


def in_plan_on(root_cause: RootCauseFacts, day: date) -> bool:
    """In the plan: it has come into it and has been neither withdrawn, merged nor dropped by `day`."""
    placement = placement_on(root_cause, day)
    return placement is not None and placement.in_plan


def original_baseline(root_cause: RootCauseFacts) -> Baseline:
    """The first baseline, which every later trajectory is compared with."""
    return min(root_cause.baselines, key=lambda baseline: baseline.version)


def baseline_on(root_cause: RootCauseFacts, day: date) -> Baseline:
    """The baseline in force at the end of `day`. The first one holds at every date up to the first change."""
    baseline = original_baseline(root_cause)
    for later in baselines_in_order(root_cause):
        if later.holds_from is None or later.holds_from <= day:
            baseline = later
    return baseline


def due_date_on(root_cause: RootCauseFacts, day: date) -> date:
    """The due date in force at the end of `day`."""
    return baseline_on(root_cause, day).due_date


def closing_on(root_cause: RootCauseFacts, day: date) -> Closing | None:
    """The closing that makes it complete: on or before `day`, and not reopened since by `day`."""
    return next(
        (
            closing
            for closing in root_cause.closings
            if closing.closed_on <= day and (closing.reopened_on is None or day < closing.reopened_on)
        ),
        None,
    )


def complete_on(root_cause: RootCauseFacts, day: date) -> bool:
    """Closed by the ISG on or before `day` and not reopened since by `day`."""
    return closing_on(root_cause, day) is not None


def is_overdue(root_cause: RootCauseFacts, day: date) -> bool:
    """Due date before `day` and not complete. Due today is not overdue."""
    return due_date_on(root_cause, day) < day and not complete_on(root_cause, day)


def days_overdue(root_cause: RootCauseFacts, day: date) -> int:
    """Days since the due date; 0 when it is not overdue."""
    return (day - due_date_on(root_cause, day)).days if is_overdue(root_cause, day) else 0


def reports_by(root_cause: RootCauseFacts, day: date) -> list[Report]:
    """The newest version of each cycle's update as reported by `day`, earliest first."""
    newest: dict[int, Report] = {}
    for report in sorted(root_cause.reports, key=_when_said):
        if report.reported_on <= day:
            newest[report.cycle] = report
    return sorted(newest.values(), key=_when_said)


def latest_report(root_cause: RootCauseFacts, day: date) -> Report | None:
    """The last thing that was said by `day`."""
    return _latest(report for report in root_cause.reports if report.reported_on <= day)


def closure_request(root_cause: RootCauseFacts, day: date) -> Report | None:
    """The undecided closure request: the owner's latest word by `day`, if it is `complete` with evidence."""
    report = latest_report(root_cause, day)
    if report is None or not _asks_for_closing(report) or complete_on(root_cause, day):
        return None
    return None if _decided(report, day) or _reopened_since(root_cause, report, day) else report


def closing_asked_on(root_cause: RootCauseFacts, day: date) -> date | None:
    """When the undecided closure request was made: a newer version in a cycle amends the request."""
    request = closure_request(root_cause, day)
    if request is None:
        return None
    return min(
        report.reported_on
        for report in root_cause.reports
        if report.cycle == request.cycle and _asks_for_closing(report) and not _decided(report, day)
    )


def awaits_its_first_meeting(root_cause: RootCauseFacts, day: date, calendar: ReportingCalendar) -> bool:
    """A closure request is undecided and the ISG has not met since it was made.

    A request made on the day of a meeting is for the next one; at the end of a meeting's day the ISG has met.
    """
    request = closure_request(root_cause, day)
    return request is not None and calendar.first_meeting_after(request.reported_on) > day


def delivery_status(root_cause: RootCauseFacts, day: date, calendar: ReportingCalendar) -> DeliveryStatus:
    """The delivery status at the end of `day`: the first that fits (domain.md, Delivery status)."""
    if complete_on(root_cause, day):
        return DeliveryStatus.COMPLETE
    if awaits_its_first_meeting(root_cause, day, calendar):
        return DeliveryStatus.AWAITING_CLOSURE
    word = owners_word(root_cause, day)
    said = word.status if word else UpdateStatus.NOT_STARTED
    due_date = due_date_on(root_cause, day)
    if due_date < day or said is UpdateStatus.OFF_TRACK:
        return DeliveryStatus.OFF_TRACK
    if said is UpdateStatus.AT_RISK or (word and word.forecast_date and word.forecast_date > due_date):
        return DeliveryStatus.AT_RISK
    # a `complete` that the ISG has met on and not decided, or that came without evidence, is good news still
    if said in {UpdateStatus.ON_TRACK, UpdateStatus.COMPLETE}:
        return DeliveryStatus.ON_TRACK
    return DeliveryStatus.NOT_STARTED


def is_neither(status: DeliveryStatus) -> bool:
    """Neither complete nor on track: what the 2019 paper never mentioned, 35 of its Must Do root causes."""
    return status not in {DeliveryStatus.COMPLETE, DeliveryStatus.ON_TRACK}


def owners_word(root_cause: RootCauseFacts, day: date) -> Report | None:
    """The report whose word counts at the end of `day`: the latest one, but

    - a `complete` said on or before a reopening is spent, and nothing has been said since;
    - a `complete` that was sent back gives way to the last thing said that was not `complete`.
    """
    latest = latest_report(root_cause, day)
    if latest is None or latest.status is not UpdateStatus.COMPLETE:
        return latest
    if _reopened_since(root_cause, latest, day):
        return None
    if _decided(latest, day):
        others = (report for report in root_cause.reports if report.status is not UpdateStatus.COMPLETE)
        return _latest(report for report in others if report.reported_on <= day)
    return latest


def update_missed(root_cause: RootCauseFacts, day: date, calendar: ReportingCalendar) -> bool:
    """No update for the last cycle that has closed by `day`."""
    number = calendar.last_closed_on(day)
    return (
        number is not None
        and _owes_updates_on(root_cause, day)
        and _missed(root_cause, calendar.cycle(number))
    )


def missed_in_a_row(root_cause: RootCauseFacts, day: date, calendar: ReportingCalendar) -> int:
    """How many of the cycles closed by `day`, counted back from the last one, had no update."""
    last = calendar.last_closed_on(day)
    if last is None or not _owes_updates_on(root_cause, day):
        return 0
    missed = 0
    while missed <= last and _missed(root_cause, calendar.cycle(last - missed)):
        missed += 1
    return missed


def _missed(root_cause: RootCauseFacts, cycle: Cycle) -> bool:
    """It owed an update and none was reported while the cycle was open.

    It owed one when it was in the plan and open on the cycle's first day and on its last. Reports are found
    by their date and not by the cycle's number, which is another ISG's after a move.
    """
    owed = _owes_updates_on(root_cause, cycle.opens_on) and _owes_updates_on(root_cause, cycle.last_day)
    return owed and not any(cycle.holds_on(report.reported_on) for report in root_cause.reports)


def _owes_updates_on(root_cause: RootCauseFacts, day: date) -> bool:
    return in_plan_on(root_cause, day) and not complete_on(root_cause, day)


def _asks_for_closing(report: Report) -> bool:
    return report.status is UpdateStatus.COMPLETE and report.has_evidence


def _decided(report: Report, day: date) -> bool:
    return report.decided_on is not None and report.decided_on <= day


def _reopened_since(root_cause: RootCauseFacts, report: Report, day: date) -> bool:
    """Reopened by `day`, after the report was made.

    On one day the reopening came later, but for a request for closing that was not decided on that day.
    """
    reopenings = {closing.reopened_on for closing in root_cause.closings if closing.reopened_on is not None}
    made_after = _asks_for_closing(report) and report.decided_on != report.reported_on
    return any(
        report.reported_on < reopened_on <= day or (reopened_on == report.reported_on and not made_after)
        for reopened_on in reopenings
    )


def _latest(reports: Iterable[Report]) -> Report | None:
    return max(reports, key=_when_said, default=None)


def _when_said(report: Report) -> tuple[date, int, int]:
    """Later is newer; on one day the later cycle, then the higher version."""
    return report.reported_on, report.cycle, report.version
