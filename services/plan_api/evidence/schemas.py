"""Evidence of a root cause as it goes out."""

from datetime import datetime

from pydantic import BaseModel


class EvidenceFileShown(BaseModel):
    """A file: `removed_at` when it was redacted, and its content is gone."""

    id: int
    name: str
    description: str
    size: int
    digest: str
    cycle: int | None
    added_by: str
    recorded_at: datetime
    removed_at: datetime | None


class EvidenceLinkShown(BaseModel):
    """A link that an update gave."""

    description: str
    url: str
    cycle: int
    added_by: str
    recorded_at: datetime


class EvidenceShown(BaseModel):
    """All evidence of a root cause, newest first, and whether the caller may attach a file."""

    root_cause: str
    title: str
    files: list[EvidenceFileShown]
    links: list[EvidenceLinkShown]
    may_attach: bool
    largest_mb: int
