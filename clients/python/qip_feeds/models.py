"""One class for each feed's row. Written by generate.py from the service's OpenAPI document."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding, with the root causes in the plan at the end of `as_at` that answer it."""

    ref: str
    type: str
    class_: str
    isg: str
    finding: str
    source: str | None
    core_service: str | None
    site: str | None
    key_questions: tuple[str, ...]
    regulation: str | None
    status: str
    root_causes: tuple[str, ...]
    released_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSaid:
    """The newest released update."""

    cycle: int
    reporting_date: date
    status: str
    progress: str | None
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RootCause:
    """A root cause in the plan at the end of `as_at`. `owner_role` is a job title; names and emails stay inside."""

    ref: str
    title: str
    isg: str
    class_: str
    owner_role: str
    theme: str | None
    kloe: str | None
    findings: tuple[str, ...]
    due_date: date
    original_due_date: date
    forecast_date: date | None
    delivery_status: str
    overdue: bool
    update_missed: bool
    assurance_stage: str | None
    closed_on: date | None
    latest_update: UpdateSaid | None
    kpis: tuple[str, ...]
    released_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """The newest released version of an update. Why it is at risk, and how it recovers, is for the ISG."""

    root_cause: str
    cycle: int
    version: int
    reporting_date: date
    status: str
    progress: str | None
    forecast_date: date | None
    late: bool
    released_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrajectoryMonth:
    """The cumulative figures of an ISG and a class in one month."""

    isg: str
    class_: str
    month: str
    planned: int
    original_planned: int
    complete: int | None
    percent_of_trajectory: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTaken:
    """What ECIB decided last."""

    decision: str
    meeting_date: date
    reason: str
    new_due_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """A root cause in front of ECIB. A reason that an update gave is here once that update is released."""

    ref: str
    root_cause: str
    reasons: tuple[str, ...]
    state: str
    raised_on: date
    ended_on: date | None
    decision: DecisionTaken | None
    released_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """A proposed change of the approved plan, with what was decided. Drafts are nobody's business yet."""

    ref: str
    kind: str
    root_cause: str
    reason: str
    state: str
    submitted_on: date
    decided_on: date | None
    due_date_before: date | None
    due_date_after: date | None
    released_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFormat:
    """A file of a published pack as anybody may have it: without what is exempt from the Freedom of Information Act."""

    format: str
    href: str
    media_type: str
    sha256: str
    sha256_as_issued: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack that was published. It is never edited: one that takes its place is another item."""

    ref: str
    kind: str
    title: str
    edition: int
    pack_as_at: date
    state: str
    supersedes: str | None
    superseded_by: str | None
    digest: str
    chain_position: int
    chain_digest: str
    formats: tuple[PackFormat, ...]
    published_at: datetime
    redacted_at: datetime | None
    released_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictSaid:
    """What the rules say of the final values known then; no variation: not enough points yet."""

    rule_set: str
    variation: str | None
    direction: str | None
    assurance: str | None
    since: date | None
    reading: str
    mean: float | None
    lower_limit: float | None
    upper_limit: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A KPI as it was defined at the end of `as_at`, with what its final values said."""

    ref: str
    name: str
    purpose: str | None
    level: str
    isg: str | None
    root_cause: str | None
    key_question: str | None
    unit: str | None
    numerator: str | None
    denominator: str | None
    part_of_whole: bool
    improvement_direction: str
    frequency: str | None
    source: str | None
    timely: bool | None
    complete: bool | None
    audited: bool | None
    granular: bool | None
    definition_version: int
    target: float | None
    points: int
    latest_period: date | None
    latest_value: float | None
    verdict: VerdictSaid
    released_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A final value; null where it is said to be missing. `version` counts from 1: a higher one revises what was sent before."""

    kpi: str
    period: date
    value: float | None
    numerator: float | None
    denominator: float | None
    version: int
    released_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A thing of a feed that changed, as it is now; `gone` when that feed has it no more: withdrawn, merged, redacted, exempt."""

    feed: str
    ref: str
    change: str
    changed_at: datetime
    item: dict[str, Any] | None


ROWS: dict[str, type] = {
    "findings": Finding,
    "root-causes": RootCause,
    "updates": Update,
    "trajectory": TrajectoryMonth,
    "escalations": Escalation,
    "change-requests": ChangeRequest,
    "packs": Pack,
    "kpis": Kpi,
    "kpis/{ref}/observations": Observation,
    "changes": Change,
}
