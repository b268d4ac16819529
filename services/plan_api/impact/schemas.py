"""Reviews of what is done but not working, and embedding, as they go in and out."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, Field

from services.domain.words import Direction, ImpactDecision, ImpactVerdict, ReviewEnd
from services.shared.fields import Day


class ImpactsSaid(BaseModel):
    """Root causes whose KPIs say something else now, by reference. What they say is read, not sent."""

    root_causes: list[str] = Field(max_length=10_000)


class ReviewsKept(BaseModel):
    """What that caused."""

    asked: int
    ended: int
    escalated: list[str]


class NewAction(BaseModel):
    """A further step: `owner` by email address, who may be left out."""

    description: str = Field("", max_length=10_000)
    owner: str | None = Field(None, max_length=320)
    due_date: Day | None = None


class Instead(BaseModel):
    """What is to be measured instead of `kpi`."""

    kpi: str | None = Field(
        None, max_length=200, description="left out: the one that the ISG was asked about"
    )
    name: str = Field("", max_length=500)
    unit: str | None = Field(None, max_length=100)
    direction: Direction = Direction.INCREASE
    target: Decimal | None = None
    frequency: str | None = Field(None, max_length=100)


class ReviewWish(BaseModel):
    """What the ISG decided: `decided_by` is a member's email, or null for the caller."""

    decision: ImpactDecision
    meeting_date: Day
    decided_by: str | None = Field(None, max_length=320)
    reason: str | None = Field(None, max_length=10_000)
    wait_until: Day | None = None
    actions: list[NewAction] = Field(default=[], max_length=20)
    instead: Instead | None = None


class Decider(BaseModel):
    """Somebody whose decision it may be."""

    name: str
    email: str


class ReviewShown(BaseModel):
    """One time that the ISG was asked, and what became of it."""

    asked_on: date
    verdict: ImpactVerdict
    verdict_label: str
    kpi: str
    decision: ImpactDecision | None
    decision_label: str | None
    reason: str | None
    wait_until: date | None
    meeting_date: date | None
    decided_by: str | None
    recorded_by: str | None
    ended_on: date | None
    ended_because: ReviewEnd | None


class ImpactReviews(BaseModel):
    """What the ISG is asked now (null: nothing), what it was asked before, and what it may decide."""

    root_cause: str
    asked: ReviewShown | None
    past: list[ReviewShown]
    decisions: list[ImpactDecision]
    deciders: list[Decider] = Field(description="those whose decision the PMO may record")
    kpis: list[str]


class EmbeddingDecision(StrEnum):
    CONFIRM = "confirm"
    TAKE_BACK = "take_back"


class EmbeddingWish(BaseModel):
    """Somebody's word that a closed root cause is embedded, or no longer is."""

    decision: EmbeddingDecision
    note: str | None = Field(
        None, max_length=2000, description="What was seen; or why it is embedded no longer"
    )


class EmbeddingShown(BaseModel):
    """Whether a closed root cause may be embedded now: `why_not` says what is missing.

    `in_practice`: none of its KPIs can be charted, so that somebody outside the ISG checks.
    """

    why_not: str | None
    in_practice: bool
