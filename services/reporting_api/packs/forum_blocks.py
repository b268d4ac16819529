"""The kinds of block about what comes before the forums, and about measures: the queue, decisions, proposals, risks, KPIs."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar
from urllib.parse import urlencode

from services.domain.wording import listed, written
from services.reporting_api.packs import plan_figures
from services.reporting_api.packs.block_kind import BlockKind
from services.reporting_api.packs.content import Block, Figure, Inlines, Table, Text, paragraph, sentence
from services.reporting_api.packs.forum_queries import Decided, OpenRisk, Proposed, Queued
from services.reporting_api.packs.material import Material, Need
from services.reporting_api.packs.measures import PackKpi, control_charts, matrix
from services.reporting_api.packs.outline import BlockPlan
from services.reporting_api.packs.wording import are, in_words, of_one_or_more

Thing = TypeVar("Thing")
FORUMS: Final = frozenset({Need.FIGURES, Need.FORUMS})
KPIS: Final = frozenset({Need.FIGURES, Need.KPIS})
FIRST_CHART: Final = 3
"""Figures 1 and 2 are the completion charts, wherever they stand."""
LONGEST_CELL: Final = 300


def _counted(
    number: int, what: str, material: Material, counted: str | None = None, *, of_isg: bool = True
) -> Figure:
    """So many at the day of the pack; `of_isg`: those of the section's ISG, in a section that has one."""
    isg = material.isg.name if material.isg and of_isg else None
    return plan_figures.said_once(number, in_words(number), what, material.as_at, counted, isg)


def _of(reference: str, what: str, number: int) -> tuple[Figure]:
    """A number that one thing has, as a cell."""
    return (plan_figures.said_once(number, str(number), f"{what} of {reference}"),)


def _opens(reference: str, page: str) -> Inlines:
    return (Figure(None, reference, page),)


def _short(words: str) -> str:
    """A line or two of what somebody wrote; the rest is where the reference opens."""
    flat = " ".join(words.split())
    return flat if len(flat) <= LONGEST_CELL else f"{flat[: LONGEST_CELL - 1].rstrip()}…"


def _of_isg(
    material: Material, things: Sequence[Thing], isg_of: Callable[[Thing], str | None]
) -> list[Thing]:
    return [each for each in things if material.isg is None or isg_of(each) == material.isg.name]


def _whose(material: Material) -> str:
    """ " of Workforce" in an ISG's section; of the whole plan nothing is said."""
    return f" of {material.isg.name}" if material.isg else ""


def _listed_at(page: str, material: Material) -> str:
    """The page that lists what is counted, of the section's ISG."""
    return f"{page}?{urlencode({'isg': material.isg.name})}" if material.isg else page


# -- the queue -----------------------------------------------------------------------------------------------------


def _queue(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    queue = _of_isg(material, material.forums.queue, lambda each: each.stands.isg)
    when = written(material.as_at)
    if not queue:
        return (
            paragraph(
                sentence(
                    "At the end of {when} nothing{whose} is escalated to ECIB.",
                    when=when,
                    whose=_whose(material),
                )
            ),
        )
    without = [each for each in queue if each.plan is None]
    overdue = [each for each in queue if each.stands.days_overdue > 0]
    said = sentence(
        "At the end of {when}, {count} {causes} {are} before ECIB: {overdue} past the due date, and {without} without a recovery "
        "plan.",
        when=when, count=_counted(len(queue), "Root Causes before ECIB", material, _listed_at("/escalations", material)),
        causes=of_one_or_more(len(queue), "Root Cause", "Root Causes"),
        are=are(len(queue)), overdue=_counted(len(overdue), "Root Causes before ECIB past their due date", material),
        without=_counted(len(without), "Root Causes before ECIB without a recovery plan", material),
    )  # fmt: skip
    header = ("Root Cause", "Title", "ISG", "Why it is here", "Days overdue", "Recovery plan", "Recovers by")
    table = Table("The queue of ECIB, in its order", header, tuple(map(_queue_row, queue)))
    return (paragraph(said), table)


def _queue_row(each: Queued) -> tuple[Inlines, ...]:
    stands = each.stands
    return (
        _opens(stands.reference, f"/escalations/{each.ref}"),
        (Text(stands.title),),
        (Text(stands.isg),),
        (Text(listed([reason.label for reason in each.reasons])),),
        _of(stands.reference, "Days overdue", stands.days_overdue),
        (Text(_short(each.plan) if each.plan else "None yet"),),
        (Text(written(each.recovers_on) if each.recovers_on else "–"),),
    )


# -- decisions and proposals -----------------------------------------------------------------------------------------


def _decisions(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    decided = material.forums.decided
    when = written(material.as_at)
    if not decided:
        return (paragraph(sentence("In the week to {when} ECIB decided nothing.", when=when)),)
    said = sentence(
        "In the week to {when} ECIB decided {count} {things}.",
        when=when, count=_counted(len(decided), "Escalations decided in the week", material, "/escalations", of_isg=False),
        things=of_one_or_more(len(decided), "escalation", "escalations"),
    )  # fmt: skip
    header = ("Escalation", "Root Cause", "Decision", "Meeting", "Reason", "New due date")
    return (paragraph(said), Table("Decisions of the week", header, tuple(map(_decision_row, decided))))


def _decision_row(each: Decided) -> tuple[Inlines, ...]:
    return (
        _opens(each.ref, f"/escalations/{each.ref}"),
        (Text(f"{each.root_cause} {each.title}"),),
        (Text(each.decision.label),),
        (Text(written(each.meeting_date)),),
        (Text(_short(each.reason)),),
        (Text(written(each.new_due_date) if each.new_due_date else "–"),),
    )


def _proposals(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    proposed = material.forums.proposed
    if not proposed:
        return (paragraph(sentence("No change of the plan waits for a decision.")),)
    said = sentence(
        "{count} {changes} of the plan {wait} for a decision, the longest since {since}.",
        count=_counted(len(proposed), "Changes of the plan that wait", material, "/change-requests", of_isg=False),
        changes=of_one_or_more(len(proposed), "change", "changes"),
        wait=of_one_or_more(len(proposed), "waits", "wait"), since=written(proposed[0].submitted_on),
    )  # fmt: skip
    header = ("Request", "Root Cause", "Change", "Asked for on", "Reason")
    table = Table("Changes of the plan that wait for a decision", header, tuple(map(_proposal_row, proposed)))
    return (paragraph(said), table)


def _proposal_row(each: Proposed) -> tuple[Inlines, ...]:
    return (
        _opens(each.ref, f"/change-requests/{each.ref}"),
        (Text(f"{each.root_cause} {each.title}"),),
        (Text(each.kind.label),),
        (Text(written(each.submitted_on)),),
        (Text(_short(each.reason)),),
    )


# -- risks -----------------------------------------------------------------------------------------------------------


def _risks(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    risks = _of_isg(material, material.forums.risks, lambda each: each.isg)
    if not risks:
        return (paragraph(sentence("No risk to delivery{whose} is open.", whose=_whose(material))),)
    said = sentence(
        "{count} {risks} to delivery {are} open.",
        count=_counted(len(risks), "Open risks to delivery", material, _listed_at("/risks", material)),
        risks=of_one_or_more(len(risks), "risk", "risks"), are=are(len(risks)),
    )  # fmt: skip
    header = (
        "Risk",
        "ISG",
        "Because of",
        "There may be",
        "What is done about it",
        "Score before",
        "Score after",
    )
    return (
        paragraph(said),
        Table("Risks to delivery, the gravest first", header, tuple(map(_risk_row, risks))),
    )


def _risk_row(each: OpenRisk) -> tuple[Inlines, ...]:
    return (
        _opens(each.ref, f"/risks/{each.ref}"),
        (Text(each.isg),),
        (Text(_short(each.cause)),),
        (Text(_short(each.effect)),),
        (Text(_short(each.mitigation)),),
        _of(each.ref, "Score before", each.score_before),
        _of(each.ref, "Score after", each.score_after),
    )


# -- measures --------------------------------------------------------------------------------------------------------


def _kpis(material: Material) -> list[PackKpi]:
    return _of_isg(material, material.kpis, lambda each: each.isg)


def _kpi_matrix(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    kpis = _kpis(material)
    if not kpis:
        return (paragraph(sentence("No high-level KPI has been defined yet.")),)
    whose = material.isg.name if material.isg else "all ISGs"
    said = sentence(
        "The matrix shows {count} high-level {kpis} of {whose}: down whether the target is met, across what has changed.",
        count=_counted(len(kpis), "High-level KPIs", material, _listed_at("/kpis", material)),
        kpis=of_one_or_more(len(kpis), "KPI", "KPIs"), whose=whose,
    )  # fmt: skip
    return (paragraph(said), matrix(kpis, f"High-level KPIs of {whose}"))


def _kpi_charts(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    """Numbered on through the pack: an ISG's begin after those of the ISGs before it."""
    names = [isg.name for isg in material.figures.isgs]
    ordered = sorted(
        (each for each in material.kpis if each.isg in names), key=lambda each: names.index(each.isg or "")
    )
    charts = control_charts(ordered, FIRST_CHART)
    shown = [
        chart
        for each, chart in zip(ordered, charts, strict=True)
        if material.isg is None or each.isg == material.isg.name
    ]
    return tuple(shown)


FORUM_BLOCKS: Final = (
    BlockKind("queue", "The queue of ECIB", "What is escalated, in its order: why, how long overdue, and its recovery plan.",
              _queue, FORUMS),
    BlockKind("decisions", "Decisions of the week", "What ECIB decided in the week up to the day.", _decisions, FORUMS),
    BlockKind("proposals", "Changes that wait", "The changes of the plan that wait for ECIB's decision.", _proposals, FORUMS),
    BlockKind("risks", "Risks to delivery", "The open risks, the gravest first.", _risks, FORUMS),
    BlockKind("kpi-matrix", "Matrix of high-level KPIs", "Variation by assurance, each KPI by its name.", _kpi_matrix, KPIS),
    BlockKind("kpi-charts", "Charts of high-level KPIs", "A control chart for each, with its reading.", _kpi_charts, KPIS),
)  # fmt: skip
