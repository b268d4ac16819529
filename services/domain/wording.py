"""How dates and lists are written in sentences that people read."""

from collections.abc import Sequence
from datetime import date


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
