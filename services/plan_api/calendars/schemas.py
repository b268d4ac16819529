"""A person's calendar: its private address, and what stands in it."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field


class AddressShown(BaseModel):
    """Whether there is an address that holds; the address itself is told once, when it is made."""

    made_at: datetime | None


class AddressMade(BaseModel):
    """The secret of a new address: told once."""

    secret: str
    made_at: datetime


class CalendarSecret(BaseModel):
    """The secret of somebody's address: whoever holds it reads this calendar."""

    secret: str = Field("", max_length=200)


class CalendarEvent(BaseModel):
    """A whole day. `key` stays the same for the same thing; `path` is the page about it."""

    key: str
    kind: Literal["deadline", "meeting", "due", "ecib"]
    day: date
    summary: str
    description: str
    path: str
    revised_at: datetime


class CalendarShown(BaseModel):
    """Everything that has a day, from the last cycle to half a year ahead."""

    events: list[CalendarEvent]
