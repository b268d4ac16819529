"""The audit trail, and its proof."""

from datetime import datetime

from web.clients.base import Answer


class Change(Answer):
    """What one column was and is."""

    column: str
    before: str
    after: str
    redacted: bool
    redactable: bool


class Entry(Answer):
    """One change of one record."""

    id: int
    at: datetime
    who: str
    did: str
    thing: str
    request_id: str
    changes: tuple[Change, ...]


class Entries(Answer):
    """A page of them, newest first."""

    items: tuple[Entry, ...]
    next: str | None


class Kind(Answer):
    """A kind of thing."""

    kind: str
    called: str


class Proof(Answer):
    """How far the chain reaches, and what the last verification found."""

    chained: int
    head: str
    not_yet_chained: int
    not_yet_chained_since: datetime | None
    verified_at: datetime | None
    verified_entries: int | None
    broken: int | None
    first_breaks: tuple[str, ...]
    kinds: tuple[Kind, ...]
