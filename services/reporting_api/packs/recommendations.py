"""What a forum is asked to do: drafted recommendations, and those that people write beside them."""

from collections.abc import Iterator
from typing import Final

from services.reporting_api.packs import board_sentences as say
from services.reporting_api.packs.block_kind import TEXT, Asked, BlockKind, Entry, Given
from services.reporting_api.packs.content import (
    Block,
    BulletList,
    FilledForm,
    Inlines,
    Text,
    paragraph,
    plain,
    sentence,
)
from services.reporting_api.packs.free_text import ITEM
from services.reporting_api.packs.material import Material, Need
from services.reporting_api.packs.outline import BlockPlan

ASKS: Final = {
    "approve": "To formally receive and discuss a report and approve its recommendations or a particular course of action",
    "receive": "To discuss, in depth, noting the implications for the Board or Trust without formally approving it",
    "note": "For the intelligence of the Board without in-depth discussion required",
    "take assurance": "To assure the Board that effective systems of control are in place",
}
"""What a forum can be asked to do, with what each means: the boxes of the cover page."""
NAME: Final = "recommendations"


def asked_in(inlines: Inlines) -> set[str]:
    """What a recommendation asks for: its strong words that are a box of the cover ("note", "approve"), edited ones included."""
    strong = {
        each.text.strip().casefold() for each in inlines if isinstance(each, Text) and each.strong
    } & ASKS.keys()
    if not strong:
        return strong
    said = _with_strong_asks(plain(inlines))
    return strong | {each.text.casefold() for each in said if isinstance(each, Text) and each.strong}


def written_by_people(text: str) -> Iterator[Inlines]:
    """A recommendation for each line; where a line begins with, or holds “and” before, a box of the cover, that is strong."""
    for line in text.splitlines():
        said = line.strip().removeprefix(ITEM).strip()
        if said:
            yield _with_strong_asks(said)


def _with_strong_asks(said: str) -> Inlines:
    first = next((ask for ask in ASKS if said.casefold().startswith(f"{ask} ")), None)
    inlines: list[Text] = []
    rest = said
    if first is not None:
        inlines.append(Text(said[: len(first)], strong=True, typed=True))
        rest = said[len(first) :]
    for ask in ASKS:
        before, joint, after = rest.partition(f" and {ask} ")
        if joint:
            return (
                *inlines,
                Text(f"{before} and ", typed=True),
                Text(ask, strong=True, typed=True),
                Text(f" {after}", typed=True),
            )
    return (*inlines, Text(rest, typed=True))


def _makes(material: Material, plan: BlockPlan) -> tuple[Block, ...]:
    figures = material.figures
    drafted = (
        ()
        if plan.options.get("drafted") is False
        else (say.note_progress(figures), say.note_neither(figures))
    )
    forum = str(plan.options.get("forum") or material.forum)
    items = tuple(filter(None, (*drafted, *written_by_people(plan.text))))
    if not items:
        return ()
    asked = "are asked to" if forum.endswith("s") else "is asked to"
    return paragraph(sentence("The {forum} {asked}:", forum=forum, asked=asked)), BulletList(items)


def _asks(_drafted: tuple[FilledForm, ...], given: Given) -> tuple[Asked, ...]:
    hint = "A line each, beginning with Approve, Receive, Note or Take assurance"
    return (Asked(TEXT, "Recommendations beside the drafted ones", Entry.TEXT, given.get(TEXT, ""), hint),)


RECOMMENDATION_BLOCKS: Final = (
    BlockKind(
        NAME,
        "Recommendations",
        "What the forum is asked to do. Two are drafted; write others a line each, beginning with Approve, Receive, Note or Take "
        "assurance: the cover page ticks what they ask for.",
        _makes,
        frozenset({Need.FIGURES}),
        asks=_asks,
    ),
)
