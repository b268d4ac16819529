"""What a KPI's page shows: documentation of JSON that PostgreSQL builds."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel, Field

from services.domain.words import (
    BenchmarkKind,
    ChartDecision,
    Direction,
    GivenThrough,
    ImpactVerdict,
    KeyQuestion,
    KpiLevel,
    ObservationState,
    RuleSet,
    SignalDirection,
    SpecialCause,
    TargetAssurance,
    Verdict,
)


class RootCauseMeasured(BaseModel):
    """The root cause whose KPI it is."""

    ref: str
    title: str
    closed_on: date | None


class DefinitionShown(BaseModel):
    """What is measured and how, as it is defined now, with its kite mark."""

    purpose: str | None
    numerator: str | None
    denominator: str | None
    part_of_whole: bool
    frequency: str | None
    source: str | None
    data_owner: str | None
    quality_note: str | None
    timely: bool | None
    complete: bool | None
    audited: bool | None
    granular: bool | None
    number: int


class StandingShown(BaseModel):
    """What the rules say of its values."""

    rule_set: RuleSet
    points: int
    latest_period: date | None
    latest_value: float | None
    latest_state: ObservationState | None
    target: float | None
    variation: Verdict | None
    direction: SignalDirection | None
    assurance: TargetAssurance | None
    since: date | None
    reading: str
    revision: int
    notes: Sequence[str]


class PointShown(BaseModel):
    """A point with the lines of its group, and what it says."""

    period: date
    value: float
    ghosted: bool
    group: int
    mean: float | None
    lower_limit: float | None
    upper_limit: float | None
    lower_near_limit: float | None
    upper_near_limit: float | None
    special_cause: SpecialCause | None
    direction: SignalDirection | None
    verdict: Verdict | None


class ObservationShown(BaseModel):
    """The current value of a period; none: it is missing, and `note` says why. A version above 1 revises an earlier one."""

    period: date
    value: float | None
    numerator: float | None
    denominator: float | None
    state: ObservationState
    version: int
    note: str | None
    given_through: GivenThrough
    recorded_at: datetime
    first_given_at: datetime
    first_given_through: GivenThrough
    late: bool


class TargetShown(BaseModel):
    """What it should reach from a day on; null: from the beginning."""

    holds_from: date | None
    value: float | None
    reason: str | None


class DecisionShown(BaseModel):
    """What a person decided about the chart, and has not undone."""

    kind: ChartDecision
    period: date
    points: int | None
    reason: str
    by: str
    on: date


class DefinitionChange(BaseModel):
    """A version of the definition."""

    number: int
    holds_from: date | None
    because: str | None
    by: str | None


class ActionDone(BaseModel):
    """An action of the root cause, on the day it was done."""

    ref: str
    description: str
    completed_on: date


class ClosingShown(BaseModel):
    """The root cause was closed, and perhaps reopened."""

    closed_on: date
    reopened_on: date | None


class BenchmarkPoint(BaseModel):
    """One value of a benchmark."""

    period: date
    value: float


class BenchmarkShown(BaseModel):
    """How peers or the country do in the same measure."""

    name: str
    kind: BenchmarkKind
    source: str | None
    values: Sequence[BenchmarkPoint]


class ImpactShown(BaseModel):
    """Did it work? What is kept of the KPI of a closed root cause."""

    closed_on: date
    verdict: ImpactVerdict
    points_since: int
    reading: str


class KpiShown(BaseModel):
    """A KPI with all that its page and chart show; `can` holds what the person may do about it."""

    ref: str
    name: str
    level: KpiLevel
    isg: str | None
    isg_slug: str | None
    key_question: KeyQuestion | None
    unit: str | None
    improvement_direction: Direction
    retired_on: date | None
    retired_because: str | None
    root_cause: RootCauseMeasured | None
    definition: DefinitionShown
    standing: StandingShown | None
    points: Sequence[PointShown]
    observations: Sequence[ObservationShown]
    targets: Sequence[TargetShown]
    decisions: Sequence[DecisionShown]
    definitions: Sequence[DefinitionChange]
    actions: Sequence[ActionDone]
    closings: Sequence[ClosingShown]
    benchmarks: Sequence[BenchmarkShown]
    impact: ImpactShown | None
    drawing: str = Field(description="Changes whenever the chart may look different")
    can: Sequence[str]
