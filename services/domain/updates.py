"""What makes an update acceptable. Source: domain.md, Updates, Closing and Cycles.

`check_update` reports everything that is wrong at once, by the field's name in the contract; `guidance` tells
the form and the API beforehand what each status needs. Both read the same two functions: `statuses_offered`
and `needs`. These are rules of reporting, not of history: imported updates are kept as they were said.

With a due date of 30 April 2019: on 30 April every status may be reported; on 1 May off track and complete.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from services.domain.errors import Conflict, Problem, RuleBroken
from services.domain.wording import is_blank, listed, written
from services.domain.words import UpdateStatus

LONGEST_TEXT: Final = 10_000
CONFIRMATION_IS_ENOUGH_BEFORE: Final = timedelta(weeks=8)
AFTER_THE_DUE_DATE: Final = (UpdateStatus.OFF_TRACK, UpdateStatus.COMPLETE)


@dataclass(frozen=True, slots=True)
class RecoveryPlanText:
    """How and by when it gets back: steps, owner (email), recovery date, support asked for."""

    steps: str
    owner: str
    recovery_date: date | None
    support: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    """A link with the description that says what it shows."""

    description: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateReport:
    """What the owner reports; no recovery plan confirms the one in force, if `confirm_recovery_plan`."""

    status: UpdateStatus
    progress: str | None = None
    forecast_date: date | None = None
    reason: str | None = None
    recovery_plan: RecoveryPlanText | None = None
    evidence: tuple[EvidenceLink, ...] = ()
    confirm_recovery_plan: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is already known of the root cause that is reported on."""

    today: date
    due_date: date
    is_complete: bool = False
    open_actions: tuple[str, ...] = ()
    has_evidence: bool = False
    recovery_plan_in_force: bool = False

    @property
    def overdue(self) -> bool:
        return self.due_date < self.today and not self.is_complete


class Need(StrEnum):
    """What a status cannot do without; the value is the contract's field."""

    PROGRESS = "progress"
    REASON = "reason"
    RECOVERY_PLAN = "recovery_plan"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class StatusGuidance:
    """One status that may be reported: what it needs, and the open actions that still stand in its way."""

    status: UpdateStatus
    needs: tuple[Need, ...]
    blocked_by: tuple[str, ...] = ()


def statuses_offered(situation: Situation) -> tuple[UpdateStatus, ...]:
    """After the due date off track and complete only."""
    return AFTER_THE_DUE_DATE if situation.overdue else tuple(UpdateStatus)


def needs(status: UpdateStatus, situation: Situation) -> tuple[Need, ...]:
    """What the status cannot do without.

    Progress always, but for what has not started and is due in more than 8 weeks; at risk a reason; off
    track, said or derived from the due date, a recovery plan; complete evidence.
    """
    confirmation_is_enough = (
        status is UpdateStatus.NOT_STARTED
        and situation.due_date - situation.today > CONFIRMATION_IS_ENOUGH_BEFORE
    )
    derived_off_track = situation.overdue and status is not UpdateStatus.COMPLETE
    needed = {
        Need.PROGRESS: not confirmation_is_enough,
        Need.REASON: status is UpdateStatus.AT_RISK,
        Need.RECOVERY_PLAN: status is UpdateStatus.OFF_TRACK or derived_off_track,
        Need.EVIDENCE: status is UpdateStatus.COMPLETE,
    }
    return tuple(need for need, is_needed in needed.items() if is_needed)


def guidance(situation: Situation) -> tuple[StatusGuidance, ...]:
    """The statuses that may be reported now, each with what it needs: for the form and for the API."""
    return tuple(
        StatusGuidance(
            status,
            needs(status, situation),
            blocked_by=situation.open_actions if status is UpdateStatus.COMPLETE else (),
        )
        for status in statuses_offered(situation)
    )


def check_update(report: UpdateReport, situation: Situation) -> None:
    """RuleBroken with all problems of the report at once; Conflict when the root cause is closed."""
    if situation.is_complete:
        raise Conflict("The ISG has closed this root cause: there is nothing to report until it is reopened.")
    problems = [
        *_problems_of_status(report, situation),
        *_problems_of_needs(report, situation),
        *_problems_of_forecast(report, situation),
        *_problems_of_recovery_plan(report, situation),
        *_problems_of_evidence(report),
        *_problems_of_length(report),
    ]
    if problems:
        raise RuleBroken(problems)


def _problems_of_status(report: UpdateReport, situation: Situation) -> Iterator[Problem]:
    if report.status not in statuses_offered(situation):
        offered = listed([status.label.lower() for status in statuses_offered(situation)], "or")
        yield Problem("status", f"The due date, {written(situation.due_date)}, has passed: report {offered}.")
    if report.status is UpdateStatus.COMPLETE and situation.open_actions:
        yield Problem(
            "status",
            f"Complete or withdraw every action before you ask for closing: {listed(situation.open_actions)} "
            f"{'is' if len(situation.open_actions) == 1 else 'are'} still open.",
        )


def _problems_of_needs(report: UpdateReport, situation: Situation) -> Iterator[Problem]:
    given = {
        Need.PROGRESS: not is_blank(report.progress),
        Need.REASON: not is_blank(report.reason),
        Need.RECOVERY_PLAN: report.recovery_plan is not None
        or (situation.recovery_plan_in_force and report.confirm_recovery_plan),
        Need.EVIDENCE: bool(report.evidence) or situation.has_evidence,
    }
    for need in needs(report.status, situation):
        if not given[need]:
            yield Problem(need.value, _WHAT_IS_MISSING[need])


_WHAT_IS_MISSING: Final = {
    Need.PROGRESS: "Say what has been done since the last update.",
    Need.REASON: "Say why it is at risk.",
    Need.RECOVERY_PLAN: "Give a recovery plan: what is off track needs steps, an owner and a date.",
    Need.EVIDENCE: "Add evidence: the ISG cannot close a root cause without it.",
}


def _problems_of_forecast(report: UpdateReport, situation: Situation) -> Iterator[Problem]:
    forecast = report.forecast_date
    if report.status is UpdateStatus.ON_TRACK and forecast is not None and forecast > situation.due_date:
        yield Problem(
            "forecast_date",
            f"On track means done by the due date, {written(situation.due_date)}: "
            f"with a forecast of {written(forecast)} report at risk or off track.",
        )


def _problems_of_recovery_plan(report: UpdateReport, situation: Situation) -> Iterator[Problem]:
    plan = report.recovery_plan
    if plan is None:
        return
    if is_blank(plan.steps):
        yield Problem("recovery_plan.steps", "Say which steps the recovery plan takes.")
    if is_blank(plan.owner):
        yield Problem("recovery_plan.owner", "Name the owner of the recovery plan.")
    if plan.recovery_date is None:
        yield Problem("recovery_plan.recovery_date", "Give the date by which it will be back on track.")
    elif plan.recovery_date < situation.today:
        yield Problem(
            "recovery_plan.recovery_date",
            f"The recovery date, {written(plan.recovery_date)}, has passed: give one from today on.",
        )


def _problems_of_evidence(report: UpdateReport) -> Iterator[Problem]:
    for number, link in enumerate(report.evidence, start=1):
        if is_blank(link.description):
            yield Problem("evidence", f"Say what evidence {number} shows.")
        if not _is_link(link.url):
            yield Problem(
                "evidence",
                f"Give evidence {number} as a link that begins with https:// or http://, without spaces in it.",
            )


def _is_link(url: str) -> bool:
    """An address that a browser opens: http or https, a host, nothing that can't be seen."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and url.isprintable()
            and " " not in url
        )
    except ValueError:
        return False


def _problems_of_length(report: UpdateReport) -> Iterator[Problem]:
    plan = report.recovery_plan
    texts = {
        "progress": report.progress,
        "reason": report.reason,
        "recovery_plan.steps": plan.steps if plan else None,
        "recovery_plan.support": plan.support if plan else None,
    }
    for field, text in texts.items():
        if text is not None and len(text) > LONGEST_TEXT:
            yield Problem(
                field, f"Shorten this text to {LONGEST_TEXT:,} characters: it has {len(text):,} now."
            )
