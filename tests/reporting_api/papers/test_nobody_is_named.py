"""An NHS number is found in every text of a pack, wherever people's words get into it."""

from dataclasses import replace
from datetime import date

import pytest

from services.domain.errors import RuleBroken
from services.reporting_api.packs.content import (
    Block,
    BulletList,
    Detail,
    FilledField,
    FilledForm,
    Pack,
    Section,
    Story,
    Table,
    Text,
    paragraph,
)
from services.reporting_api.papers.nobody_named import check_nobody_is_named

NUMBER = "943 476 5919"
SAID = (Text(f"Patient {NUMBER}"),)
PACK = Pack("board", "Paper", "Trust", date(2019, 4, 30), (), (Section("risks", "Risks"),))


def with_block(block: Block) -> Pack:
    """The paper with one block."""
    return replace(PACK, sections=(Section("risks", "Risks", (block,)),))


@pytest.mark.parametrize(
    "block",
    [
        paragraph(SAID),
        paragraph((Text("Patient 943 "), Text("476", strong=True), Text(" 5919"))),
        BulletList((SAID,)),
        Table("Open risks", ("Risk", "Cause"), (((Text("RISK-1"),), SAID),)),
        Table(f"Patient {NUMBER}", ("Risk",), (((Text("RISK-1"),),),)),
        Story("A night", (SAID,), "A sister"),
        Story("A night", ((Text("Quiet."),),), f"Patient {NUMBER}"),
        FilledForm((FilledField("Author", (SAID,)),)),
    ],
    ids=["words", "marked words", "list", "cell", "caption", "story", "who tells it", "cover"],
)
def test_it_is_found_in_every_kind_of_block(block: Block) -> None:
    with pytest.raises(RuleBroken, match="an NHS number in Risks"):
        check_nobody_is_named(with_block(block))


def test_it_is_found_in_titles() -> None:
    with pytest.raises(RuleBroken, match="an NHS number in Patient"):
        check_nobody_is_named(replace(PACK, sections=(Section("of", f"Patient {NUMBER}"),)))
    with pytest.raises(RuleBroken, match="in the title block"):
        check_nobody_is_named(replace(PACK, details=(Detail("For", NUMBER),)))


def test_other_numbers_are_left_alone() -> None:
    check_nobody_is_named(with_block(paragraph((Text("93 of 114 Root Causes; call 01743 261000."),))))
