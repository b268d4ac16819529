"""Decisions about a chart as they go in and out."""

from datetime import date

from pydantic import BaseModel, Field

from services.domain.words import ChartDecision
from services.shared.fields import EARLIEST, LATEST, Period


class DecisionWish(BaseModel):
    """What somebody decides about a chart. `points`: of a baseline alone, from 12."""

    kind: ChartDecision
    period: Period = Field(ge=EARLIEST, le=LATEST, description="Any day of the period that it is about")
    points: int | None = Field(None, ge=-(2**31), lt=2**31)
    reason: str | None = Field(None, max_length=2_000)


class UndoingWish(BaseModel):
    """Why it is taken back."""

    reason: str | None = Field(None, max_length=2_000)


class DecisionShown(BaseModel):
    """A decision, and its undoing where it was undone."""

    id: int
    kind: ChartDecision
    period: date
    period_name: str
    points: int | None
    reason: str
    decided_by: str
    decided_on: date
    undone_by: str | None
    undone_on: date | None
    undone_because: str | None


class DecisionList(BaseModel):
    """All decisions about a KPI's chart, those in force first, then the newest; and what the caller may do."""

    ref: str
    name: str
    can: list[str]
    items: list[DecisionShown]
    periods: list[date] = Field(description="Those with a value, the newest first: what can be decided about")
    period_names: list[str]
