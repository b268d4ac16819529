"""KPI rows of an imported workbook, as the plan service sends them."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, Field

from services.domain.words import Direction, KeyQuestion, KpiLevel


class KpiSent(BaseModel):
    """A definition; its ISG by name, its root cause by reference."""

    reference: str
    name: str
    level: KpiLevel
    direction: Direction
    isg: str | None
    root_cause: str | None
    cqc_domain: KeyQuestion | None
    unit: str | None
    target: Decimal | None
    frequency: str | None
    source: str | None


class ObservationSent(BaseModel):
    """One value for one period."""

    kpi: str
    period: date
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


class KpisSent(BaseModel):
    """A part of a workbook's KPI rows."""

    kpis: list[KpiSent] = Field(max_length=10_000)
    observations: list[ObservationSent] = Field(max_length=10_000)


class KpisKept(BaseModel):
    """What they were: new, a revision of what was kept, or the same."""

    accepted: int
    revised: int
    unchanged: int
