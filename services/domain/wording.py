"""How dates and lists are written in sentences that people read, and what characters are no part of any text."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

NO_TEXT: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
"""Control characters but tab and line ends, halves of characters, and what Unicode says is no character."""
_LINE_ENDS: Final = re.compile("[\x0b\x0c\x85]")
"""Word's own line and page breaks."""


def written(day: date) -> str:
    """14 March 2019"""
    return f"{day.day} {day:%B %Y}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """One, two and three"""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def is_blank(text: str | None) -> bool:
    """Nothing but spaces is nothing."""
    return text is None or not text.strip()


def without_controls(text: str) -> str:
    """Without the characters that no text has; a line break of a word processor's own is one of everybody's."""
    return NO_TEXT.sub("", _LINE_ENDS.sub("\n", text)) if NO_TEXT.search(text) else text
