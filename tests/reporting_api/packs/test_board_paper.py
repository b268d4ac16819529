"""The Board paper says what the figures are: those of May 2019, and those of plans that have little to say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from services.domain.words import Cadence
from services.reporting_api.packs.board_figures import (
    Approval,
    BoardPaperFigures,
    ClassFigures,
    Completion,
    MonthFigures,
)
from services.reporting_api.packs.content import (
    BulletList,
    Chart,
    Figure,
    FilledForm,
    Inlines,
    NumberedList,
    Pack,
    Paragraph,
    Section,
    Story,
    Table,
    plain,
)
from tests.reporting_api.packs.board_paper import board_paper
from tests.reporting_api.packs.papers import (
    MAY_2019,
    SCHEDULED,
    UNSCHEDULED,
    WELL_LED,
    WOMENS,
    WORKFORCE,
    class_figures,
    isg,
    paper_of,
)

NONE_DUE = class_figures(0, 0, 0, "0 of 0", "0 of 0")


def lines(pack: Pack) -> Iterator[Inlines]:
    """Everything the paper says, a paragraph, item or cell at a time."""
    for section in pack.sections:
        yield from section_lines(section)


def section_lines(section: Section) -> Iterator[Inlines]:
    """The same of a section and all below it."""
    for block in section.blocks:
        match block:
            case Paragraph():
                yield block.inlines
            case BulletList() | NumberedList():
                yield from block.items
            case Table():
                yield from (cell for row in block.rows for cell in row)
            case Chart():
                yield from (cell for row in block.table.rows for cell in row)
            case Story():
                yield from block.paragraphs
            case FilledForm():
                yield from (line for field in block.fields for line in field.lines)
    for below in section.sections:
        yield from section_lines(below)


def words(figures: BoardPaperFigures) -> str:
    """The paper as text."""
    return "\n".join(plain(line) for line in lines(board_paper(figures)))


def part(figures: BoardPaperFigures, key: str) -> str:
    """One section as text, with what is below it."""
    found = find(board_paper(figures).sections, key)
    return "\n".join(plain(line) for line in section_lines(found))


def find(sections: tuple[Section, ...], key: str) -> Section:
    """The section with this key, at any depth."""
    for section in sections:
        if section.key == key:
            return section
        if section.sections:
            try:
                return find(section.sections, key)
            except LookupError:
                continue
    raise LookupError(key)


def test_the_paper_has_the_parts_of_the_2019_paper_in_their_order() -> None:
    pack = board_paper(MAY_2019)
    assert [section.title for section in pack.sections] == [
        "Cover page",
        "Situation",
        "Background",
        "Assessment",
        "Recommendation",
    ]
    delivery, measures = pack.sections[3].sections
    assert [measures.title, *(section.title for section in measures.sections)] == [
        "2. Measuring the impact of the QIP", "2a. High-level KPIs",
    ]  # fmt: skip
    assert [section.title for section in delivery.sections] == [
        "1a. Delivery against trajectory",
        "1b. ISG summary progress",
    ]
    assert [section.title for section in delivery.sections[1].sections] == [
        f"{each.name} ISG" for each in MAY_2019.isgs
    ]


@pytest.mark.parametrize(
    "said",
    [
        "At the end of April, the latest full month for which reporting is available, 93 Must Do Root Causes and eight "
        "Should Do Root Causes were completed.",
        "This is 75.4% of the forecast completion trajectory (101 of 134)",
        "For Must Do Root Causes alone it is 81.6% (93 of 114), up from 81.4% (48 of 59) at the end of March.",
        "Of the 265 Must Do Root Causes, 93 are complete and 137 are marked as on track. 35 Must Do Root Causes are "
        "neither complete nor on track.",
        "All besides the Well-led ISG are reporting in two-weekly cycles ('sprints'). The Well-led ISG is reporting on a "
        "monthly basis.",
        "The Well-led improvement plan was approved on 29 April 2019 (Well-led ISG).",
    ],
)
def test_the_situation_states_the_figures_of_april_2019(said: str) -> None:
    assert said in part(MAY_2019, "situation")


@pytest.mark.parametrize(
    "said",
    [
        "The 79 Must Do findings describe areas where the Trust must demonstrate improvement. A further 91 Should Do "
        "findings recommend additional areas for improvement.",
        "CQC inspection report: 79 Must Do findings and 91 Should Do findings",
        "At the end of March, 52 Root Causes had been completed in total: 48 Must Do and four Should Do.",
        "81.4% of the trajectory due for completion by that point (48 of 59)",
        "The target of completing eight actions due in March under Must Do Root Causes was met.",
    ],
)
def test_the_background_states_the_findings_and_the_month_before(said: str) -> None:
    assert said in part(MAY_2019, "background")


@pytest.mark.parametrize(
    ("slug", "findings", "root_causes", "percent", "closed", "target"),
    [
        ("womens-and-childrens", "21 Must Do and 27", "47 Must Do and 35", "85%", "22", "26"),
        ("scheduled-care", "16 Must Do and 42", "45 Must Do and 68", "84%", "21", "25"),
        ("unscheduled-care", "20 Must Do and nine", "68 Must Do and 23", "67%", "16", "24"),
        ("workforce", "21 Must Do and 10", "105 Must Do and 16", "87%", "34", "39"),
    ],
)
def test_each_isg_is_told_in_the_papers_manner(
    slug: str, findings: str, root_causes: str, percent: str, closed: str, target: str
) -> None:
    said = part(MAY_2019, f"isg-{slug}")
    assert f"QIP addresses the {findings} Should Do findings relating to" in said
    assert f"The unpacking process led to the identification of {root_causes} Should Do Root Causes." in said
    assert (
        f"At the end of April the ISG had achieved {percent} of planned trajectory for Must Do Root Causes."
        in said
    )
    assert f"{closed} Must Do Root Causes had been closed, against a target of {target}." in said


def test_an_isg_with_nothing_due_says_so_and_where_its_findings_are_answered() -> None:
    said = part(MAY_2019, "isg-well-led")
    assert "addresses the one Must Do and three Should Do findings" in said
    assert "addressed by Root Causes of the Workforce and Unscheduled Care ISGs, counted there." in said
    assert "At the end of April nothing was due for completion by the ISG" in said
    assert "0%" not in said


def test_notices_are_named_with_the_isg_that_answers_them() -> None:
    assert (
        "The requirements of the Section 29A notice, the Section 31 notice (ED) and the Regulation 31 enforcement notice "
        "have been incorporated within the Unscheduled Care QIP." in part(MAY_2019, "isg-unscheduled-care")
    )


def test_the_recommendation_names_what_is_neither_complete_nor_on_track() -> None:
    said = part(MAY_2019, "recommendation")
    assert (
        "Note the progress that has been made in the delivery of the QIP against the approved trajectories"
        in said
    )
    assert "Note that 35 Must Do Root Causes are neither complete nor on track" in said


def test_the_parts_add_up_to_the_headline() -> None:
    overview = find(board_paper(MAY_2019).sections, "isgs")
    for table in (block for block in overview.blocks if isinstance(block, Table)):
        *parts, whole = table.rows
        for column in range(1, len(table.header)):
            first = [row[column][0] for row in parts]
            if all(isinstance(cell, Figure) and isinstance(cell.value, int) for cell in first):
                total = whole[column][0]
                assert isinstance(total, Figure)
                assert (
                    sum(cell.value for cell in first if isinstance(cell, Figure) and cell.value)
                    == total.value
                )


def test_no_number_is_pasted_into_the_text() -> None:
    """Digits outside figures are dates, names and headings of the law: the words left when figures are taken out."""
    known = ("29A", "31", "2019", "30 April", "29 April", "4 April", "Figure 1", "Figure 2")
    for line in lines(board_paper(MAY_2019)):
        left = "".join(" " if isinstance(inline, Figure) else inline.text for inline in line)
        for each in known:
            left = left.replace(each, "")
        assert not any(character.isdigit() for character in left), left


def test_every_count_opens_what_it_counts_at_the_papers_date() -> None:
    figures = [
        inline for line in lines(board_paper(MAY_2019)) for inline in line if isinstance(inline, Figure)
    ]
    links = {figure.counted for figure in figures if figure.counted}
    assert all(
        parse_qs(urlsplit(link).query).get("as_at") == ["2019-04-30"]
        for link in links
        if "/root-causes" in link
    )
    headline = next(figure for figure in figures if figure.text == "93")
    assert headline.counted == "/root-causes?counted=complete&class=must_do&month=2019-04&as_at=2019-04-30"
    of_isg = "/root-causes?counted=planned&class=must_do&isg=Women%27s+and+Children%27s&month=2019-04&as_at=2019-04-30"
    assert of_isg in links


def test_percentages_keep_their_exact_value_beside_the_printed_one() -> None:
    figures = [
        inline for line in lines(board_paper(MAY_2019)) for inline in line if isinstance(inline, Figure)
    ]
    assert {figure.value for figure in figures if figure.text == "85%"} == {Decimal("84.6")}


def test_a_month_that_has_not_ended_is_told_by_its_day() -> None:
    said = words(replace(MAY_2019, as_at=date(2019, 4, 22)))
    assert "By 22 April, 93 Must Do Root Causes" in said
    assert "By 22 April the ISG had achieved 85%" in said
    assert "latest full month" not in said
    assert "up to 22 April." in said


def test_the_month_before_january_is_told_with_its_year() -> None:
    figures = replace(MAY_2019, as_at=date(2020, 1, 31))
    assert "At the end of December 2019, no Root Causes had been completed in total." in words(figures)


def test_an_empty_plan_has_a_paper_that_says_so() -> None:
    said = words(paper_of())
    assert "No Improvement Steering Group (ISG) has been set up yet." in said
    assert "The plan holds no Must Do or Should Do Root Causes, so there is no trajectory to report." in said
    assert "There are no ISGs to report on." in said
    assert "%" not in said


def test_a_plan_without_should_do_root_causes_speaks_of_must_do_alone() -> None:
    alone = isg("Workforce", class_figures(21, 105, 61, "17 of 20", "34 of 39"), NONE_DUE)
    said = words(paper_of(alone))
    assert (
        "34 Must Do Root Causes were completed. This is 87.2% of the forecast completion trajectory (34 of 39)"
        in said
    )
    assert "Must Do Root Causes alone" not in said
    assert "The plan has no Should Do Root Causes, so there is no Figure 2." in said
    assert [chart.number for chart in board_paper(paper_of(alone)).charts] == [1]


def test_nothing_due_is_never_a_percentage() -> None:
    nothing_due = isg("Workforce", class_figures(2, 5, 5, "0 of 0", "0 of 0"), NONE_DUE)
    said = words(paper_of(nothing_due))
    assert "Nothing was due for completion by then, so there is no percentage to report." in said
    assert "At the end of April nothing was due for completion by the ISG" in said
    assert "No Must Do Root Causes were due for completion by that point." in said
    assert "%" not in said


def test_nothing_due_the_month_before_is_compared_in_words() -> None:
    began = isg("Workforce", class_figures(2, 5, 3, "0 of 0", "1 of 2"), NONE_DUE)
    assert "(1 of 2); nothing was yet due at the end of March." in words(paper_of(began))


def test_completed_before_anything_was_due_is_said_without_a_percentage() -> None:
    early = isg("Workforce", class_figures(2, 5, 3, "0 of 0", "1 of 0"), NONE_DUE)
    said = part(paper_of(early), "isg-workforce")
    assert "At the end of April no Must Do Root Causes of the ISG were due for completion." in said
    assert "One Must Do Root Cause had been closed, though none was due yet." in said


def test_everything_complete_or_on_track_is_said_as_such() -> None:
    well = isg("Workforce", class_figures(2, 5, 3, "1 of 1", "2 of 2"), NONE_DUE)
    said = words(paper_of(well))
    assert "Every Must Do Root Cause is either complete or on track." in said
    assert "are neither complete" not in said


def test_one_of_each_is_written_in_the_singular() -> None:
    one = isg(
        "Workforce",
        class_figures(1, 1, 0, "0 of 1", "1 of 1"),
        class_figures(1, 1, 0, "0 of 1", "0 of 1"),
        services=("staffing",),
    )
    said = words(paper_of(one))
    assert "one Must Do Root Cause and no Should Do Root Causes were completed." in said
    assert "The one Must Do finding describes an area where" in said
    assert "A further one Should Do finding recommends an additional area" in said
    assert "addresses the one Must Do and one Should Do finding relating to staffing." in said
    assert "identification of one Must Do and one Should Do Root Cause." in said
    assert "Of the one Must Do Root Cause, one is complete and none are marked as on track." in said
    assert "It is overseen by one Improvement Steering Group (ISG)." in said
    assert "The ISG is reporting in two-weekly cycles" in said


@pytest.mark.parametrize(
    ("isgs", "said"),
    [
        ((WOMENS, WORKFORCE), "All ISGs are reporting in two-weekly cycles ('sprints')."),
        ((WELL_LED,), "The ISG is reporting on a monthly basis."),
        ((WOMENS, WELL_LED), "The Women's and Children's ISG is reporting in two-weekly cycles ('sprints')."),
        (
            (WOMENS, SCHEDULED, replace(UNSCHEDULED, cadence=Cadence.MONTHLY), WELL_LED),
            "All besides the Unscheduled Care and Well-led ISGs are reporting in two-weekly cycles ('sprints'). "
            "The Unscheduled Care and Well-led ISGs are reporting on a monthly basis.",
        ),
    ],
)
def test_who_reports_how_often(isgs: tuple, said: str) -> None:  # type: ignore[type-arg]
    assert said in part(paper_of(*isgs), "situation")


def test_a_plan_that_is_not_approved_is_not_called_approved() -> None:
    figures = replace(
        paper_of(WOMENS, WORKFORCE), approvals=(Approval("Trust Board", date(2019, 4, 4), (WOMENS.name,)),)
    )
    assert "The Workforce improvement plan has not been approved yet." in part(figures, "situation")
    assert "approved trajectories" not in part(figures, "recommendation")


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        (
            Completion(8, 8),
            "The target of completing eight actions due in March under Must Do Root Causes was met.",
        ),
        (
            Completion(1, 1),
            "The target of completing one action due in March under Must Do Root Causes was met.",
        ),
        (
            Completion(6, 8),
            "Of eight actions due in March under Must Do Root Causes, six were done by its end.",
        ),
        (
            Completion(0, 1),
            "Of one action due in March under Must Do Root Causes, none were done by its end.",
        ),
    ],
)
def test_the_target_of_actions_is_met_or_not(actions: Completion, said: str) -> None:
    assert said in part(replace(MAY_2019, must_do_actions=actions), "background")


def test_root_causes_of_no_class_are_counted_in_words() -> None:
    figures = replace(MAY_2019, neither_class=2)
    assert "Two Root Causes are linked to no Must Do or Should Do finding" in part(figures, "situation")
    both = next(
        inline
        for line in lines(board_paper(figures))
        for inline in line
        if isinstance(inline, Figure) and inline.text == "101"
    )
    assert both.counted is None, "a list of all classes would hold the two as well"


def test_the_table_of_a_figure_shows_the_original_plan_where_it_has_changed() -> None:
    months = (MonthFigures("2019-04", planned=24, original_planned=26, complete=22),)
    moved = isg("Workforce", ClassFigures(1, 30, 22, 5, 3, months), NONE_DUE)
    (chart,) = board_paper(paper_of(replace(moved, should_do=ClassFigures(months=())))).charts
    assert plain(chart.table.rows[0][1]) == "22 of 24 (originally 26)"
    assert "Dotted line: the original plan" in chart.reading


MOVED = (MonthFigures("2019-04", planned=24, original_planned=26, complete=22),)


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        (2, "Two due dates have since been moved by the Executive Continuous Improvement Board; against"),
        (1, "One due date has since been moved by the Executive Continuous Improvement Board; against"),
    ],
)
def test_the_prose_keeps_the_original_plan_as_a_denominator(moved: int, said: str) -> None:
    workforce = isg("Workforce", ClassFigures(1, 30, 22, 5, 3, MOVED), NONE_DUE)
    figures = replace(paper_of(workforce), moved_due_dates=moved)
    assert f"{said} the original plan it is 84.6% (22 of 26)." in words(figures)
    assert "against a target of 24 (originally 26)." in part(figures, "isg-workforce")
    links = [
        inline.counted
        for line in lines(board_paper(figures))
        for inline in line
        if isinstance(inline, Figure) and inline.text == "26"
    ]
    assert all(link and "counted=original_planned" in link for link in links)


def test_both_percentages_are_told_against_the_original_plan() -> None:
    workforce = isg(
        "Workforce", ClassFigures(1, 30, 22, 5, 3, MOVED), class_figures(1, 9, 2, "1 of 2", "2 of 4")
    )
    workforce = replace(
        workforce, should_do=replace(workforce.should_do, months=workforce.should_do.months[1:2])
    )
    said = words(replace(paper_of(workforce), moved_due_dates=2))
    assert "it is 80.0% (24 of 30), and for Must Do Root Causes alone 84.6% (22 of 26)." in said


def test_an_original_plan_that_still_holds_is_not_spoken_of() -> None:
    assert "original plan" not in words(MAY_2019)


@pytest.mark.parametrize(
    ("unreleased", "said"),
    [
        (12, "reported by 30 April, including 12 updates on which their ISGs have still to meet."),
        (1, "reported by 30 April, including one update on which its ISG has still to meet."),
    ],
)
def test_updates_that_no_meeting_has_seen_are_said_to_be_counted(unreleased: int, said: str) -> None:
    assert said in part(replace(MAY_2019, unreleased_updates=unreleased), "situation")
    assert "still to meet" not in words(MAY_2019)


def test_the_column_of_a_month_that_has_not_ended_says_up_to_which_day() -> None:
    chart, _ = board_paper(replace(MAY_2019, as_at=date(2019, 4, 22))).charts
    assert chart.table.header == ("ISG", "Mar 2019", "To 22 Apr", "May 2019")


def test_figures_have_numbers_of_their_own_and_words_for_those_who_do_not_see_them() -> None:
    first, second = board_paper(MAY_2019).charts
    assert (first.number, second.number) == (1, 2)
    assert "Unscheduled Care 16 of 24 planned" in first.alt
    assert "Well-led nothing due" in second.alt
