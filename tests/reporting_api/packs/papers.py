"""Hand-built figures of Board papers: those of the paper of May 2019 (seed-figures.md), and small ones."""

from datetime import date

from services.domain.words import Cadence, FindingType
from services.reporting_api.packs.board_figures import (
    Approval,
    BoardPaperFigures,
    ClassFigures,
    Completion,
    IsgFigures,
    MonthFigures,
    SourceFigures,
)

TRUST = "The Shrewsbury and Telford Hospital NHS Trust"
APRIL = date(2019, 4, 30)


def class_figures(findings: int, root_causes: int, on_track: int, march: str, april: str) -> ClassFigures:
    """`march` and `april` as "22 of 26"; 40% of the rest is planned for May, all by June."""
    (march_complete, march_planned), (complete, planned) = (_of(text) for text in (march, april))
    rest = root_causes - planned
    months = (
        MonthFigures("2019-03", march_planned, march_planned, march_complete),
        MonthFigures("2019-04", planned, planned, complete),
        MonthFigures("2019-05", planned + rest * 2 // 5, planned + rest * 2 // 5, None),
        MonthFigures("2019-06", root_causes, root_causes, None),
    )
    return ClassFigures(findings, root_causes, complete, on_track, root_causes - complete - on_track, months)


def _of(text: str) -> tuple[int, int]:
    complete, planned = text.split(" of ")
    return int(complete), int(planned)


def isg(
    name: str, must_do: ClassFigures, should_do: ClassFigures, *, services: tuple[str, ...] = (), notices: tuple[str, ...] = (),
    cadence: Cadence = Cadence.FORTNIGHTLY, answered_by: tuple[str, ...] = (),
) -> IsgFigures:  # fmt: skip
    """An ISG; its slug follows from its name."""
    slug = name.lower().replace("'", "").replace(" ", "-")
    return IsgFigures(name, slug, cadence, must_do, should_do, services, notices, answered_by)


WOMENS = isg(
    "Women's and Children's",
    class_figures(21, 47, 19, "12 of 14", "22 of 26"),
    class_figures(27, 35, 20, "1 of 2", "2 of 5"),
    services=("maternity services",),
    notices=("Section 31 notice (maternity)",),
)
SCHEDULED = isg(
    "Scheduled Care",
    class_figures(16, 45, 20, "11 of 13", "21 of 25"),
    class_figures(42, 68, 40, "1 of 2", "2 of 6"),
    services=("critical care", "surgery", "end of life care"),
)
UNSCHEDULED = isg(
    "Unscheduled Care",
    class_figures(20, 68, 37, "8 of 12", "16 of 24"),
    class_figures(9, 23, 15, "1 of 1", "2 of 5"),
    services=("urgent and emergency services", "medical care"),
    notices=(
        "Section 29A notice",
        "Section 31 notice (ED)",
        "Regulation 31 enforcement notice",
    ),
)
WORKFORCE = isg(
    "Workforce",
    class_figures(21, 105, 61, "17 of 20", "34 of 39"),
    class_figures(10, 16, 8, "1 of 2", "2 of 4"),
    services=("staffing and training across the Trust",),
    notices=("Section 29A notice",),
)
WELL_LED = isg(
    "Well-led",
    class_figures(1, 0, 0, "0 of 0", "0 of 0"),
    class_figures(3, 0, 0, "0 of 0", "0 of 0"),
    services=("leadership and governance",),
    cadence=Cadence.MONTHLY,
    answered_by=("Workforce", "Unscheduled Care"),
)

MAY_2019 = BoardPaperFigures(
    trust_name=TRUST,
    as_at=APRIL,
    isgs=(WOMENS, SCHEDULED, UNSCHEDULED, WORKFORCE, WELL_LED),
    sources=(
        SourceFigures("CQC inspection report", ((FindingType.MUST_DO, 79), (FindingType.SHOULD_DO, 91))),
        SourceFigures("Section 29A notice", ((FindingType.NOTICE, 4),)),
        SourceFigures("Section 31 notice (ED)", ((FindingType.NOTICE, 3),)),
        SourceFigures("Section 31 notice (maternity)", ((FindingType.NOTICE, 2),)),
        SourceFigures("Regulation 31 enforcement notice", ((FindingType.NOTICE, 1),)),
    ),
    approvals=(
        Approval(
            "Trust Board",
            date(2019, 4, 4),
            (WOMENS.name, SCHEDULED.name, UNSCHEDULED.name, WORKFORCE.name),
        ),
        Approval("Well-led ISG", date(2019, 4, 29), (WELL_LED.name,)),
    ),
    must_do_actions=Completion(8, 8),
)


def paper_of(*isgs: IsgFigures, as_at: date = APRIL) -> BoardPaperFigures:
    """A plan of these ISGs and nothing beside them."""
    return BoardPaperFigures(trust_name=TRUST, as_at=as_at, isgs=isgs)
