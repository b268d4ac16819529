"""Recorded facts that every figure is worked out from. A day that is None holds from the beginning."""

from dataclasses import dataclass
from datetime import date

from services.domain.words import NoticeKind, RootCauseClass, UpdateStatus


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a root cause stands from a day on: accountable ISG (by name), class, whether in the plan."""

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
    """Closed by the ISG on a day; complete from `closed_on` until the day before `reopened_on`."""

    closed_on: date
    reopened_on: date | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One version of an owner's update: what was said on `reported_on` for a cycle (from 0; versions from 1).

    With `complete` and evidence it is a closure request; `decided_on` is the day when the ISG closed the root
    cause on it or sent it back.
    """

    cycle: int
    version: int
    reported_on: date
    status: UpdateStatus
    forecast_date: date | None = None
    has_evidence: bool = False
    late: bool = False
    decided_on: date | None = None


@dataclass(frozen=True, slots=True)
class RootCauseFacts:
    """All that status, trajectory and escalation need to know of one root cause, in the order recorded."""

    reference: str
    placements: tuple[Placement, ...]
    baselines: tuple[Baseline, ...]
    closings: tuple[Closing, ...] = ()
    reports: tuple[Report, ...] = ()
    strongest_notice: NoticeKind | None = None
