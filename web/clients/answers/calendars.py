"""A person's calendar, and its private address."""

from datetime import date, datetime

from web.clients.base import Answer


class CalendarEvent(Answer):
    """A whole day; `key` stays the same for the same thing."""

    key: str
    kind: str
    day: date
    summary: str
    description: str
    path: str
    revised_at: datetime


class Calendar(Answer):
    """By day."""

    events: tuple[CalendarEvent, ...]


class CalendarAddress(Answer):
    """Since when there is an address that holds."""

    made_at: datetime | None


class CalendarAddressMade(Answer):
    """Its secret, told once."""

    secret: str
    made_at: datetime
