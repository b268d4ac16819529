"""Measures in words: what icons say, and how values, periods and targets are printed."""

from datetime import date, timedelta
from typing import Final

NOT_ENOUGH: Final = "Not enough points yet"
_VARIATIONS: Final = {"improvement": "Improvement", "concern": "Concern", "change": "Change"}
_ASSURANCES: Final = {
    "pass": "Passing the target",
    "fail": "Failing the target",
    "inconsistent": "Hit or miss",
}
_EXPLAINED: Final = {
    "common_cause": "The values vary as they usually do: no significant change.",
    "improvement": "Something has changed for the better: the last value is a signal, not chance.",
    "concern": "Something has changed for the worse: the last value is a signal, not chance.",
    "change": "Something has changed: the last value is a signal, and neither direction is better.",
    "pass": "As things are, the target will be met consistently.",
    "fail": "As things are, the target will be missed consistently. Something has to change.",
    "inconsistent": "As things are, the target will be met at some times and missed at others, by chance.",
    "too_few": "A measure is judged from 13 values on. Until then its values are shown without limits.",
}
_COUNTS: Final = frozenset({"number", "count", "no", "no.", "n"})
_SPECIAL_CAUSES: Final = {
    "outside_limits": "outside the limits", "trend": "part of a trend", "two_of_three": "two of three near a limit",
    "shift": "part of a run on one side of the mean",
}  # fmt: skip


def variation_words(variation: str | None, direction: str | None) -> str:
    """Concern, lower."""
    if variation is None:
        return NOT_ENOUGH
    if variation == "common_cause":
        return "Common cause"
    side = {"high": ", higher", "low": ", lower"}.get(direction or "", "")
    return f"{_VARIATIONS[variation]}{side}"


def assurance_words(assurance: str | None, *, has_target: bool, judged: bool, neutral: bool) -> str:
    """Failing the target; or why nothing is said of a target."""
    if assurance is not None:
        return _ASSURANCES[assurance]
    if not has_target:
        return "No target"
    if not judged:
        return NOT_ENOUGH
    return "Neither direction is better" if neutral else "Not judged"


def icon_of(variation: str | None, direction: str | None) -> str:
    """The file of a variation icon."""
    if variation is None:
        return "variation-none"
    return f"variation-{variation}" if direction is None else f"variation-{variation}_{direction}"


def explained(code: str | None) -> str:
    """What an icon means, in a sentence."""
    return _EXPLAINED[code or "too_few"]


def said_of(verdict: str | None, cause: str | None, direction: str | None) -> str:
    """Of one point: concern, lower: outside the limits."""
    if verdict is None or cause is None:
        return ""
    return f"{variation_words(verdict, direction)}: {_SPECIAL_CAUSES[cause]}"


def figure_of(value: float | None, unit: str | None = None) -> str:
    """81.2%, 12 days, 1,204; nothing for no value."""
    if value is None:
        return ""
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    if unit is None or unit.strip().lower() in _COUNTS:
        return text
    return f"{text}%" if unit.strip() == "%" or unit.lower().startswith("percent") else f"{text} {unit}"


def period_of(day: date, frequency: str | None) -> str:
    """As the services name it: April 2019; January to March 2019; the week of 13 May 2019; else the day."""
    often = (frequency or "").strip().lower()
    if often == "weekly":
        return f"the week of {_day(day - timedelta(days=day.weekday()))}"
    if often == "quarterly":
        first = day.month - (day.month - 1) % 3
        return f"{date(day.year, first, 1):%B} to {date(day.year, first + 2, 1):%B %Y}"
    return f"{day:%B %Y}" if day.day == 1 and often != "daily" else _day(day)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
