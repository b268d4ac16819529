"""The contradictions of the 2019 Board paper are found, each by its rule, and go when one of them is mended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.reconciliation import (
    Bound,
    Claim,
    Discrepancy,
    Numbered,
    Paper,
    PercentageClaim,
    Place,
    Rule,
    agree,
    reconcile,
)
from tests.domain.paper_of_2019 import (
    ALL_DUE,
    APRIL,
    CHAMPIONS,
    MUST,
    MUST_DUE,
    MUST_FINDINGS,
    MUST_ON_TRACK,
    PAPER_OF_MAY_2019,
    SHOULD_FINDINGS,
    TRAJECTORY,
)

Mend = Callable[[Paper], Paper]


def without_claim(figure: str, value: int) -> Mend:
    return lambda paper: replace(
        paper, claims=[each for each in paper.claims if each.figure != figure or each.value != value]
    )


def with_claim(claim: Claim) -> Mend:
    return lambda paper: replace(paper, claims=[*paper.claims, claim])


def with_percentages(change: Callable[[PercentageClaim], PercentageClaim]) -> Mend:
    return lambda paper: replace(paper, percentages=[change(each) for each in paper.percentages])


def of_the_whole(change: Callable[[PercentageClaim], PercentageClaim]) -> Mend:
    return with_percentages(lambda each: change(each) if each.part is None and each.as_at == APRIL else each)


CONTRADICTIONS: dict[str, tuple[Rule, str, str, Mend]] = {
    "78 of 79 Must Do findings": (
        Rule.PARTS_ADD_UP, "Must Do findings", "add up to 78, and the paper says 79 (Background): 1 is not mentioned",
        with_claim(Claim(MUST_FINDINGS, Decimal(1), "2", part="Well-led")),
    ),
    "88 of 91 Should Do findings": (
        Rule.PARTS_ADD_UP, "Should Do findings", "add up to 88, and the paper says 91",
        with_claim(Claim(SHOULD_FINDINGS, Decimal(3), "2", part="Well-led")),
    ),
    "over 75% is 81.6%": (
        Rule.PERCENTAGE_IS_ITS_FRACTION, "Percentage of trajectory at 30 April 2019", "93 of 114 root causes due is 81.6%",
        of_the_whole(lambda each: replace(each, value=Decimal(80))),
    ),
    "over 75% of what": (
        Rule.PERCENTAGE_HAS_ITS_FRACTION, "Percentage of trajectory at 30 April 2019", "does not say how many of how many",
        of_the_whole(lambda each: replace(each, stated=True)),
    ),
    "80% was of another denominator": (
        Rule.DENOMINATOR_IS_KEPT, "Percentage of trajectory at 30 April 2019", "is of root causes due; “over 80%” (Background)",
        of_the_whole(lambda each: replace(each, basis=MUST_DUE)),
    ),
    "35 root causes are never mentioned": (
        Rule.KINDS_ADD_UP, "Must Do root causes at 30 April 2019", "35 are not mentioned",
        with_claim(
            Claim("Must Do root causes neither complete nor on track", Decimal(35), "Situation", APRIL, of_kinds=(MUST,))
        ),
    ),
    "the cover ticks only Note": (
        Rule.COVER_ASKS_WHAT_IS_RECOMMENDED, "approve", "Recommendation 4 asks to approve, and the cover does not tick Approve",
        lambda paper: replace(paper, asks=paper.asks | {"approve"}),
    ),
    "two figures are numbered 7": (
        Rule.FIGURE_NUMBERS_ARE_UNIQUE, "Figure 7", "2 figures are numbered 7",
        lambda paper: replace(paper, numbered=[*paper.numbered[:-1], replace(paper.numbered[-1], number=8)]),
    ),
    "the newsletter is not Figure 8": (
        Rule.WHAT_IS_REFERRED_TO_IS_THERE, "Figure 8, newsletter", "there is no such figure",
        lambda paper: replace(paper, numbered=[*paper.numbered[:-1], replace(paper.numbered[-1], number=8)]),
    ),
    "over 50 and around 80 champions": (
        Rule.ONE_FACT_ONE_VALUE, "Engagement Champions", "“around 80” (Cover) and “over 50” (Situation)",
        without_claim(CHAMPIONS, 50),
    ),
}  # fmt: skip


def found(paper: Paper, rule: Rule, about: str) -> list[Discrepancy]:
    return [each for each in reconcile(paper) if (each.rule, each.about) == (rule, about)]


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_each_contradiction_of_the_paper_is_found_and_goes_when_it_is_mended(name: str) -> None:
    rule, about, sentence, mend = CONTRADICTIONS[name]
    (discrepancy,) = found(PAPER_OF_MAY_2019, rule, about)
    assert sentence in discrepancy.sentence
    mended = reconcile(mend(PAPER_OF_MAY_2019))
    assert discrepancy not in mended
    assert {each.key for each in mended} <= {each.key for each in reconcile(PAPER_OF_MAY_2019)}


def test_nothing_else_is_found_but_that_march_does_not_state_its_fraction() -> None:
    known = {(rule, about) for rule, about, _, _ in CONTRADICTIONS.values()}
    others = [each for each in reconcile(PAPER_OF_MAY_2019) if (each.rule, each.about) not in known]
    assert [(each.rule, each.about) for each in others] == [
        (Rule.PERCENTAGE_HAS_ITS_FRACTION, "Percentage of trajectory at 31 March 2019")
    ]


def test_the_isgs_percentages_agree_with_their_fractions_cut_off_or_rounded() -> None:
    for claim in PAPER_OF_MAY_2019.percentages:
        if claim.part is not None:
            assert not found(
                Paper(percentages=[claim]),
                Rule.PERCENTAGE_IS_ITS_FRACTION,
                f"{TRAJECTORY} of {claim.part} at 30 April 2019",
            )


def test_a_paper_is_held_against_the_one_before_it() -> None:
    april = PercentageClaim(TRAJECTORY, Decimal(80), "April paper", MUST_DUE, stated=True)
    may = PercentageClaim(TRAJECTORY, Decimal(75), "May paper", ALL_DUE, stated=True)
    assert not reconcile(Paper(percentages=[may]))
    (discrepancy,) = reconcile(Paper(percentages=[may]), Paper(percentages=[april]))
    assert discrepancy.rule is Rule.DENOMINATOR_IS_KEPT
    assert discrepancy.places == ("April paper", "May paper")


@pytest.mark.parametrize(
    ("one", "other", "can_both_be_true"),
    [
        ((93, Bound.EXACTLY), (93, Bound.EXACTLY), True),
        ((93, Bound.EXACTLY), (94, Bound.EXACTLY), False),
        ((50, Bound.OVER), (52, Bound.EXACTLY), True),
        ((50, Bound.OVER), (49, Bound.EXACTLY), False),
        ((50, Bound.OVER), (80, Bound.AROUND), False),
        ((80, Bound.AROUND), (76, Bound.EXACTLY), True),
        ((80, Bound.AROUND), (60, Bound.EXACTLY), False),
    ],
)
def test_what_can_be_said_of_one_fact(
    one: tuple[int, Bound], other: tuple[int, Bound], *, can_both_be_true: bool
) -> None:
    claims = [Claim("x", Decimal(value), "here", bound=bound) for value, bound in (one, other)]
    assert agree(*claims) is agree(*reversed(claims)) is can_both_be_true


COUNTS = st.lists(st.integers(0, 500), min_size=1, max_size=6)


@given(COUNTS, st.integers(-5, 5))
def test_parts_and_a_whole_agree_exactly_when_they_add_up(parts: list[int], off_by: int) -> None:
    claims = [
        Claim("findings", Decimal(sum(parts) + off_by), "Background"),
        *(Claim("findings", Decimal(part), "1b", part=f"ISG {number}") for number, part in enumerate(parts)),
    ]
    assert bool(reconcile(Paper(claims=claims))) is (off_by != 0)


@given(st.integers(0, 300), st.integers(1, 300))
def test_a_percentage_printed_to_one_place_or_none_is_that_of_its_fraction(done: int, due: int) -> None:
    exact = Decimal(done) * 100 / due
    for printed in (exact.quantize(Decimal("0.1")), exact.quantize(Decimal(1))):
        claim = PercentageClaim(
            TRAJECTORY, printed, "1b", MUST_DUE, date(2019, 4, 30),
            numerator=Decimal(done), denominator=Decimal(due), stated=True,
        )  # fmt: skip
        assert reconcile(Paper(percentages=[claim])) == ()


@given(st.lists(st.integers(1, 9), max_size=9))
def test_numbers_of_figures_are_told_apart(numbers: list[int]) -> None:
    paper = Paper(numbered=[Numbered(number, f"Title {at}", "1a") for at, number in enumerate(numbers)])
    twice = {each.about for each in reconcile(paper)}
    assert twice == {f"Figure {number}" for number in numbers if numbers.count(number) > 1}


def test_what_is_not_recommended_is_not_ticked() -> None:
    (discrepancy,) = reconcile(Paper(asks=frozenset({"receive"})))
    assert discrepancy.sentence == "The cover ticks Receive, and no recommendation asks to receive."


def test_on_track_and_complete_are_told_of_the_whole_that_only_its_parts_state() -> None:
    assert not any(claim.figure == MUST and claim.part is None for claim in PAPER_OF_MAY_2019.claims)
    (discrepancy,) = found(PAPER_OF_MAY_2019, Rule.KINDS_ADD_UP, "Must Do root causes at 30 April 2019")
    assert discrepancy.sentence.startswith("Of 265 Must Do root causes")
    assert f"137 {MUST_ON_TRACK}" in discrepancy.sentence


def test_the_kinds_of_one_isg_make_up_what_it_holds() -> None:
    held = Claim(MUST, Decimal(45), "Table", APRIL, part="Scheduled Care")
    kinds = [
        Claim(
            f"{MUST} {kind}",
            Decimal(value),
            "1b",
            APRIL,
            part="Scheduled Care",
            of_kinds=(MUST, "something not stated"),
        )
        for kind, value in (("complete", 21), ("on track", 20), ("neither", 4))
    ]
    assert reconcile(Paper(claims=[held, *kinds])) == ()
    (discrepancy,) = reconcile(Paper(claims=[replace(held, value=Decimal(47)), *kinds]))
    assert discrepancy.about == f"{MUST} of Scheduled Care at 30 April 2019"
    assert "2 are not mentioned" in discrepancy.sentence


def test_kinds_of_another_day_are_no_kinds_of_this_whole() -> None:
    whole = Claim(MUST, Decimal(45), "Table", date(2019, 3, 31))
    kinds = [
        Claim(f"{MUST} {kind}", Decimal(1), "1b", APRIL, of_kinds=(MUST,))
        for kind in ("complete", "on track")
    ]
    assert reconcile(Paper(claims=[whole, *kinds])) == ()


def test_a_place_is_what_people_call_it_and_knows_its_block() -> None:
    place = Place("Situation", "headline")
    assert (place, place.block, f"({place})") == ("Situation", "headline", "(Situation)")
