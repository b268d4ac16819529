"""What a pack claims: each drafted number by its name; whatever is changed in one place is found, named, and goes when mended."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.reconciliation import Rule, named
from services.reporting_api.packs.composition import compose
from services.reporting_api.packs.content import Count, Figure, Pack, Paragraph, Section, Share, Text
from services.reporting_api.packs.editing import Edit, blocks_of, edited, is_editable, words_of
from services.reporting_api.packs.kinds import BOARD
from services.reporting_api.packs.material import Material
from services.reporting_api.packs.outline import BlockPlan
from services.reporting_api.packs.stored import content_from_data, frozen
from services.reporting_api.papers.reconciling import claims_of, discrepancies, read
from tests.reporting_api.packs.board_paper import board_paper
from tests.reporting_api.packs.changed import figures_in, with_figure_changed
from tests.reporting_api.packs.papers import MAY_2019, WORKFORCE

PAPER = board_paper(MAY_2019)
FIGURES = list(figures_in(PAPER))
CLAIMED = [at for at, figure in enumerate(FIGURES) if figure.claims is not None and figure.value is not None]
STATED_ONCE = ("Must Do actions due in the month",)
"""What nothing else in the paper has to do with: a change of it contradicts nothing."""
APRIL = date(2019, 4, 30)


def said(figure: Figure) -> str:
    """What a discrepancy of this figure is about."""
    of = figure.claims
    assert of is not None
    counted = of.numerator if isinstance(of, Share) else of
    return named(of.figure, counted.part, counted.as_at)


def is_constrained(at: int) -> bool:
    of = FIGURES[at].claims
    return of is not None and not of.figure.startswith(STATED_ONCE) and " of the source " not in of.figure


CONSTRAINED = [at for at in CLAIMED if is_constrained(at)]


def wholes_of(figure: Figure) -> set[str]:
    """What a discrepancy may be about when this figure is wrong: itself, what it is part or kind of, or a percentage of it."""
    of = figure.claims
    if not isinstance(of, Count):
        return {said(figure)}
    names = {(of.figure, of.part), (of.figure, None), *((whole, of.part) for whole in of.of_kinds)}
    return {named(name, part, day) for name, part in names for day in (of.as_at, None)}


def test_every_number_that_is_drafted_claims_what_it_is() -> None:
    unnamed = [figure for figure in FIGURES if figure.value is not None and figure.claims is None]
    assert unnamed == []
    assert len(CLAIMED) > 200


def test_the_paper_agrees_with_itself() -> None:
    assert discrepancies(PAPER, None) == []


@pytest.mark.parametrize("at", CONSTRAINED, ids=lambda at: f"{at}: {FIGURES[at].text} {said(FIGURES[at])}")
def test_a_number_that_is_changed_in_one_place_is_found_and_named(at: int) -> None:
    found = discrepancies(with_figure_changed(PAPER, at, 7), None)
    about = {each.about for each in found}
    percentages = {
        said(each) for each in FIGURES if isinstance(each.claims, Share) and uses(each.claims, FIGURES[at])
    }
    assert about & (wholes_of(FIGURES[at]) | percentages), found


def uses(share: Share, figure: Figure) -> bool:
    return figure.claims in (share.numerator, share.denominator)


@given(st.sampled_from(CONSTRAINED), st.integers(2, 50))
def test_it_is_found_however_much_it_is_changed_and_goes_when_it_is_mended(at: int, by: int) -> None:
    changed = with_figure_changed(PAPER, at, by)
    assert discrepancies(changed, None)
    assert discrepancies(with_figure_changed(changed, at, -by), None) == []


@pytest.mark.parametrize(
    "at", [at for at in CLAIMED if not is_constrained(at)], ids=lambda at: said(FIGURES[at])
)
def test_what_stands_alone_is_claimed_and_contradicts_nothing(at: int) -> None:
    assert discrepancies(with_figure_changed(PAPER, at, 7), None) == []


def test_claims_survive_freezing() -> None:
    again = content_from_data(frozen(PAPER))
    assert claims_of(again) == claims_of(PAPER)
    assert [each.claims for each in figures_in(again)] == [each.claims for each in FIGURES]


def test_claims_survive_an_edit_and_move_with_their_figures() -> None:
    key, block = next(
        (key, block)
        for key, _, block in blocks_of(PAPER)
        if is_editable(block) and len(words_of(block).figures) > 4
    )
    words = words_of(block)
    turned = " ".join(f"{{{number}}}" for number in range(len(words.figures), 0, -1))
    changed = edited(PAPER, [Edit(key, words.template, tuple(words.counted), turned)])
    assert {each.claims for each in figures_in(changed)} == {each.claims for each in FIGURES}
    assert discrepancies(changed, None) == []


def test_places_name_the_block() -> None:
    at = next(at for at in CONSTRAINED if FIGURES[at].text == "137")
    [found] = [
        each
        for each in discrepancies(with_figure_changed(PAPER, at, 7), None)
        if each.rule is Rule.ONE_FACT_ONE_VALUE
    ]
    keys = {key for key, _, _ in blocks_of(PAPER)}
    assert {place.block for place in found.places} <= keys  # type: ignore[attr-defined]
    assert len({place.block for place in found.places}) > 1  # type: ignore[attr-defined]


# -- what is typed -------------------------------------------------------------------------------------------------


def with_paragraph(*words: str, section: str = "situation") -> Pack:
    """The paper with what somebody typed at the end of a section."""
    typed = tuple(Paragraph((Text(each, typed=True),), f"typed-{at}") for at, each in enumerate(words))

    def extended(each: Section) -> Section:
        blocks = (*each.blocks, *typed) if each.key == section else each.blocks
        return replace(each, blocks=blocks, sections=tuple(map(extended, each.sections)))

    return replace(PAPER, sections=tuple(map(extended, PAPER.sections)))


OF_WORKFORCE = f"isg-{WORKFORCE.slug}"


@pytest.mark.parametrize(
    ("words", "section", "rule", "sentence"),
    [
        ("This is over 75% of the trajectory.", "situation",
         Rule.PERCENTAGE_HAS_ITS_FRACTION, "does not say how many of how many"),
        ("This is over 75% (93 of 114).", "situation",
         Rule.PERCENTAGE_IS_ITS_FRACTION, "93 of 114 Must Do Root Causes due is 81.6%"),
        ("Half of wards, 60% (3 of 6), have one.", "situation", Rule.PERCENTAGE_IS_ITS_FRACTION, "3 of 6 is 50.0%"),
        ("94 Must Do Root Causes were completed.", "situation",
         Rule.ONE_FACT_ONE_VALUE, "“93” (Cover page, Executive summary) and “94” (Situation)"),
        ("The 78 Must Do findings matter.", "situation",
         Rule.ONE_FACT_ONE_VALUE, "“79” (Background) and “78” (Situation)"),
        ("Over 140 Must Do Root Causes are on track.", "situation",
         Rule.ONE_FACT_ONE_VALUE, "“137” (Cover page, Executive summary) and “over 140”"),
        ("We closed a lot: 35 Must Do Root Causes were closed.", OF_WORKFORCE,
         Rule.ONE_FACT_ONE_VALUE, "of Workforce at 30 April 2019"),
        ("At the end of March, 53 Must Do Root Causes were complete.", "situation",
         Rule.ONE_FACT_ONE_VALUE, "at 31 March 2019"),
        ("A summary is shown in Figure 8 below.", "situation",
         Rule.WHAT_IS_REFERRED_TO_IS_THERE, "there is no such figure"),
        ("Figure 2 shows Must Do completion.", "situation",
         Rule.WHAT_IS_REFERRED_TO_IS_THERE, "it shows something else"),
    ],
)  # fmt: skip
def test_what_is_typed_and_does_not_agree_is_found(
    words: str, section: str, rule: Rule, sentence: str
) -> None:
    found = discrepancies(with_paragraph(words, section=section), None)
    assert [each.rule for each in found] == [rule], found
    assert sentence in found[0].sentence


@pytest.mark.parametrize(
    ("words", "section", "held_against"),
    [
        ("93 Must Do Root Causes and eight Should Do Root Causes were completed.", "situation",
         ["Must Do Root Causes complete", "Should Do Root Causes complete"]),
        ("This is 81.6% (93 of 114).", "situation", ["Percentage of Must Do trajectory", None, None]),
        ("Of wards 50% (3 of 6) have one.", "situation", ["the fraction in its sentence", None, None]),
        ("Over 135 Must Do Root Causes are marked as on track.", "situation", ["Must Do Root Causes on track"]),
        ("The CQC’s 79 Must Do findings describe what must be done.", "situation", ["Must Do findings"]),
        ("34 Must Do Root Causes had been closed.", OF_WORKFORCE, ["Must Do Root Causes complete"]),
        ("Three Must Do Root Causes wait for a supplier.", "situation", [None]),
        ("Around 80 volunteers have been identified.", "situation", [None]),
        ("20 Freedom to Speak Up Advocates help.", "situation", [None]),
        ("On 4 April 2019 the 28-day response, RR1533 and Section 31 were discussed at 10:30.", "situation", []),
    ],
)  # fmt: skip
def test_a_typed_number_is_held_against_what_it_says_that_it_counts_or_listed_as_not_checked(
    words: str, section: str, held_against: list[str | None]
) -> None:
    pack = with_paragraph(words, section=section)
    assert discrepancies(pack, None) == []
    assert [each.figure for each in read(pack).by_hand] == held_against


def test_numbers_before_one_name_are_of_one_thing() -> None:
    champions = (
        "Around 80 engagement champions volunteered.",
        "Over 50 Engagement Champions were appointed.",
    )
    [found] = discrepancies(with_paragraph(*champions), None)
    assert found.rule is Rule.ONE_FACT_ONE_VALUE
    assert "“around 80” (Situation) and “over 50” (Situation)" in found.sentence
    agreeing = with_paragraph(champions[0], "Over 75 Engagement Champions were appointed.")
    assert discrepancies(agreeing, None) == []
    assert [each.figure for each in read(agreeing).by_hand] == ["engagement champions"] * 2


def test_numbers_before_other_words_are_not_compared() -> None:
    pack = with_paragraph("Five patients waited outside.", "Two patients waited inside.")
    assert discrepancies(pack, None) == []
    assert [each.figure for each in read(pack).by_hand] == [None, None]


def test_an_edit_that_adds_a_number_is_found_and_one_that_only_words_it_anew_is_not() -> None:
    key, block = next(
        (key, block) for key, _, block in blocks_of(PAPER) if is_editable(block) and words_of(block).figures
    )
    words = words_of(block)

    def found(typed: str) -> list[Any]:
        return list(
            discrepancies(edited(PAPER, [Edit(key, words.template, tuple(words.counted), typed)]), None)
        )

    assert found(f"In short: {words.template}") == []
    [wrong] = found(f"{words.template} That is over 75%.")
    assert wrong.rule is Rule.PERCENTAGE_HAS_ITS_FRACTION
    assert wrong.places[0].block == key


def test_numbers_that_people_write_in_the_cover_are_theirs() -> None:
    options = {
        "financial": "It costs £250,000, which is 3% more.",
        "risks": "RR1533",
        "considered_by": "Two committees",
    }

    def block(each: BlockPlan) -> BlockPlan:
        return replace(each, options=options) if each.key == "cover" else each

    sections = tuple(replace(each, blocks=tuple(map(block, each.blocks))) for each in BOARD.sections)
    pack = compose(replace(BOARD, sections=sections), Material(MAY_2019))
    assert [each.said for each in read(pack).by_hand] == ["Two committees", "£250,000", "3% more"]
    [found] = discrepancies(pack, None)
    assert found.places == ("Cover page, Financial assessment",)


def test_a_recommendation_that_is_edited_to_ask_for_more_than_the_cover_ticks_is_found() -> None:
    key, block = next(
        (key, block) for key, _, block in blocks_of(PAPER) if key.startswith("recommendations.2")
    )
    assert is_editable(block)
    words = words_of(block)
    more = f"{words.template} and approve the arrangements."
    [found] = discrepancies(edited(PAPER, [Edit(key, words.template, tuple(words.counted), more)]), None)
    assert found.sentence == "Recommendation 2 asks to approve, and the cover does not tick Approve."


def test_a_percentage_keeps_its_denominator_from_paper_to_paper() -> None:
    key, share = next(
        (at, each.claims)
        for at, each in enumerate(FIGURES)
        if isinstance(each.claims, Share) and each.value is not None
    )
    other = replace(share, denominator=replace(share.denominator, figure="Root Causes"))
    before = replace(
        PAPER,
        sections=(Section("s", "April paper", (Paragraph((replace(FIGURES[key], claims=other),)),)),),
    )
    found = [each for each in discrepancies(PAPER, before) if each.rule is Rule.DENOMINATOR_IS_KEPT]
    assert {each.about.partition(" at ")[0] for each in found} == {share.figure}
    assert Decimal(str(FIGURES[key].value)) > 0
