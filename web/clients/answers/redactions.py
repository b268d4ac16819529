"""Redactions."""

from datetime import datetime

from web.clients.base import Answer


class Redaction(Answer):
    """One: asked for, refused or done. What was blanked is not in it."""

    id: int
    thing: str
    column: str
    reason: str
    state: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    refused_reason: str | None
    places: int | None
    can: frozenset[str]


class Redactions(Answer):
    """All of them, newest first."""

    items: tuple[Redaction, ...]


class PlacesOfKind(Answer):
    """So many places of one kind where it will be blanked."""

    kind: str
    where: str
    places: int


class Places(Answer):
    """All of them."""

    items: tuple[PlacesOfKind, ...]
