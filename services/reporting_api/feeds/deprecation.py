"""Feeds that will go: said in the headers of every answer long before (RFC 9745, RFC 8594)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Deprecated:
    """Since which day it should not be built on, on which day it goes, and where it says what to use instead."""

    since: date
    sunset: date | None
    successor: str | None = None


DEPRECATED: Final[dict[str, Deprecated]] = {}
"""By the feed's name. Within v1 feeds only gain, so that there is none yet."""


def deprecation_headers(feed: str) -> Iterator[tuple[str, str]]:
    """What is sent with every answer of the feed."""
    going = DEPRECATED.get(feed)
    if going is None:
        return
    yield "Deprecation", f"@{int(_begins(going.since).timestamp())}"
    if going.sunset is not None:
        yield "Sunset", format_datetime(_begins(going.sunset), usegmt=True)
    if going.successor is not None:
        yield "Link", f'<{going.successor}>; rel="successor-version"'


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
