"""The last values of a KPI as a small line, drawn in the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from web.clients.answers.kpis import RecentValue

WIDTH, HEIGHT, EDGE = 120, 32, 4
LEAST: Final = 2


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Where the line runs, where the target lies, and where the last point is."""

    line: str
    target: float | None
    last: tuple[float, float]
    verdict: str | None


def sparkline(recent: Sequence[RecentValue], target: float | None) -> Sparkline | None:
    """The line; None for fewer than two values. The target is drawn where it lies among the values or close to them."""
    values = [each.value for each in recent if not each.ghosted]
    if len(values) < LEAST:
        return None
    low, high = min(values), max(values)
    reach = (high - low) or abs(high) or 1.0
    if target is not None and low - reach <= target <= high + reach:
        low, high = min(low, target), max(high, target)
    else:
        target = None
    span = (high - low) or 1.0
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)

    def height(value: float) -> float:
        return round(HEIGHT - EDGE - (value - low) / span * (HEIGHT - 2 * EDGE), 1)

    places = [(round(EDGE + at * step, 1), height(value)) for at, value in enumerate(values)]
    verdict = next((each.verdict for each in reversed(recent) if not each.ghosted), None)
    line = " ".join(f"{x:g},{y:g}" for x, y in places)
    return Sparkline(line, None if target is None else height(target), places[-1], verdict)
