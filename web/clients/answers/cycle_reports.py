"""What an ISG says of its cycle."""

from datetime import date, datetime

from web.clients.base import Answer


class CycleReport(Answer):
    """The newest version; `version` 0 where nobody has written it yet. `etag` names the state that was shown."""

    isg: str
    slug: str
    cycle: int
    opens_on: date
    meets_on: date
    closes_on: date
    version: int
    progress: str | None
    outlook: str | None
    asks: str | None
    written_by: str | None
    written_at: datetime | None
    confirmed_by: str | None
    confirmed_at: datetime | None
    facts: str
    off_track: int
    held_on: date | None
    unreleased: int
    can: frozenset[str]
    etag: str = ""


class MeetingHeld(Answer):
    """What the meeting released."""

    held_on: date
    released: int
