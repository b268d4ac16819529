"""Whether a paper agrees with itself and with the paper before it: claims in, discrepancies out.

Source: domain.md, Figures and packs. A claim is a figure that a paper states somewhere, with its value, what it is a part of, and
the day that it speaks of. The reconciler knows no paper: it takes claims from the content model of a pack, or from whoever
read a paper of 2019. Each rule is a function of the claims; each discrepancy says where, what, and against what.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from services.domain.wording import listed, written


class Bound(StrEnum):
    """How a value is meant: 93; over 75; around 80."""

    EXACTLY = "exactly"
    OVER = "over"
    AROUND = "around"


class Rule(StrEnum):
    """What two statements of a paper can break."""

    ONE_FACT_ONE_VALUE = "one_fact_one_value"
    PARTS_ADD_UP = "parts_add_up"
    KINDS_ADD_UP = "kinds_add_up"
    PERCENTAGE_HAS_ITS_FRACTION = "percentage_has_its_fraction"
    PERCENTAGE_IS_ITS_FRACTION = "percentage_is_its_fraction"
    DENOMINATOR_IS_KEPT = "denominator_is_kept"
    COVER_ASKS_WHAT_IS_RECOMMENDED = "cover_asks_what_is_recommended"
    FIGURE_NUMBERS_ARE_UNIQUE = "figure_numbers_are_unique"
    WHAT_IS_REFERRED_TO_IS_THERE = "what_is_referred_to_is_there"


WIDEST_OVER: Final = Decimal(5)
"""Percentage points: "over 75%" says that it is less than 80%; more than that is another figure."""
WIDEST_AROUND: Final = Decimal(10)
"""Per cent of the value: "around 80" may be 72 to 88."""
ROUNDING: Final = Decimal(1)
"""Percentage points by which a printed percentage may differ from its fraction: 84.6% may stand as 85%, or cut off as 84%."""


class Place(str):
    """Where in a paper something stands, as people call it; `block` is the key of the block, for whoever marks it there."""

    __slots__ = ("block",)
    block: str

    def __new__(cls, called: str, block: str = "") -> "Place":
        place = super().__new__(cls, called)
        place.block = block
        return place


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure that is stated.

    `figure`: what is counted ("Must Do root causes complete"). `part`: of which ISG; None: the whole plan. `of_kinds`: each whole
    that it makes up with others of its kind ("Must Do root causes", with those on track and those that are neither).
    """

    figure: str
    value: Decimal
    place: str
    as_at: date | None = None
    part: str | None = None
    bound: Bound = Bound.EXACTLY
    of_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PercentageClaim:
    """A percentage that is stated, in per cent. `basis`: of what it is a percentage ("Must Do root causes due").

    `numerator` and `denominator`: as stated beside it, or as the paper has them elsewhere; None where it has them nowhere.
    `stated`: whether they stand beside it.
    """

    figure: str
    value: Decimal
    place: str
    basis: str
    as_at: date | None = None
    part: str | None = None
    bound: Bound = Bound.EXACTLY
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    stated: bool = False


@dataclass(frozen=True, slots=True)
class Numbered:
    """A figure or table as it is numbered and titled."""

    number: int
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A sentence that sends the reader to a numbered figure; `about`: words that its title should have."""

    number: int
    about: str
    place: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper claims.

    `asks`: what its cover ticks ("note"); `recommends`: the verbs of its recommendations, each with its place.
    """

    claims: Sequence[Claim] = ()
    percentages: Sequence[PercentageClaim] = ()
    numbered: Sequence[Numbered] = ()
    references: Sequence[Reference] = ()
    asks: frozenset[str] = frozenset()
    recommends: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """What does not agree: the rule, what it is about, where, and the sentence that the editor reads."""

    rule: Rule
    about: str
    places: tuple[str, ...]
    sentence: str = field(compare=False)

    @property
    def key(self) -> str:
        """Names it from one assembly to the next, so that an explanation stays with what it explains."""
        return f"{self.rule}:{self.about}"


def reconcile(paper: Paper, before: Paper | None = None) -> tuple[Discrepancy, ...]:
    """All that a paper says that does not agree with itself, or with the paper `before` it; in the order of the rules."""
    return (
        *_one_fact_one_value(paper.claims),
        *_parts_add_up(paper.claims),
        *_kinds_add_up(paper.claims),
        *_percentages_have_their_fractions(paper.percentages),
        *_percentages_are_their_fractions(paper.percentages),
        *_denominators_are_kept(paper.percentages, before.percentages if before else ()),
        *_cover_asks_what_is_recommended(paper),
        *_figure_numbers_are_unique(paper.numbered),
        *_what_is_referred_to_is_there(paper),
    )


def agree(one: Claim, other: Claim) -> bool:
    """Whether two statements of one fact can both be true: over 50 and 52 can, over 50 and around 80 can't."""
    if one.bound is other.bound is Bound.EXACTLY:
        return one.value == other.value
    low, high = max(_low(one), _low(other)), min(_high(one), _high(other))
    return low <= high


def _low(claim: Claim) -> Decimal:
    return claim.value * (100 - WIDEST_AROUND) / 100 if claim.bound is Bound.AROUND else claim.value


def _high(claim: Claim) -> Decimal:
    match claim.bound:
        case Bound.EXACTLY:
            return claim.value
        case Bound.OVER | Bound.AROUND:
            return claim.value * (100 + WIDEST_AROUND) / 100
    raise AssertionError(claim.bound)


def _one_fact_one_value(claims: Iterable[Claim]) -> Iterator[Discrepancy]:
    """The same figure of the same part on the same day has one value wherever it stands."""
    told: defaultdict[tuple[str, str | None, date | None], list[Claim]] = defaultdict(list)
    for claim in claims:
        told[claim.figure, claim.part, claim.as_at].append(claim)
    for (figure, part, as_at), alike in told.items():
        first = alike[0]
        others = [claim for claim in alike[1:] if not agree(first, claim)]
        if others:
            sayings = list(dict.fromkeys(f"“{said(claim)}” ({claim.place})" for claim in (first, *others)))
            yield Discrepancy(
                Rule.ONE_FACT_ONE_VALUE, named(figure, part, as_at), tuple(claim.place for claim in (first, *others)),
                f"{named(figure, part, as_at)}: the paper says {listed(sayings)}. One fact has one value.",
            )  # fmt: skip


def _parts_add_up(claims: Iterable[Claim]) -> Iterator[Discrepancy]:
    """What the ISGs hold adds up to what the whole plan holds, or the gap is explained."""
    wholes: dict[tuple[str, date | None], Claim] = {}
    parts: defaultdict[tuple[str, date | None], dict[str, Claim]] = defaultdict(dict)
    for claim in claims:
        if claim.bound is not Bound.EXACTLY:
            continue
        if claim.part is None:
            wholes.setdefault((claim.figure, claim.as_at), claim)
        else:
            parts[claim.figure, claim.as_at].setdefault(claim.part, claim)
    for (figure, as_at), whole in wholes.items():
        of_it = parts.get((figure, as_at))
        if not of_it:
            continue
        total = sum((claim.value for claim in of_it.values()), Decimal(0))
        if total != whole.value:
            yield Discrepancy(
                Rule.PARTS_ADD_UP, named(figure, None, as_at),
                (whole.place, *(claim.place for claim in of_it.values())),
                f"{named(figure, None, as_at)}: the parts ({listed(list(of_it))}) add up to {_number(total)}, and"
                f" the paper says {_number(whole.value)} ({whole.place}): {_gap(whole.value - total)}.",
            )  # fmt: skip


def _kinds_add_up(claims: Sequence[Claim]) -> Iterator[Discrepancy]:
    """The kinds that are mentioned make up the whole: whoever is neither complete nor on track is mentioned too."""
    of_it: defaultdict[tuple[str, str | None, date | None], dict[str, Claim]] = defaultdict(dict)
    wholes: dict[tuple[str, str | None, date | None], Claim] = {}
    for claim in claims:
        if claim.bound is not Bound.EXACTLY:
            continue
        wholes.setdefault((claim.figure, claim.part, claim.as_at), claim)
        for whole_figure in claim.of_kinds:
            of_it[whole_figure, claim.part, claim.as_at].setdefault(claim.figure, claim)
    for (whole_figure, part, as_at), kinds in of_it.items():
        whole = wholes.get((whole_figure, part, as_at)) or wholes.get((whole_figure, part, None))
        if whole is None and part is None:
            whole = _sum_of_parts(claims, whole_figure, as_at)
        if whole is None or len(kinds) < 2:
            continue
        missing = whole.value - sum((kind.value for kind in kinds.values()), Decimal(0))
        if missing:
            told = listed([f"{_number(kind.value)} {kind.figure}" for kind in kinds.values()])
            of = f" of {part}" if part else ""
            yield Discrepancy(
                Rule.KINDS_ADD_UP, named(whole_figure, part, as_at), tuple(kind.place for kind in kinds.values()),
                f"Of {_number(whole.value)} {whole_figure}{of} the paper mentions {told}: {_gap(missing)}.",
            )  # fmt: skip


def _sum_of_parts(claims: Iterable[Claim], figure: str, as_at: date | None) -> Claim | None:
    """Where only the parts of a whole are stated, what they add up to."""
    parts = {
        claim.part: claim
        for claim in claims
        if claim.figure == figure
        and claim.part is not None
        and claim.as_at in (as_at, None)
        and claim.bound is Bound.EXACTLY
    }
    if not parts:
        return None
    return Claim(figure, sum((claim.value for claim in parts.values()), Decimal(0)), "the sum of its parts")


def _percentages_have_their_fractions(percentages: Iterable[PercentageClaim]) -> Iterator[Discrepancy]:
    """A percentage states what it is a percentage of."""
    for claim in percentages:
        if not claim.stated:
            yield Discrepancy(
                Rule.PERCENTAGE_HAS_ITS_FRACTION, named(claim.figure, claim.part, claim.as_at), (claim.place,),
                f"“{said(claim)}” ({claim.place}) does not say how many of how many.",
            )  # fmt: skip


def _percentages_are_their_fractions(percentages: Iterable[PercentageClaim]) -> Iterator[Discrepancy]:
    """A percentage is that of its numbers, wherever in the paper they stand."""
    for claim in percentages:
        if claim.numerator is None or not claim.denominator:
            continue
        exact = claim.numerator * 100 / claim.denominator
        if not _fits(claim, exact):
            yield Discrepancy(
                Rule.PERCENTAGE_IS_ITS_FRACTION, named(claim.figure, claim.part, claim.as_at), (claim.place,),
                f"“{said(claim)}” ({claim.place}): {fraction_of(claim)} is {_one_place(exact)}%.",
            )  # fmt: skip


def _fits(claim: PercentageClaim, exact: Decimal) -> bool:
    match claim.bound:
        case Bound.OVER:
            return claim.value < exact < claim.value + WIDEST_OVER
        case Bound.AROUND:
            return abs(exact - claim.value) <= WIDEST_OVER / 2
        case Bound.EXACTLY:
            return abs(exact - claim.value) < ROUNDING
    raise AssertionError(claim.bound)


def _denominators_are_kept(
    percentages: Iterable[PercentageClaim], before: Iterable[PercentageClaim]
) -> Iterator[Discrepancy]:
    """A percentage keeps its denominator from paper to paper, and between the dates that one paper compares."""
    told: dict[tuple[str, str | None], PercentageClaim] = {}
    for claim in (*before, *percentages):
        earlier = told.setdefault((claim.figure, claim.part), claim)
        if earlier.basis != claim.basis:
            yield Discrepancy(
                Rule.DENOMINATOR_IS_KEPT, named(claim.figure, claim.part, claim.as_at), (earlier.place, claim.place),
                f"“{said(claim)}” ({claim.place}) is of {claim.basis}; “{said(earlier)}” ({earlier.place}),"
                f" which it is compared with, is of {earlier.basis}.",
            )  # fmt: skip


def _cover_asks_what_is_recommended(paper: Paper) -> Iterator[Discrepancy]:
    """What the cover ticks is what the recommendations ask for, no more and no less."""
    recommended = {verb for verb, _ in paper.recommends}
    for verb in sorted(recommended - paper.asks):
        places = tuple(place for each, place in paper.recommends if each == verb)
        yield Discrepancy(
            Rule.COVER_ASKS_WHAT_IS_RECOMMENDED, verb, ("Cover", *places),
            f"{listed(places)} asks to {verb}, and the cover does not tick {verb.title()}.",
        )  # fmt: skip
    for verb in sorted(paper.asks - recommended):
        yield Discrepancy(
            Rule.COVER_ASKS_WHAT_IS_RECOMMENDED, verb, ("Cover",),
            f"The cover ticks {verb.title()}, and no recommendation asks to {verb}.",
        )  # fmt: skip


def _figure_numbers_are_unique(numbered: Iterable[Numbered]) -> Iterator[Discrepancy]:
    by_number: defaultdict[int, list[Numbered]] = defaultdict(list)
    for each in numbered:
        by_number[each.number].append(each)
    for number, alike in sorted(by_number.items()):
        if len(alike) > 1:
            yield Discrepancy(
                Rule.FIGURE_NUMBERS_ARE_UNIQUE, f"Figure {number}", tuple(each.place for each in alike),
                f"{len(alike)} figures are numbered {number}: {listed([f'“{each.title}”' for each in alike])}.",
            )  # fmt: skip


def _what_is_referred_to_is_there(paper: Paper) -> Iterator[Discrepancy]:
    """Whoever is sent to a figure finds it, and finds there what it was to show."""
    titles: defaultdict[int, list[str]] = defaultdict(list)
    for each in paper.numbered:
        titles[each.number].append(each.title.casefold())
    for reference in paper.references:
        there = titles[reference.number]
        if not any(reference.about.casefold() in title for title in there):
            yield Discrepancy(
                Rule.WHAT_IS_REFERRED_TO_IS_THERE, f"Figure {reference.number}, {reference.about}", (reference.place,),
                f"{reference.place} sends the reader to Figure {reference.number} for {reference.about}:"
                f" {'it shows something else' if there else 'there is no such figure'}.",
            )  # fmt: skip


def named(figure: str, part: str | None, as_at: date | None) -> str:
    """Must Do Root Causes complete of Workforce at 30 April 2019: what a discrepancy of a figure is about."""
    of = f" of {part}" if part else ""
    on = f" at {written(as_at)}" if as_at else ""
    return f"{figure[:1].upper()}{figure[1:]}{of}{on}"


def said(claim: Claim | PercentageClaim) -> str:
    """93, over 75%, around 80."""
    sign = "%" if isinstance(claim, PercentageClaim) else ""
    bound = "" if claim.bound is Bound.EXACTLY else f"{claim.bound} "
    return f"{bound}{_number(claim.value)}{sign}"


def fraction_of(claim: Claim | PercentageClaim) -> str | None:
    """93 of 114 Must Do Root Causes due, of a percentage that says so."""
    if isinstance(claim, Claim) or claim.numerator is None or claim.denominator is None:
        return None
    return f"{_number(claim.numerator)} of {_number(claim.denominator)} {claim.basis}".strip()


def _gap(missing: Decimal) -> str:
    if missing < 0:
        return f"{_number(-missing)} too many"
    return f"{_number(missing)} {'is' if missing == 1 else 'are'} not mentioned"


def _one_place(exact: Decimal) -> str:
    return str(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
