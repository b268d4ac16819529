"""Cycle reports as they go in and out."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.domain.words import Outlook
from services.shared.fields import Day


class ReportWish(BaseModel):
    """What the chair writes; longer texts than the rules take, so that the rule's own sentence is read."""

    progress: str | None = Field(None, max_length=20_000)
    outlook: Outlook | None = None
    asks: str | None = Field(None, max_length=20_000)


class ReportShown(BaseModel):
    """The newest version of the report on a cycle; `version` 0 where nobody has written it yet."""

    isg: str
    slug: str
    cycle: int
    opens_on: date
    meets_on: date
    closes_on: date
    version: int
    progress: str | None
    outlook: Outlook | None
    asks: str | None
    written_by: str | None
    written_at: datetime | None
    confirmed_by: str | None
    confirmed_at: datetime | None
    facts: str = Field(description="How the cycle went, in figures: what the chair begins from")
    off_track: int
    held_on: date | None = Field(description="When the ISG met, where that has been recorded")
    unreleased: int = Field(description="Updates that the meeting would release")
    can: list[str]


class HeldWish(BaseModel):
    """When the ISG met."""

    held_on: Day


class Held(BaseModel):
    """What the meeting released."""

    held_on: date
    released: int
