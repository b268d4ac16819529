"""The Board paper's sentences about one ISG. One with nothing to say is empty, and is left out."""

from dataclasses import dataclass
from datetime import date

from services.domain.wording import listed, written
from services.domain.words import FindingType, Outlook, RootCauseClass
from services.reporting_api.packs import plan_figures
from services.reporting_api.packs.board_figures import REPORTED_CLASSES, BoardPaperFigures, IsgFigures
from services.reporting_api.packs.board_sentences import at_end_of
from services.reporting_api.packs.content import Figure, Inlines, Text, sentence
from services.reporting_api.packs.wording import (
    in_words,
    none_or,
    of_one_or_more,
    root_causes,
    services_named,
    source_name,
    were,
)

MUST_DO, SHOULD_DO = REPORTED_CLASSES


@dataclass(frozen=True, slots=True)
class QuotedReport:
    """What an ISG's chair said of a cycle, in their own words, as the executive confirmed it."""

    cycle: int
    progress: str
    outlook: Outlook | None
    asks: str | None
    written_by: str
    confirmed_by: str
    confirmed_on: date


OUTLOOKS = {
    Outlook.WILL_RECOVER: "The ISG expects that what is off track will recover.",
    Outlook.MAY_NOT: "The ISG says that what is off track may not recover.",
    Outlook.UNLIKELY: "The ISG says that what is off track is unlikely to recover.",
}


def quoted(report: QuotedReport | None) -> list[Inlines]:
    """The chair's report of the newest confirmed cycle: quoted, never reworded; nothing where there is none."""
    if report is None:
        return []
    said = [
        sentence(
            "Of cycle {cycle} the chair, {chair}, reports: “{words}”", cycle=str(report.cycle), chair=report.written_by,
            words=Text(report.progress, typed=True),
        )
    ]  # fmt: skip
    if report.outlook is not None:
        said.append(sentence(OUTLOOKS[report.outlook]))
    if report.asks:
        said.append(sentence("It asks for: “{asks}”", asks=Text(report.asks, typed=True)))
    confirmed = sentence(
        "Confirmed by {executive} on {day}.", executive=report.confirmed_by, day=written(report.confirmed_on)
    )
    return [*said, confirmed]


def about_progress() -> Inlines:
    """What section 1b is."""
    return sentence(
        "This section sets out progress at an ISG level in greater detail. In the text percentages are rounded to "
        "whole numbers; the table gives them to one decimal place, with what they are worked out from."
    )


def findings(isg: IsgFigures) -> Inlines:
    """The findings that the ISG's plan addresses, and the services they relate to."""
    held = [each for each in REPORTED_CLASSES if isg.of(each).findings]
    if not held:
        return sentence("The {isg} QIP addresses no Must Do or Should Do findings of its own.", isg=isg.name)
    counts = " and ".join(f"{{{each}}} {each.label}" for each in held)
    noun = of_one_or_more(isg.of(held[-1]).findings, "finding", "findings")
    related = f" relating to {services_named(isg.services)}" if isg.services else ""
    return sentence(
        f"The {{isg}} QIP addresses the {counts} {noun}{{related}}.",
        isg=isg.name,
        related=related,
        **{each: _findings(isg, each) for each in held},
    )


def unpacking(isg: IsgFigures, figures: BoardPaperFigures) -> list[Inlines]:
    """How many root causes the ISG owns; an ISG that owns none says where its findings are answered."""
    owned = [each for each in REPORTED_CLASSES if isg.of(each).root_causes]
    if owned:
        counts = " and ".join(f"{{{each}}} {each.label}" for each in owned)
        noun = root_causes(isg.of(owned[-1]).root_causes)
        parts = {each: _root_causes(isg, each, figures) for each in owned}
        return [sentence(f"The unpacking process led to the identification of {counts} {noun}.", **parts)]
    own_none = sentence("The ISG owns no Root Causes itself.")
    if not isg.answered_by:
        return [own_none]
    groups = f"{listed(isg.answered_by)} {of_one_or_more(len(isg.answered_by), 'ISG', 'ISGs')}"
    return [
        own_none,
        sentence("Its findings are addressed by Root Causes of the {isgs}, counted there.", isgs=groups),
    ]


def notices(isg: IsgFigures) -> list[Inlines]:
    """The notices whose requirements the ISG's root causes answer."""
    if not isg.notices:
        return []
    return [
        sentence(
            "The requirements of {notices} have been incorporated within the {isg} QIP.",
            notices=listed([f"the {source_name(name)}" for name in isg.notices]),
            isg=isg.name,
        )
    ]


def progress(isg: IsgFigures, figures: BoardPaperFigures) -> list[Inlines]:
    """The ISG against its trajectory at the as-at date."""
    when = at_end_of(figures.as_at)
    must_do, should_do = (isg.of(each).in_month(figures.month) for each in REPORTED_CLASSES)
    if not any((must_do.planned, must_do.complete, should_do.planned, should_do.complete)):
        return [
            sentence(
                "{when} nothing was due for completion by the ISG, so there is no percentage of trajectory to report.",
                when=when,
            )
        ]
    opening = (
        sentence(
            "{when} the ISG had achieved {percent} of planned trajectory for Must Do Root Causes.",
            when=when,
            percent=plan_figures.percentage(
                must_do.percent, f"{must_do.whole_percent}%", figures.as_at, figures.month, MUST_DO, isg.name
            ),
        )
        if must_do.planned
        else sentence("{when} no Must Do Root Causes of the ISG were due for completion.", when=when)
    )
    return [opening, *(_closed(isg, each, figures) for each in REPORTED_CLASSES), _still_open(isg, figures)]


def _closed(isg: IsgFigures, root_cause_class: RootCauseClass, figures: BoardPaperFigures) -> Inlines:
    """22 Must Do Root Causes had been closed, against a target of 26 (originally 27, where that was another)."""
    completion = isg.of(root_cause_class).in_month(figures.month)
    originally = isg.of(root_cause_class).originally_in_month(figures.month).planned
    if not completion.complete and not completion.planned:
        return ()
    target = "against a target of {planned}" if completion.planned else "though none was due yet"
    if originally != completion.planned:
        target += " (originally {originally})"

    def figure(counted: plan_figures.Counted, value: int) -> Figure:
        return plan_figures.of_trajectory(
            counted, value, in_words(value), figures.as_at, figures.month, root_cause_class, isg.name
        )

    return sentence(
        f"{{complete}} {root_cause_class.label} {{causes}} had been closed, {target}.",
        complete=figure("complete", completion.complete),
        causes=root_causes(completion.complete),
        planned=figure("planned", completion.planned),
        originally=figure("original_planned", originally),
    )


def _still_open(isg: IsgFigures, figures: BoardPaperFigures) -> Inlines:
    """How the Must Do root causes that are not complete stand."""
    must_do = isg.must_do
    still_open = must_do.on_track + must_do.neither
    if still_open == 0:
        return ()
    of_class = (figures.as_at, MUST_DO, isg.name)
    return sentence(
        "Of the {still_open} Must Do {causes} not yet complete, {on_track} {are_on_track} on track and {neither} "
        "{are_not} not.",
        still_open=plan_figures.still_open(still_open, in_words(still_open), *of_class),
        causes=root_causes(still_open),
        on_track=plan_figures.on_track(must_do.on_track, none_or(must_do.on_track), *of_class),
        are_on_track=were(must_do.on_track),
        neither=plan_figures.neither(must_do.neither, none_or(must_do.neither), *of_class),
        are_not=were(must_do.neither),
    )


def _findings(isg: IsgFigures, root_cause_class: RootCauseClass) -> Figure:
    number = isg.of(root_cause_class).findings
    return plan_figures.findings(number, in_words(number), FindingType(root_cause_class.value), isg.name)


def _root_causes(isg: IsgFigures, root_cause_class: RootCauseClass, figures: BoardPaperFigures) -> Figure:
    number = isg.of(root_cause_class).root_causes
    return plan_figures.root_causes(number, in_words(number), figures.as_at, root_cause_class, isg.name)
