"""The Board paper's tables and charts. Every number in a cell is a figure that opens what it counts."""

from collections.abc import Sequence
from datetime import date

from services.domain.wording import listed
from services.domain.words import FindingType, RootCauseClass
from services.reporting_api.figures.completion import LAYOUTS, Panel, completion_chart, reading
from services.reporting_api.packs import plan_figures
from services.reporting_api.packs.board_figures import (
    REPORTED_CLASSES,
    BoardPaperFigures,
    ClassFigures,
    Completion,
    MonthFigures,
)
from services.reporting_api.packs.content import Chart, Figure, Inlines, Plot, Series, Table, Text, sentence
from services.reporting_api.packs.wording import in_words

FIGURE_NUMBER = {RootCauseClass.MUST_DO: 1, RootCauseClass.SHOULD_DO: 2}
ALL_ISGS = "All ISGs"
NOTHING_DUE = "nothing due"
MONTHS_BEFORE, MONTHS_AFTER = 3, 1


def plan_table(figures: BoardPaperFigures) -> Table:
    """What each ISG holds: findings and root causes by class, and the whole plan's."""

    def row(name: str, isg: str | None, classes: Sequence[ClassFigures]) -> tuple[Inlines, ...]:
        findings = [
            (plan_figures.findings(of.findings, str(of.findings), FindingType(each.value), isg),)
            for each, of in zip(REPORTED_CLASSES, classes, strict=True)
        ]
        root_causes = [
            (plan_figures.root_causes(of.root_causes, str(of.root_causes), figures.as_at, each, isg),)
            for each, of in zip(REPORTED_CLASSES, classes, strict=True)
        ]
        return (Text(name),), *findings, *root_causes

    header = (
        "ISG",
        *(f"{each.label} findings" for each in REPORTED_CLASSES),
        *(f"{each.label} Root Causes" for each in REPORTED_CLASSES),
    )
    rows = [row(isg.name, isg.name, (isg.must_do, isg.should_do)) for isg in figures.isgs]
    whole = row(ALL_ISGS, None, [figures.whole(each) for each in REPORTED_CLASSES])
    return Table("Findings and Root Causes by ISG", header, (*rows, whole))


def delivery_table(figures: BoardPaperFigures, when: str) -> Table:
    """Complete of planned and the percentage, for each ISG and class; and how the Must Do ones stand."""

    def row(name: str, isg: str | None, classes: Sequence[ClassFigures]) -> tuple[Inlines, ...]:
        cells: list[Inlines] = []
        for each, of in zip(REPORTED_CLASSES, classes, strict=True):
            completion = of.in_month(figures.month)
            cells += [
                _complete_of_planned(completion, figures.as_at, figures.month, each, isg),
                (_percentage(completion, figures.as_at, figures.month, each, isg),),
            ]
        must_do = classes[0]
        of_class = (figures.as_at, RootCauseClass.MUST_DO, isg)
        return (
            (Text(name),),
            *cells,
            (plan_figures.on_track(must_do.on_track, str(must_do.on_track), *of_class),),
            (plan_figures.neither(must_do.neither, str(must_do.neither), *of_class),),
        )

    header = (
        "ISG",
        *(f"{each.label} {column}" for each in REPORTED_CLASSES for column in ("complete", "of trajectory")),
        "Must Do on track",
        "Must Do neither complete nor on track",
    )
    rows = [row(isg.name, isg.name, (isg.must_do, isg.should_do)) for isg in figures.isgs]
    whole = row(ALL_ISGS, None, [figures.whole(each) for each in REPORTED_CLASSES])
    return Table(f"Root Causes complete of those planned, {when}", header, (*rows, whole))


def completion_figure(figures: BoardPaperFigures, root_cause_class: RootCauseClass) -> Chart:
    """Figure 1 or 2: completion by ISG and month, beside the same figures as a table."""
    panels = [
        Panel(isg.name, _window(isg.of(root_cause_class).months, figures.month)) for isg in figures.isgs
    ]
    label = root_cause_class.label
    return Chart(
        number=FIGURE_NUMBER[root_cause_class],
        title=f"{label} Root Cause completion, by ISG and month, selected months",
        reading=reading(panels),
        alt=_description(panels, figures.month, label),
        drawings={
            shape: completion_chart(panels, figures.as_at, layout) for shape, layout in LAYOUTS.items()
        },
        table=_months_table(figures, root_cause_class, panels),
        plot=_plot(panels, figures),
    )


def _plot(panels: Sequence[Panel], figures: BoardPaperFigures) -> Plot:
    """Planned beside complete, month by month in each ISG; the original plan where it was another."""
    months = [month for panel in panels for month in panel.months]
    series = [
        Series("Planned", tuple(month.planned for month in months)),
        Series("Complete", tuple(month.complete for month in months)),
    ]
    if any(month.original_planned != month.planned for month in months):
        series.append(Series("Originally planned", tuple(month.original_planned for month in months)))
    groups = tuple(
        (panel.isg, tuple(_month_heading(month.month, figures) for month in panel.months)) for panel in panels
    )
    return Plot(groups, tuple(series))


def _window(months: tuple[MonthFigures, ...], month: str) -> tuple[MonthFigures, ...]:
    """The as-at month, up to three months before it and one after."""
    now = next((index for index, each in enumerate(months) if each.month >= month), 0)
    return months[max(0, now - MONTHS_BEFORE) : now + MONTHS_AFTER + 1]


def _description(panels: Sequence[Panel], month: str, label: str) -> str:
    """The chart in a sentence, for those who do not see it; the table beside it has every month."""
    said = []
    for panel in panels:
        now = next((each for each in panel.months if each.month == month), None)
        if now is not None:
            due = f"{now.complete} of {now.planned} planned" if now.planned else "nothing due"
            said.append(f"{panel.isg} {due}")
    small_charts = f"{in_words(len(panels))} small bar charts" if len(panels) > 1 else "bar chart"
    return f"{small_charts.capitalize()} of {label} Root Causes complete: {listed(said)}. The table has every month."


def _months_table(
    figures: BoardPaperFigures, root_cause_class: RootCauseClass, panels: Sequence[Panel]
) -> Table:
    whole = Panel(ALL_ISGS, _window(figures.whole(root_cause_class).months, figures.month))

    def row(panel: Panel, isg: str | None) -> tuple[Inlines, ...]:
        cells = (_month_cell(month, figures.as_at, root_cause_class, isg) for month in panel.months)
        return (Text(panel.isg),), *cells

    header = ("ISG", *(_month_heading(month.month, figures) for month in whole.months))
    rows = tuple(row(panel, panel.isg) for panel in panels)
    number = FIGURE_NUMBER[root_cause_class]
    caption = f"Figure {number} as a table: {root_cause_class.label} Root Causes complete of those planned"
    return Table(caption, header, (*rows, row(whole, None)))


def _month_heading(month: str, figures: BoardPaperFigures) -> str:
    if month == figures.month and not figures.is_month_end:
        return f"To {figures.as_at.day} {figures.as_at:%b}"
    return f"{date.fromisoformat(f'{month}-01'):%b %Y}"


def _month_cell(
    month: MonthFigures, as_at: date, root_cause_class: RootCauseClass, isg: str | None
) -> Inlines:
    """22 of 26; of a month to come "31 planned"; with the original plan where that was another."""
    if not (month.planned or month.original_planned or month.complete):
        return (Figure(None, NOTHING_DUE),)
    if month.completion is None:
        planned = plan_figures.of_trajectory(
            "planned", month.planned, str(month.planned), as_at, month.month, root_cause_class, isg
        )
        cell = sentence("{planned} planned", planned=planned)
    else:
        cell = _complete_of_planned(month.completion, as_at, month.month, root_cause_class, isg)
    if month.original_planned == month.planned:
        return cell
    original = plan_figures.of_trajectory(
        "original_planned", month.original_planned, str(month.original_planned), as_at, month.month, root_cause_class, isg
    )  # fmt: skip
    return (*cell, Text(" (originally "), original, Text(")"))


def _complete_of_planned(
    completion: Completion, as_at: date, month: str, root_cause_class: RootCauseClass, isg: str | None
) -> Inlines:
    of = (as_at, month, root_cause_class, isg)
    return (
        plan_figures.of_trajectory("complete", completion.complete, str(completion.complete), *of),
        Text(" of "),
        plan_figures.of_trajectory("planned", completion.planned, str(completion.planned), *of),
    )


def _percentage(
    completion: Completion, as_at: date, month: str, root_cause_class: RootCauseClass, isg: str | None
) -> Figure:
    percent = completion.percent
    if percent is None:
        return Figure(None, NOTHING_DUE)
    return plan_figures.percentage(percent, f"{percent}%", as_at, month, root_cause_class, isg)
