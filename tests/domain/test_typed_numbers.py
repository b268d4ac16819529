"""Which parts of a text are numbers, how they are meant, and what their words say that they count."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.reconciliation import Bound
from services.domain.typed_numbers import IN_WORDS, TypedNumber, references, typed_numbers

PAPER = date(2019, 4, 30)


def only(words: str) -> TypedNumber:
    [found] = typed_numbers(words, PAPER)
    return found


@pytest.mark.parametrize(
    ("words", "value", "bound", "is_percentage"),
    [
        ("93 were complete.", "93", Bound.EXACTLY, False),
        ("Eight were complete.", "8", Bound.EXACTLY, False),
        ("twenty-one wards", "21", Bound.EXACTLY, False),
        ("It cost 1,234,567.", "1234567", Bound.EXACTLY, False),
        ("6.5 a week", "6.5", Bound.EXACTLY, False),
        ("This is over 75% of the trajectory.", "75", Bound.OVER, True),
        ("more than 80 per cent", "80", Bound.OVER, True),
        ("at least 10 wards", "10", Bound.OVER, False),
        ("Around 80 volunteers", "80", Bound.AROUND, False),
        ("about fifty wards", "50", Bound.AROUND, False),
        ("(81.6%)", "81.6", Bound.EXACTLY, True),
        ("81.6 percent", "81.6", Bound.EXACTLY, True),
    ],
)
def test_a_number_is_read_as_it_is_meant(
    words: str, value: str, bound: Bound, *, is_percentage: bool
) -> None:
    found = only(words)
    assert (found.value, found.bound, found.is_percentage) == (Decimal(value), bound, is_percentage)


@pytest.mark.parametrize(
    "words",
    [
        "on 30 April 2019", "in April 2019", "in 2018/19 and since 2017", "on 30/05/2019", "at 10:30", "RR1533", "KLOE W1",
        "Section 29A", "the Section 31 notice", "Figure 8 below", "recommendation 4", "our 28-day response", "two-weekly cycles",
        "the 4th of them", "one of the wards", "Tier 3 committees", "cycle 12", "a ten-bedded ward",
    ],
)  # fmt: skip
def test_days_times_names_and_parts_of_the_paper_are_no_numbers(words: str) -> None:
    assert typed_numbers(words, PAPER) == []


@pytest.mark.parametrize(
    ("words", "figure"),
    [
        ("93 Must Do Root Causes were completed.", "Must Do Root Causes complete"),
        ("93 must do root causes have been closed.", "Must Do Root Causes complete"),
        (
            "93 Must Do Root Causes and 8 Should Do Root Causes were completed.",
            "Must Do Root Causes complete",
        ),
        ("137 Must Do Root Causes are marked as on track.", "Must Do Root Causes on track"),
        ("35 Must Do Root Causes are neither.", "Must Do Root Causes neither complete nor on track"),
        ("172 Must Do Root Causes are not yet complete.", "Must Do Root Causes not yet complete"),
        ("114 Must Do Root Causes due by then.", "Must Do Root Causes due"),
        ("The 79 Must Do findings describe it.", "Must Do findings"),
        ("The CQC’s 79 Must Do findings describe it.", "Must Do findings"),
        ("Three Must Do findings are about theatres.", None),
        ("Three Must Do Root Causes wait for a supplier.", None),
        ("20 Must Do Root Causes are not on track.", None),
        ("Around 80 volunteers came.", None),
    ],
)
def test_it_says_what_it_counts_only_where_its_words_are_clear(words: str, figure: str | None) -> None:
    assert typed_numbers(words, PAPER)[0].figure == figure


@pytest.mark.parametrize(
    ("words", "of"),
    [
        ("This is 81.6% (93 of 114).", (93, 114)),
        ("93 of the 114 due, or 81.6%, are complete.", (93, 114)),
        ("81.6%, that is 93 out of 114, and before 81.4% (48 of 59).", (93, 114)),
        ("This is 81.6%.", None),
        ("This is 81.6%. Before, 48 of 59 were.", None),
    ],
)
def test_a_percentage_has_the_fraction_of_its_sentence(words: str, of: tuple[int, int] | None) -> None:
    found = next(each for each in typed_numbers(words, PAPER) if each.is_percentage)
    assert (found.of and (int(found.of.part), int(found.of.whole))) == of


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("At the end of March 52 were complete.", date(2019, 3, 31)),
        ("At the end of December 2018 2 were complete.", date(2018, 12, 31)),
        ("At the end of December 2 were complete.", date(2018, 12, 31)),
        ("By 22 May 95 were complete.", date(2019, 5, 22)),
        ("By 31 April 95 were complete.", None),
        ("By now 95 were complete.", None),
        ("In March we met. Now 95 were complete.", None),
    ],
)
def test_it_is_of_the_day_that_its_sentence_names(words: str, day: date | None) -> None:
    assert typed_numbers(words, PAPER)[-1].day == day


@pytest.mark.parametrize(
    ("words", "sent_to"),
    [
        (
            "Figure 1 shows the Must Do Root Causes, Figure 2 the Should Do ones.",
            [(1, "Must Do"), (2, "Should Do")],
        ),
        ("Figure One shows the Must Do Root Causes.", [(1, "Must Do")]),
        ("It is shown in Figure 8 below. The Must Do ones are not.", [(8, "")]),
        ("The figure is 8. There is no Figure 2.", []),
    ],
)
def test_a_text_sends_its_reader_to_figures(words: str, sent_to: list[tuple[int, str]]) -> None:
    assert references(words) == sent_to


@given(st.integers(0, 99_999_999), st.sampled_from(["", " wards", "."]))
def test_any_number_in_digits_is_read_with_and_without_commas(number: int, after: str) -> None:
    for written in {f"{number:,}", str(number)} if number < 1900 or number > 2099 else {f"{number:,}"}:
        assert only(f"There were {written}{after}").value == number


@given(st.sampled_from(sorted(IN_WORDS)))
def test_any_number_in_words_is_read(word: str) -> None:
    assert only(f"There were {word} wards.").value == IN_WORDS[word]


@given(st.text(max_size=200))
def test_no_text_is_too_odd(words: str) -> None:
    for each in typed_numbers(words, PAPER):
        assert words[each.start : each.end]
    references(words)
