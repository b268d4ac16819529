"""A KPI's charts as SVG: drawn from what is kept of it, and kept in the process until something that they show changes."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from services.domain.impact import before_and_after
from services.domain.spc import LEAST_BASELINE, Observation, SpcResult
from services.domain.wording import written
from services.domain.words import BenchmarkKind
from services.shared.charts.content import Benchmark, ChartContent, Mark, MarkKind
from services.shared.charts.kept import result_of
from services.shared.charts.sparkline import sparkline
from services.shared.charts.spc_chart import spc_chart

MOST_BYTES: Final = 32 * 1024 * 1024
NO_LIMITS: Final = f"No limits: they need {LEAST_BASELINE} values before closing and one since."


class ChartKind(StrEnum):
    """Which chart: the control chart (a run chart while there are too few points), before and after closing, or a small line."""

    SPC = "spc"
    IMPACT = "impact"
    SPARKLINE = "sparkline"


class Drawings:
    """The charts that one process keeps, those asked for last. A chart's name has the digest of all that it shows."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._drawn: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._bytes = 0
        self._most_bytes = most_bytes

    def find(self, name: tuple[str, ...]) -> bytes | None:
        """The chart, where it has been drawn."""
        if name in self._drawn:
            self._drawn.move_to_end(name)
        return self._drawn.get(name)

    def keep(self, name: tuple[str, ...], drawing: bytes) -> None:
        """Keeps it, and lets go of those not asked for in a long time."""
        self._bytes += len(drawing) - len(self._drawn.pop(name, b""))
        self._drawn[name] = drawing
        while self._bytes > self._most_bytes:
            _, oldest = self._drawn.popitem(last=False)
            self._bytes -= len(oldest)


def draw(shown: Mapping[str, Any], kept: Mapping[str, Any], kind: ChartKind, width: int) -> bytes:
    """The chart of a KPI as its page shows it, from the result that is kept of it."""
    name, unit = shown["name"], shown["unit"] or ""
    closed_on = _closed_on(shown)
    match kind:
        case ChartKind.SPARKLINE:
            drawing = sparkline(ChartContent(result_of(kept), name, unit))
        case ChartKind.IMPACT if closed_on is not None:
            drawing = spc_chart(_impact(shown, result_of(kept), closed_on, name, unit), width=width)
        case ChartKind.IMPACT:
            drawing = spc_chart(ChartContent(result_of(kept), name, unit), width=width)
        case ChartKind.SPC:
            content = ChartContent(
                result_of(kept), name, unit, marks=tuple(_marks(shown)), benchmarks=tuple(_benchmarks(shown))
            )
            drawing = spc_chart(content, width=width)
    return drawing.encode()


def _impact(shown: Mapping[str, Any], kept: SpcResult, closed_on: date, name: str, unit: str) -> ChartContent:
    """Before and after closing, with the limits that the verdict goes by."""
    rebase = [date.fromisoformat(each["period"]) for each in shown["decisions"] if each["kind"] == "rebase"]
    series = map(Observation, kept.periods, kept.values, kept.ghosted)
    result = before_and_after(
        series, closed_on, kept.improvement_direction, target=kept.target, rebase=rebase
    )
    why = None if result.has_limits or not result.values else NO_LIMITS
    return ChartContent(result, name, unit, closed_on=closed_on, no_limits=why)


def _benchmarks(shown: Mapping[str, Any]) -> Iterator[Benchmark]:
    """How peers or the country do, where they have values."""
    for each in shown["benchmarks"]:
        values = tuple(
            (date.fromisoformat(value["period"]), float(value["value"])) for value in each["values"]
        )
        if values:
            yield Benchmark(BenchmarkKind(each["kind"]).label, each["name"], values)


def _marks(shown: Mapping[str, Any]) -> Iterator[Mark]:
    """What people decided, with their names, and what was done when."""
    for each in shown["decisions"]:
        who = f"{each['reason']} ({each['by']}, {written(date.fromisoformat(each['on']))})"
        match each["kind"]:
            case "rebase":
                yield _mark(each["period"], MarkKind.REBASE, who)
            case "baseline":
                fixed = f"Limits fixed by the first {each['points']} values: {who}"
                yield _mark(each["period"], MarkKind.ANNOTATION, fixed)
            case "ghost":
                yield _mark(each["period"], MarkKind.ANNOTATION, f"Left out: {who}")
            case _:
                yield _mark(each["period"], MarkKind.ANNOTATION, who)
    for each in shown["definitions"]:
        if each["holds_from"] is not None:
            yield _mark(each["holds_from"], MarkKind.DEFINITION, each["because"] or "")
    for each in shown["actions"]:
        yield _mark(each["completed_on"], MarkKind.ACTION_COMPLETED, f"{each['ref']} {each['description']}")
    for each in shown["closings"]:
        yield _mark(each["closed_on"], MarkKind.CLOSING, "")


def _mark(day: str, kind: MarkKind, text: str) -> Mark:
    return Mark(date.fromisoformat(day), kind, text)


def _closed_on(shown: Mapping[str, Any]) -> date | None:
    closed = [each["closed_on"] for each in shown["closings"] if each["reopened_on"] is None]
    return date.fromisoformat(closed[-1]) if closed else None
