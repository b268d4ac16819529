"""Words around figures: taken apart, put together, and found again when the draft has changed."""

from datetime import date

import pytest

from services.domain.packs import Fit
from services.reporting_api.packs.content import (
    BulletList,
    Figure,
    Inlines,
    Pack,
    Paragraph,
    Section,
    Text,
    plain,
)
from services.reporting_api.packs.editing import (
    Edit,
    block_called,
    edited,
    placed,
    with_words,
    without,
    words_of,
)

DUE = Figure(114, "114", "/root-causes?counted=planned&month=2019-04&as_at=2019-04-30")
DONE = Figure(93, "93", "/root-causes?counted=complete&month=2019-04&as_at=2019-04-30")
SAID: Inlines = (DONE, Text(" of "), DUE, Text(" are "), Text("complete", strong=True), Text("."))


def pack(*blocks: Paragraph | BulletList) -> Pack:
    return Pack("board", "T", "Trust", date(2019, 4, 30), (), (Section("situation", "Situation", blocks),))


def edit(words: str, drafted: str = "{1} of {2} are **complete**.", key: str = "situation.1") -> Edit:
    counted = tuple(words_of(Paragraph(SAID)).counted)
    return Edit(key, drafted, counted, words)


def test_a_paragraph_comes_apart_and_together_again() -> None:
    words = words_of(Paragraph(SAID))
    assert words.template == "{1} of {2} are **complete**."
    assert words.figures == (DONE, DUE)
    assert with_words(Paragraph(SAID), words.template) == Paragraph(SAID)


def test_figures_may_change_places_and_stay_what_they_are() -> None:
    changed = with_words(Paragraph(SAID), "Of {2}, {1} are done.")
    assert isinstance(changed, Paragraph)
    assert plain(changed.inlines) == "Of 114, 93 are done."
    assert [each for each in changed.inlines if isinstance(each, Figure)] == [DUE, DONE]


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("{1} of {2} are **complete**.", []),
        ("{1} of {2} are **complete**, which is over 75%.", [", which is over 75%."]),
        ("By April {1} of {2} are **complete**.", ["By April "]),
        ("{1} of the {2} are **finished**.", ["the ", "finished"]),
        ("**{1}** of {2} are **complete**.", []),
    ],
)
def test_words_that_the_draft_does_not_have_are_marked_as_typed(words: str, typed: list[str]) -> None:
    changed = with_words(Paragraph(SAID), words)
    assert isinstance(changed, Paragraph)
    assert [each.text for each in changed.inlines if isinstance(each, Text) and each.typed] == typed


def test_what_somebody_typed_in_the_first_place_stays_typed_when_others_edit_it() -> None:
    free = Paragraph((Text("Around 80 champions volunteered.", typed=True),))
    changed = with_words(free, "Around 80 champions have volunteered.")
    assert isinstance(changed, Paragraph)
    assert changed.inlines == (Text("Around 80 champions have volunteered.", typed=True),)


def test_a_list_has_a_line_for_each_item() -> None:
    items = BulletList(((Text("One "), DONE), (Text("Two"),)))
    assert words_of(items).template == "One {1}\nTwo"
    changed = with_words(items, "Two\n\n Three {1}")
    assert isinstance(changed, BulletList)
    assert [plain(item) for item in changed.items] == ["Two", "Three 93"]


@pytest.mark.parametrize(
    ("now", "fit", "printed"),
    [
        (Paragraph(SAID), Fit.STANDS, "All told, 93 of 114."),
        (Paragraph((*SAID, Text(" Well done."))), Fit.DRAFT_CHANGED, "All told, 93 of 114."),
        (Paragraph((DONE, Text(" is complete."))), Fit.SET_ASIDE, "93 is complete."),
        (Paragraph((DUE, Text(" of "), DONE)), Fit.SET_ASIDE, "114 of 93"),
    ],
)
def test_an_edit_is_printed_while_its_figures_are_those_of_the_draft(
    now: Paragraph, fit: Fit, printed: str
) -> None:
    one = edit("All told, {1} of {2}.")
    assert placed(pack(now), [one])[0].fit is fit
    block = block_called(edited(pack(now), [one]), "situation.1")
    assert isinstance(block, Paragraph)
    assert plain(block.inlines) == printed


def test_the_same_figures_of_another_day_are_the_same_figures() -> None:
    june = (
        Figure(101, "101", "/root-causes?counted=complete&month=2019-05&as_at=2019-05-31"), Text(" of "),
        Figure(120, "120", "/root-causes?counted=planned&month=2019-05&as_at=2019-05-31"), Text(" are "),
        Text("complete", strong=True), Text("."),
    )  # fmt: skip
    found = placed(pack(Paragraph(june)), [edit("All told, {1} of {2}.")])
    assert found[0].fit is Fit.STANDS


def test_an_edit_follows_its_block_when_another_comes_before_it() -> None:
    two = pack(Paragraph((Text("New."),)), Paragraph(SAID))
    assert placed(two, [edit("All told, {1} of {2}.")])[0].key == "situation.2"


def test_an_edit_whose_block_is_gone_is_kept_and_not_printed() -> None:
    found = placed(pack(), [edit("All told, {1} of {2}.")])
    assert (found[0].key, found[0].fit) == (None, Fit.SET_ASIDE)


def test_a_section_that_is_exempt_goes_with_all_below_it() -> None:
    below = Section("below", "Below", (Paragraph(SAID),))
    whole = Pack("board", "T", "Trust", date(2019, 4, 30), (), (
        Section("kept", "Kept", (), (below,)), Section("gone", "Gone", (), (Section("deep", "Deep"),)),
    ))  # fmt: skip
    left = without(whole, frozenset({"gone", "below"}))
    assert [section.key for section in left.sections] == ["kept"]
    assert left.sections[0].sections == ()
