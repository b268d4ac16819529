"""The formats that a feed is written in, and which of them a request prefers."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from fastapi import HTTPException, Request
from pydantic import BaseModel

from services.reporting_api.feeds.schemas import Envelope

JSON, CSV, NDJSON = "application/json", "text/csv", "application/x-ndjson"
FORMATS: Final = (JSON, CSV, NDJSON)
RISKY_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a text begins that a spreadsheet would run as a formula (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class Document:
    """A page of a feed as it is sent. `fingerprint` changes exactly when its content does, whenever it was made."""

    body: bytes
    media_type: str
    fingerprint: bytes


async def preferred_format(request: Request) -> str:
    """What `Accept` prefers of our formats (RFC 9110, section 12.5.1); JSON where it doesn't mind. Else 406."""
    wishes = _wishes(", ".join(request.headers.getlist("Accept")) or "*/*")
    best = max(FORMATS, key=lambda media_type: _quality(media_type, wishes))
    if _quality(best, wishes) == 0:
        raise HTTPException(406, f"Feeds are written as {JSON}, {CSV} and {NDJSON}: accept one of these.")
    return best


def written_as(media_type: str, envelope: Envelope[Any], item_type: type[BaseModel]) -> Document:
    """The page in a format. CSV and NDJSON hold the items alone; where the next page is, the Link header says."""
    if media_type == JSON:
        return Document(_json(envelope), media_type, _json(envelope, without={"generated_at"}))
    body = _csv(envelope.items, item_type) if media_type == CSV else _ndjson(envelope.items)
    dated = f"{envelope.as_at} {envelope.next} ".encode()
    return Document(body, media_type, dated + body)


def _json(envelope: Envelope[Any], without: set[str] | None = None) -> bytes:
    return envelope.model_dump_json(by_alias=True, exclude=without).encode()


def _ndjson(items: Sequence[BaseModel]) -> bytes:
    return "".join(f"{item.model_dump_json(by_alias=True)}\n" for item in items).encode()


def _csv(items: Sequence[BaseModel], item_type: type[BaseModel]) -> bytes:
    """A column a field; lists separated by semicolons; what is inside another row as `latest_update_status`."""
    columns = list(_columns(item_type))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow("_".join(path) for path in columns)
    for item in items:
        fields = item.model_dump(mode="json", by_alias=True)
        writer.writerow(_cell(_value(fields, path)) for path in columns)
    return text.getvalue().encode()


def _columns(item_type: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    for name, field in item_type.model_fields.items():
        column = field.serialization_alias or name
        inner = next(
            (each for each in (field.annotation, *get_args(field.annotation)) if _is_row(each)), None
        )
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
