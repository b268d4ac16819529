"""Risks to delivery as they go in and out."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.domain.risks import Band
from services.domain.words import RiskState
from services.shared.fields import Day

LONGEST = 10_000


class RiskWish(BaseModel):
    """A risk as somebody enters it; scores from 1 to 5."""

    isg: str = Field(max_length=200)
    cause: str | None = Field(None, max_length=LONGEST)
    effect: str | None = Field(None, max_length=LONGEST)
    likelihood_before: int | None = Field(None, ge=-(2**31), lt=2**31)
    impact_before: int | None = Field(None, ge=-(2**31), lt=2**31)
    mitigation: str | None = Field(None, max_length=LONGEST)
    likelihood_after: int | None = Field(None, ge=-(2**31), lt=2**31)
    impact_after: int | None = Field(None, ge=-(2**31), lt=2**31)
    owner: str = Field(max_length=320, description="The owner's email address")
    baf_reference: str | None = Field(None, max_length=60, description="Board Assurance Framework reference")
    root_causes: list[str] = Field(default_factory=list, max_length=50)


class ReviewWish(BaseModel):
    """What ECIB said, and the scores after mitigation as it sees them."""

    reviewed_on: Day
    note: str | None = Field(None, max_length=LONGEST)
    likelihood_after: int = Field(ge=1, le=5)
    impact_after: int = Field(ge=1, le=5)


class ClosingOfRisk(BaseModel):
    """Why the risk is one no longer."""

    reason: str | None = Field(None, max_length=LONGEST)


class ReviewShown(BaseModel):
    """One review at ECIB."""

    reviewed_on: date
    note: str
    score: int
    recorded_by: str


class LinkedRootCause(BaseModel):
    """A root cause that the risk threatens."""

    ref: str
    title: str


class RiskShown(BaseModel):
    """A risk to delivery, with what the caller may do."""

    ref: str
    isg: str
    cause: str
    effect: str
    likelihood_before: int
    impact_before: int
    score_before: int
    band_before: Band
    mitigation: str
    likelihood_after: int
    impact_after: int
    score_after: int
    band_after: Band
    owner_name: str
    owner_email: str
    baf_reference: str | None
    state: RiskState
    raised_on: date
    closed_on: date | None
    closed_reason: str | None
    root_causes: list[LinkedRootCause]
    reviews: list[ReviewShown]
    last_reviewed_on: date | None
    review_due: bool
    recorded_at: datetime
    can: list[str]


class RiskList(BaseModel):
    """Risks, the highest score after mitigation first; `matrix[impact-1][likelihood-1]` counts those that are open."""

    items: list[RiskShown]
    total: int
    next: str | None
    matrix: list[list[int]]
