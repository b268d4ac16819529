"""Packs for the tests of formats: one with a block of every kind, much of it too long for a page; one with 75 control charts."""

import random
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from services.domain.measured import Measured
from services.kpi_api.standings.service import standing_of
from services.reporting_api.packs.content import (
    BulletList,
    ControlChart,
    Detail,
    Figure,
    IconHeading,
    Inlines,
    KpiMatrix,
    MatrixRow,
    NumberedList,
    Pack,
    Paragraph,
    Section,
    Story,
    Table,
    Text,
    paragraph,
    sentence,
)
from services.reporting_api.packs.control_charts import control_chart
from services.shared.charts.content import Mark, MarkKind

AT = date(2019, 4, 30)
TRUST = "The Shrewsbury & Telford Hospital NHS Trust"
STEADY = (81.2, 79.9, 80.6, 82.1, 80.3, 79.5, 81.8, 80.9, 80.1, 81.4, 79.8, 81.0, 80.7)
WORSE = (*STEADY, 71.1, 70.4, 69.8)
BETTER = (*STEADY, 90.2, 91.4, 92.25)


def month(number: int) -> date:
    """Months from January 2018 on."""
    return date(2018 + number // 12, number % 12 + 1, 1)


def chart_of(
    number: int, name: str, values: Sequence[float], *, target: float | None = None, unit: str = "%", better: str = "increase",
    ghosts: Sequence[int] = (), marks: Sequence[Mark] = (),
) -> ControlChart:  # fmt: skip
    """A control chart as a pack has it, from values by month."""
    periods = [month(at) for at in range(len(values))]
    measured = Measured(
        number, better, periods, values, ["final"] * len(values), [(None, target)], ghosts={month(at) for at in ghosts}
    )  # fmt: skip
    kept = standing_of(measured, AT)["result"]
    return control_chart(number, name, kept, unit=unit, marks=marks, counted=f"/kpis/K-{number}")


def kpi(number: int, name: str) -> Inlines:
    """A KPI's name, which opens its page."""
    return (Figure(None, name, f"/kpis/K-{number}"),)


NAMES = tuple(kpi(number, f"Measure {number}: patients seen within the hour") for number in range(1, 31))

MATRIX = KpiMatrix(
    caption="High-level measures by variation and assurance",
    corner="Assurance",
    columns=(
        IconHeading("variation-improvement_high", "Improvement"),
        IconHeading("variation-common_cause", "Common cause"),
        IconHeading("variation-concern_low", "Concern"),
    ),
    rows=(
        MatrixRow(IconHeading("assurance-pass", "Passing the target"), (NAMES[:2], (), ())),
        MatrixRow(IconHeading("assurance-inconsistent", "Hit or miss"), ((), NAMES[2:25], NAMES[25:26])),
        MatrixRow(IconHeading("assurance-fail", "Failing the target"), ((), (), NAMES[26:])),
        MatrixRow(IconHeading(None, "No target"), ((), (kpi(40, "Falls"),), ())),
    ),
)

LONG = paragraph(
    *(
        sentence(
            "By the end of week {week}, {done} of {all} Root Causes were complete, which is {share} of those planned.",
            week=Figure(week, str(week)),
            done=Figure(week * 3, str(week * 3), f"/root-causes?week={week}"),
            all=Figure(114, "114", "/root-causes"),
            share=Figure(Decimal(week * 3) / 114 * 100, f"{Decimal(week * 300) / 114:.1f}%"),
        )
        for week in range(1, 25)
    )
)

MARKS = (Mark(date(2018, 6, 1), MarkKind.REBASE, "New ward"), Mark(date(2018, 9, 4), MarkKind.CLOSING, ""))

KLOES = Table(
    caption="Well-led by key line of enquiry",
    header=("Key line of enquiry", "Rating", "Actions", "Complete", "Comment"),
    rows=tuple(
        (
            (
                Text(
                    f"W{number % 8 + 1}. Is there a culture of high-quality, sustainable care, part {number}?"
                ),
            ),
            (Text("Requires improvement", strong=True),),
            (Figure(number, str(number), f"/well-led/{number}"),),
            (Figure(Decimal(number) / 2, f"{number / 2:.1f}%"),),
            (Text("Not yet & <soon> “said”" * (1 + number % 2)),),
        )
        for number in range(1, 31)
    ),
)

PAPER = Pack(
    kind="board",
    title="Quality Improvement Plan: every kind of block",
    trust=TRUST,
    as_at=AT,
    details=(Detail("Meeting", "Trust Board"), Detail("Figures as at", "30 April 2019")),
    sections=(
        Section(
            "words",
            "Situation & background",
            (
                LONG,
                Paragraph((Text("Three sources of findings are named:"),)),
                BulletList(tuple((Text(f"source {number} of the findings"),) for number in range(1, 25))),
                NumberedList(((Text("The first step"),), (Text("The second step"),))),
                Paragraph((Text("And three more steps follow."),)),
                NumberedList(tuple((Text(f"Step {number} begins again"),) for number in range(1, 4))),
            ),
            (Section("tables", "1a. Well-led", (KLOES,)),),
        ),
        Section(
            "measures",
            "Measures",
            (
                MATRIX,
                chart_of(3, "Four-hour performance", WORSE, target=95),
                chart_of(
                    4,
                    "Falls per 1,000 bed days",
                    [value / 10 for value in BETTER],
                    target=7,
                    unit="falls",
                    better="decrease",
                    ghosts=[3],
                    marks=MARKS,
                ),
                chart_of(5, "Staff who would recommend us", STEADY[:5], target=None),
                chart_of(6, "Sepsis & antibiotics within the hour", BETTER, target=85),
                chart_of(7, "A measure without a value yet", (), target=85),
            ),
        ),
        Section(
            "stories",
            "Stories",
            (
                Story(
                    "A quieter night on Ward 22",
                    (
                        (
                            Text("We moved the handover to the bedside. "),
                            Text("Falls halved", strong=True),
                            Text("."),
                        ),
                        (Text("It took six weeks and no money."),),
                    ),
                    "Ward sister, Unscheduled Care",
                ),
                Story("A short one", ((Text("Thank you."),),), "A patient"),
            ),
        ),
    ),
)


def with_control_charts(count: int) -> Section:
    """A section of so many control charts of two years of months."""
    drawn = random.Random(count)
    charts = (
        chart_of(
            number, f"Measure {number}", [round(80 + drawn.gauss(0, 2), 1) for _ in range(24)], target=85
        )
        for number in range(3, 3 + count)
    )
    return Section("all-measures", "All measures", tuple(charts))
