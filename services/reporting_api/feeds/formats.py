"""The formats that a feed is written in, and which of them a request prefers."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, get_args, get_origin

from fastapi import HTTPException, Request
from pydantic import BaseModel

JSON, CSV, NDJSON = "application/json", "text/csv", "application/x-ndjson"
FORMATS: Final = (JSON, CSV, NDJSON)
RISKY_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a text begins that a spreadsheet would run as a formula (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class Head:
    """What an envelope says beside its items. `trust`: as JSON."""

    trust: str
    as_at: date
    generated_at: datetime
    following: str | None

    def before_items(self) -> bytes:
        """The envelope as far as its first item."""
        made = self.generated_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return f'{{"trust":{self.trust},"as_at":"{self.as_at}","generated_at":"{made}","items":['.encode()

    def after_items(self) -> bytes:
        """What follows the last."""
        return f'],"next":{json.dumps(self.following)}}}'.encode()


async def preferred_format(request: Request) -> str:
    """What `Accept` prefers of our formats (RFC 9110, section 12.5.1); JSON where it doesn't mind. Else 406."""
    wishes = _wishes(", ".join(request.headers.getlist("Accept")) or "*/*")
    best = max(FORMATS, key=lambda media_type: _quality(media_type, wishes))
    if _quality(best, wishes) == 0:
        raise HTTPException(406, f"Feeds are written as {JSON}, {CSV} and {NDJSON}: accept one of these.")
    return best


def written_as(
    media_type: str, head: Head, items: Sequence[bytes], item_type: type[BaseModel]
) -> tuple[bytes, str]:
    """The page in a format, and its tag, which changes exactly when its content does, whenever it was made.

    CSV and NDJSON hold the items alone; where the next page is, the Link header says.
    """
    joined = b",".join(items)
    digest = hashlib.sha256(f"{media_type} {head.as_at} {head.following} {head.trust} ".encode())
    digest.update(joined)
    tag = digest.hexdigest()[:32]
    if media_type == JSON:
        return b"".join((head.before_items(), joined, head.after_items())), tag
    if media_type == CSV:
        return csv_head(item_type) + csv_rows(items, item_type), tag
    return b"".join(item + b"\n" for item in items), tag


def csv_head(item_type: type[BaseModel]) -> bytes:
    """The names of the columns."""
    return _csv([["_".join(path) for path in _columns(item_type)]])


def csv_rows(items: Iterable[bytes], item_type: type[BaseModel]) -> bytes:
    """A column a field; lists separated by semicolons, of rows as JSON; what is inside another row as `latest_update_status`."""
    columns = list(_columns(item_type))
    return _csv([_cell(_value(json.loads(item), path)) for path in columns] for item in items)


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _columns(item_type: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    for name, field in item_type.model_fields.items():
        column = field.serialization_alias or name
        one_of = () if get_origin(field.annotation) is list else get_args(field.annotation)
        inner = next((each for each in (field.annotation, *one_of) if _is_row(each)), None)
        if inner is None:
            yield (column,)
        else:
            yield from ((column, *path) for path in _columns(inner))


def _is_row(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _value(fields: Mapping[str, Any], path: Sequence[str]) -> object:
    value: Any = fields
    for name in path:
        value = value[name] if value is not None else None
    return value


def _cell(value: object) -> object:
    match value:
        case dict() | [dict(), *_]:
            return _cell(json.dumps(value, ensure_ascii=False))
        case bool():
            return str(value).lower()
        case list():
            return _cell("; ".join(map(str, value)))
        case str() if value.startswith(RISKY_STARTS):
            return f"'{value}"
        case _:
            return value


def _wishes(accept: str) -> dict[str, float]:
    """Each media range with its quality."""
    wishes = {}
    for wish in accept.split(","):
        media_range, *parameters = (part.strip().lower() for part in wish.split(";"))
        quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        wishes[media_range] = float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0
    return wishes


def _quality(media_type: str, wishes: Mapping[str, float]) -> float:
    """The quality of the most specific range that fits."""
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((wishes[each] for each in ranges if each in wishes), 0.0)
