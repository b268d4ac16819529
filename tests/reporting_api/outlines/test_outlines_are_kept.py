"""What a kind of pack is made of, changed part by part: each change a version, and packs keep the one they were begun with."""

from typing import Any

import httpx2

from tests.people import Callers

OUTLINES, PAPERS, PMO = "/v1/packs/outlines", "/v1/packs/papers", "pmo@demo.example"
BOARD = f"{OUTLINES}/board"


async def changed(pmo: httpx2.AsyncClient, deed: str, kind: str = "board", **wish: Any) -> dict[str, Any]:
    """The outline after a change."""
    answer = await pmo.post(f"{OUTLINES}/{kind}", json={"deed": deed, **wish})
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def sections(shown: dict[str, Any]) -> list[str]:
    """The titles at the top."""
    return [each["title"] for each in shown["parts"] if each["is_section"] and each["level"] == 1]


async def test_a_kind_that_nobody_has_edited_is_the_releases_own(reporting: Callers) -> None:
    shown = (await (await reporting(PMO)).get(BOARD)).json()
    assert (shown["version"], shown["history"]) == (0, [])
    assert sections(shown)[:2] == ["Cover page", "Situation"]


async def test_each_change_is_a_version_with_who_when_and_why(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    down = await changed(pmo, "down", key="situation", reason="The Board asked for it.")
    assert sections(down)[:3] == ["Cover page", "Background", "Situation"]
    await changed(pmo, "rename", key="background", text="How we got here")
    last = await changed(pmo, "hide", key="background")
    assert [each["shown"] for each in last["parts"] if each["key"] == "background"] == [False]
    assert [(each["version"], each["reason"], each["changed_by"]) for each in last["history"]] == [
        (3, "Hid “How we got here”.", "Pmo Person"),
        (2, "Renamed “Background”.", "Pmo Person"),
        (1, "Moved “Situation” down. The Board asked for it.", "Pmo Person"),
    ]


async def test_free_text_is_added_written_and_printed(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    await changed(pmo, "add_section", text="Estates")
    added = await changed(
        pmo, "add_block", key="estates", block="free-text", text="The review is on its way."
    )
    block = [each for each in added["parts"] if each["fields"]][-1]
    await changed(pmo, "write", key=block["key"], text="The review has come.")
    ref = (await pmo.post(PAPERS, json={"kind": "board"})).json()["ref"]
    printed = [each["html"] for each in (await pmo.get(f"{PAPERS}/{ref}")).json()["parts"] if each["html"]]
    assert "<p>The review has come.</p>" in printed
    gone = await changed(pmo, "remove", key="estates")
    assert "Estates" not in sections(gone)


async def test_a_pack_keeps_the_version_that_it_was_begun_with(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    ref = (await pmo.post(PAPERS, json={"kind": "board"})).json()["ref"]
    await changed(pmo, "hide", key="background")
    newer = (await pmo.post(PAPERS, json={"kind": "board"})).json()
    older = (await pmo.get(f"{PAPERS}/{ref}")).json()
    assert "Background" in [each["title"] for each in older["parts"]]
    assert "Background" not in [each["title"] for each in newer["parts"]]


async def test_a_new_kind_begins_as_a_copy(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    wish = {"copy_of": "board", "kind": "committee", "title": "Committee paper", "forum": "Quality Committee"}
    made = await pmo.post(OUTLINES, json=wish)
    assert (made.status_code, made.json()["history"][0]["copied_from"]) == (201, "board")
    twice = await pmo.post(OUTLINES, json=wish)
    assert twice.json()["errors"][0]["message"].startswith("There is a kind of pack called committee already")
    begun = (await pmo.post(PAPERS, json={"kind": "committee"})).json()
    assert (begun["title"], begun["details"][0]["value"]) == ("Committee paper", "Quality Committee")


async def test_what_could_not_be_assembled_is_refused_in_a_sentence(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    unknown = await pmo.post(BOARD, json={"deed": "add_block", "key": "situation", "block": "hologram"})
    assert "of a kind that there is not: hologram" in unknown.json()["detail"]
    blank = await pmo.post(BOARD, json={"deed": "rename", "key": "situation", "text": " "})
    assert blank.json()["errors"] == [{"field": "text", "message": "Give the section a title."}]
    assert (await pmo.post(BOARD, json={"deed": "up", "key": "nothing"})).status_code == 404


async def test_who_is_too_late_is_told_who_was_quicker(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    read = await pmo.get(BOARD)
    await changed(pmo, "hide", key="background")
    late = await pmo.post(
        BOARD, json={"deed": "down", "key": "situation"}, headers={"If-Match": read.headers["ETag"]}
    )
    assert (late.status_code, late.json()["changed_by"]) == (412, "Pmo Person")


async def test_the_board_paper_as_it_would_read_is_what_the_pmo_has_made_of_it(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    await changed(pmo, "rename", key="background", text="How we got here")
    titles = [each["title"] for each in (await pmo.get("/v1/packs/board.json")).json()["sections"]]
    assert "How we got here" in titles
    assert "Background" not in titles
    await changed(pmo, "hide", key="must-do-chart")
    assert (await pmo.get("/v1/figures/1.svg", params={"as_at": "2019-04-30"})).status_code == 200
