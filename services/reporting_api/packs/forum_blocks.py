"""The kinds of block about what comes before the forums, and about measures."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, TypeVar

from services.domain.wording import listed, written
from services.reporting_api.packs import links, plan_figures
from services.reporting_api.packs.block_kind import BlockKind
from services.reporting_api.packs.content import Block, Figure, Inlines, Table, Text, paragraph, sentence
from services.reporting_api.packs.forum_queries import AskedToClose, Decided, OpenRisk, Proposed, Queued
from services.reporting_api.packs.material import Material, Need
from services.reporting_api.packs.measures import PackKpi, control_charts, matrix
from services.reporting_api.packs.outline import BlockPlan
from services.reporting_api.packs.wording import are, in_words, none_or, of_one_or_more

Thing = TypeVar("Thing")
FORUMS: Final = frozenset({Need.FIGURES, Need.FORUMS})
KPIS: Final = frozenset({Need.FIGURES, Need.KPIS})
LONGEST_CELL: Final = 300
IN_QUEUE: Final = "Root Causes before ECIB"
OF_THESE: Final = {
    "to_decide": " that wait for its decision",
    "overdue": " past their due date",
    "without_plan": " without a recovery plan",
}


def _counted(
    number: int, what: str, material: Material, counted: str | None = None, *, before_noun: bool = True
) -> Figure:
    """So many at the day of the pack, of the section's ISG where it has one. `before_noun`: "no"; else "none"."""
    text = in_words(number) if before_noun else none_or(number)
    return plan_figures.said_once(number, text, what, material.as_at, counted, _isg(material))


def _of(reference: str, what: str, number: int) -> tuple[Figure]:
    """A number that one thing has, as a cell."""
    return (plan_figures.said_once(number, str(number), f"{what} of {reference}"),)


def _opens(reference: str, page: str) -> Inlines:
    return (Figure(None, reference, page),)


def _titled(reference: str, title: str, page: str) -> Inlines:
    return (*_opens(reference, page), Text(f" {title}"))


def _isg_heading(material: Material) -> tuple[str, ...]:
    """A column that an ISG's own section does not need."""
    return () if material.isg else ("ISG",)


def _isg_cell(material: Material, isg: str) -> tuple[Inlines, ...]:
    return () if material.isg else ((Text(isg),),)


def _since(number: int, day: date) -> str:
    """How long one waits, or the one that has waited longest."""
    return f"since {written(day)}" if number == 1 else f"the longest since {written(day)}"


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


def _isg(material: Material) -> str | None:
    """The name of the section's ISG."""
    return material.isg.name if material.isg else None


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
    counted = {
        "to_decide": sum(each.waits for each in queue),
        "overdue": sum(each.stands.overdue for each in queue),
        "without_plan": sum(each.plan is None for each in queue),
    }
    parts = {
        which: _counted(
            number, f"{IN_QUEUE}{OF_THESE[which]}", material,
            links.before_ecib(material.as_at, _isg(material), which=which), before_noun=False,
        )
        for which, number in counted.items()
    }  # fmt: skip
    said = sentence(
        "At the end of {when}, {count} {causes}{whose} {are} before ECIB: {to_decide} {wait} for its decision, {overdue} "
        "{are_overdue} past the due date, and {without_plan} {are_without} without a recovery plan.",
        when=when, count=_counted(len(queue), IN_QUEUE, material, links.before_ecib(material.as_at, _isg(material))),
        causes=of_one_or_more(len(queue), "Root Cause", "Root Causes"), whose=_whose(material), are=are(len(queue)),
        wait=of_one_or_more(counted["to_decide"], "waits", "wait"), are_overdue=are(counted["overdue"]),
        are_without=are(counted["without_plan"]), **parts,
    )  # fmt: skip
    header = (
        "Root Cause",
        *_isg_heading(material),
        "Why it is here",
        "State",
        "Days overdue",
        "Recovery plan",
    )
    rows = tuple(_queue_row(material, each) for each in queue)
    return (paragraph(said), Table("The queue of ECIB, first what waits for its decision", header, rows))


def _queue_row(material: Material, each: Queued) -> tuple[Inlines, ...]:
    stands = each.stands
    recovers = f" Recovers by {written(each.recovers_on)}." if each.recovers_on else ""
    return (
        _titled(stands.reference, stands.title, f"/escalations/{each.ref}"),
        *_isg_cell(material, stands.isg),
        (Text(listed([reason.label for reason in each.reasons])),),
        (Text(each.state.label),),
        _of(stands.reference, "Days overdue", stands.days_overdue),
        (Text(f"{_short(each.plan)}{recovers}" if each.plan else "None yet"),),
    )


# -- closure requests ------------------------------------------------------------------------------------------------


def _to_close(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    asked = _of_isg(material, material.forums.to_close, lambda each: each.stands.isg)
    if not asked:
        return (paragraph(sentence("No Root Cause{whose} asks to be closed.", whose=_whose(material))),)
    said = sentence(
        "{count} {causes}{whose} {ask} to be closed, {since}.",
        count=_counted(
            len(asked), "Root Causes that ask to be closed", material, links.awaiting_closure(material.as_at, _isg(material))
        ),
        causes=of_one_or_more(len(asked), "Root Cause", "Root Causes"), whose=_whose(material),
        ask=of_one_or_more(len(asked), "asks", "ask"), since=_since(len(asked), asked[0].asked_on),
    )  # fmt: skip
    header = ("Root Cause", *_isg_heading(material), "Owner", "Due", "Asked on", "What its owner says")
    rows = tuple(_to_close_row(material, each) for each in asked)
    return (paragraph(said), Table("What asks to be closed, the longest first", header, rows))


def _to_close_row(material: Material, each: AskedToClose) -> tuple[Inlines, ...]:
    stands = each.stands
    return (
        _titled(stands.reference, stands.title, f"/root-causes/{stands.reference}"),
        *_isg_cell(material, stands.isg),
        (Text(stands.owner_name),),
        (Text(written(stands.due_date)),),
        (Text(written(each.asked_on)),),
        (Text(_short(each.said) if each.said else "–"),),
    )


# -- decisions and proposals -----------------------------------------------------------------------------------------


def _decisions(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    """From the forum's own last meeting on; in an ISG's section of its root causes, from the ISG's."""
    since, decided = material.forums.decided_since_meeting_of(_isg(material))
    period = (
        f"From {written(since)} to {written(material.as_at)}" if since else f"Up to {written(material.as_at)}"
    )
    about = f" on Root Causes{_whose(material)}" if material.isg else ""
    if not decided:
        return (paragraph(sentence("{period} ECIB decided nothing{about}.", period=period, about=about)),)
    said = sentence(
        "{period} ECIB took {count} {decisions}{about}.",
        period=period, count=_counted(len(decided), "Decisions of ECIB since the last meeting", material),
        decisions=of_one_or_more(len(decided), "decision", "decisions"), about=about,
    )  # fmt: skip
    header = ("Escalation", "Root Cause", "Decision", "Meeting", "Reason", "New due date")
    table = Table("Decisions of ECIB since the last meeting", header, tuple(map(_decision_row, decided)))
    return (paragraph(said), table)


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
    proposed = _of_isg(material, material.forums.proposed, lambda each: each.isg)
    whose = _whose(material) or " of the plan"
    if not proposed:
        return (paragraph(sentence("No change{whose} waits for a decision of ECIB.", whose=whose)),)
    said = sentence(
        "{count} {changes}{whose} {wait} for a decision of ECIB, {since}.",
        count=_counted(
            len(proposed), "Changes of the plan that wait", material, links.waiting_changes(material.as_at, _isg(material))
        ),
        changes=of_one_or_more(len(proposed), "change", "changes"), whose=whose,
        wait=of_one_or_more(len(proposed), "waits", "wait"), since=_since(len(proposed), proposed[0].submitted_on),
    )  # fmt: skip
    header = ("Request", "Root Cause", "Change", "Asked for on", "Reason")
    table = Table("Changes of the plan that wait for a decision", header, tuple(map(_proposal_row, proposed)))
    return (paragraph(said), table)


def _proposal_row(each: Proposed) -> tuple[Inlines, ...]:
    return (
        _opens(each.ref, f"/change-requests#{each.ref}"),
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
        count=_counted(len(risks), "Open risks to delivery", material, links.open_risks(material.as_at, _isg(material))),
        risks=of_one_or_more(len(risks), "risk", "risks"), are=are(len(risks)),
    )  # fmt: skip
    header = (
        "Risk",
        *_isg_heading(material),
        "Because of",
        "There may be",
        "What is done about it",
        "Score before",
        "Score after",
    )
    rows = tuple(_risk_row(material, each) for each in risks)
    return (paragraph(said), Table("Risks to delivery, the gravest first", header, rows))


def _risk_row(material: Material, each: OpenRisk) -> tuple[Inlines, ...]:
    return (
        _opens(each.ref, f"/risks/{each.ref}"),
        *_isg_cell(material, each.isg),
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
        count=_counted(len(kpis), "High-level KPIs", material, links.kpis(_isg(material))),
        kpis=of_one_or_more(len(kpis), "KPI", "KPIs"), whose=whose,
    )  # fmt: skip
    return (paragraph(said), matrix(kpis, f"High-level KPIs of {whose}"))


def _kpi_charts(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    """Of each ISG in turn; the pack numbers them."""
    order = {isg.name: place for place, isg in enumerate(material.isgs)}
    shown = [each for each in material.kpis if each.isg in order]
    return control_charts(sorted(shown, key=lambda each: order[each.isg or ""]), 1)


FORUM_BLOCKS: Final = (
    BlockKind("queue", "The queue of ECIB", "What is escalated, in its order: why, how long overdue, and its recovery plan.",
              _queue, FORUMS),
    BlockKind("closure-requests", "What asks to be closed", "The root causes whose owners say that they are complete, and why.",
              _to_close, FORUMS),
    BlockKind("decisions", "Decisions of ECIB", "What ECIB has decided since the last meeting: its own, or the section's ISG's.",
              _decisions, FORUMS),
    BlockKind("proposals", "Changes that wait", "The changes of the plan that wait for ECIB's decision.", _proposals, FORUMS),
    BlockKind("risks", "Risks to delivery", "The open risks, the gravest first.", _risks, FORUMS),
    BlockKind("kpi-matrix", "Matrix of high-level KPIs", "Variation by assurance, each KPI by its name.", _kpi_matrix, KPIS),
    BlockKind("kpi-charts", "Charts of high-level KPIs", "A control chart for each, with its reading.", _kpi_charts, KPIS),
)  # fmt: skip
