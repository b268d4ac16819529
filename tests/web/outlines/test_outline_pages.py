"""The page of what a kind of pack is made of: parts moved by buttons, written, added, and a new kind from a copy."""

from typing import Any

from tests.web.conftest import Visits

PMO, CHAIR, BOARD = "pmo@demo.example", "chair@demo.example", "/packs/outlines/board"


async def test_parts_are_moved_hidden_and_shown_by_buttons(visit: Visits) -> None:
    pmo = await visit(PMO)
    page = await pmo.get(BOARD)
    assert page.h1 == "What “Quality Improvement Plan (QIP) update” is made of"
    await pmo.submit(page, BOARD, key="situation", deed="down")
    moved = await pmo.get(BOARD)
    assert moved.text.index("Background") < moved.text.index("Situation")
    assert "Moved “Situation” down." in moved.text
    await pmo.submit(moved, BOARD, key="background", deed="hide")
    hidden = await pmo.get(BOARD)
    assert "Hidden: it is in no pack." in hidden.text
    await pmo.submit(hidden, BOARD, key="background", deed="show")
    assert "Hidden" not in (await pmo.get(BOARD)).text.replace("Hid “", "")


async def test_a_section_is_added_with_free_text_and_renamed(visit: Visits) -> None:
    pmo = await visit(PMO)
    new, block, part = f"{BOARD}/sections/new", f"{BOARD}/blocks/new", f"{BOARD}/parts/well-led"
    blank = await pmo.submit(await pmo.get(new), new, text="")
    assert blank.errors == ["Give the section a title."]
    await pmo.submit(blank, new, text="Well-led")
    await pmo.submit(await pmo.get(f"{block}?section=well-led"), block, block="free-text", text="On its way.")
    assert "On its way." in (await pmo.get(BOARD)).text
    await pmo.submit(await pmo.get(part), part, text="Well-led by KLOE")
    page = await pmo.get(BOARD)
    assert "Well-led by KLOE" in page.text
    text = page.links["Write free text of “Well-led by KLOE”"]
    await pmo.submit(await pmo.get(text), text, text="It has come.")
    assert "It has come." in (await pmo.get(BOARD)).text


async def test_two_who_rename_at_once_see_both(visit: Visits) -> None:
    pmo, other, part = await visit(PMO), await visit(PMO), f"{BOARD}/parts/situation"
    form = await pmo.get(part)
    await other.submit(await other.get(part), part, text="Theirs")
    late = await pmo.submit(form, part, text="Mine")
    assert late.status == 412
    assert "Theirs" in late.text
    await pmo.submit(late, part)
    assert "Mine" in (await pmo.get(BOARD)).text


async def test_a_new_kind_is_made_from_a_copy_and_begun(visit: Visits) -> None:
    pmo, new = await visit(PMO), "/packs/outlines/new"
    typed: dict[str, Any] = {
        "copy_of": "board",
        "kind": "Committee!",
        "title": "Committee paper",
        "forum": "Quality Committee",
    }
    refused = await pmo.submit(await pmo.get(new), new, **typed)
    assert refused.errors[0].startswith("“Committee!” can't be the name of a kind")
    await pmo.submit(refused, new, kind="committee")
    assert (await pmo.get("/packs/outlines/committee")).h1 == "What “Committee paper” is made of"
    begin = "/packs/papers/new"
    await pmo.submit(await pmo.get(f"{begin}?kind=committee"), begin)
    assert (await pmo.get("/packs/papers/PACK-0001")).h1 == "Committee paper"


async def test_others_may_not_open_it(visit: Visits) -> None:
    assert (await (await visit(CHAIR)).get(BOARD)).status == 403


async def test_every_paper_of_a_kind_has_what_its_cover_is_filled_in_with(visit: Visits) -> None:
    pmo = await visit(PMO)
    address = (await pmo.get(BOARD)).links["Write cover page of “Cover page”"]
    form = await pmo.get(address)
    assert "asks" not in form.fields(address), "a kind has no recommendations yet"
    await pmo.submit(form, address, director="Chief Executive", objectives="Kind care\nOur people")
    again = await pmo.get(address)
    assert again.fields(address)["director"] == ["Chief Executive"]
    assert "Kind care" in again.text
    begin = "/packs/papers/new"
    await pmo.submit(await pmo.get(f"{begin}?kind=board"), begin)
    paper = await pmo.get("/packs/papers/PACK-0001")
    assert "Chief Executive" in paper.text
    assert "☐ Kind care (not ticked)" in paper.text
