"""Measures as they are shown: the overview, and one KPI with its chart."""

from datetime import date, datetime

from web.clients.base import Answer


class MatrixCell(Answer):
    """How many KPIs have both icons."""

    variation: str | None
    assurance: str | None
    count: int


class RecentValue(Answer):
    """One of the last values, for a sparkline."""

    period: date
    value: float
    ghosted: bool = False
    verdict: str | None = None


class KpiInOverview(Answer):
    """A KPI as its last values stand."""

    ref: str
    name: str
    level: str
    isg: str | None
    root_cause: str | None
    key_question: str | None
    unit: str | None
    frequency: str | None
    improvement_direction: str
    points: int
    latest_period: date | None
    latest_value: float | None
    latest_state: str | None
    target: float | None
    variation: str | None
    direction: str | None
    assurance: str | None
    reading: str | None
    recent: tuple[RecentValue, ...]


class Overview(Answer):
    """The matrix of variation by assurance, and the KPIs that fit."""

    matrix: tuple[MatrixCell, ...]
    total: int
    items: tuple[KpiInOverview, ...]
    next: str | None


class RootCauseMeasured(Answer):
    """The root cause whose KPI it is."""

    ref: str
    title: str
    closed_on: date | None


class DefinitionShown(Answer):
    """What is measured and how."""

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


class StandingShown(Answer):
    """What the rules say of its values."""

    rule_set: str
    points: int
    latest_period: date | None
    latest_value: float | None
    latest_state: str | None
    target: float | None
    variation: str | None
    direction: str | None
    assurance: str | None
    since: date | None
    reading: str
    revision: int
    notes: tuple[str, ...]


class PointShown(Answer):
    """A point with the lines of its group."""

    period: date
    value: float
    ghosted: bool
    group: int
    mean: float | None
    lower_limit: float | None
    upper_limit: float | None
    special_cause: str | None
    direction: str | None
    verdict: str | None


class ObservationShown(Answer):
    """The current value of a period."""

    period: date
    value: float | None
    numerator: float | None
    denominator: float | None
    state: str
    version: int
    note: str | None
    late: bool = False
    given_through: str
    recorded_at: datetime


class TargetShown(Answer):
    """What it should reach from a day on."""

    holds_from: date | None
    value: float | None
    reason: str | None


class DecisionShown(Answer):
    """What a person decided about the chart."""

    kind: str
    period: date
    points: int | None
    reason: str
    by: str
    on: date


class DefinitionChange(Answer):
    """A version of the definition."""

    number: int
    holds_from: date | None
    because: str | None
    by: str | None


class ActionDone(Answer):
    """An action of the root cause, on the day it was done."""

    ref: str
    description: str
    completed_on: date


class ClosingShown(Answer):
    """The root cause was closed, and perhaps reopened."""

    closed_on: date
    reopened_on: date | None


class BenchmarkPoint(Answer):
    """One value of a benchmark."""

    period: date
    value: float


class BenchmarkShown(Answer):
    """How peers or the country do in the same measure."""

    name: str
    kind: str
    source: str | None
    values: tuple[BenchmarkPoint, ...]


class ImpactShown(Answer):
    """Did it work? What is kept of the KPI of a closed root cause."""

    closed_on: date
    verdict: str
    points_since: int
    reading: str


class KpiShown(Answer):
    """A KPI with all that its page shows."""

    ref: str
    name: str
    level: str
    isg: str | None
    isg_slug: str | None
    key_question: str | None
    unit: str | None
    improvement_direction: str
    retired_on: date | None
    retired_because: str | None
    root_cause: RootCauseMeasured | None
    definition: DefinitionShown
    standing: StandingShown | None
    points: tuple[PointShown, ...]
    observations: tuple[ObservationShown, ...]
    targets: tuple[TargetShown, ...]
    decisions: tuple[DecisionShown, ...]
    definitions: tuple[DefinitionChange, ...]
    actions: tuple[ActionDone, ...]
    closings: tuple[ClosingShown, ...]
    benchmarks: tuple[BenchmarkShown, ...]
    impact: ImpactShown | None
    drawing: str
    can: frozenset[str]
