"""Figures 1 and 2: root causes complete beside planned, by month, one small chart an ISG, all on one scale.

Planned is an outlined bar, complete a solid one inside it, the gap a number above; where a re-baseline has
moved the plan, the original stands as a dotted line. It reads in greyscale, and nothing has to be decoded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from services.reporting_api.figures.svg import FONT, VegaLite
from services.reporting_api.packs.board_figures import MonthFigures, ends_its_month
from services.reporting_api.packs.content import Shape
from services.reporting_api.packs.wording import signed

READING = (
    "Outlined bar: planned by then. Solid bar: complete. The number above: how many fewer (−) or more (+) "
    "than planned."
)
ORIGINAL_READING = " Dotted line: the original plan, where it has changed since."
HEADROOM = 1.15  # so that a number above the highest bar stands inside the chart
INK, SOLID, GRID = "#212b32", "#005eb8", "#d8dde0"


@dataclass(frozen=True, slots=True)
class Panel:
    """The months of one ISG."""

    isg: str
    months: tuple[MonthFigures, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the small charts stand: so many in a row, each so wide and high in pixels."""

    columns: int
    width: int
    height: int


LAYOUTS = {
    Shape.PAGE: Layout(columns=3, width=190, height=120),
    Shape.NARROW: Layout(columns=1, width=290, height=110),
}


def reading(panels: Sequence[Panel]) -> str:
    """How to read the chart."""
    replanned = any(m.planned != m.original_planned for panel in panels for m in panel.months)
    return READING + ORIGINAL_READING if replanned else READING


def completion_chart(panels: Sequence[Panel], as_at: date, layout: Layout) -> VegaLite:
    """The chart in Vega-Lite."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": "white",
        "padding": 4,
        "data": {"values": [row for panel in panels for row in _rows(panel, as_at)]},
        "facet": {
            "field": "isg",
            "type": "nominal",
            "sort": [panel.isg for panel in panels],
            "title": None,
            "header": {
                "labelFontSize": 14,
                "labelFontWeight": 600,
                "labelAnchor": "start",
                "labelColor": INK,
            },
        },
        "columns": layout.columns,
        "bounds": "flush",
        "spacing": {"row": 76, "column": 44},
        "spec": {"width": layout.width, "height": layout.height, "layer": _layers(panels, as_at)},
        "resolve": {"axis": {"x": "independent", "y": "independent"}},
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {"labelFontSize": 13, "labelColor": INK, "domain": False, "ticks": False},
            "text": {"fontSize": 13, "color": INK},
        },
    }


def _rows(panel: Panel, as_at: date) -> list[dict[str, Any]]:
    """A row a month; an ISG with nothing planned or complete says so in the middle one."""
    nothing = not any(month.planned or month.complete for month in panel.months)
    labels = month_labels([month.month for month in panel.months], as_at)
    return [
        {
            "isg": panel.isg,
            "month": label,
            "planned": month.planned or None,
            "original": month.original_planned if month.original_planned != month.planned else None,
            "complete": month.complete or None,
            "gap": "" if nothing else _gap(month),
            "nothing": "Nothing due" if nothing and index == len(panel.months) // 2 else "",
        }
        for index, (month, label) in enumerate(zip(panel.months, labels, strict=True))
    ]


def month_labels(months: Sequence[str], as_at: date) -> list[str]:
    """Mar|2019, Apr, May|to 22: the year where it starts or changes, and the day of a month cut short."""
    if not months:
        return []
    days = [date.fromisoformat(f"{month}-01") for month in months]
    new_year = [True] + [earlier.year != later.year for earlier, later in pairwise(days)]
    labels = []
    for day, starts_year in zip(days, new_year, strict=True):
        second_lines = [f"{day:%Y}"] if starts_year else []
        if (day.year, day.month) == (as_at.year, as_at.month) and not ends_its_month(as_at):
            second_lines.insert(0, f"to {as_at.day}")
        labels.append("|".join([f"{day:%b}", *second_lines]))
    return labels


def _gap(month: MonthFigures) -> str:
    if month.complete is None or not (month.planned or month.complete):
        return ""
    return signed(month.complete - month.planned)


def _layers(panels: Sequence[Panel], as_at: date) -> list[dict[str, Any]]:
    x = {
        "field": "month",
        "type": "ordinal",
        "sort": month_labels([month.month for month in panels[0].months], as_at) if panels else [],
        "scale": {"paddingInner": 0.15, "paddingOuter": 0.1},
        "axis": {"title": None, "labelAngle": 0, "labelExpr": "split(datum.label, '|')"},
    }
    scale = {"domain": [0, _highest(panels) * HEADROOM], "nice": False}

    def y(field: str) -> dict[str, Any]:
        axis = {"title": None, "gridColor": GRID, "tickCount": min(4, _highest(panels)), "format": "d"}
        return {"field": field, "type": "quantitative", "axis": axis, "scale": scale}

    top = {"calculate": "max(datum.planned || 0, datum.complete || 0, datum.original || 0)", "as": "top"}
    return [
        {
            "mark": {"type": "bar", "fill": "white", "stroke": INK, "strokeWidth": 1.25},
            "encoding": {"x": x, "y": y("planned")},
        },
        {
            "mark": {"type": "bar", "fill": SOLID, "width": {"band": 0.6}},
            "encoding": {"x": x, "y": y("complete")},
        },
        {
            "mark": {"type": "rule", "color": INK, "strokeWidth": 2, "strokeDash": [2, 2]},
            "encoding": {
                "x": x | {"bandPosition": 0},
                "x2": {"field": "month", "bandPosition": 1},
                "y": y("original"),
            },
        },
        {
            "transform": [top],
            "mark": {"type": "text", "dy": -8, "fontWeight": 600},
            "encoding": {"x": x, "y": y("top"), "text": {"field": "gap"}},
        },
        {
            "mark": {"type": "text", "dy": -20, "fontStyle": "italic"},
            "encoding": {"x": x, "y": {"datum": 0}, "text": {"field": "nothing"}},
        },
    ]


def _highest(panels: Sequence[Panel]) -> int:
    """The highest number drawn; at least one, for a scale."""
    drawn = (
        n for panel in panels for m in panel.months for n in (m.planned, m.original_planned, m.complete or 0)
    )
    return max(1, *drawn)
