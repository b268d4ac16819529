"""The words of a pack apart from its figures: what an editor may change, and how it is put back.

A block's words are text with a placeholder for each figure (`{1}`, `{2}`), strong words between `**`, and a line for each item
of a list. A block is named by its own key, or, where it has none, by its section's and its place there: `situation.2`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, TypeAlias, TypeGuard
from urllib.parse import parse_qsl, urlsplit

from services.domain.packs import PLACEHOLDER, Fit, fit_of
from services.reporting_api.packs.content import (
    Block,
    BulletList,
    Figure,
    Inline,
    Inlines,
    NumberedList,
    Pack,
    Paragraph,
    Section,
    Text,
)
from services.reporting_api.packs.writing import with_agenda

Editable: TypeAlias = Paragraph | BulletList | NumberedList
STRONG: Final = re.compile(r"\*\*(.+?)\*\*")
WORD: Final = re.compile(r"\s*\S+\s*|\s+")
_OF_A_DAY: Final = {"as_at", "month", "known_at"}
"""What an address says of the day that its list is of: it differs from paper to paper, the figure does not."""


@dataclass(frozen=True, slots=True)
class Words:
    """A block's words, and its figures in their order."""

    template: str
    figures: tuple[Figure, ...]

    @property
    def counted(self) -> list[str]:
        """What each figure counts, whatever the day: how it is known again."""
        return [known_as(figure) for figure in self.figures]


@dataclass(frozen=True, slots=True)
class Edit:
    """Somebody's words for a block; `key` names the block as it was called when it was edited."""

    key: str
    drafted: str
    figures: tuple[str, ...]
    words: str


def is_editable(block: Block) -> TypeGuard[Editable]:
    """Whether it is made of words. An agenda is not: it follows the sections."""
    return isinstance(block, Paragraph | BulletList | NumberedList) and not getattr(
        block, "of_sections", False
    )


def known_as(figure: Figure) -> str:
    """The list that it opens, without the day that the list is of."""
    if figure.counted is None:
        return ""
    address = urlsplit(figure.counted)
    asked = "&".join(f"{name}={value}" for name, value in parse_qsl(address.query) if name not in _OF_A_DAY)
    return f"{address.path}?{asked}" if asked else address.path


def words_of(block: Editable) -> Words:
    """Its words with their figures taken out."""
    figures: list[Figure] = []
    lines = []
    for inlines in _lines(block):
        said = []
        for inline in inlines:
            if isinstance(inline, Figure):
                figures.append(inline)
                said.append(f"{{{len(figures)}}}")
            else:
                said.append(f"**{inline.text}**" if inline.strong else inline.text)
        lines.append("".join(said))
    return Words("\n".join(lines), tuple(figures))


def with_words(block: Editable, words: str) -> Editable:
    """The block in these words, its figures in their places; those that the draft does not have are marked as typed."""
    figures = words_of(block).figures
    is_one = isinstance(block, Paragraph)
    lines = [" ".join(words.split())] if is_one else [each.strip() for each in words.splitlines()]
    said = _marked([_inlines(line, figures) for line in lines if line], _lines(block))
    if isinstance(block, Paragraph):
        return replace(block, inlines=said[0] if said else ())
    return replace(block, items=said)


def blocks_of(pack: Pack) -> Iterator[tuple[str, Section, Block]]:
    """Each block with its name and its section, in the order of the paper."""
    for section in pack.sections:
        yield from _blocks_under(section)


def names_in(pack: Pack) -> Iterator[str]:
    """The name of each block."""
    return (name for name, _, _ in blocks_of(pack))


def block_called(pack: Pack, key: str) -> Block | None:
    """The block of this name."""
    return next((block for name, _, block in blocks_of(pack) if name == key), None)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an edit belongs now, and how it fits: `key` None where its block is gone."""

    edit: Edit
    key: str | None
    fit: Fit


def placed(pack: Pack, edits: Sequence[Edit]) -> list[Placed]:
    """Each edit at the block of its name; where that is drafted in other words, at one still in those it was made over."""
    drafted = {key: words_of(block) for key, _, block in blocks_of(pack) if is_editable(block)}
    taken: set[str] = set()
    return [_placed(edit, drafted, taken) for edit in edits]


def edited(pack: Pack, edits: Sequence[Edit]) -> Pack:
    """The pack in its editors' words, as far as these still fit."""
    words = {
        each.key: each.edit.words
        for each in placed(pack, edits)
        if each.key and each.fit is not Fit.SET_ASIDE
    }
    return replace(pack, sections=tuple(_with_words(section, words) for section in pack.sections))


def without(pack: Pack, exempt: frozenset[str]) -> Pack:
    """The pack without these sections and what stands below them, and an agenda without them."""
    return with_agenda(replace(pack, sections=tuple(_kept(pack.sections, exempt))))


def _kept(sections: Sequence[Section], exempt: frozenset[str]) -> Iterator[Section]:
    for section in sections:
        if section.key not in exempt:
            yield replace(section, sections=tuple(_kept(section.sections, exempt)))


def _placed(edit: Edit, drafted: Mapping[str, Words], taken: set[str]) -> Placed:
    alike = [key for key, words in drafted.items() if words.template == edit.drafted and key not in taken]
    named = drafted.get(edit.key)
    fits = named is not None and tuple(named.counted) == edit.figures
    key = edit.key if fits or not alike else alike[0]
    words = drafted.get(key)
    if words is None or key in taken:
        return Placed(edit, None, Fit.SET_ASIDE)
    taken.add(key)
    return Placed(edit, key, fit_of(edit.drafted, edit.figures, words.template, words.counted))


def _blocks_under(section: Section) -> Iterator[tuple[str, Section, Block]]:
    for place, block in enumerate(section.blocks, start=1):
        yield name_of(section, place, block), section, block
    for below in section.sections:
        yield from _blocks_under(below)


def name_of(section: Section, place: int, block: Block) -> str:
    """Its own key, or its section's and its place there (from 1)."""
    own: str | None = getattr(block, "key", None)
    return own or f"{section.key}.{place}"


def _with_words(section: Section, words: Mapping[str, str]) -> Section:
    blocks = tuple(
        with_words(block, words[key]) if key in words and is_editable(block) else block
        for key, block in (
            (name_of(section, place, each), each) for place, each in enumerate(section.blocks, start=1)
        )
    )
    return replace(
        section, blocks=blocks, sections=tuple(_with_words(each, words) for each in section.sections)
    )


def _lines(block: Editable) -> tuple[Inlines, ...]:
    return (block.inlines,) if isinstance(block, Paragraph) else block.items


@dataclass(frozen=True, slots=True)
class _Part:
    """A word with the space around it, or a figure, of a line; its inline is `of`."""

    line: int
    said: str
    of: Inline

    @property
    def alike(self) -> str:
        """What it is known by again."""
        return f"{{{self.said}}}" if isinstance(self.of, Figure) else self.said.strip()


def _marked(edited: Sequence[Inlines], drafted: Sequence[Inlines]) -> tuple[Inlines, ...]:
    """What stands in the draft as it did there; everything else is typed."""
    before, after = list(_in_parts(drafted)), list(_in_parts(edited))
    blocks = SequenceMatcher(
        None, [each.alike for each in before], [each.alike for each in after], autojunk=False
    ).get_matching_blocks()
    kept = {block.b + step: before[block.a + step].of for block in blocks for step in range(block.size)}
    lines: list[list[Inline]] = [[] for _ in edited]
    for at, part in enumerate(after):
        lines[part.line].append(_as_typed(part, kept.get(at)))
    return tuple(tuple(_joined(line)) for line in lines)


def _in_parts(lines: Sequence[Inlines]) -> Iterator[_Part]:
    for number, inlines in enumerate(lines):
        for inline in inlines:
            words = [inline.text] if isinstance(inline, Figure) else WORD.findall(inline.text)
            yield from (_Part(number, word, inline) for word in words)


def _as_typed(part: _Part, drafted: Inline | None) -> Inline:
    """What the draft has is as typed as it was there: the words of a free text stay somebody's own."""
    if isinstance(part.of, Figure):
        return part.of
    was_typed = drafted.typed if isinstance(drafted, Text) else True
    return replace(part.of, text=part.said, typed=was_typed)


def _joined(inlines: Sequence[Inline]) -> Iterator[Inline]:
    """Words that are alike stand in one text again."""
    for (is_figure, *_), alike in groupby(
        inlines,
        lambda each: (isinstance(each, Figure), getattr(each, "strong", None), getattr(each, "typed", None)),
    ):
        together = list(alike)
        if is_figure:
            yield from together
        else:
            yield replace(together[0], text="".join(each.text for each in together))


def _inlines(words: str, figures: Sequence[Figure]) -> Inlines:
    """Text, strong text and figures, as the words have them."""
    inlines: list[Inline] = []
    for part, is_strong in _parts(words):
        at = 0
        for found in PLACEHOLDER.finditer(part):
            number = int(found[1])
            if not 0 < number <= len(figures):
                continue
            if found.start() > at:
                inlines.append(Text(part[at : found.start()], is_strong))
            inlines.append(figures[number - 1])
            at = found.end()
        if part[at:]:
            inlines.append(Text(part[at:], is_strong))
    return tuple(inlines)


def _parts(words: str) -> Iterator[tuple[str, bool]]:
    """The words outside `**`, and those between."""
    at = 0
    for found in STRONG.finditer(words):
        yield words[at : found.start()], False
        yield found[1], True
        at = found.end()
    yield words[at:], False
