"""What people write in a pack, put in its place; and what follows from which places are filled: numbers, agenda, FOI status.

A draft has places to write in (`ToWrite`). `as_written` makes of each what its kind makes of the words; where there are none the
place stays, for whoever writes next. `printed` leaves out the places that are still empty, with sections that have nothing else.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from string import ascii_lowercase
from typing import Any, Final

from services.reporting_api.packs.block_kind import TEXT, Given
from services.reporting_api.packs.blocks import BLOCKS
from services.reporting_api.packs.content import Block, BulletList, Numbering, Pack, Section, Text, ToWrite
from services.reporting_api.packs.cover import COVER, FOI
from services.reporting_api.packs.outline import BlockPlan

NOTHING: Final[Mapping[str, Given]] = {}


def given_to(plan: BlockPlan) -> Given:
    """What an outline has for a block, as people give it in a form."""
    return {TEXT: plan.text, **{name: _as_words(value) for name, value in plan.options.items()}}


def as_written(
    pack: Pack, written: Mapping[str, Given] = NOTHING, exempt: Collection[str] | None = None
) -> Pack:
    """The draft with what people wrote, by place; `exempt`: the sections that are, where that is known, for the cover."""
    status = {} if exempt is None else {FOI: _status(pack, exempt)}
    filled = tuple(_filled(each, Writing(written, status)) for each in pack.sections)
    return with_agenda(replace(pack, sections=tuple(_numbered(filled, None))))


def printed(pack: Pack) -> Pack:
    """Without what is still to be written."""
    return with_agenda(replace(pack, sections=tuple(_left(pack.sections))))


def places(pack: Pack) -> dict[str, ToWrite]:
    """Where people can write, by key, in the order of the paper."""
    return {block.key: block for block in pack.blocks if isinstance(block, ToWrite) and block.key is not None}


def place_of(key: str, among: Collection[str]) -> str | None:
    """The place that a block is of: the first block of it has its key, and others that and a number."""
    stem = key.rpartition(".")[0]
    return key if key in among else stem if stem in among else None


def keyed(blocks: tuple[Block, ...], key: str) -> Iterator[Block]:
    """The blocks of one plan that say something: the first under the plan's key, others under it and their own."""
    for index, block in enumerate(blocks):
        if _says_something(block):
            own = block.key or ("" if index == 0 else str(index + 1))
            yield replace(block, key=f"{key}.{own}" if own else key)


def with_agenda(pack: Pack) -> Pack:
    """Each list of the pack's sections as these are: those at the top that are written, but the one that it stands in."""

    def listing(section: Section, titles: tuple[str, ...]) -> Section:
        blocks = tuple(
            replace(block, items=tuple((Text(title),) for title in titles))
            if isinstance(block, BulletList) and block.of_sections
            else block
            for block in section.blocks
        )
        return replace(
            section, blocks=blocks, sections=tuple(listing(each, titles) for each in section.sections)
        )

    sections = [
        listing(
            section,
            tuple(each.title for each in pack.sections if each is not section and _has_something(each)),
        )
        for section in pack.sections
    ]
    return replace(pack, sections=tuple(sections))


@dataclass(frozen=True, slots=True)
class Writing:
    """What people wrote for this paper, and what is known of it for its cover."""

    written: Mapping[str, Given]
    status: Given


def _filled(section: Section, writing: Writing) -> Section:
    return replace(
        section,
        blocks=tuple(made for block in section.blocks for made in _made(block, writing)),
        sections=tuple(_filled(each, writing) for each in section.sections),
    )


def _made(block: Block, writing: Writing) -> Iterator[Block]:
    kind = BLOCKS.get(block.block) if isinstance(block, ToWrite) else None
    if not isinstance(block, ToWrite) or kind is None or kind.writes is None:
        yield block
        return
    key = block.key or block.block
    given = {**block.given, **writing.written.get(key, {}), **writing.status}
    made = tuple(keyed(kind.writes(block.drafted, given), key))
    yield from made or (block,)


def _numbered(sections: tuple[Section, ...], above: str | None) -> Iterator[Section]:
    """`above`: what their numbers begin with ("": they are numbered; None: they aren't). What is still to be written has none."""
    number = 0
    for section in sections:
        own = None
        if _has_something(section) and section.numbering is not Numbering.NEVER:
            number += 1
            own = _number(above, number)
        below = "" if section.numbering is Numbering.BELOW else own
        yield replace(
            section,
            title=f"{own}. {section.title}" if own else section.title,
            sections=tuple(_numbered(section.sections, below)),
            numbering=None,
        )


def _number(above: str | None, number: int) -> str | None:
    """1, 2; below 1: 1a, 1b; further below nothing."""
    if above is None or (above and not above.isdigit()) or number > len(ascii_lowercase):
        return None
    return f"{above}{ascii_lowercase[number - 1]}" if above else str(number)


def _left(sections: tuple[Section, ...]) -> Iterator[Section]:
    for section in sections:
        if _has_something(section):
            yield replace(
                section,
                blocks=tuple(block for block in section.blocks if not isinstance(block, ToWrite)),
                sections=tuple(_left(section.sections)),
            )


def _has_something(section: Section) -> bool:
    """A section of which everything is still to be written is left out; one that has nothing in it is as the PMO wants it."""
    is_written = any(not isinstance(block, ToWrite) for block in section.blocks)
    return (
        is_written or any(map(_has_something, section.sections)) or not (section.blocks or section.sections)
    )


def _status(pack: Pack, exempt: Collection[str]) -> str:
    """full, part or whole: what the cover says of disclosure follows from the sections that are exempt."""
    keys = {section.key for _, section in pack.headings}
    others = [
        section
        for section in pack.sections
        if not any(isinstance(block, ToWrite) and block.block == COVER.name for block in section.blocks)
    ]
    if not keys & set(exempt):
        return "full"
    return "whole" if all(section.key in exempt for section in others) else "part"


def _as_words(value: object) -> str:
    """As people give it: several are a line each."""
    return "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _says_something(block: Any) -> bool:
    return bool(getattr(block, "inlines", True) and getattr(block, "items", True)) or getattr(
        block, "of_sections", False
    )
