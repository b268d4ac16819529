"""Whether a pack agrees with itself and with the one before it: its claims, taken from its content, before the reconciler.

What a rule has drafted claims what its figures say they are. What somebody typed is read by `typed_numbers`: a percentage has
its fraction in its sentence; a number whose words say clearly what it counts, and that the pack states elsewhere, has the value
that it has there; numbers before one name of two words are of one thing. Every other one is listed as not checked (decision 37).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from services.domain.reconciliation import (
    Claim,
    Discrepancy,
    Numbered,
    Paper,
    PercentageClaim,
    Place,
    Reference,
    agree,
    reconcile,
)
from services.domain.typed_numbers import TypedNumber, references, typed_numbers
from services.reporting_api.packs.content import (
    Block,
    BulletList,
    Chart,
    ControlChart,
    Count,
    Figure,
    FilledForm,
    Inlines,
    NumberedList,
    Pack,
    Paragraph,
    Section,
    Share,
    Story,
    Table,
    Text,
    plain,
)
from services.reporting_api.packs.editing import blocks_of
from services.reporting_api.packs.recommendations import ASKS, asked_in
from services.reporting_api.papers.audiences import EXPLAINED

NAMED_WORDS: Final = "the percentage “{}”"
OWN_FRACTION: Final = "the fraction in its sentence"
NO_FRACTION: Final = "a fraction in its sentence: there is none"


@dataclass(frozen=True, slots=True)
class ByHand:
    """A number that somebody typed: as it stands there, in which sentence; `figure`: what it is held against, None: nothing."""

    said: str
    sentence: str
    place: Place
    figure: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A pack as the reconciler reads it."""

    paper: Paper
    by_hand: Sequence[ByHand] = ()


@dataclass(frozen=True, slots=True)
class _Passage:
    """What stands beside each other: a paragraph, an item of a list, a row of a table; `section` where it is made of words."""

    place: Place
    inlines: Inlines
    section: str = ""


def read(pack: Pack) -> Reading:
    """What the pack claims, its typed words included. What explains it claims nothing itself."""
    parts = [each for each in blocks_of(pack) if each[1].key != EXPLAINED]
    passages = [passage for key, section, block in parts for passage in _passages(key, section, block)]
    claims = [claim for passage in passages for claim in _counts(passage)]
    stated: dict[tuple[str, str | None, date | None], Decimal] = {}
    for claim in claims:
        stated.setdefault((claim.figure, claim.part, claim.as_at), claim.value)
    percentages = [each for passage in passages for each in _percentages(passage, stated)]
    typed = _Typed(pack, claims, percentages)
    for passage in passages:
        typed.read(passage)
    typed.compare_names()
    asks, recommends = _asks_and_recommendations(parts)
    paper = Paper(
        claims=[*claims, *typed.claims],
        percentages=[*percentages, *typed.percentages],
        numbered=[
            Numbered(block.number, block.title, Place(section.title, key))
            for key, section, block in parts
            if isinstance(block, Chart | ControlChart)
        ],
        references=[
            Reference(number, about, passage.place)
            for passage in passages
            if passage.section
            for number, about in references(plain(passage.inlines))
        ],
        asks=asks,
        recommends=recommends,
    )
    return Reading(paper, typed.by_hand)


def claims_of(pack: Pack) -> Paper:
    """What the pack claims, its edited words included."""
    return read(pack).paper


def discrepancies(pack: Pack, before: Pack | None) -> Sequence[Discrepancy]:
    """All that does not agree, each once."""
    return disagreements(read(pack), before)


def disagreements(reading: Reading, before: Pack | None) -> Sequence[Discrepancy]:
    """All that does not agree in what was read, or with the pack before; each once."""
    found = reconcile(reading.paper, claims_of(before) if before else None)
    return list({each.key: each for each in found}.values())


# -- what is drafted -----------------------------------------------------------------------------------------------


def _passages(key: str, section: Section, block: Block) -> Iterator[_Passage]:
    """Each passage of a block, with the section's title where it is made of words."""
    place = Place(section.title, key)
    match block:
        case Paragraph(inlines=inlines):
            yield _Passage(place, inlines, section.title)
        case BulletList(items=lines) | NumberedList(items=lines) | Story(paragraphs=lines):
            yield from (_Passage(place, line, section.title) for line in lines)
        case FilledForm(fields=fields_):
            for each in fields_:
                named = Place(f"{section.title}, {each.label}", key)
                yield from (_Passage(named, line, section.title) for line in each.lines)
        case Table():
            yield from _rows(place, block)
        case Chart(number=number, table=table):
            yield from _rows(Place(f"Figure {number}", key), table)


def _rows(place: Place, table: Table) -> Iterator[_Passage]:
    return (_Passage(place, tuple(inline for cell in row for inline in cell)) for row in table.rows)


def _counts(passage: _Passage) -> Iterator[Claim]:
    for inline in passage.inlines:
        if isinstance(inline, Figure) and isinstance(inline.claims, Count) and inline.value is not None:
            of = inline.claims
            yield Claim(
                of.figure, Decimal(inline.value), passage.place, of.as_at, of.part, of_kinds=of.of_kinds
            )


def _percentages(
    passage: _Passage, stated: Mapping[tuple[str, str | None, date | None], Decimal]
) -> Iterator[PercentageClaim]:
    beside = {(claim.figure, claim.part, claim.as_at): claim.value for claim in _counts(passage)}
    for inline in passage.inlines:
        if isinstance(inline, Figure) and isinstance(inline.claims, Share) and inline.value is not None:
            numerator, denominator = _key(inline.claims.numerator), _key(inline.claims.denominator)
            yield PercentageClaim(
                inline.claims.figure, Decimal(inline.value), passage.place, inline.claims.denominator.figure,
                inline.claims.numerator.as_at, inline.claims.numerator.part,
                numerator=beside.get(numerator, stated.get(numerator)),
                denominator=beside.get(denominator, stated.get(denominator)),
                stated=numerator in beside and denominator in beside,
            )  # fmt: skip


def _key(count: Count) -> tuple[str, str | None, date | None]:
    return count.figure, count.part, count.as_at


def _asks_and_recommendations(
    parts: Sequence[tuple[str, Section, Block]],
) -> tuple[frozenset[str], Sequence[tuple[str, str]]]:
    """What the cover ticks, and what the recommendations ask for; a pack without a cover ticks whatever they ask for."""
    boxes = [
        box
        for _, _, block in parts
        if isinstance(block, FilledForm)
        for each in block.fields
        for box in each.boxes
        if box.label.casefold() in ASKS
    ]
    recommends = [
        (ask, Place(f"Recommendation {number}", key))
        for key, _, block in parts
        if isinstance(block, BulletList | NumberedList) and any(asked_in(item) for item in block.items)
        for number, item in enumerate(block.items, start=1)
        for ask in sorted(asked_in(item))
    ]
    if not boxes:
        return frozenset(ask for ask, _ in recommends), recommends
    return frozenset(box.label.casefold() for box in boxes if box.ticked), recommends


# -- what is typed -------------------------------------------------------------------------------------------------


class _Typed:
    """The numbers that people typed, each held against what the pack states elsewhere, as far as its words say what it counts."""

    def __init__(self, pack: Pack, claims: Sequence[Claim], percentages: Sequence[PercentageClaim]) -> None:
        self._as_at = pack.as_at
        self._drafted = claims
        self._percentages = percentages
        self._parts = sorted({claim.part for claim in claims if claim.part}, key=len, reverse=True)
        self.claims: list[Claim] = []
        self.percentages: list[PercentageClaim] = []
        self.by_hand: list[ByHand] = []
        self._named: dict[str, list[tuple[TypedNumber, int]]] = {}

    def read(self, passage: _Passage) -> None:
        """Takes the numbers of a passage that stand in typed words."""
        typed = list(_typed_spans(passage.inlines))
        if not typed:
            return
        for number in typed_numbers(plain(passage.inlines), self._as_at):
            if any(start <= number.start < end for start, end in typed):
                figure = (
                    self._percentage(number, passage)
                    if number.is_percentage
                    else self._count(number, passage)
                )
                self.by_hand.append(ByHand(number.said, number.sentence, passage.place, figure))

    def _percentage(self, number: TypedNumber, passage: _Passage) -> str | None:
        """Its fraction stands beside it; where the pack has the same fraction, it is that percentage."""
        of = number.of
        same = next(
            (each for each in self._percentages if of and (each.numerator, each.denominator) == (of.part, of.whole)),
            None,
        )  # fmt: skip
        figure = same.figure if same else NAMED_WORDS.format(number.said)
        self.percentages.append(
            PercentageClaim(
                figure, number.value, passage.place, same.basis if same else "",
                same.as_at if same else None, same.part if same else None, number.bound,
                numerator=of.part if of else None, denominator=of.whole if of else None, stated=of is not None,
            )
        )  # fmt: skip
        if same is not None:
            return same.figure
        return OWN_FRACTION if of else NO_FRACTION

    def _count(self, number: TypedNumber, passage: _Passage) -> str | None:
        held_against = self._alike(number, passage)
        if held_against is not None:
            self.claims.append(
                Claim(
                    held_against.figure, number.value, passage.place, held_against.as_at, held_against.part, number.bound
                )
            )  # fmt: skip
            return held_against.figure
        if number.noun is not None and number.noun.islower():
            self._named.setdefault(number.noun, []).append((number, len(self.by_hand)))
        return None

    def compare_names(self) -> None:
        """Numbers of one name (Engagement Champions) are of one thing, with or without its capitals."""
        for name, alike in self._named.items():
            if len(alike) < 2 or not any(number.is_name for number, _ in alike):
                continue
            for number, at in alike:
                place = self.by_hand[at].place
                self.claims.append(Claim(name, number.value, place, bound=number.bound))
                self.by_hand[at] = replace(self.by_hand[at], figure=name)

    def _alike(self, number: TypedNumber, passage: _Passage) -> Claim | None:
        """The drafted claim that this one repeats: of the same words and value, or of what its words say clearly."""
        fits = [each for each in self._drafted if self._is_of(each, number, passage)]
        same = next((each for each in fits if agree(each, _claim(each, number))), None)
        clear = next((each for each in fits if each.figure == number.figure), None)
        return same or clear

    def _is_of(self, claim: Claim, number: TypedNumber, passage: _Passage) -> bool:
        """Whether a claim can be meant by the words: its noun, its ISG, its day."""
        if number.noun is None or not claim.figure.startswith(number.noun):
            return False
        part = next((each for each in self._parts if each in number.sentence), None)
        part = part or next((each for each in self._parts if each in passage.section), None)
        return claim.part == part and claim.as_at in (None, number.day or self._as_at)


def _claim(of: Claim, number: TypedNumber) -> Claim:
    return Claim(of.figure, number.value, of.place, of.as_at, of.part, number.bound)


def _typed_spans(inlines: Inlines) -> Iterator[tuple[int, int]]:
    at = 0
    for inline in inlines:
        if isinstance(inline, Text) and inline.typed:
            yield at, at + len(inline.text)
        at += len(inline.text)
