"""The kinds of block that the Board paper is made of: each drafts a paragraph, a list, a table or a chart from the figures."""

from collections.abc import Callable
from typing import Final

from services.domain.words import RootCauseClass
from services.reporting_api.packs import board_isgs as of_isg
from services.reporting_api.packs import board_sentences as say
from services.reporting_api.packs.block_kind import BlockKind, Makes
from services.reporting_api.packs.board_figures import BoardPaperFigures, IsgFigures
from services.reporting_api.packs.board_tables import (
    FIGURE_NUMBER,
    completion_figure,
    delivery_table,
    plan_table,
)
from services.reporting_api.packs.content import Block, BulletList, Inlines, Text, paragraph, sentence
from services.reporting_api.packs.material import Material, Need
from services.reporting_api.packs.outline import BlockPlan

FIGURES: Final = frozenset({Need.FIGURES})


def _drafted(*drafts: Callable[[BoardPaperFigures], Inlines | list[Inlines]]) -> Makes:
    """A paragraph of what these say about the whole plan."""

    def makes(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
        said: list[Inlines] = []
        for draft in drafts:
            given = draft(material.figures)
            said += given if isinstance(given, list) else [given]
        return (paragraph(*said),)

    return makes


def _of_isg(draft: Callable[[IsgFigures, BoardPaperFigures], list[Inlines]]) -> Makes:
    """A paragraph of what this says about the section's ISG."""

    def makes(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
        return () if material.isg is None else (paragraph(*draft(material.isg, material.figures)),)

    return makes


def _sources(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    return (BulletList(tuple(say.source(source) for source in material.figures.sources)),)


def _isgs(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    return (BulletList(tuple((Text(isg.name),) for isg in material.figures.isgs)),)


def _completion_chart(root_cause_class: RootCauseClass) -> Makes:
    def makes(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
        if material.figures.has(root_cause_class):
            return (completion_figure(material.figures, root_cause_class),)
        none = sentence(
            "The plan has no {label} Root Causes, so there is no Figure {number}.",
            label=root_cause_class.label,
            number=str(FIGURE_NUMBER[root_cause_class]),
        )
        return (paragraph(none),)

    return makes


def _about_progress(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    if not material.figures.isgs:
        return (paragraph(sentence("There are no ISGs to report on.")),)
    return (paragraph(of_isg.about_progress()),)


def _plan_table(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    return (plan_table(material.figures),) if material.figures.isgs else ()


def _delivery_table(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    figures = material.figures
    return (delivery_table(figures, say.at_end_of(figures.as_at)),) if figures.isgs else ()


def _report(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    if material.isg is None:
        return ()
    return (paragraph(*of_isg.quoted(material.reports.get(material.isg.name))),)


def _findings(isg: IsgFigures, figures: BoardPaperFigures) -> list[Inlines]:
    return [of_isg.findings(isg), *of_isg.unpacking(isg, figures), *of_isg.notices(isg)]


BOARD_BLOCKS: Final = (
    BlockKind(
        "purpose",
        "What the plan is, and who approved it",
        "What the paper is about, which groups oversee the plan, and which forum approved which ISG's part, and when.",
        _drafted(say.purpose, say.oversight, say.approvals),
        FIGURES,
    ),
    BlockKind(
        "cadences",
        "How often ISGs report",
        "Which ISGs report in two-weekly cycles, and which by the month.",
        _drafted(lambda figures: say.cadences(figures.isgs)),
        FIGURES,
    ),
    BlockKind(
        "headline",
        "The headline",
        "How many root causes are complete, of how many planned, and how that compares with the month before.",
        _drafted(say.headline, say.percentages),
        FIGURES,
    ),
    BlockKind(
        "escalation-rule",
        "What happens to what is off track",
        "That it goes to ECIB with a recovery plan.",
        _drafted(lambda _figures: say.escalation()),
        FIGURES,
    ),
    BlockKind(
        "standing",
        "How the Must Do root causes stand",
        "How many are complete, on track, and neither; and what no figure counts.",
        _drafted(say.standing),
        FIGURES,
    ),
    BlockKind(
        "findings",
        "How many findings there are",
        "How many Must Do and Should Do findings there are, and what these are.",
        _drafted(say.what_findings_describe, say.sources_follow),
        FIGURES,
    ),
    BlockKind(
        "sources",
        "What findings come from",
        "Each inspection report and notice, and how many findings it has.",
        _sources,
        FIGURES,
    ),
    BlockKind(
        "how-made",
        "How the plans were made",
        "The approach, and how many ISGs oversee the plans.",
        _drafted(say.how_plans_were_made),
        FIGURES,
    ),
    BlockKind("isg-list", "The ISGs", "The name of each ISG.", _isgs, FIGURES),
    BlockKind(
        "accountability",
        "Who holds whom to account",
        "What ECIB does.",
        _drafted(lambda _figures: say.accountability()),
        FIGURES,
    ),
    BlockKind(
        "previous-month",
        "The month before",
        "What was complete by its end, of how many planned, and whether its target of actions was met.",
        _drafted(say.previous_month),
        FIGURES,
    ),
    BlockKind(
        "about-delivery",
        "What the section on delivery is",
        "What counts as progress in it.",
        _drafted(lambda _figures: say.about_delivery()),
        FIGURES,
    ),
    BlockKind(
        "charts-follow",
        "What the charts show",
        "Leads to Figures 1 and 2.",
        _drafted(say.charts_follow),
        FIGURES,
    ),
    BlockKind(
        "must-do-chart",
        "Figure 1: Must Do completion",
        "Completion of Must Do root causes by ISG and month, as a chart and a table.",
        _completion_chart(RootCauseClass.MUST_DO),
        FIGURES,
    ),
    BlockKind(
        "should-do-chart",
        "Figure 2: Should Do completion",
        "Completion of Should Do root causes by ISG and month, as a chart and a table.",
        _completion_chart(RootCauseClass.SHOULD_DO),
        FIGURES,
    ),
    BlockKind(
        "about-progress",
        "What the section on ISGs is",
        "How its percentages are rounded.",
        _about_progress,
        FIGURES,
    ),
    BlockKind(
        "plan-table",
        "Table: findings and root causes by ISG",
        "What each ISG holds, and the whole plan.",
        _plan_table,
        FIGURES,
    ),
    BlockKind(
        "delivery-table",
        "Table: complete of planned by ISG",
        "Complete of planned and the percentage for each ISG and class; how the Must Do ones stand.",
        _delivery_table,
        FIGURES,
    ),
    BlockKind(
        "isg-findings",
        "What an ISG's plan addresses",
        "Its findings, services, root causes and notices.",
        _of_isg(_findings),
        FIGURES,
        of_isg=True,
    ),
    BlockKind(
        "isg-progress",
        "An ISG against its trajectory",
        "Complete of planned, and how what is still open stands.",
        _of_isg(of_isg.progress),
        FIGURES,
        of_isg=True,
    ),
    BlockKind(
        "isg-report",
        "An ISG's own report",
        "What its chair said of the newest cycle that the executive has confirmed: quoted, never reworded.",
        _report,
        frozenset({Need.FIGURES, Need.REPORTS}),
        of_isg=True,
    ),
)
