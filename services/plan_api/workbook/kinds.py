"""What a cell may hold: a kind reads a cell as a value, and shows a value as a cell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Protocol

from services.domain.words import Word

EXCEL_CELL_LIMIT = 32_767
"""The most UTF-16 units that Excel keeps in a cell: a longer text would not come back from an export."""

SHEET_DIGITS = 16
"""The significant digits of a number that the written sheet keeps."""

_NOT_PRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters (but tab and line break), halves of surrogate pairs, and what XML forbids."""
_SEPARATOR = re.compile(r"[;/\\?#%\n\t]")
_EMAIL = re.compile(r"[^@\s;,<>()\"]+@[^@\s;,<>()\".]+(\.[^@\s;,<>()\".]+)+")

EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell without a usable value, and why: an error value, or a formula that was never calculated."""

    sentence: str


Raw = str | int | float | bool | date | datetime | Fault | object
Shown = str | date | float


class Unreadable(ValueError):
    """The cell does not hold what its column is for: the message says what it holds and what to write."""


class Kind(Protocol):
    """One kind of column."""

    def read(self, raw: Raw) -> object:
        """The value of a cell that is not blank; raises `Unreadable`."""

    def show(self, value: object) -> Shown:
        """The cell that reads as this value."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text of at most `longest` characters, without control characters but line breaks and tabs."""

    longest: int = EXCEL_CELL_LIMIT

    def read(self, raw: Raw) -> str:
        text = _written(raw)
        if len(text) * 2 > self.longest:
            units = len(text.encode("utf-16-le", "surrogatepass")) // 2
            if units > self.longest:
                raise Unreadable(f"is {units:,} characters long: shorten it to {self.longest:,}")
        if control := _NOT_PRINTABLE.search(text):
            raise Unreadable(
                f"holds the control character U+{ord(control[0]):04X}: delete it or type the text again"
            )
        return text

    def show(self, value: object) -> str:
        return str(value)


@dataclass(frozen=True, slots=True)
class Reference(Text):
    """What a row is called by: it stands in addresses and lists, so it does without their separators."""

    longest: int = 50

    def read(self, raw: Raw) -> str:
        text = Text.read(self, raw)
        if separator := _SEPARATOR.search(text):
            raise Unreadable(f"“{text}” holds {separator[0]!r}: use letters, digits, spaces, dots and dashes")
        return text


@dataclass(frozen=True, slots=True)
class Email(Text):
    """A work email; its case means nothing."""

    longest: int = 254

    def read(self, raw: Raw) -> str:
        text = Text.read(self, raw).lower()
        if not _EMAIL.fullmatch(text):
            raise Unreadable(f"“{_short(text)}” is not an email address: write one, like name@nhs.net")
        return text


@dataclass(frozen=True, slots=True)
class Day:
    """A real date, or text written dd/mm/yyyy (or yyyy-mm-dd)."""

    def read(self, raw: Raw) -> date:
        day = _day(raw)
        if day is None:
            raise Unreadable(f"“{_short(raw)}” is not a date: write a real date, or text as dd/mm/yyyy")
        if not EARLIEST <= day <= LATEST:
            raise Unreadable(f"{day:%d/%m/%Y} is not between 1990 and 2099: write the date that is meant")
        return day

    def show(self, value: object) -> date:
        assert isinstance(value, date)
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or text that is one, as exact as it was written: 81.2, not the nearest binary fraction."""

    def read(self, raw: Raw) -> Decimal:
        text = repr(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else str(raw).strip()
        if not re.fullmatch(r"[+-]?\d{1,30}(\.\d{1,30})?(e[+-]?\d{1,2})?", text, re.IGNORECASE | re.ASCII):
            raise Unreadable(f"“{_short(raw)}” is not a number: write digits, with a dot before decimals")
        number = Decimal(text)
        if number and not -15 <= number.adjusted() <= 15:
            raise Unreadable(f"{_short(raw)} is too large or too small a number: check it")
        return number

    def show(self, value: object) -> Shown:
        """As a number where the sheet keeps it exactly, else as text."""
        assert isinstance(value, Decimal)
        kept_in_the_sheet = Decimal(f"{float(value):.{SHEET_DIGITS}G}")
        return float(value) if kept_in_the_sheet == value else f"{value.normalize():f}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the field's words, in any case, hyphens as spaces."""

    words: type[Word]

    def read(self, raw: Raw) -> Word:
        if (word := _spoken(self.words).get(_comparable(str(raw)))) is not None:
            return word
        choices = ", ".join(word.label for word in self.words)
        raise Unreadable(f"“{_short(raw)}” is not one of: {choices}")

    def show(self, value: object) -> str:
        assert isinstance(value, Word)
        return value.label


@dataclass(frozen=True, slots=True)
class Several:
    """A list, `;` between its items, each kept once and in the order written."""

    of: Choice | Reference

    def read(self, raw: Raw) -> tuple[object, ...]:
        items = (self.of.read(item.strip()) for item in _written(raw).split(";") if item.strip())
        return tuple(dict.fromkeys(items))

    def show(self, value: object) -> str:
        assert isinstance(value, tuple)
        return "; ".join(str(self.of.show(item)) for item in value)


def in_words(shown: Shown) -> str:
    """A cell as a sentence names it: dates as people here write them, long texts cut."""
    return _short(shown)


def _written(raw: Raw) -> str:
    """A cell as its text: a whole number without ".0", line breaks as one character, no space around."""
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, str | int | float):
        return str(raw).replace("\r\n", "\n").replace("\r", "\n").strip()
    raise Unreadable(f"“{_short(raw)}” has become a date or time: format the cell as text and type it again")


def _day(raw: Raw) -> date | None:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if not isinstance(raw, str):
        return None
    for pattern in (
        r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})",
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)",
    ):
        if written := re.fullmatch(pattern, raw.strip(), re.ASCII):
            try:
                return date(int(written["year"]), int(written["month"]), int(written["day"]))
            except ValueError:
                return None
    return None


@cache
def _spoken(words: type[Word]) -> Mapping[str, Word]:
    """The words by what they are called, the earlier where two are called alike."""
    named = {_comparable(name): word for word in reversed(words) for name in (word.value, word.label)}
    return MappingProxyType(named)


@lru_cache(maxsize=256)
def _comparable(text: str) -> str:
    return " ".join(re.split(r"[\s_-]+", text.strip().casefold()))


def _short(raw: Raw) -> str:
    text = f"{raw:%d/%m/%Y}" if isinstance(raw, date) else str(raw)
    return text if len(text) <= 60 else f"{text[:57]}…"
