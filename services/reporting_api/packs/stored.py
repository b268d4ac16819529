"""A pack's content as it is kept, and back: `content_from_data` is the inverse of `as_data`.

What a class of the content model holds is read from its own annotations, so that a new class needs nothing here. What a later
release has added is left out, and what it has come to need has its default: an old pack opens in a newer release.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from hashlib import sha256
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from services.reporting_api.packs.content import Pack, as_data

Data: TypeAlias = Any
"""What JSON holds."""


def content_from_data(data: Mapping[str, Data]) -> Pack:
    """The pack that `as_data` made this of."""
    pack = read_as(Pack, data)
    assert isinstance(pack, Pack)
    return pack


def digest_of(data: Mapping[str, Data]) -> str:
    """SHA-256 of the content, however its keys are ordered: what names a frozen content."""
    return sha256(
        json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def frozen(pack: Pack) -> dict[str, Data]:
    """As it is kept: what JSON makes of it."""
    kept: dict[str, Data] = json.loads(json.dumps(as_data(pack), ensure_ascii=False))
    return kept


def read_as(kind: Any, data: Data) -> Any:
    """`data` as a value of this annotation. Raises ValueError for what is no such thing."""
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return _one_of(get_args(kind), data)
    if origin is tuple:
        return _tuple(get_args(kind), data)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        of_key, of_value = get_args(kind)
        return {read_as(of_key, key): read_as(of_value, value) for key, value in data.items()}
    if is_dataclass(kind):
        return _dataclass(kind, data)
    return _plain(kind, data)


def _plain(kind: Any, data: Data) -> Any:
    if kind in {Any, object} or data is None:
        return data
    if kind is date:
        return date.fromisoformat(data)
    if kind is Decimal:
        return Decimal(str(data))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if not isinstance(data, kind):
        raise ValueError(f"{data!r} is no {kind.__name__}.")  # noqa: TRY004 - of the data, not of our call
    return data


def _tuple(of: tuple[Any, ...], data: Data) -> tuple[Any, ...]:
    if len(of) == 2 and of[1] is Ellipsis:
        return tuple(read_as(of[0], each) for each in data)
    return tuple(read_as(kind, each) for kind, each in zip(of, data, strict=True))


def _one_of(kinds: tuple[Any, ...], data: Data) -> Any:
    """A union's member: by the name that it gives itself, else by the shape of what is there."""
    if data is None and NoneType in kinds:
        return None
    if isinstance(data, Mapping) and "kind" in data:
        for kind in kinds:
            if is_dataclass(kind) and getattr(kind, "kind", None) == data["kind"]:
                return _dataclass(kind, data)
    for kind in _nearest_first(kinds, data):
        try:
            return read_as(kind, data)
        except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError):
            continue
    raise ValueError(f"There is no such part of a pack: {str(data)[:80]}")


def _nearest_first(kinds: tuple[Any, ...], data: Data) -> Iterator[Any]:
    """An int before a Decimal where it is one, a Decimal before an int where it is not."""
    return iter(sorted(kinds, key=lambda kind: not (isinstance(kind, type) and type(data) is kind)))


def _dataclass(kind: Any, data: Mapping[str, Data]) -> Any:
    return kind(
        **{each.name: _field(each, hint, data) for each, hint in _fields(kind) if _is_given(each, data)}
    )


def _field(field: "Field[Any]", hint: Any, data: Mapping[str, Data]) -> Any:
    return read_as(hint, data[field.name])


def _is_given(field: "Field[Any]", data: Mapping[str, Data]) -> bool:
    has_default = field.default is not MISSING or field.default_factory is not MISSING
    if field.name not in data and not has_default:
        raise ValueError(f"This part of a pack has no {field.name}.")
    return field.name in data


@cache
def _fields(kind: type) -> tuple[tuple["Field[Any]", Any], ...]:
    hints = get_type_hints(kind)
    return tuple((each, hints[each.name]) for each in fields(kind) if each.init)
