"""The Board paper: Situation, Background, Assessment, Recommendation, in the manner of the paper of 30 May 2019.

The wording is drafted by rule from `BoardPaperFigures` alone, but for the chairs' reports, which are quoted: what is not
recorded is not said. It prints what the 2019 paper left out: how many Must Do root causes are neither complete nor on
track, and the numerator and denominator of every percentage, kept from paper to paper.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from services.domain.wording import written
from services.domain.words import RootCauseClass
from services.reporting_api.packs import board_isgs as of_isg
from services.reporting_api.packs import board_sentences as say
from services.reporting_api.packs.board_figures import REPORTED_CLASSES, BoardPaperFigures, IsgFigures
from services.reporting_api.packs.board_tables import (
    FIGURE_NUMBER,
    completion_figure,
    delivery_table,
    plan_table,
)
from services.reporting_api.packs.content import (
    Block,
    BulletList,
    Detail,
    Pack,
    Section,
    Text,
    paragraph,
    sentence,
)

Reports: TypeAlias = Mapping[str, of_isg.QuotedReport]
"""By ISG: the chair's report that is quoted."""


def board_paper(figures: BoardPaperFigures, reports: Reports = MappingProxyType({})) -> Pack:
    """The whole paper at `figures.as_at`, with each ISG's confirmed report in its own words."""
    return Pack(
        kind="board",
        title="Quality Improvement Plan (QIP) update",
        trust=figures.trust_name,
        as_at=figures.as_at,
        details=(
            Detail("Meeting", "Trust Board"),
            Detail("Trust", figures.trust_name),
            Detail("Figures as at", written(figures.as_at)),
        ),
        sections=(
            Section("situation", "Situation", _situation(figures)),
            Section("background", "Background", _background(figures)),
            Section("assessment", "Assessment", sections=(_delivery(figures, reports),)),
            Section("recommendation", "Recommendation", _recommendation(figures)),
        ),
    )


def _situation(figures: BoardPaperFigures) -> tuple[Block, ...]:
    return _spoken(
        paragraph(say.purpose(figures), say.oversight(figures), *say.approvals(figures)),
        paragraph(*say.cadences(figures.isgs)),
        paragraph(say.headline(figures), *say.percentages(figures)),
        paragraph(say.escalation()),
        paragraph(*say.standing(figures)),
    )


def _background(figures: BoardPaperFigures) -> tuple[Block, ...]:
    return _spoken(
        paragraph(*say.what_findings_describe(figures), say.sources_follow(figures)),
        BulletList(tuple(say.source(source) for source in figures.sources)),
        paragraph(say.how_plans_were_made(figures)),
        BulletList(tuple((Text(isg.name),) for isg in figures.isgs)),
        paragraph(say.accountability()),
        paragraph(*say.previous_month(figures)),
    )


def _delivery(figures: BoardPaperFigures, reports: Reports) -> Section:
    return Section(
        "delivery",
        "1. Must Do and Should Do QIP delivery against trajectory",
        _spoken(paragraph(say.about_delivery())),
        (
            Section("trajectory", "1a. Delivery against trajectory", _trajectory(figures)),
            Section(
                "isgs",
                "1b. ISG summary progress",
                _isg_overview(figures),
                tuple(_isg(isg, figures, reports) for isg in figures.isgs),
            ),
        ),
    )


def _trajectory(figures: BoardPaperFigures) -> tuple[Block, ...]:
    return _spoken(
        paragraph(say.headline(figures), *say.percentages(figures)),
        paragraph(*say.standing(figures)),
        paragraph(say.charts_follow(figures)),
        *(_chart(figures, each) for each in REPORTED_CLASSES),
    )


def _chart(figures: BoardPaperFigures, root_cause_class: RootCauseClass) -> Block:
    if figures.has(root_cause_class):
        return completion_figure(figures, root_cause_class)
    return paragraph(
        sentence(
            "The plan has no {label} Root Causes, so there is no Figure {number}.",
            label=root_cause_class.label,
            number=str(FIGURE_NUMBER[root_cause_class]),
        )
    )


def _isg_overview(figures: BoardPaperFigures) -> tuple[Block, ...]:
    if not figures.isgs:
        return (paragraph(sentence("There are no ISGs to report on.")),)
    return (
        paragraph(of_isg.about_progress()),
        plan_table(figures),
        delivery_table(figures, say.at_end_of(figures.as_at)),
    )


def _isg(isg: IsgFigures, figures: BoardPaperFigures, reports: Reports) -> Section:
    return Section(
        f"isg-{isg.slug}",
        f"{isg.name} ISG",
        _spoken(
            paragraph(of_isg.findings(isg), *of_isg.unpacking(isg, figures), *of_isg.notices(isg)),
            paragraph(*of_isg.progress(isg, figures)),
            paragraph(*of_isg.quoted(reports.get(isg.name))),
        ),
    )


def _recommendation(figures: BoardPaperFigures) -> tuple[Block, ...]:
    return (
        paragraph(sentence("The Trust Board is asked to:")),
        BulletList(tuple(filter(None, (say.note_progress(figures), say.note_neither(figures))))),
    )


def _spoken(*blocks: Block) -> tuple[Block, ...]:
    """The blocks that have something to say."""
    return tuple(
        block for block in blocks if getattr(block, "inlines", True) and getattr(block, "items", True)
    )
