"""Redactions as they go in and out."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field


class RedactionState(StrEnum):
    WAITING = "waiting"
    REFUSED = "refused"
    DONE = "done"


class RedactionWish(BaseModel):
    """What is to be blanked, as the audit trail names it, and why."""

    entry: int = Field(description="An entry of the audit trail that shows the thing", ge=1, le=2**62)
    column: str = Field(max_length=60, description="Which of its texts, as the entry names it")
    reason: str | None = Field(
        None, max_length=2000, description="Why; without repeating what is to be blanked"
    )


class RedactionDecision(BaseModel):
    """The second person's word."""

    approve: bool
    reason: str | None = Field(None, max_length=2000, description="Why not, when it is refused")


class RedactionShown(BaseModel):
    """A redaction: asked for, refused or done. What was blanked is not in it."""

    id: int
    thing: str
    column: str
    reason: str
    state: RedactionState
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    refused_reason: str | None
    places: int | None = Field(description="In how many places of the plan it was blanked")
    can: list[str]


class RedactionList(BaseModel):
    """All of them, newest first."""

    items: list[RedactionShown]


class PlaceKind(StrEnum):
    """What a place is that holds one of the texts: in the order in which people care."""

    ITSELF = "itself"
    COPY = "copy"
    DRAFT = "draft"
    MESSAGE = "message"
    ANSWER = "answer"
    OUTLINE = "outline"
    PACK = "pack"
    FILE = "file"
    IMAGE = "image"


class PlacesOfKind(BaseModel):
    """So many places of one kind: in which of people's texts, or, of an `image`, of which the audit trail has it."""

    kind: PlaceKind
    where: str = Field(description="as in “progress of an update”; what is kept beside has no more to tell")
    places: int


class PlaceList(BaseModel):
    """All that will be blanked; nothing, once it is decided."""

    items: list[PlacesOfKind]
