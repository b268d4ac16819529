"""The life of a pack: moves, words around figures, who approves, what has changed from one to another."""

from datetime import date
from decimal import Decimal

import pytest

from services.domain.errors import NotAllowed, RuleBroken
from services.domain.lifecycle import PACK_MOVES, may_move
from services.domain.packs import (
    Change,
    Fit,
    Stated,
    check_approver,
    check_as_at,
    check_editable,
    check_explained,
    check_reason,
    check_words,
    compare,
    figures_moved,
    fit_of,
    nhs_numbers,
    tidied,
)
from services.domain.words import PackState

DRAFT, ASSEMBLED, APPROVED, PUBLISHED, SUPERSEDED = PackState


def test_a_pack_moves_as_the_table_says_and_what_is_published_never_goes_back() -> None:
    allowed = {(now, to) for now in PackState for to in PackState if may_move(PACK_MOVES, now, to)}
    assert allowed == {
        (DRAFT, ASSEMBLED),
        (ASSEMBLED, DRAFT),
        (ASSEMBLED, APPROVED),
        (APPROVED, DRAFT),
        (APPROVED, PUBLISHED),
        (PUBLISHED, SUPERSEDED),
    }


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("{1} of {2} are done.", None),
        ("Of {2}, {1} are.", None),
        ("{1} of {2}, {3}.", "There is no figure {3} in the drafted text: take it out."),
        (
            "Most of {2}.",
            "{1} is no longer in the text: put it back. Every figure stays; the words around it are yours.",
        ),
        (
            "Most.",
            "{1} and {2} are no longer in the text: put them back. Every figure stays; the words around it are yours.",
        ),
        ("{1}, {1} of {2}.", "{1} stands in the text more than once: leave one."),
        ("  ", "Say something here, or go back to the drafted words."),
        (None, "Say something here, or go back to the drafted words."),
    ],
)
def test_the_words_change_and_every_figure_stays(words: str | None, sentence: str | None) -> None:
    if sentence is None:
        check_words("{1} of {2}", words)
        return
    with pytest.raises(RuleBroken) as refused:
        check_words("{1} of {2}", words)
    assert str(refused.value) == sentence
    assert refused.value.problems[0].field == "words"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("9{1} of {2} are done.", "9{1}"),
        ("-{1} of {2} are done.", "-{1}"),
        ("−{1} of {2}", "−{1}"),
        ("£{1} of {2}", "£{1}"),
        ("0.{1} of {2}", ".{1}"),
        ("9 {1} of {2}", "9 {1}"),
        ("9 **{1}** of {2}", "9 **{1}"),
        ("9({1}) of {2}", "9({1}"),
        ("minus {1} of {2}", "minus {1}"),
        ("two hundred and {1} of {2}", "hundred and {1}"),
        ("x{1} of {2}", "x{1}"),
        ("{2}{1}", None),
        ("{1}0 of {2}", "{1}0"),
        ("{1}% of {2}", "{1}%"),
        ("{1},000 of {2}", "{1},0"),
        ("{1}.{2}", "{1}.{"),
        ("{1}/{2}", "{1}/"),
        ("{1} 000 of {2}", "{1} 0"),
        ("{1} million of {2}", "{1} million"),
        ("{1}\nthousand of {2}", "{1} thousand"),
        ("{1}k of {2}", "{1}k"),
        ("{1}² of {2}", "{1}²"),
        ("٣{1} of {2}", "٣{1}"),
    ],
)  # fmt: skip
def test_nothing_stands_against_a_figure_that_makes_another_number_of_it(
    words: str, said: str | None
) -> None:
    with pytest.raises(RuleBroken, match="as another number than the figure’s own") as refused:
        check_words("{1} of {2}", words)
    assert said is None or f"“{said}”" in str(refused.value)


@pytest.mark.parametrize(
    ("drafted", "words"),
    [
        ("{1} of {2}", "In 2019, “{1}” ({2}), and so on."),
        ("{1} of {2}", "**{1}** of {2}. Done!"),
        ("{1} of {2}", "{1}: that is of {2}; well."),
        ("{1} of {2}", "More than {1} of {2} members."),
        ("Some 5 {1} of {2}–9", "All told some 5 {1} of {2}–9"),
        ("{1} in 2019\n{2}", "{1} by May 2019\n{2}"),
    ],
)
def test_words_and_punctuation_may_stand_beside_a_figure(drafted: str, words: str) -> None:
    check_words(drafted, words)


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u0338", "\u20dd", "\x07", "\u2028", "\ue000"])
def test_what_turns_figures_round_or_strikes_them_through_is_refused(character: str) -> None:
    with pytest.raises(RuleBroken, match=f"U\\+{ord(character):04X}"):
        check_words("{1} of {2}", f"Well {character} {{1}} of {{2}}")
    check_words(f"{character} {{1}} of {{2}}", f"Well {character} {{1}} of {{2}}")


def test_what_office_programs_put_between_words_unseen_is_taken_out() -> None:
    assert tidied(" im\u00adproved\ufeff e\u0301t\u200be\r\nso ") == "improved éte\nso"
    assert tidied(None) == ""


def test_figures_in_another_order_are_known() -> None:
    assert figures_moved("{1} of {2}", "Of {2}, {1}")
    assert not figures_moved("{1} of {2}", "All told, {1} of {2}")


@pytest.mark.parametrize(
    ("drafted", "figures", "fit"),
    [
        ("{1} of {2}", ["a", "b"], Fit.STANDS),
        ("Only {1} of {2}", ["a", "b"], Fit.DRAFT_CHANGED),
        ("{1} of {2}", ["b", "a"], Fit.SET_ASIDE),
        ("{1}", ["a"], Fit.SET_ASIDE),
        (None, [], Fit.SET_ASIDE),
    ],
)
def test_an_edit_fits_while_the_figures_are_the_same(
    drafted: str | None, figures: list[str], fit: Fit
) -> None:
    assert fit_of("{1} of {2}", ["a", "b"], drafted, figures) is fit


@pytest.mark.parametrize("state", PackState)
def test_words_change_until_the_pack_is_approved(state: PackState) -> None:
    if state in {DRAFT, ASSEMBLED}:
        check_editable(state)
        return
    with pytest.raises(RuleBroken, match="approved" if state is APPROVED else "never edited"):
        check_editable(state)


def test_a_pack_is_frozen_at_a_day_up_to_today() -> None:
    today = date(2019, 5, 22)
    assert check_as_at(today, today) == today
    with pytest.raises(RuleBroken, match="23 May 2019 is in the future"):
        check_as_at(date(2019, 5, 23), today)
    with pytest.raises(RuleBroken, match="Give the day"):
        check_as_at(None, today)


def test_nobody_approves_what_they_wrote() -> None:
    check_approver(3, {1, 2})
    with pytest.raises(NotAllowed, match="somebody else approves it"):
        check_approver(2, {1, 2})


def test_each_discrepancy_is_explained_before_approval() -> None:
    check_explained([])
    with pytest.raises(RuleBroken, match=r"2 discrepancies have no written explanation yet.*: One\. Two\."):
        check_explained(["One.", "Two."])


def test_a_reason_is_more_than_spaces() -> None:
    assert check_reason(" Late. ", "Say why.") == "Late."
    with pytest.raises(RuleBroken, match="Say why"):
        check_reason(" ", "Say why.")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Patient 943 476 5919 waited.", ["943 476 5919"]),
        ("Patient 9434765919.", ["9434765919"]),
        ("943.476.5919, 943\u00a0476\u00a05919", ["943.476.5919", "943\u00a0476\u00a05919"]),
        ("943 – 476 – 5919 and 943/476/5919", ["943 – 476 – 5919", "943/476/5919"]),
        ("943 476 5918 checks for nothing.", []),
        ("Call 01743 261000.", []),
        ("£9,434,765,919 and 1,111,111,111", []),
        ("1111111111", []),
    ],
)
def test_an_nhs_number_is_known_by_its_check_digit(words: str, found: list[str]) -> None:
    assert nhs_numbers(words) == found


def stated(key: str, value: str | None, text: str = "") -> Stated:
    return Stated(key, "Situation", key, None if value is None else Decimal(value), text or str(value))


def test_two_packs_are_compared_figure_by_figure() -> None:
    before = [
        stated("complete", "48"),
        stated("due", "59"),
        stated("gone", "1"),
        stated("note", None, "nothing due"),
    ]
    after = [
        stated("due", "59"),
        stated("complete", "93"),
        stated("new", "4"),
        stated("note", None, "due in May"),
    ]
    changes = compare(before, after)
    assert [(each.said.key, each.change, each.difference) for each in changes] == [
        ("due", Change.SAME, Decimal(0)),
        ("complete", Change.CHANGED, Decimal(45)),
        ("new", Change.ADDED, None),
        ("note", Change.CHANGED, None),
        ("gone", Change.GONE, None),
    ]
