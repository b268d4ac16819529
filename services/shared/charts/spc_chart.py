"""The control chart in the look of Making Data Count; a run chart that says why where there are too few points for limits.

Grey line and points, special causes in colour and in a shape of their own, the mean solid, limits dashed, the target red and
dashed; others' values (benchmarks) green, each with its own dashes, peers with hollow squares and the country with crosses.
Lines carry their names at the right; what happened is numbered above and told below.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.domain.spc import LEAST_POINTS, Group
from services.domain.spc_reading import period_written, reading
from services.domain.wording import written
from services.domain.words import BenchmarkKind, Verdict
from services.shared.charts import svg
from services.shared.charts.content import (
    BENCHMARK,
    GRID,
    INK,
    LINE,
    PAPER,
    QUIET,
    TARGET,
    WIDE,
    Benchmark,
    ChartContent,
    Mark,
    MarkKind,
)
from services.shared.charts.scales import TimeScale, ValueScale, spread, value_scale

_FLAG = 9.0
_DASH_OF = {
    MarkKind.REBASE: "1 3",
    MarkKind.BASELINE: "1 3",
    MarkKind.GHOSTED: "2 5",
    MarkKind.ANNOTATION: "",
    MarkKind.ACTION_COMPLETED: "",
    MarkKind.CLOSING: "",
    MarkKind.DEFINITION: "8 3 2 3",
}
_SAYS = {
    MarkKind.REBASE: "Limits recalculated",
    MarkKind.BASELINE: "Limits fixed",
    MarkKind.GHOSTED: "Left out of the calculation",
    MarkKind.ANNOTATION: "",
    MarkKind.ACTION_COMPLETED: "Action completed",
    MarkKind.CLOSING: "Root cause closed",
    MarkKind.DEFINITION: "Definition changed",
}
_SHAPES = {
    Verdict.IMPROVEMENT: "Improvement",
    Verdict.CONCERN: "Concern",
    Verdict.CHANGE: "Change",
    Verdict.COMMON_CAUSE: "Common cause",
}
_BENCHMARK_DASHES = ("2 3", "8 3 2 3", "12 4", "1 5")
MOST_BENCHMARKS = len(_BENCHMARK_DASHES)
"""More lines than these can't be told apart; the others are in the table."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where things stand on one chart."""

    values: ValueScale
    days: TimeScale
    size: float
    is_wide: bool


def spc_chart(content: ChartContent, *, width: float = WIDE, key: str = "spc") -> str:
    """The chart as one SVG; the same content is always the same bytes. `key` keeps ids apart on a page."""
    return svg.document(
        width, *_drawn(content, width), key=key, title=_title(content), about=description(content)
    )


def description(content: ChartContent) -> str:
    """What the chart shows, in words, for whoever can't see it."""
    result = content.result
    at = result.last
    if at is None:
        return f"{reading(result, content.name)}."
    values = _value_scale(content, 0, 300)
    unit = "" if content.unit in {"", "%"} else f" {content.unit}"
    first, last = (period_written(day, result) for day in (result.periods[0], result.periods[-1]))
    said = [
        f"{reading(result, content.name)}.",
        f"{len(result.values)} values from {first} to {last}."
        if len(result.values) > 1
        else f"One value, of {first}.",
        f"Latest: {values.written(result.values[at], 1)}{unit}, {period_written(result.periods[at], result)}.",
    ]
    group = result.groups[-1]
    if group.upper_limit is not None and group.lower_limit is not None and group.mean is not None:
        said.append(
            f"Mean {values.written(group.mean, 1)}, limits {values.written(group.lower_limit, 1)} to "
            f"{values.written(group.upper_limit, 1)}."
        )
    if result.target is not None:
        said.append(f"Target {values.written_target(result.target)}.")
    for called, each in _benchmarks(content):
        day, value = each.values[-1]
        said.append(f"{called}: {each.name}, {values.written(value, 1)}, {period_written(day, result)}.")
    return " ".join(said)


def _title(content: ChartContent) -> str:
    kind = "control chart" if content.result.has_limits else "run chart"
    return f"{content.name}: {kind}"


def _drawn(content: ChartContent, width: float) -> tuple[float, list[str]]:
    """The height, and the parts from back to front."""
    result = content.result
    is_wide = width >= 600
    size = 13.0 if is_wide else 12.0
    if not result.values:
        return 40.0, [svg.words(0, 24, "There are no values yet.", size=size, fill=QUIET)]
    shown, hidden = _marks(content)
    days = _time_scale(content, shown)
    plot = 300.0 if is_wide else 220.0
    values = _value_scale(content, 0, plot)
    labels = _line_labels(content, values, is_wide=is_wide)
    left = max(svg.text_width(values.written(tick), size) for tick in values.ticks) + 10
    right = (
        width
        - max([svg.text_width(text, size, bold=colour == TARGET) for _, text, colour in labels] + [16])
        - 10
    )
    days = TimeScale(days.first, days.last, left + 8, max(right - 6, left + 40))
    flags = _flag_rows(shown, days)
    unit = svg.wrapped(content.unit, size, width) if content.unit != "%" else []
    unit_height = len(unit) * (size + 4) + 3 if unit else 0
    top = 10 + unit_height + 20 * (content.closed_on is not None) + 21 * (max(flags, default=-1) + 1)
    values = _value_scale(content, top, top + plot)
    frame = Frame(values, days, size, is_wide)
    parts = [svg.words(0, 14 + at * (size + 4), text, size=size, fill=QUIET) for at, text in enumerate(unit)]
    parts += _axes(frame, left, right)
    parts += _before_and_after(content, frame, top - 21 * (max(flags, default=-1) + 1))
    for group in result.groups:
        parts += _group_lines(content, group, frame)
    if result.target is not None:
        y = values.y(result.target)
        parts.append(svg.line(left, y, right, y, stroke=TARGET, width=1.6, dash="9 4"))
    parts += _mark_lines(shown, flags, frame, top)
    parts += _benchmark_lines(content, frame)
    parts += _points(content, frame)
    parts += _named(labels, frame, right + 8, below_words=content.closed_on is not None)
    height, below = _key(content, shown, hidden, values.bottom + size + 32, width, size)
    return height, parts + below


def _value_scale(content: ChartContent, top: float, bottom: float) -> ValueScale:
    result = content.result
    held = list(result.values)
    for group in result.groups:
        held += [each for each in (group.mean, group.lower_limit, group.upper_limit) if each is not None]
    held += [value for _, each in _benchmarks(content) for _, value in each.values]
    return value_scale(held if result.target is None else [*held, result.target], top, bottom, content.unit)


def _benchmarks(content: ChartContent) -> list[tuple[str, Benchmark]]:
    """Those that are drawn, each with what its line is called (Peer, Peer 2, National), as far as the series goes."""
    if not content.result.periods:
        return []
    first, last = content.result.periods[0], content.result.periods[-1]
    within = (
        replace(each, values=tuple((day, value) for day, value in each.values if first <= day <= last))
        for each in content.benchmarks
    )
    drawn = [each for each in within if each.values][:MOST_BENCHMARKS]
    called = []
    for at, each in enumerate(drawn):
        before = sum(other.kind == each.kind for other in drawn[:at])
        called.append((f"{each.kind} {before + 1}" if before else each.kind, each))
    return called


def _time_scale(content: ChartContent, shown: Sequence[Mark]) -> TimeScale:
    days = [*content.result.periods, *(mark.day for mark in shown)]
    return TimeScale(min(days), max(days), 0, 1)


def _marks(content: ChartContent) -> tuple[list[Mark], list[Mark]]:
    """Those on or near the chart, and those too far away to be drawn; by day."""
    first, last = content.result.periods[0], content.result.periods[-1]
    near = max(timedelta(31), (last - first) / 4)
    marks = sorted(content.marks, key=lambda mark: (mark.day, mark.kind, mark.text))
    shown = [mark for mark in marks if mark.day - last <= near and first - mark.day <= near]
    return shown, [mark for mark in marks if mark not in shown]


def _axes(frame: Frame, left: float, right: float) -> Iterator[str]:
    values, size = frame.values, frame.size
    for tick in values.ticks:
        y = values.y(tick)
        yield svg.line(left, y, right, y, stroke=GRID)
        yield svg.words(left - 7, y + size * 0.35, values.written(tick), size=size, anchor="end", fill=QUIET)
    yield svg.line(left, values.bottom, right, values.bottom, stroke=QUIET)
    for x, text in frame.days.labels(size, 10 if frame.is_wide else 5):
        half = svg.text_width(text, size) / 2
        yield svg.line(x, values.bottom, x, values.bottom + 5, stroke=QUIET)
        yield svg.words(max(x, half), values.bottom + size + 8, text, size=size, anchor="middle", fill=QUIET)


def _group_lines(content: ChartContent, group: Group, frame: Frame) -> Iterator[str]:
    """Mean and limits as far as the group goes, half way to its neighbours."""
    periods, x = content.result.periods, frame.days.x
    start, end = x(periods[group.start]), x(periods[group.end - 1])
    start = (x(periods[group.start - 1]) + start) / 2 + 1 if group.start else start - 6
    end = (end + x(periods[group.end])) / 2 - 1 if group.end < len(periods) else end + 6
    if group.mean is not None:
        y = frame.values.y(group.mean)
        yield svg.line(start, y, end, y, stroke=INK, width=1.4)
    for limit in (group.lower_limit, group.upper_limit):
        if limit is not None:
            y = frame.values.y(limit)
            yield svg.line(start, y, end, y, stroke=QUIET, width=1.3, dash="5 4")


def _points(content: ChartContent, frame: Frame) -> Iterator[str]:
    result = content.result
    places = [
        (frame.days.x(day), frame.values.y(value))
        for day, value in zip(result.periods, result.values, strict=True)
    ]
    joined = [place for place, ghosted in zip(places, result.ghosted, strict=True) if not ghosted]
    if len(joined) > 1:
        yield svg.path(joined, stroke=LINE, width=1.6 if len(joined) <= 120 else 1)
    room = (frame.days.right - frame.days.left) / max(len(places), 1)
    radius = min(4.6, max(1.8, room * 0.42))
    for at, (x, y) in enumerate(places):
        ghosted = result.ghosted[at]
        yield svg.marker(x, y, result.verdict(at), max(radius, 3) if ghosted else radius, ghosted=ghosted)


def _benchmark_lines(content: ChartContent, frame: Frame) -> Iterator[str]:
    """Each with a dash of its own and a mark at each value: told apart without its colour."""
    for at, (_, each) in enumerate(_benchmarks(content)):
        places = [(frame.days.x(day), frame.values.y(value)) for day, value in each.values]
        if len(places) > 1:
            yield svg.path(places, stroke=BENCHMARK, width=1.6, dash=_BENCHMARK_DASHES[at])
        yield from (_benchmark_mark(each, x, y) for x, y in places)


def _benchmark_mark(benchmark: Benchmark, x: float, y: float) -> str:
    draw = svg.cross if benchmark.kind == BenchmarkKind.NATIONAL.label else svg.box
    return draw(x, y, 2.6, stroke=BENCHMARK)


_Label = tuple[float, str, str]


def _line_labels(content: ChartContent, values: ValueScale, *, is_wide: bool) -> list[_Label]:
    """Value, text and colour of what is written at the right end of the last group's lines."""
    result = content.result
    group = result.groups[-1]
    lines = [
        (group.upper_limit, "Upper limit" if is_wide else "Upper", QUIET),
        (group.mean, "Mean", INK),
        (group.lower_limit, "Lower limit" if is_wide else "Lower", QUIET),
        (result.target, "Target", TARGET),
    ]
    others = [
        (each.values[-1][1], f"{called} {values.written(each.values[-1][1], 1)}", BENCHMARK)
        for called, each in _benchmarks(content)
    ]
    return others + [
        (
            value,
            f"{name} {values.written_target(value) if name == 'Target' else values.written(value, 1)}",
            colour,
        )
        for value, name, colour in lines
        if value is not None
    ]


def _named(labels: Sequence[_Label], frame: Frame, x: float, *, below_words: bool) -> Iterator[str]:
    """The names of lines at their right ends; where "After closing" may reach above them, they begin lower."""
    size = frame.size
    top = frame.values.top + size * (1.1 if below_words else 0.2)
    heights = [frame.values.y(value) for value, _, _ in labels]
    placed = spread(heights, size + 2, top, frame.values.bottom - size * 0.2)
    for y, (_, text, colour) in zip(placed, labels, strict=True):
        yield svg.words(x, y + size * 0.35, text, size=size, fill=colour, bold=colour == TARGET)


def _flag_rows(marks: Sequence[Mark], days: TimeScale) -> list[int]:
    """In which row above the plot each number stands, so that none covers another."""
    ends: list[float] = []
    rows = []
    for mark in marks:
        x = days.x(mark.day)
        row = next((row for row, end in enumerate(ends) if x - end >= 2 * _FLAG + 2), len(ends))
        if row == len(ends):
            ends.append(x)
        ends[row] = x
        rows.append(row)
    return rows


def _mark_lines(marks: Sequence[Mark], rows: Sequence[int], frame: Frame, top: float) -> Iterator[str]:
    for mark, row in zip(marks, rows, strict=True):
        x = frame.days.x(mark.day)
        y = top - 11 - 21 * row
        strong = mark.kind is MarkKind.CLOSING
        yield svg.line(
            x, y + _FLAG, x, frame.values.bottom, stroke=INK if strong else QUIET, width=1.8 if strong else 1,
            dash=_DASH_OF[mark.kind],
        )  # fmt: skip
    for at, (mark, row) in enumerate(zip(marks, rows, strict=True), start=1):
        yield _flag(frame.days.x(mark.day), top - 11 - 21 * row, at)


def _flag(x: float, y: float, at: int) -> str:
    disc = f'<circle cx="{svg.number(x)}" cy="{svg.number(y)}" r="{svg.number(_FLAG)}" fill="{INK}"/>'
    return disc + svg.words(x, y + 4, str(at), size=11, anchor="middle", fill=PAPER, bold=True)


def _before_and_after(content: ChartContent, frame: Frame, bottom: float) -> Iterator[str]:
    """The day of closing between what was before and what came after."""
    if content.closed_on is None:
        return
    x = min(max(frame.days.x(content.closed_on), frame.days.left - 6), frame.days.right + 6)
    yield svg.line(x, bottom - 16, x, frame.values.bottom, stroke=INK, width=1.8)
    for text, anchor, at, room in (
        ("Before closing", "end", x - 6, x - 6),
        ("After closing", "start", x + 6, frame.days.right - x + 60),
    ):
        short = text.split()[0]
        fitting = next(
            (each for each in (text, short) if svg.text_width(each, frame.size, bold=True) <= room), None
        )
        if fitting is not None:
            yield svg.words(at, bottom - 5, fitting, size=frame.size, anchor=anchor, bold=True)


def _key(
    content: ChartContent, shown: Sequence[Mark], hidden: Sequence[Mark], y: float, width: float, size: float
) -> tuple[float, list[str]]:
    """Below the chart: which shape means what, what happened, and why there are no limits. The height of all."""
    parts: list[str] = []
    if shapes := _shapes(content):
        x, y = 6.0, y + 4
        for text, verdict, ghosted in shapes:
            needs = svg.text_width(text, size) + 30
            if x + needs > width and x > 6:
                x, y = 6.0, y + size + 8
            parts.append(svg.marker(x, y - size * 0.35, verdict, 4.6, ghosted=ghosted))
            parts.append(svg.words(x + 10, y, text, size=size, fill=QUIET))
            x += needs
        y += size + 10
    for at, (called, benchmark) in enumerate(_benchmarks(content)):
        parts.append(svg.line(0, y - 4, 24, y - 4, stroke=BENCHMARK, width=1.6, dash=_BENCHMARK_DASHES[at]))
        parts.append(_benchmark_mark(benchmark, 12, y - 4))
        for text in svg.wrapped(f"{called} benchmark: {benchmark.name}", size, width - 36):
            parts.append(svg.words(30, y, text, size=size, fill=QUIET))
            y += size + 5
        y += 3
    for at, mark in enumerate([*shown, *hidden], start=1):
        if at <= len(shown):
            parts.append(_flag(_FLAG + 1, y - 4, at))
        for text in svg.wrapped(_told(mark), size, width - 30):
            parts.append(svg.words(26, y, text, size=size))
            y += size + 5
        y += 5
    for text in _why_no_limits(content):
        for each in svg.wrapped(text, size, width - 4):
            parts.append(svg.words(0, y, each, size=size, fill=QUIET))
            y += size + 5
    return y - size + 8, parts


def _shapes(content: ChartContent) -> list[tuple[str, Verdict | None, bool]]:
    """The shapes that are on the chart, where there is more than one."""
    result = content.result
    there = {result.verdict(at) for at in range(len(result.values)) if not result.ghosted[at]}
    shapes: list[tuple[str, Verdict | None, bool]] = [
        (text, verdict, False) for verdict, text in _SHAPES.items() if verdict in there
    ]
    if True in result.ghosted:
        shapes.append(("Left out of the calculation", None, True))
    return shapes if len(shapes) > 1 or there - {Verdict.COMMON_CAUSE, None} else []


def _told(mark: Mark) -> str:
    says = _SAYS[mark.kind]
    text = f"{says}: {mark.text}" if says and mark.text else says or mark.text
    return f"{written(mark.day)}: {text[:1].lower()}{text[1:]}" if says else f"{written(mark.day)}: {text}"


def _why_no_limits(content: ChartContent) -> Iterator[str]:
    """A sentence for each stretch without limits."""
    result = content.result
    if content.no_limits:
        yield content.no_limits
        return
    for group in result.groups:
        if group.upper_limit is not None:
            continue
        span = _span(content, result.periods[group.start], result.periods[group.end - 1])
        points = f"{group.size} point{'' if group.size == 1 else 's'}"
        why = (
            f"only {points}, and limits need {LEAST_POINTS}"
            if group.size < LEAST_POINTS
            else "its values do not vary"
        )
        yield (
            f"No limits {span} yet: {why}."
            if group.number == len(result.groups) - 1
            else f"No limits {span}: {why}."
        )


def _span(content: ChartContent, first: date, last: date) -> str:
    result = content.result
    if first == last:
        return f"at {period_written(first, result)}"
    return f"from {period_written(first, result)} to {period_written(last, result)}"
