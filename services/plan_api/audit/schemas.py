"""The audit trail as it goes out: entries in words, and the proof that it is whole."""

from datetime import datetime

from pydantic import BaseModel, Field


class ChangeTold(BaseModel):
    """What one column was and is; `redacted`: both have been blanked."""

    column: str
    before: str
    after: str
    redacted: bool
    redactable: bool = Field(description="People write freely there: its text can be redacted")


class EntryTold(BaseModel):
    """One change of one record."""

    id: int
    at: datetime
    who: str
    did: str = Field(description="added, changed or removed")
    thing: str = Field(description="What it was done to, as in “the update of RC-1 for cycle 5”")
    kind: str = Field(description="The kind of thing, for the filter")
    request_id: str
    changes: list[ChangeTold]


class EntryList(BaseModel):
    """A page of entries, newest first."""

    items: list[EntryTold]
    next: str | None


class KindShown(BaseModel):
    """A kind of thing that the trail can be narrowed to."""

    kind: str
    called: str


class Proof(BaseModel):
    """How far the chain reaches, and what the newest verification of the whole trail found."""

    chained: int
    head: str
    not_yet_chained: int
    not_yet_chained_since: datetime | None
    verified_at: datetime | None
    verified_entries: int | None
    broken: int | None
    first_breaks: list[str]
    kinds: list[KindShown]
