"""Benchmarks of KPIs as they go in and out."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from services.domain.words import BenchmarkKind
from services.shared.fields import Day, Figure


class BenchmarkWish(BaseModel):
    """Whom the KPI is compared with."""

    name: Annotated[str | None, Field(max_length=500)] = None
    kind: BenchmarkKind
    source: Annotated[str | None, Field(max_length=10_000)] = None


class BenchmarkValueGiven(BaseModel):
    """One value for one period."""

    period: Day
    value: Decimal


class BenchmarkValuesGiven(BaseModel):
    """Values of a benchmark; the same again changes nothing."""

    values: list[BenchmarkValueGiven] = Field(max_length=1_000)


class ValuesKept(BaseModel):
    """What they were: new, a revision of what was kept, or the same."""

    accepted: int
    revised: int
    unchanged: int


class BenchmarkValueShown(BaseModel):
    """One value."""

    period: date
    value: Figure


class BenchmarkShown(BaseModel):
    """What it is compared with."""

    id: int
    name: str
    kind: BenchmarkKind
    source: str | None
    added_by: str | None
    values: list[BenchmarkValueShown]
