"""What a pack is made of, as data that the PMO edits: sections, and in each the blocks that fill it.

An outline is never changed: each function gives a new one. Keys are unique in an outline and stay with what they name, so that
what an editor wrote over a drafted text stays there when the pack is assembled again.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from services.domain.errors import NotFound, Problem, RuleBroken

EACH_ISG: Final = "isg"
"""A section that is repeated for each ISG; its title has {isg} where the ISG's name stands."""
ISG_NAME: Final = "{isg}"
LONGEST_TITLE, LONGEST_TEXT, DEEPEST = 200, 20_000, 4
_KEY: Final = re.compile(r"[a-z][a-z0-9-]{0,60}")


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """A block: `block` names its kind, `text` is what people write in it, `options` what the kind can be told besides."""

    key: str
    block: str
    text: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    shown: bool = True


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A heading with what stands under it.

    `numbered`: the sections below it are numbered 1, 2; those below these 1a, 1b. `each`: "isg" repeats it for each ISG.
    """

    key: str
    title: str
    blocks: tuple[BlockPlan, ...] = ()
    sections: tuple["SectionPlan", ...] = ()
    shown: bool = True
    numbered: bool = False
    each: str | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """A kind of pack: its title, the forum it is for, and its sections.

    `inside_only`: it holds what no meeting has released, so that none of its kind leaves the trust.
    `released_only`: it goes to partners, who get what their feeds have of the same day: nothing of updates that no ISG meeting
    and no PMO has released.
    """

    kind: str
    title: str
    forum: str
    sections: tuple[SectionPlan, ...] = ()
    inside_only: bool = False
    released_only: bool = False

    @property
    def headings(self) -> tuple[str, ...]:
        """What its sections at the top are called, those that are shown."""
        return tuple(
            section.title.replace(ISG_NAME, "Each") if section.each == EACH_ISG else section.title
            for section in self.sections
            if section.shown
        )

    @property
    def is_by_isg(self) -> bool:
        """It is made of a section for each ISG, so that it can be had of one ISG alone."""
        return any(section.shown and section.each == EACH_ISG for section in self.sections)

    def all_sections(self) -> Iterator[SectionPlan]:
        """Every section, those below others included, in order."""
        return (section for _, section in _walked(self.sections, 1))

    def all_blocks(self) -> Iterator[BlockPlan]:
        """Every block, hidden ones too, in order."""
        return (block for section in self.all_sections() for block in section.blocks)

    def shown_blocks(self) -> Iterator[BlockPlan]:
        """The blocks that are printed, in order."""
        return _shown_blocks(self.sections)


def as_json(outline: Outline) -> dict[str, Any]:
    """The outline as JSON has it; `outline_of` reads it back."""
    return {
        "kind": outline.kind,
        "title": outline.title,
        "forum": outline.forum,
        "sections": [_section_as_json(section) for section in outline.sections],
        "inside_only": outline.inside_only,
        "released_only": outline.released_only,
    }


def outline_of(data: Mapping[str, Any]) -> Outline:
    """The outline that JSON describes. Raises RuleBroken where it is none."""
    try:
        return Outline(
            str(data["kind"]), str(data["title"]), str(data["forum"]),
            tuple(_section_of(each) for each in data["sections"]), bool(data.get("inside_only")),
            # Partners' own kind, edited by an earlier release, which wrote nothing of it.
            bool(data.get("released_only", data["kind"] == "snapshot")),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RuleBroken.at("outline", "This is no outline of a pack: a part of it is missing.") from error


def written(outline: Outline) -> set[tuple[str, str]]:
    """What people have written in it: each title, text and option with the part that it is of."""
    titles = {(section.key, section.title) for section in outline.all_sections()}
    texts = {
        (block.key, said)
        for block in outline.all_blocks()
        for said in (block.text, *(f"{name}: {value}" for name, value in block.options.items()))
    }
    return {("", outline.title)} | titles | texts


def copy_as(outline: Outline, kind: str, title: str, forum: str | None = None) -> Outline:
    """A new kind of pack that begins as this one."""
    return replace(outline, kind=kind, title=title, forum=forum or outline.forum)


def moved(outline: Outline, key: str, by: int) -> Outline:
    """The section or block `by` places further down (up, where negative) among those beside it; no further than the end."""

    def among(siblings: tuple[Any, ...]) -> tuple[Any, ...]:
        at = next((index for index, each in enumerate(siblings) if each.key == key), None)
        if at is None:
            return siblings
        others = [each for each in siblings if each.key != key]
        others.insert(max(0, min(len(others), at + by)), siblings[at])
        return tuple(others)

    _there(outline, key)
    return _siblings_changed(outline, among)


def shown(outline: Outline, key: str, *, yes: bool) -> Outline:
    """The section or block shown, or hidden: what is hidden keeps its place and its text."""
    return _one_changed(outline, key, lambda each: replace(each, shown=yes))


def retitled(outline: Outline, key: str, title: str) -> Outline:
    """The section under another title."""
    if key not in {section.key for section in outline.all_sections()}:
        raise NotFound(f"The outline has no section {key}.")
    return _one_changed(outline, key, lambda section: replace(section, title=title))


def rewritten(
    outline: Outline, key: str, text: str | None = None, options: Mapping[str, Any] | None = None
) -> Outline:
    """The block with another text or other options; None leaves what is there."""

    def changed(block: BlockPlan) -> BlockPlan:
        return replace(
            block,
            text=block.text if text is None else text,
            options=block.options if options is None else options,
        )

    if key not in {block.key for block in outline.all_blocks()}:
        raise NotFound(f"The outline has no block {key}.")
    return _one_changed(outline, key, changed)


def with_block(outline: Outline, section: str, block: BlockPlan, at: int | None = None) -> Outline:
    """The block added to a section, before its block number `at` (from 0; None: at the end)."""

    def changed(into: SectionPlan) -> SectionPlan:
        return replace(into, blocks=_with(into.blocks, block, at))

    if section not in {each.key for each in outline.all_sections()}:
        raise NotFound(f"The outline has no section {section}.")
    return _one_changed(outline, section, changed)


def with_section(
    outline: Outline, section: SectionPlan, into: str | None = None, at: int | None = None
) -> Outline:
    """The section added below another (None: at the top), before its section number `at` (from 0; None: at the end)."""
    if into is None:
        return replace(outline, sections=_with(outline.sections, section, at))
    if into not in {each.key for each in outline.all_sections()}:
        raise NotFound(f"The outline has no section {into}.")
    return _one_changed(
        outline, into, lambda above: replace(above, sections=_with(above.sections, section, at))
    )


def without(outline: Outline, key: str) -> Outline:
    """The outline without a section, with all below it, or a block."""
    _there(outline, key)
    return _siblings_changed(outline, lambda siblings: tuple(each for each in siblings if each.key != key))


def faults(outline: Outline, kinds_of_block: Collection[str]) -> list[str]:
    """All that is wrong with an outline, a sentence each; none for one that can be assembled."""
    return list(_faults(outline, kinds_of_block))


def checked(outline: Outline, kinds_of_block: Collection[str]) -> Outline:
    """The outline, where it can be assembled. Raises RuleBroken with every fault."""
    found = faults(outline, kinds_of_block)
    if found:
        raise RuleBroken([Problem("outline", each) for each in found])
    return outline


def _faults(outline: Outline, kinds_of_block: Collection[str]) -> Iterator[str]:
    if not _KEY.fullmatch(outline.kind):
        yield f"“{outline.kind}” can't be the name of a kind: use small letters, digits and hyphens, a letter first."
    for name, value in (("title", outline.title), ("forum", outline.forum)):
        if not value.strip():
            yield f"The pack has no {name}."
        elif len(value) > LONGEST_TITLE:
            yield f"The {name} of the pack is longer than {LONGEST_TITLE} characters."
    if not any(section.shown for section in outline.sections):
        yield "The pack has no section to show."
    seen: set[str] = set()
    for level, section in _walked(outline.sections, 1):
        yield from _faults_of_section(section, level)
        for key in (section.key, *(block.key for block in section.blocks)):
            if not _KEY.fullmatch(key):
                yield f"“{key}” can't be a key: use small letters, digits and hyphens, a letter first."
            if key in seen:
                yield f"Two parts of the pack have the key {key}."
            seen.add(key)
        for block in section.blocks:
            if block.block not in kinds_of_block:
                yield f"Block {block.key} is of a kind that there is not: {block.block}."
            if len(block.text) > LONGEST_TEXT:
                yield f"The text of block {block.key} is longer than {LONGEST_TEXT} characters."


def _faults_of_section(section: SectionPlan, level: int) -> Iterator[str]:
    if not section.title.strip():
        yield f"Section {section.key} has no title."
    elif len(section.title) > LONGEST_TITLE:
        yield f"The title of section {section.key} is longer than {LONGEST_TITLE} characters."
    if level > DEEPEST:
        yield f"Section {section.key} lies too deep: a pack has {DEEPEST} levels of headings."
    if section.each not in {None, EACH_ISG}:
        yield f"Section {section.key} can be repeated for each ISG, and for nothing else."
    if section.each == EACH_ISG and section.sections:
        yield f"Section {section.key} is repeated for each ISG, so it can't hold other sections."
    if section.each == EACH_ISG and ISG_NAME not in section.title:
        yield f"Section {section.key} is repeated for each ISG: its title needs {{isg}} where the name is to stand."


def _walked(sections: tuple[SectionPlan, ...], level: int) -> Iterator[tuple[int, SectionPlan]]:
    for section in sections:
        yield level, section
        yield from _walked(section.sections, level + 1)


def _shown_blocks(sections: tuple[SectionPlan, ...]) -> Iterator[BlockPlan]:
    for section in sections:
        if section.shown:
            yield from (block for block in section.blocks if block.shown)
            yield from _shown_blocks(section.sections)


def _with(siblings: tuple[Any, ...], added: Any, at: int | None) -> tuple[Any, ...]:
    place = len(siblings) if at is None else at
    return (*siblings[:place], added, *siblings[place:])


def _there(outline: Outline, key: str) -> None:
    keys = {section.key for section in outline.all_sections()} | {block.key for block in outline.all_blocks()}
    if key not in keys:
        raise NotFound(f"The outline has no part {key}.")


def _siblings_changed(outline: Outline, change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> Outline:
    """Each run of sections or of blocks that stand beside one another, changed."""

    def below(section: SectionPlan) -> SectionPlan:
        return replace(
            section,
            blocks=change(section.blocks),
            sections=change(tuple(below(each) for each in section.sections)),
        )

    return replace(outline, sections=change(tuple(below(each) for each in outline.sections)))


def _one_changed(outline: Outline, key: str, change: Callable[[Any], Any]) -> Outline:
    _there(outline, key)
    return _siblings_changed(
        outline, lambda siblings: tuple(change(each) if each.key == key else each for each in siblings)
    )


def _section_as_json(section: SectionPlan) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "blocks": [
            {
                "key": block.key,
                "block": block.block,
                "text": block.text,
                "options": dict(block.options),
                "shown": block.shown,
            }
            for block in section.blocks
        ],
        "sections": [_section_as_json(each) for each in section.sections],
        "shown": section.shown,
        "numbered": section.numbered,
        "each": section.each,
    }


def _section_of(data: Mapping[str, Any]) -> SectionPlan:
    return SectionPlan(
        key=str(data["key"]),
        title=str(data["title"]),
        blocks=tuple(
            BlockPlan(
                str(block["key"]), str(block["block"]), str(block.get("text", "")),
                dict(block.get("options", {})), bool(block.get("shown", True)),
            )
            for block in data.get("blocks", ())
        ),
        sections=tuple(_section_of(each) for each in data.get("sections", ())),
        shown=bool(data.get("shown", True)),
        numbered=bool(data.get("numbered", False)),
        each=data.get("each"),
    )  # fmt: skip
