"""A calendar as iCalendar text (RFC 5545): the little of it that whole days need."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from web.clients.answers.calendars import CalendarEvent

MEDIA_TYPE = "text/calendar"
LONGEST_LINE = 75
"""Octets, without the line break."""
HOURS_BETWEEN_LOOKS = 6


def as_icalendar(name: str, address: str, host: str, events: Iterable[CalendarEvent]) -> str:
    """The whole calendar. `address`: what links begin with; `host`: what makes our keys unique in the world."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Quality Improvement Plan//Deadlines and meetings//EN",
        "CALSCALE:GREGORIAN", f"NAME:{_text(name)}", f"X-WR-CALNAME:{_text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{HOURS_BETWEEN_LOOKS}H", f"X-PUBLISHED-TTL:PT{HOURS_BETWEEN_LOOKS}H",
        *(line for event in events for line in _event(event, address, host)),
        "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _event(event: CalendarEvent, address: str, host: str) -> Iterator[str]:
    revised = _instant(event.revised_at)
    link = f"{address}{event.path}"
    yield "BEGIN:VEVENT"
    yield f"UID:{event.key}@{host}"
    yield f"DTSTAMP:{revised}"
    yield f"LAST-MODIFIED:{revised}"
    yield f"DTSTART;VALUE=DATE:{_day(event.day)}"
    yield f"DTEND;VALUE=DATE:{_day(event.day + timedelta(days=1))}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield "DESCRIPTION:" + _text(f"{event.description}\n{link}")
    yield f"URL:{link}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 octets, each but the first begun with a space; no character is cut in two."""
    part, room = "", LONGEST_LINE
    for letter in line:
        size = len(letter.encode())
        if size > room:
            yield part
            part, room = " ", LONGEST_LINE - 1
        part += letter
        room -= size
    yield part


def _text(value: str) -> str:
    """RFC 5545, 3.3.11; other control characters have no place in a calendar."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(letter for letter in escaped if letter >= " " and letter != "\x7f")


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
