"""How numbers and nouns are written, and how sentences are put together."""

from decimal import Decimal

import pytest

from services.domain.words import FindingType
from services.reporting_api.packs.content import Figure, Text, paragraph, plain, sentence
from services.reporting_api.packs.wording import (
    as_noun,
    in_words,
    none_or,
    root_causes,
    services_named,
    signed,
    source_name,
)


@pytest.mark.parametrize(
    ("number", "written"), [(0, "no"), (1, "one"), (8, "eight"), (9, "nine"), (10, "10"), (93, "93")]
)
def test_numbers_under_ten_are_written_in_words(number: int, written: str) -> None:
    assert in_words(number) == written


def test_nought_without_a_noun_is_none() -> None:
    assert (none_or(0), none_or(3), none_or(12)) == ("none", "three", "12")


def test_nouns_agree_with_their_number() -> None:
    assert [root_causes(n) for n in (0, 1, 2)] == ["Root Causes", "Root Cause", "Root Causes"]
    assert as_noun(FindingType.NOTICE, 1) == "requirement"
    assert as_noun(FindingType.SHOULD_DO, 91) == "Should Do findings"


def test_a_gap_is_written_with_its_sign() -> None:
    assert [signed(n) for n in (-4, 0, 2)] == ["−4", "0", "+2"]


def test_a_figure_in_a_sentence_keeps_its_value_and_what_it_counts() -> None:
    eight = Figure(8, "eight", "/root-causes?class=should_do")
    assert sentence("{done} {noun} were completed.", done=eight, noun="Root Causes") == (
        Figure(8, "Eight", "/root-causes?class=should_do"),
        Text(" Root Causes were completed."),
    )


def test_strong_words_stay_apart_from_plain_ones() -> None:
    assert sentence("{note} the progress.", note=Text("Note", strong=True)) == (
        Text("Note", strong=True),
        Text(" the progress."),
    )


def test_a_sentence_with_nothing_to_say_leaves_no_gap() -> None:
    said = paragraph(sentence("One."), (), sentence("{percent}.", percent=Figure(Decimal("81.6"), "81.6%")))
    assert plain(said.inlines) == "One. 81.6%."


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        ("Section 31 notice: maternity (August 2018)", "Section 31 notice (maternity, August 2018)"),
        ("Section 31 notice: maternity", "Section 31 notice (maternity)"),
        ("Section 29A warning notice (September 2018)", "Section 29A warning notice (September 2018)"),
    ],
)
def test_a_sources_name_has_no_colon_in_a_sentence(recorded: str, said: str) -> None:
    assert source_name(recorded) == said


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        (("Trust-wide",), "the Trust as a whole"),
        (("Maternity", "Children and young people"), "maternity, and children and young people"),
        (("Medicine", "Trust-wide", "Critical care"), "medicine, critical care and the Trust as a whole"),
        (("Urgent and emergency care", "Medicine"), "urgent and emergency care, and medicine"),
        (("A&E at Telford",), "A&E at Telford"),
    ],
)
def test_services_are_named_in_running_text(recorded: tuple[str, ...], said: str) -> None:
    assert services_named(recorded) == said
