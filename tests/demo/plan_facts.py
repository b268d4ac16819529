"""The demo plan's rows as the facts that the rules read: written for the tests, without the database's loader."""

from collections import defaultdict
from datetime import date

from services.cli.demo.reports import CALENDAR
from services.cli.demo.story import DemoPlan
from services.domain.facts import Baseline, Closing, Placement, Report, RootCauseFacts
from services.domain.words import ClosingDecision, FindingType, RootCauseClass, UpdateStatus


def classes_by_findings(plan: DemoPlan) -> dict[str, RootCauseClass]:
    """Must Do if any finding is a Must Do or a Notice, else Should Do if any is, else none."""
    types = {finding.reference: finding.type for finding in plan.sheets.findings}
    classes = {}
    for row in plan.sheets.root_causes:
        answered = {types[reference] for reference in row.findings}
        if answered & {FindingType.MUST_DO, FindingType.NOTICE}:
            classes[row.reference] = RootCauseClass.MUST_DO
        elif FindingType.SHOULD_DO in answered:
            classes[row.reference] = RootCauseClass.SHOULD_DO
        else:
            classes[row.reference] = RootCauseClass.NONE
    return classes


def facts_of(plan: DemoPlan) -> list[RootCauseFacts]:
    """Every root cause, with what was said, closed, reopened and re-baselined."""
    classes = classes_by_findings(plan)
    reports = _reports(plan)
    closings = _closings(plan)
    new_baselines = {each.root_cause: Baseline(2, each.on, each.new_due_date) for each in plan.rebaselinings}
    return [
        RootCauseFacts(
            reference=row.reference,
            placements=(Placement(None, row.isg, classes[row.reference]),),
            baselines=(
                Baseline(1, None, row.due_date),
                *([new_baselines[row.reference]] if row.reference in new_baselines else []),
            ),
            closings=tuple(closings[row.reference]),
            reports=tuple(reports[row.reference]),
        )
        for row in plan.sheets.root_causes
    ]


def _reports(plan: DemoPlan) -> dict[str, list[Report]]:
    decided = {decision.root_cause: decision.meeting_date for decision in plan.isg_decisions}
    said: list[tuple[str, date, UpdateStatus, date | None, bool]] = [
        *((row.root_cause, row.reporting_date, row.status, row.forecast_date, False) for row in plan.sheets.updates),
        *(
            (form.root_cause, form.on, form.report.status, form.report.forecast_date, bool(form.report.evidence))
            for form in plan.form_reports
        ),
    ]  # fmt: skip
    reports: defaultdict[str, list[Report]] = defaultdict(list)
    for root_cause, day, status, forecast, has_evidence in sorted(said, key=lambda each: (each[0], each[1])):
        number = CALENDAR.number_on(day)
        assert number is not None, f"{root_cause} reports on {day}, before the first cycle opens"
        meeting = decided.get(root_cause)
        asked = status is UpdateStatus.COMPLETE and meeting is not None and day <= meeting
        reports[root_cause].append(
            Report(
                number,
                1,
                day,
                status,
                forecast,
                has_evidence=has_evidence,
                decided_on=meeting if asked else None,
            )
        )
    return reports


def _closings(plan: DemoPlan) -> dict[str, list[Closing]]:
    closed_on = {row.root_cause: row.completed_date for row in plan.sheets.updates if row.completed_date}
    closed_on |= {
        decision.root_cause: decision.meeting_date
        for decision in plan.isg_decisions
        if decision.decision is ClosingDecision.CLOSE
    }
    reopened_on = {reopening.root_cause: reopening.on for reopening in plan.reopenings}
    closings: defaultdict[str, list[Closing]] = defaultdict(list)
    for root_cause, day in closed_on.items():
        closings[root_cause].append(Closing(day, reopened_on.get(root_cause)))
    return closings
