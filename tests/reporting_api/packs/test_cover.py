"""The cover page has every field of the Board's form, and asks for what the recommendations ask for."""

import pytest

from services.reporting_api.packs.composition import compose
from services.reporting_api.packs.content import FilledField, FilledForm, plain
from services.reporting_api.packs.kinds import BOARD
from services.reporting_api.packs.material import Material
from services.reporting_api.packs.outline import Outline, rewritten
from tests.reporting_api.packs.papers import MAY_2019


def cover(outline: Outline = BOARD) -> dict[str, FilledField]:
    """The fields by their label."""
    (form,) = compose(outline, Material(MAY_2019)).sections[0].blocks
    assert isinstance(form, FilledForm)
    return {field.label: field for field in form.fields}


def ticked(field: FilledField) -> list[str]:
    """What is ticked of its boxes."""
    return [box.label for box in field.boxes if box.ticked]


def test_every_field_of_the_form_is_there_in_its_order() -> None:
    assert list(cover()) == [
        "Meeting", "Paper title", "Date of meeting", "Date paper was written", "Figures as at", "Responsible Director", "Author",
        "Executive summary", "Previously considered by", "The Board is asked to", "Link to CQC domain",
        "Link to strategic objectives", "Link to Board Assurance Framework risks", "Equality Impact Assessment",
        "Freedom of Information Act (2000) status", "Financial assessment",
    ]  # fmt: skip


def test_each_thing_that_can_be_asked_has_its_meaning() -> None:
    boxes = cover()["The Board is asked to"].boxes
    assert [box.label for box in boxes] == ["Approve", "Receive", "Note", "Take assurance"]
    assert all(len(box.meaning) > 30 for box in boxes)
    assert boxes[2].line.startswith("☑ Note (ticked): ")
    assert boxes[0].line.startswith("☐ Approve (not ticked): ")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("", ["Note"]),
        ("Note the substantive team and approve the arrangements for the inspection.", ["Approve", "Note"]),
        ("- Take assurance from the controls.", ["Note", "Take assurance"]),
        ("Notebooks are to be bought.", ["Note"]),
    ],
)
def test_the_cover_ticks_what_is_recommended(text: str, asks: list[str]) -> None:
    assert ticked(cover(rewritten(BOARD, "recommendations", text))["The Board is asked to"]) == asks


def test_what_is_written_takes_the_place_of_what_is_drafted() -> None:
    drafted = [plain(line) for line in cover()["Executive summary"].lines]
    assert "93 Must Do Root Causes and eight Should Do Root Causes were completed" in drafted[0]
    written = cover(
        rewritten(
            BOARD, "cover", "One.\n\nTwo.", {"author": "Head of PMO", "foi": "full", "equality": "stage_1"}
        )
    )
    assert [plain(line) for line in written["Executive summary"].lines] == ["One.", "Two."]
    assert plain(written["Author"].lines[0]) == "Head of PMO"
    assert ticked(written["Freedom of Information Act (2000) status"]) == [
        "This document is for full publication"
    ]
    assert len(ticked(written["Equality Impact Assessment"])) == 1


def test_what_nobody_has_given_says_so() -> None:
    assert plain(cover()["Date of meeting"].lines[0]) == "Not given yet"
    assert ticked(cover()["Freedom of Information Act (2000) status"]) == []
