"""The Board paper as at 30 April 2019, drafted from the demo plan, beside the one that the Trust printed.

Every paragraph of the printed paper, from Situation to Recommendation, has a block under the same heading: drafted, or free text
that people write. Every figure that it printed is equal to the drafted one, or the page of the reconciliation says why not.
The printed paper is not in this repository; the first test is skipped where it is not beside it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.reporting_api.packs.content import Pack, Section
from services.reporting_api.packs.editing import blocks_of
from services.reporting_api.packs.kinds import BOARD
from services.reporting_api.packs.outline import BlockPlan, Outline, SectionPlan
from services.reporting_api.packs.service import assemble
from services.reporting_api.papers.reconciling import read
from services.reporting_api.reconciliation.paper_of_2019 import beside_the_printed, printed_figures
from services.shared.db import Database
from tests.apps import create_reporting_app
from tests.people import Callers

PRINTED = [each / "shared" / "seed" / "board-paper-2019-05-30.txt" for each in Path(__file__).parents[3:]]
SEED = next((each for each in PRINTED if each.exists()), None)
APRIL = date(2019, 4, 30)
TABLE_ROW = re.compile(r"\t|^<ul")

COUNTERPARTS = """
Situation
  update-at-last-board           purpose
  how-it-was-made-and-overseen   purpose
  two-weekly-and-monthly         cadences
  complete-and-off-track         headline escalation-rule
  on-track-and-confidence        standing
  kpis-of-all-root-causes        measures-summary
  engagement-opens               engagement-summary
  engagement-of-patients         engagement-summary
  engagement-of-staff            engagement-summary
  engagement-of-partners         engagement-summary
  pmo-in-place                   pmo-summary
Background
  inspection-and-findings        inspection findings
  notices-before-the-report      sources
  how-plans-were-made            how-made
  isg-1                          isg-list
  isg-2                          isg-list
  isg-3                          isg-list
  isg-4                          isg-list
  isg-5                          isg-list
  well-led-is-by-kloe            how-made
  cycles-and-ecib                accountability
  by-the-end-of-march            previous-month
Assessment
1. Must Do and Should Do QIP delivery against trajectory
  what-this-section-is           about-delivery
1a. Delivery against trajectory
  complete-and-before            trajectory-headline
  charts-follow                  charts-follow
  figure-1                       must-do-chart
  figure-2                       should-do-chart
  easter-and-recovery            trajectory-text
1b. ISG summary progress
  what-this-section-is           about-progress
Women's and Children's ISG
  findings-and-notice            isg-findings
  progress-and-outlook           isg-progress
Scheduled Care ISG
  findings                       isg-findings
  progress-and-outlook           isg-progress
Unscheduled Care ISG
  findings                       isg-findings
  notices                        isg-findings
  progress-and-outlook           isg-progress
Workforce ISG
  findings-and-notice            isg-findings
  progress-and-outlook           isg-progress
1c. QIP examples of progress
  how-isgs-look-at-impact        examples-text
  figure-3                       examples-text
  concern-of-figure-3            examples-text
  change-of-figure-3             examples-text
  feedback-of-figure-3           examples-text
  words-of-figure-3              examples-text
  figure-4                       examples-text
  concern-of-figure-4            examples-text
  change-of-figure-4             examples-text
  feedback-of-figure-4           examples-text
  words-of-figure-4              examples-text
2. Well-led improvement plan
  what-this-section-is           well-led-text
2a. Plan status
  signed-off                     well-led-status-text
  prior-reviews                  well-led-status-text
  theme-1                        well-led-status-text
  theme-2                        well-led-status-text
  theme-3                        well-led-status-text
  theme-4                        well-led-status-text
  theme-5                        well-led-status-text
  performance-across-themes      well-led-status-text
  who-oversees                   well-led-status-text
2b. Progress to date
  timelines                      well-led-progress-text
  progress-by-kloe               well-led-progress-text
  kloe-w1                        well-led-progress-text
  kloe-w3                        well-led-progress-text
  kloe-w4                        well-led-progress-text
  figure-5                       well-led-progress-text
  figure-6                       well-led-progress-text
  figure-7                       well-led-progress-text
3. Measuring the impact of QIPs
  what-this-section-is           measures-text
3a. High-level KPIs
  how-they-were-found            high-level-kpis-text
  how-1                          high-level-kpis-text
  how-2                          high-level-kpis-text
  how-3                          high-level-kpis-text
  why-so                         high-level-kpis-text
  how-many-by-isg                kpi-matrix
3b. Root Cause KPIs
  one-for-each                   root-cause-kpis-text
  reported-by-owners             root-cause-kpis-text
4. Managing and assuring our progress
  what-this-section-is           assurance-text
4a. Improving Care PMO
  external-support               pmo-text
  wider-role                     pmo-text
  transition                     pmo-text
4b. Addressing cross-cutting themes
  approach                       themes-text
  task-and-finish-group          themes-text
  reported-by                    themes-text
5. Engagement
  what-this-section-is           engagement-text
5a. Patients and the public
  strategy                       patients-text
  objectives                     patients-text
  objective-1                    patients-text
  objective-2                    patients-text
  impact-on-patients             patients-text
5b. Staff
  pivotal                        staff-text
  champions                      staff-text
  newsletter                     staff-text
  figure-7-again                 staff-text
5c. System partners
  soag                           partners-text
  other-forums                   partners-text
6. Preparation for CQC inspection
  approach                       preparation-text
  external-support               preparation-text
  later-in-the-year              preparation-text
Recommendation
  asked-to                       recommendations
  note-progress                  recommendations.2
  note-metrics                   recommendations.2
  note-engagement                recommendations.2
  note-pmo-and-approve           recommendations.2
"""
"""Heading by heading: a name of ours for each paragraph of the printed paper, in its order, and the blocks that say it."""

NOT_EQUAL = { "Must Do findings held by the ISGs named",
    "Should Do findings held by the ISGs named", "Engagement Champions who volunteered", "Engagement Champions appointed",
    "Freedom to Speak Up Advocates",
}  # fmt: skip


def table() -> dict[str, list[tuple[str, list[str]]]]:
    """The paragraphs under each heading, each with its counterparts."""
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for line in COUNTERPARTS.strip().splitlines():
        if not line.startswith("  "):
            heading = line
            found[heading] = []
        else:
            name, *blocks = line.split()
            found[heading].append((name, blocks))
    return found


def paragraphs_printed() -> dict[str, int]:
    """How many paragraphs stand under each heading; the rows of a table belong to its figure."""
    assert SEED is not None
    text = SEED.read_text(encoding="utf-8")
    lines = [line.strip() for line in text[text.index("\nSituation\n") :].splitlines()]
    found: dict[str, int] = {}
    heading = ""
    for line in filter(None, lines):
        if line in table():
            heading = line
            found[heading] = 0
        elif not TABLE_ROW.search(line):
            found[heading] += 1
    return found


def with_text_everywhere(outline: Outline) -> Outline:
    """The outline once people have written what no rule drafts."""

    def block(each: BlockPlan) -> BlockPlan:
        return replace(each, text="Written by people.") if each.block == "free-text" else each

    def section(each: SectionPlan) -> SectionPlan:
        return replace(
            each, blocks=tuple(map(block, each.blocks)), sections=tuple(map(section, each.sections))
        )

    return replace(outline, sections=tuple(map(section, outline.sections)))


@pytest.fixture
async def paper(demo: AsyncSession) -> Pack:
    """The Board paper of the demo plan, its free texts written."""
    return await assemble(demo, with_text_everywhere(BOARD), APRIL)


@pytest.mark.skipif(SEED is None, reason="the printed paper of May 2019 is not beside this repository")
def test_every_paragraph_of_the_printed_paper_is_in_the_table() -> None:
    assert paragraphs_printed() == {heading: len(each) for heading, each in table().items()}


async def test_every_paragraph_has_its_counterpart_under_the_same_heading(paper: Pack) -> None:
    missing = [
        f"{heading}: {name} has no {block}"
        for heading, paragraphs in table().items()
        for name, blocks in paragraphs
        for block in blocks
        if not any(is_it(key, section, block, heading) for key, section, _ in blocks_of(paper))
    ]
    assert missing == []


def is_it(key: str, section: Section, block: str, heading: str) -> bool:
    """The block of this name, or of an ISG's section, under the heading: by its number, or by its words."""
    number = heading.partition(" ")[0] if heading[0].isdigit() else heading
    is_named = key == block or (block.startswith("isg-") and key.startswith(f"{block}-"))
    return is_named and section.title.startswith(number)


async def test_its_headings_stand_in_the_order_of_the_printed_paper(paper: Pack) -> None:
    def numbers(titles: Iterable[str]) -> list[str]:
        return [title.partition(" ")[0] for title in titles if title[0].isdigit()]

    assert numbers(section.title for _, section in paper.headings) == numbers(table())


async def test_every_printed_figure_is_equal_or_says_why_not(paper: Pack) -> None:
    beside = beside_the_printed(paper, read(paper).paper)
    assert len(beside) == len(list(printed_figures())) == 43
    assert {each.figure for each in beside if not each.equal} == NOT_EQUAL
    assert all(each.equal or each.why for each in beside)
    by_figure = {each.figure: (each.printed, each.drafted) for each in beside}
    assert by_figure["Percentage of trajectory at 30 April 2019"] == ("over 75%", "75.4%")
    assert by_figure["Percentage of Must Do trajectory at 31 March 2019"] == ("over 80%", "81.4%")
    assert by_figure["Percentage of Must Do trajectory of Unscheduled Care at 30 April 2019"] == (
        "67%",
        "66.7%",
    )


def wrong_rows(paper: Pack) -> Iterator[str]:
    return (
        each.figure
        for each in beside_the_printed(paper, read(paper).paper)
        if not each.equal and not each.why
    )


async def test_a_figure_that_were_another_would_stand_there_without_a_reason(paper: Pack) -> None:
    assert not list(wrong_rows(paper))
    without_isgs = replace(
        paper, sections=tuple(each for each in paper.sections if each.key not in {"assessment", "cover-page"})
    )
    assert "Must Do Root Causes of Workforce at 30 April 2019" in set(wrong_rows(without_isgs))


async def test_the_page_of_the_reconciliation_shows_them_and_agrees(
    demo_database: Database,
) -> None:
    async with Callers(demo_database, create_reporting_app(demo_database)) as callers:
        board = await callers("board@demo.example")
        found = (await board.get("/v1/packs/board/reconciliation", params={"as_at": "2019-04-30"})).json()
    assert found["discrepancies"] == []
    assert {each["figure"] for each in found["printed_in_2019"] if not each["equal"]} == NOT_EQUAL
    assert all(each["equal"] or each["why"] for each in found["printed_in_2019"])
