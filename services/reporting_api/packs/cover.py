"""The cover page of a paper for the Board: what it is, who wrote it, and what the Board is asked to do."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from services.domain.wording import written
from services.domain.words import KeyQuestion
from services.reporting_api.packs import board_sentences as say
from services.reporting_api.packs.block_kind import BlockKind
from services.reporting_api.packs.content import (
    Block,
    FilledField,
    FilledForm,
    Inlines,
    Text,
    TickBox,
    paragraph,
)
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
"""The strategic objectives that a trust links its papers to; `objectives` of the block's options has another trust's."""
EQUALITY: Final = {
    "stage_1": "Stage 1 only (no negative impact identified)",
    "stage_2": "Stage 2 recommended (negative impact identified, with the assessment attached for approval)",
}
FREEDOM_OF_INFORMATION: Final = {
    "full": "This document is for full publication",
    "part": "This document includes information that is exempt under the Act",
    "whole": "This whole document is exempt under the Act",
}


def _cover(material: Material, plan: BlockPlan) -> tuple[Block, ...]:
    given = plan.options
    return (
        FilledForm(
            (
                _said("Meeting", given.get("meeting") or "Trust Board"),
                _said("Paper title", given.get("title") or "Quality Improvement Plan (QIP) update"),
                _said("Date of meeting", given.get("meeting_date")),
                _said("Date paper was written", given.get("written_on")),
                _said("Figures as at", written(material.as_at)),
                _said("Responsible Director", given.get("director")),
                _said("Author", given.get("author")),
                FilledField("Executive summary", tuple(_summary(material, plan))),
                _typed("Previously considered by", given.get("considered_by")),
                FilledField(
                    "The Board is asked to",
                    boxes=tuple(TickBox(ask.capitalize(), ask in material.asks, means) for ask, means in ASKS.items()),
                ),
                FilledField("Link to CQC domain", boxes=_ticked(DOMAINS, given.get("domains", DOMAINS))),
                FilledField(
                    "Link to strategic objectives",
                    boxes=_ticked(given.get("objectives", OBJECTIVES), given.get("objectives_ticked", ())),
                ),
                _typed("Link to Board Assurance Framework risks", given.get("risks")),
                FilledField("Equality Impact Assessment", boxes=_chosen(EQUALITY, given, "equality")),
                FilledField(
                    "Freedom of Information Act (2000) status", boxes=_chosen(FREEDOM_OF_INFORMATION, given, "foi")
                ),
                _typed("Financial assessment", given.get("financial")),
            )
        ),
    )  # fmt: skip


def _said(label: str, value: Any) -> FilledField:
    return FilledField(label, ((Text(str(value or NOT_GIVEN)),),))


def _typed(label: str, value: Any) -> FilledField:
    """What somebody wrote in a field of words: its numbers are theirs."""
    return FilledField(label, ((Text(str(value), typed=True) if value else Text(NOT_GIVEN),),))


def _summary(material: Material, plan: BlockPlan) -> Iterable[Inlines]:
    """What the editor wrote; where nothing, the headline and how the Must Do root causes stand."""
    written_by_people = [part.strip() for part in plan.text.split("\n\n") if part.strip()]
    if written_by_people:
        return [(Text(" ".join(part.split()), typed=True),) for part in written_by_people]
    figures = material.figures
    drafted = [
        paragraph(say.headline(figures), *say.percentages(figures)).inlines,
        paragraph(*say.standing(figures)).inlines,
    ]
    return [each for each in drafted if each]


def _ticked(labels: Iterable[str], ticked: Iterable[str]) -> tuple[TickBox, ...]:
    chosen = set(ticked)
    return tuple(TickBox(label, label in chosen) for label in labels)


def _chosen(boxes: Mapping[str, str], given: Mapping[str, Any], name: str) -> tuple[TickBox, ...]:
    return tuple(TickBox(label, given.get(name) == code) for code, label in boxes.items())


COVER: Final = BlockKind(
    "cover",
    "Cover page",
    "Every field of the Board's cover page. What the Board is asked to do is ticked from the recommendations; the "
    "summary is drafted until you write your own; the other fields are the block's options.",
    _cover,
    frozenset({Need.FIGURES}),
)
