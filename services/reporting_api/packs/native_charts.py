"""Charts of PowerPoint's own on slides, with their numbers in a workbook inside: people can go on working on them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from math import ceil
from typing import Any, Final

from services.domain.spc import SpcResult
from services.domain.spc_reading import period_written
from services.domain.words import Verdict
from services.reporting_api.packs.content import Chart, ControlChart, Plot
from services.reporting_api.packs.control_charts import LEFT_OUT, LINES, content_of, scale_of
from services.reporting_api.packs.slides import BOTTOM, MARGIN, TOP, WIDTH
from services.shared.charts.content import COLOURS, GRID, INK, LINE, PAPER, QUIET, TARGET

FONT: Final = "Arial"
BLUE: Final = "#005eb8"
VALUE, TARGET_LINE = "Value", "Target"
MOST_LABELS: Final = 13


def chart_place() -> tuple[Any, Any, Any, Any]:
    from pptx.util import Inches

    left, top, width, height = MARGIN, TOP + 0.5, WIDTH - 2 * MARGIN, BOTTOM - TOP - 0.5
    return Inches(left), Inches(top), Inches(width), Inches(height)


def _numbers(number_format: str) -> Any:
    """What a chart is drawn from. Words of its workbook are words, whatever they begin with."""
    from pptx.chart.data import CategoryChartData
    from pptx.chart.xlsx import CategoryWorkbookWriter
    from xlsxwriter import Workbook

    class Writer(CategoryWorkbookWriter):
        @contextmanager
        def _open_worksheet(self, xlsx_file: Any) -> Iterator[tuple[Any, Any]]:
            options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
            with Workbook(xlsx_file, options) as workbook:
                yield workbook, workbook.add_worksheet()

    class Numbers(CategoryChartData):
        @property
        def _workbook_writer(self) -> Writer:
            writer: Any = Writer
            made: Writer = writer(self)
            return made

    numbers: Any = Numbers
    return numbers(number_format=number_format)


def _native(slide: Any, kind: Any, data: Any, chart: Chart | ControlChart) -> Any:
    """A chart of PowerPoint's own, with its numbers in a workbook inside."""
    from pptx.enum.chart import XL_LEGEND_POSITION
    from pptx.util import Pt

    frame = slide.shapes.add_chart(kind, *chart_place(), data)
    tell(frame, chart.alt, f"Figure {chart.number}")
    drawn = frame.chart
    drawn.font.size, drawn.font.name = Pt(12), FONT
    drawn.font.color.rgb = colour_of(INK)
    drawn.has_title = False
    drawn.has_legend = True
    drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    drawn.value_axis.major_gridlines.format.line.color.rgb = colour_of(GRID)
    drawn.value_axis.format.line.fill.background()
    return drawn


def write_bars(slide: Any, chart: Chart) -> None:
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Pt

    plot: Plot | None = chart.plot
    if plot is None or not plot.groups:
        return
    data = _numbers("0")
    for group, categories in plot.groups:
        held = data.add_category(group)
        for category in categories:
            held.add_sub_category(category)
    for series in plot.series:
        data.add_series(series.name, series.values)
    drawn = _native(slide, XL_CHART_TYPE.COLUMN_CLUSTERED, data, chart)
    drawn.plots[0].gap_width, drawn.plots[0].overlap = 40, 0
    drawn.value_axis.minimum_scale = 0
    drawn.category_axis.tick_labels.font.size = Pt(10)
    for number, series in enumerate(drawn.plots[0].series):
        solid = number == 1
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = colour_of(BLUE if solid else PAPER if number == 0 else GRID)
        series.format.line.color.rgb = colour_of(INK)
        series.format.line.width = Pt(1)
        series.data_labels.show_value = True
        series.data_labels.font.size = Pt(9)


def write_control_chart(slide: Any, chart: ControlChart) -> None:
    """The values as a line, the lines beside them, and over the values a mark for each that says something."""
    from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION

    content = content_of(chart)
    result = content.result
    if not result.values:
        return
    percent = '"%"' if content.unit == "%" else ""
    data = _numbers(f"0.0#{percent}")
    data.categories = [_short(period, result) for period in result.periods]
    for name, values in _series(result):
        data.add_series(name, values)
    drawn = _native(slide, XL_CHART_TYPE.LINE_MARKERS, data, chart)
    scale = scale_of(result, content.unit)
    drawn.value_axis.minimum_scale, drawn.value_axis.maximum_scale = scale.ticks[0], scale.ticks[-1]
    drawn.value_axis.major_unit = scale.step
    drawn.value_axis.tick_labels.number_format = f"General{percent}"
    drawn.value_axis.tick_labels.number_format_is_linked = False
    drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    _show_each(drawn.category_axis, ceil(len(result.values) / MOST_LABELS))
    for series in drawn.plots[0].series:
        _draw_series(series)


def _short(period: date, result: SpcResult) -> str:
    """Mar 2019, or 4 Mar 2019 where periods are not months: a slide has no room for whole words."""
    day, *others = period_written(period, result).split()
    return f"{period:%b %Y}" if not day.isdigit() else f"{day} {others[0][:3]} {others[1]}"


def _series(result: SpcResult) -> Iterator[tuple[str, Sequence[float | None]]]:
    places = range(len(result.values))
    yield VALUE, result.values
    for name, label in LINES.items():
        values = [getattr(result.group_of(at), name) for at in places]
        if any(value is not None for value in values):
            yield label, values
    if result.target is not None:
        yield TARGET_LINE, [result.target] * len(result.values)
    for verdict in (Verdict.IMPROVEMENT, Verdict.CONCERN, Verdict.CHANGE):
        marked = [result.values[at] if result.verdict(at) is verdict else None for at in places]
        if any(value is not None for value in marked):
            yield verdict.label, marked
    if any(result.ghosted):
        yield LEFT_OUT, [result.values[at] if result.ghosted[at] else None for at in places]


def _show_each(axis: Any, many: int) -> None:
    """One label for so many categories."""
    from pptx.oxml.xmlchemy import OxmlElement

    skip = OxmlElement("c:tickLblSkip")
    skip.set("val", str(many))
    after = axis._element.find("{*}noMultiLvlLbl")  # noqa: SLF001 - the library has no words for it
    if after is None:
        axis._element.append(skip)  # noqa: SLF001 - as above
    else:
        after.addprevious(skip)


def _draw_series(series: Any) -> None:
    """A line without marks, marks without a line; the values have both."""
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    series.smooth = False
    marks = {
        VALUE: (XL_MARKER_STYLE.CIRCLE, LINE, 7),
        Verdict.IMPROVEMENT.label: (XL_MARKER_STYLE.DIAMOND, COLOURS[Verdict.IMPROVEMENT], 11),
        Verdict.CONCERN.label: (XL_MARKER_STYLE.SQUARE, COLOURS[Verdict.CONCERN], 9),
        Verdict.CHANGE.label: (XL_MARKER_STYLE.TRIANGLE, COLOURS[Verdict.CHANGE], 10),
        LEFT_OUT: (XL_MARKER_STYLE.CIRCLE, QUIET, 9),
    }
    lines = {
        VALUE: (LINE, 2.0, None),
        LINES["mean"]: (INK, 1.5, None),
        TARGET_LINE: (TARGET, 1.75, MSO_LINE.LONG_DASH),
    }
    if series.name in marks:
        style, colour, size = marks[series.name]
        series.marker.style, series.marker.size = style, size
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour_of(PAPER if series.name == LEFT_OUT else colour)
        series.marker.format.line.color.rgb = colour_of(colour)
    else:
        series.marker.style = XL_MARKER_STYLE.NONE
    if series.name in marks and series.name not in lines:
        series.format.line.fill.background()
        return
    colour, width, dash = lines.get(series.name, (QUIET, 1.25, MSO_LINE.DASH))
    series.format.line.color.rgb, series.format.line.width = colour_of(colour), Pt(width)
    if dash is not None:
        series.format.line.dash_style = dash


def colour_of(code: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(code.strip("#").upper())


def tell(shape: Any, alt: str, name: str) -> None:
    """In words, for whoever can't see it."""
    properties = shape._element.xpath(".//p:cNvPr")[0]  # noqa: SLF001 - the library has no words for it
    properties.set("descr", alt)
    properties.set("name", name)
