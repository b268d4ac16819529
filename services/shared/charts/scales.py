"""From values and days to pixels, and the round numbers and months that stand on the axes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.shared.charts.svg import text_width

_MONTH_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400)
_DAY_STEPS: Final = (1, 2, 7, 14, 28)
_LARGE: Final = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


@dataclass(frozen=True, slots=True)
class ValueScale:
    """Values to heights. Everything is halved first, so that the range of the largest doubles does not overflow."""

    least: float
    most: float
    top: float
    bottom: float
    ticks: tuple[float, ...]
    step: float
    unit: str

    @classmethod
    def between(cls, least: float, most: float, top: float, bottom: float) -> "ValueScale":
        """From the least value to the most, without ticks; values that are all equal stand in the middle."""
        if most <= least:
            room = abs(most) * 0.1 or 1.0
            least, most = _finite(least - room, least / 2), _finite(most + room, most / 2)
        return cls(least, most, top, bottom, (), 1, "")

    def y(self, value: float) -> float:
        """Where a value stands, in pixels from above."""
        share = (value / 2 - self.least / 2) / (self.most / 2 - self.least / 2)
        return self.bottom - share * (self.bottom - self.top)

    def written(self, value: float, more: int = 0) -> str:
        """A value as the axis writes it, with so many places more: 70%, 71.2%."""
        return figure(value, self.step, more) + ("%" if self.unit == "%" else "")

    def written_target(self, value: float) -> str:
        """A target as somebody set it: 95%, 62.5%."""
        text = figure(value, self.step, 2)
        if "." in text and text[-1].isdigit() and "e" not in text:
            text = text.rstrip("0").rstrip(".")
        return text + ("%" if self.unit == "%" else "")


def value_scale(values: Sequence[float], top: float, bottom: float, unit: str) -> ValueScale:
    """A scale that holds all values, between round numbers."""
    least, most = min(values), max(values)
    if most / 2 - least / 2 <= max(abs(least), abs(most)) * 1e-12:
        room = abs(most) * 0.1 or 1.0
        least, most = _finite(least - room, least), _finite(most + room, most)
    wanted = max(2, min(6, int((bottom - top) / 55)))
    step = _round_step((most / 2 - least / 2) / wanted) * 2
    first, last = math.floor(least / step), math.ceil(most / step)
    ticks = tuple(
        tick for at in range(first, min(last, first + 20) + 1) if math.isfinite(tick := at * step)
    ) or (least, most)
    return ValueScale(min(least, ticks[0]), max(most, ticks[-1]), top, bottom, ticks, step, unit)


def _round_step(half: float) -> float:
    """Half of the next 1, 2 or 5 times a power of ten."""
    half = max(half, 1e-300)
    power = 10.0 ** math.floor(math.log10(half) + math.log10(2))
    return next((each * power / 2 for each in (1, 2, 5, 10) if each * power / 2 >= half * 0.999), half)


def _finite(value: float, otherwise: float) -> float:
    return value if math.isfinite(value) else otherwise


def figure(value: float, step: float, more: int = 0) -> str:
    """A number as precise as the step between ticks: 1,250, 0.05, 1.2 million, 3.4e-09."""
    size = abs(value)
    large = next((each for each in _LARGE if size >= each[0]), None)
    if size >= 1e15 or (step < 1e-4 and 0 < size < 1e-4):
        text = f"{size:.{1 + more}e}".replace("e+", "e")
    elif large is not None:
        text = f"{size / large[0]:,.{min(places(step / large[0]) + more, 3)}f} {large[1]}"
    elif step < 1e-4 and not size:
        text = "0"
    else:
        text = f"{size:,.{min(places(step) + more, 8)}f}"
    return f"−{text}" if value < 0 and any(each in "123456789" for each in text) else text


def places(step: float) -> int:
    """How many decimal places tell two ticks apart."""
    return max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Days to places from left to right."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Where a day stands; one day alone stands in the middle."""
        span = (self.last - self.first).days
        share = (day - self.first).days / span if span else 0.5
        return self.left + share * (self.right - self.left)

    def holds(self, day: date) -> bool:
        """Whether a day lies between the first and the last."""
        return self.first <= day <= self.last

    def labels(self, size: float, gap: float = 10) -> list[tuple[float, str]]:
        """As many months (days, in a short series) as stand beside each other without touching, and their places."""
        if (self.last - self.first).days < 62:
            for days in _DAY_STEPS:
                at = [
                    self.first + timedelta(number)
                    for number in range(0, (self.last - self.first).days + 1, days)
                ]
                placed = [(self.x(day), f"{day.day} {day:%b %Y}") for day in at]
                if fit(placed, size, gap):
                    return placed
            return placed[:1]
        for months in _MONTH_STEPS:
            placed = [(self.x(day), f"{day:%b %Y}") for day in self._months(months)]
            if fit(placed, size, gap):
                return placed
        return placed[:1]

    def _months(self, step: int) -> list[date]:
        """Firsts of months, each so many after the one before, from the first month on."""
        month = self.first.year * 12 + self.first.month - 1 + (self.first.day > 1)
        found = []
        while month // 12 <= 9999 and (day := date(month // 12, month % 12 + 1, 1)) <= self.last:
            found.append(day)
            month += step
        return found or [self.first]


def fit(placed: Sequence[tuple[float, str]], size: float, gap: float) -> bool:
    """Whether texts, each in the middle of its place, leave a gap between each other."""
    widths = [text_width(text, size) for _, text in placed]
    return all(
        placed[at + 1][0] - placed[at][0] >= (widths[at] + widths[at + 1]) / 2 + gap
        for at in range(len(placed) - 1)
    )


def spread(heights: Sequence[float], least_gap: float, top: float, bottom: float) -> list[float]:
    """Heights moved apart as little as needed, in their order, inside the space there is."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    moved = [min(max(heights[at], top), bottom) for at in order]
    for at in range(1, len(moved)):
        moved[at] = max(moved[at], moved[at - 1] + least_gap)
    if moved and moved[-1] > bottom:
        moved[-1] = bottom
        for at in range(len(moved) - 2, -1, -1):
            moved[at] = min(moved[at], moved[at + 1] - least_gap)
    placed = [0.0] * len(heights)
    for at, height in zip(order, moved, strict=True):
        placed[at] = height
    return placed
