"""A KPI's control chart as a block of a pack: made from what is kept of its series, drawn once for what it shows."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from services.domain.spc import SpcResult
from services.domain.spc_reading import period_written, reading
from services.domain.words import Verdict
from services.reporting_api.packs.content import ControlChart, Figure, Inlines, Shape, Table, Text, as_data
from services.shared.charts.content import NARROW, PRINTED, ChartContent, Mark, MarkKind
from services.shared.charts.kept import result_of
from services.shared.charts.scales import ValueScale, value_scale
from services.shared.charts.spc_chart import description, spc_chart

WIDTHS: Final = {Shape.PAGE: PRINTED, Shape.NARROW: NARROW}
LINES: Final = {"mean": "Mean", "lower_limit": "Lower limit", "upper_limit": "Upper limit"}
LEFT_OUT: Final = "Left out of the calculation"


def control_chart(
    number: int,
    name: str,
    kept: Mapping[str, Any],
    *,
    unit: str = "",
    marks: Sequence[Mark] = (),
    counted: str | None = None,
) -> ControlChart:
    """The chart of a KPI from its `kpi_standing.result`. `counted` is the path of the KPI's page, which every value opens."""
    content = ChartContent(result_of(kept), name, unit, tuple(marks))
    judged = {"result": kept, "unit": unit, "marks": [as_data(mark) for mark in marks]}
    return ControlChart(
        number=number,
        title=name,
        reading=f"{reading(content.result, name)}.",
        alt=description(content),
        judged=judged,
        table=_table(number, content, counted),
    )


def numbered(chart: ControlChart, number: int) -> ControlChart:
    """The same chart under another number."""
    return replace(chart, number=number, table=replace(chart.table, caption=_caption(number, chart.title)))


def _caption(number: int, name: str) -> str:
    return f"Figure {number} as a table: {name}"


def content_of(chart: ControlChart) -> ChartContent:
    """What the drawing shows."""
    marks = [
        Mark(date.fromisoformat(each["day"]), MarkKind(each["kind"]), each["text"])
        for each in chart.judged["marks"]
    ]
    return ChartContent(result_of(chart.judged["result"]), chart.title, chart.judged["unit"], tuple(marks))


def control_drawing(chart: ControlChart, shape: Shape) -> str:
    """The chart as one SVG, kept until something that it shows changes."""
    shown = json.dumps([chart.title, chart.judged], sort_keys=True, default=str)
    return _drawn(shown, f"figure-{chart.number}-{shape}", WIDTHS[shape])


@lru_cache(maxsize=1024)
def _drawn(shown: str, key: str, width: float) -> str:
    title, judged = json.loads(shown)
    bare = ControlChart(0, title, "", "", judged, Table("", (), ()))
    return spc_chart(content_of(bare), width=width, key=key)


def _table(number: int, content: ChartContent, counted: str | None) -> Table:
    """Every point that is drawn, with its lines and what the rules say of it; the target where there is one."""
    result = content.result
    header = ["Period", content.unit or "Value", *LINES.values()]
    header[1] = "Value" if content.unit in {"", "%"} else f"Value ({content.unit})"
    if result.target is not None:
        header.append("Target")
    header.append("What it shows")
    return Table(_caption(number, content.name), tuple(header), tuple(_rows(content, counted)))


def _rows(content: ChartContent, counted: str | None) -> Iterator[tuple[Inlines, ...]]:
    result = content.result
    if not result.values:
        return
    scale = scale_of(result, content.unit)
    for at, (period, value) in enumerate(zip(result.periods, result.values, strict=True)):
        group = result.group_of(at)
        cells: list[Inlines] = [
            (Text(period_written(period, result)),),
            (_figure(value, scale.written(value, 1), counted),),
        ]
        cells += [(_line(getattr(group, name), scale),) for name in LINES]
        if result.target is not None:
            cells.append((_figure(result.target, scale.written_target(result.target)),))
        verdict = result.verdict(at)
        cells.append((Text(LEFT_OUT if result.ghosted[at] else _said(verdict)),))
        yield tuple(cells)


def _said(verdict: Verdict | None) -> str:
    return "No limits yet" if verdict is None else verdict.label


def scale_of(result: SpcResult, unit: str) -> ValueScale:
    """The scale of the chart, which says how precisely values are written."""
    held = [*result.values, *([] if result.target is None else [result.target])]
    held += [each for group in result.groups for name in LINES if (each := getattr(group, name)) is not None]
    return value_scale(held, 0, 300, unit)


def _line(value: float | None, scale: ValueScale) -> Figure | Text:
    return Text("none") if value is None else _figure(value, scale.written(value, 1))


def _figure(value: float, text: str, counted: str | None = None) -> Figure:
    return Figure(Decimal(repr(value)), text, counted)
