"""Assurance as it goes in."""

from enum import StrEnum

from pydantic import BaseModel, Field


class AssuranceDecision(StrEnum):
    ASSURE = "assure"
    WITHDRAW = "withdraw"


class AssuranceWish(BaseModel):
    """The PMO's word on the evidence of a closed root cause."""

    decision: AssuranceDecision
    note: str | None = Field(None, max_length=2000, description="What was seen; or why it no longer assures")
