"""What the overview answers: documentation of JSON that PostgreSQL builds."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.domain.words import (
    Direction,
    KeyQuestion,
    KpiLevel,
    ObservationState,
    RuleSet,
    SignalDirection,
    TargetAssurance,
    Verdict,
)

VariationWanted = Verdict | Literal["none"]
AssuranceWanted = TargetAssurance | Literal["none"]


class MatrixCell(BaseModel):
    """How many KPIs have both icons; no variation: not enough points yet; no assurance: no target, or not enough points."""

    variation: Verdict | None
    assurance: TargetAssurance | None
    count: int


class KpiInOverview(BaseModel):
    """A KPI as its latest values stand."""

    ref: str
    name: str
    level: KpiLevel
    isg: str | None
    root_cause: str | None
    key_question: KeyQuestion | None
    unit: str | None
    frequency: str | None
    improvement_direction: Direction
    points: int
    latest_period: date | None
    latest_value: float | None
    latest_state: ObservationState | None
    target: float | None
    rule_set: RuleSet | None
    variation: Verdict | None
    direction: SignalDirection | None
    assurance: TargetAssurance | None
    since: date | None
    reading: str | None
    recent: Sequence[Any] = Field(description="The last values, oldest first, for a sparkline")


class Overview(BaseModel):
    """The matrix of variation by assurance, and the KPIs that fit."""

    matrix: Sequence[MatrixCell]
    total: int
    items: Sequence[KpiInOverview]
    next: str | None
