"""Did it work? As it comes in from the plan service and goes out to people."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, Field

from services.domain.words import Direction, ImpactVerdict


class RootCausesClosed(BaseModel):
    """Root causes that were closed or reopened, by reference."""

    root_causes: list[str] = Field(max_length=10_000)


class ImpactsKept(BaseModel):
    """How many verdicts were worked out, and how many of them came out otherwise than before."""

    kept: int
    changed: int


class KpiInstead(BaseModel):
    """What an ISG has decided to measure instead of a KPI of a closed root cause."""

    kpi: str
    name: str
    unit: str | None = None
    direction: Direction
    target: Decimal | None = None
    frequency: str | None = None
    because: str
    decided_on: date
    decided_by: int


class KpiReplaced(BaseModel):
    """The KPI that is measured from now on."""

    kpi: str


class KpiImpactShown(BaseModel):
    """What one KPI says: before and since closing, and the verdict in words."""

    ref: str
    name: str
    unit: str | None
    direction: Direction
    verdict: ImpactVerdict
    verdict_label: str
    reading: str
    points_before: int
    points_since: int
    mean_before: float | None = Field(description="the plain average of the values before closing")
    mean_since: float | None
    latest_period: date | None
    holds_for_embedding: bool
    embedding_reading: str


class RootCauseImpact(BaseModel):
    """Did it work? `verdict`: the weakest of its KPIs; null while it is open, and without a KPI."""

    root_cause: str
    closed_on: date | None
    periods: int = Field(description="how many periods since closing the verdict takes")
    verdict: ImpactVerdict | None
    verdict_label: str | None
    items: list[KpiImpactShown]
