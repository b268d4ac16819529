"""What goes in to closing and reopening."""

from pydantic import BaseModel, Field

from services.domain.words import ClosingDecision
from services.shared.fields import Day


class ClosingWish(BaseModel):
    """What the ISG decided on a closure request, dated by its meeting."""

    decision: ClosingDecision
    meeting_date: Day
    reason: str | None = Field(None, max_length=10_000)


class ReopeningWish(BaseModel):
    """Why it is open again."""

    reason: str | None = Field(None, max_length=10_000)
