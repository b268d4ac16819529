"""Recorded facts that every calculated figure is worked out from. A day that is None holds from the beginning."""

from dataclasses import dataclass
from datetime import date

from services.domain.words import NoticeKind, RootCauseClass, UpdateStatus


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a root cause stands in the plan from a day on: its accountable ISG (by name), its class, and whether it is in the plan at all."""

    holds_from: date | None
    isg: str
    root_cause_class: RootCauseClass
    in_plan: bool = True


@dataclass(frozen=True, slots=True)
class Baseline:
    """An approved due date, from a day on. Version 1 is the original."""

    version: int
    holds_from: date | None
    due_date: date


@dataclass(frozen=True, slots=True)
class Closing:
    """Closed by the ISG on a day; complete on every day from `closed_on` until the day before `reopened_on`."""

    closed_on: date
    reopened_on: date | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One version of an owner's update: what was said on `reported_on` for cycle `cycle` (from 0; version from 1)."""

    cycle: int
    version: int
    reported_on: date
    status: UpdateStatus
    forecast_date: date | None = None
    has_evidence: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class RootCauseFacts:
    """Everything that status, trajectory and escalation need to know of one root cause. Tuples are in the order recorded."""

    reference: str
    placements: tuple[Placement, ...]
    baselines: tuple[Baseline, ...]
    closings: tuple[Closing, ...] = ()
    reports: tuple[Report, ...] = ()
    sent_back_on: tuple[date, ...] = ()
    strongest_notice: NoticeKind | None = None
