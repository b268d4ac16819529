"""Evidence of a root cause."""

from datetime import datetime

from web.clients.base import Answer


class EvidenceFile(Answer):
    """A file; `removed_at`: it was redacted."""

    id: int
    name: str
    description: str
    size: int
    cycle: int | None
    added_by: str
    recorded_at: datetime
    removed_at: datetime | None


class EvidenceLink(Answer):
    """A link that an update gave."""

    description: str
    url: str
    cycle: int
    added_by: str
    recorded_at: datetime


class Evidence(Answer):
    """All of it, newest first, and whether the person may attach a file."""

    root_cause: str
    title: str
    files: tuple[EvidenceFile, ...]
    links: tuple[EvidenceLink, ...]
    may_attach: bool
    largest_mb: int
