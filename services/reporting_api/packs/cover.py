"""The cover page of a paper for the Board: what it is, who wrote it, and what the Board is asked to do."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from services.domain.wording import written
from services.domain.words import KeyQuestion
from services.reporting_api.packs import board_sentences as say
from services.reporting_api.packs.block_kind import TEXT, Asked, BlockKind, Box, Entry, Given
from services.reporting_api.packs.content import (
    Block,
    FilledField,
    FilledForm,
    Inlines,
    Text,
    TickBox,
    paragraph,
)
from services.reporting_api.packs.free_text import paragraphs_of
from services.reporting_api.packs.material import Material, Need
from services.reporting_api.packs.outline import BlockPlan
from services.reporting_api.packs.recommendations import ASKS

DOMAINS: Final = tuple(each.label for each in KeyQuestion)
NOT_GIVEN: Final = "Not given yet"
OBJECTIVES: Final = (
    "Patient and family",
    "Safest and kindest",
    "Healthiest half million",
    "Leadership",
    "Our people",
)
"""The strategic objectives that a trust links its papers to, where the kind of pack has no others."""
EQUALITY: Final = {
    "stage_1": "Stage 1 only (no negative impact identified)",
    "stage_2": "Stage 2 recommended (negative impact identified, with the assessment attached for approval)",
}
FOI: Final = "foi"
FREEDOM_OF_INFORMATION: Final = {
    "full": "This document is for full publication",
    "part": "This document includes information that is exempt under the Act",
    "whole": "This whole document is exempt under the Act",
}


def _cover(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    """As drafted: what follows from the figures and the recommendations, and for the rest that nobody has given it."""
    return (
        FilledForm(
            (
                _said("meeting", "Meeting", material.forum),
                _said("title", "Paper title", material.title),
                _said("meeting_date", "Date of meeting"),
                _said("written_on", "Date paper was written"),
                _said("", "Figures as at", written(material.as_at)),
                _said("director", "Responsible Director"),
                _said("author", "Author"),
                FilledField("Executive summary", tuple(_summary(material)), name=TEXT),
                _said("considered_by", "Previously considered by"),
                FilledField(
                    _asking(material.forum),
                    boxes=tuple(TickBox(ask.capitalize(), ask in material.asks, means) for ask, means in ASKS.items()),
                    name="asks",
                ),
                FilledField("Link to CQC domain", boxes=_ticked(DOMAINS, DOMAINS), name="domains"),
                FilledField("Link to strategic objectives", boxes=_ticked(OBJECTIVES, ()), name="objectives_ticked"),
                _said("risks", "Link to Board Assurance Framework risks"),
                FilledField("Equality Impact Assessment", boxes=_ticked(EQUALITY.values(), ()), name="equality"),
                FilledField(
                    "Freedom of Information Act (2000) status",
                    boxes=_ticked(FREEDOM_OF_INFORMATION.values(), ()), name=FOI,
                ),
                _said("financial", "Financial assessment"),
            )
        ),
    )  # fmt: skip


def _asking(forum: str) -> str:
    return "The Board is asked to" if forum.endswith("Board") else "The meeting is asked to"


def _said(name: str, label: str, value: str = NOT_GIVEN) -> FilledField:
    return FilledField(label, ((Text(value),),), name=name)


def _summary(material: Material) -> Iterable[Inlines]:
    """The headline, and how the Must Do root causes stand: what is there until somebody writes their own."""
    figures = material.figures
    drafted = [
        paragraph(say.headline(figures), *say.percentages(figures)).inlines,
        paragraph(*say.standing(figures)).inlines,
    ]
    return [each for each in drafted if each]


def _filled(drafted: tuple[FilledForm, ...], given: Given) -> tuple[Block, ...]:
    """The cover with what people gave it."""
    return tuple(
        replace(form, fields=tuple(_with(field, given) for field in form.fields)) for form in drafted
    )


def _with(field: FilledField, given: Given) -> FilledField:
    said = given.get(field.name)
    match field.name:
        case "equality":
            return replace(field, boxes=_ticked(EQUALITY.values(), [EQUALITY.get(said or "", "")]))
        case "foi":
            ticked = FREEDOM_OF_INFORMATION.get(said or "", "")
            return replace(field, boxes=_ticked(FREEDOM_OF_INFORMATION.values(), [ticked]))
        case "objectives_ticked":
            return replace(field, boxes=_ticked(_objectives(given), (said or "").splitlines()))
        case "asks" | "domains" if said is not None:
            ticked_ones = said.splitlines()
            return replace(
                field, boxes=tuple(replace(box, ticked=box.label in ticked_ones) for box in field.boxes)
            )
        case "meeting_date" | "written_on" if said:
            return replace(field, lines=((Text(_day(said)),),))
    lines = paragraphs_of(said) if said and field.name else ()
    return replace(field, lines=lines or field.lines)


def _day(said: str) -> str:
    try:
        return written(date.fromisoformat(said))
    except ValueError:
        return said


def _objectives(given: Given) -> tuple[str, ...]:
    own = tuple(line.strip() for line in given.get("objectives", "").splitlines() if line.strip())
    return own or OBJECTIVES


def _asks(drafted: tuple[FilledForm, ...], given: Given) -> tuple[Asked, ...]:
    """The fields that people fill in, drafted boxes ticked until they tick others. FOI status follows from the exemptions.

    A kind of pack has no recommendations of its own (nothing is drafted), so it isn't asked what these ask for.
    """
    fields = {field.name: field for form in drafted for field in form.fields}

    def line(name: str, label: str, hint: str = "", entry: Entry = Entry.LINE) -> Asked:
        return Asked(name, label, entry, given.get(name, ""), hint)

    def boxes(name: str, label: str, of: Iterable[str], ticked: Iterable[str] = ()) -> Asked:
        value = given.get(name, "\n".join(ticked))
        return Asked(name, label, Entry.SEVERAL, value, boxes=tuple(Box(each, each) for each in of))

    asks = fields.get("asks")
    asked_now = "\n".join(box.label for box in asks.boxes if box.ticked) if asks else ""
    meanings = tuple(Box(box.label, box.label, box.meaning) for box in asks.boxes) if asks else ()
    equality = tuple(Box(code, label) for code, label in EQUALITY.items())
    return (
        line("meeting", "Meeting", "Leave empty for the forum that the pack is for"),
        line("title", "Paper title", "Leave empty for the pack’s own"),
        line("meeting_date", "Date of meeting", "For example, 30 5 2019", Entry.DAY),
        line("written_on", "Date paper was written", "For example, 22 5 2019", Entry.DAY),
        line("director", "Responsible Director"),
        line("author", "Author"),
        line(
            TEXT, "Executive summary", "Leave empty for the one drafted from the figures. A blank line between paragraphs.",
            Entry.TEXT,
        ),
        line("considered_by", "Previously considered by"),
        *((Asked("asks", asks.label, Entry.SEVERAL, given.get("asks", asked_now), boxes=meanings),) if asks else ()),
        boxes("domains", "Link to CQC domain", DOMAINS, DOMAINS),
        boxes("objectives_ticked", "Link to strategic objectives", _objectives(given)),
        Asked(
            "objectives", "The trust’s strategic objectives", Entry.TEXT, "\n".join(_objectives(given)), "A line each",
            for_every_paper=True,
        ),
        line("risks", "Link to Board Assurance Framework risks", entry=Entry.TEXT),
        Asked("equality", "Equality Impact Assessment", Entry.ONE, given.get("equality", ""), boxes=equality),
        line("financial", "Financial assessment", entry=Entry.TEXT),
    )  # fmt: skip


def _ticked(labels: Iterable[str], ticked: Iterable[str]) -> tuple[TickBox, ...]:
    chosen = set(ticked)
    return tuple(TickBox(label, label in chosen) for label in labels)


COVER: Final = BlockKind(
    "cover",
    "Cover page",
    "Every field of the Board’s cover page. What the Board is asked to do is ticked from the recommendations, and the summary is "
    "drafted, until you say otherwise; its status under the Freedom of Information Act follows from what is exempt.",
    _cover,
    frozenset({Need.FIGURES}),
    asks=_asks,
    writes=_filled,
)
