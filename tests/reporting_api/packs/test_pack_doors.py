"""The doors to packs and their charts, over the small plan and over an empty database."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from services.reporting_api.packs.formats import FORMATS, FormatName
from services.reporting_api.packs.kinds import KINDS
from services.reporting_api.packs.service import render
from tests.conftest import TestDatabase
from tests.people import Callers

APRIL = {"as_at": "2019-04-30"}


async def test_the_kinds_of_pack_are_listed_in_the_pmos_order(reporting: Callers) -> None:
    pmo = await reporting("pmo@demo.example")
    for kind in ("workforce-committee", "audit-committee"):
        wish = {"copy_of": "isg", "kind": kind, "title": "Committee paper", "forum": "A committee"}
        assert (await pmo.post("/v1/packs/outlines", json=wish)).status_code == 201
    hide = {"deed": "hide", "key": "decided"}
    assert (await pmo.post("/v1/packs/outlines/ecib", json=hide)).status_code == 200
    items = (await (await reporting("board@demo.example")).get("/v1/packs")).json()["items"]
    copies = ["workforce-committee", "audit-committee"]
    assert [each["kind"] for each in items] == [*KINDS, *copies]
    by_kind = {each["kind"]: each for each in items}
    assert by_kind["board"] == {
        "kind": "board",
        "title": "Quality Improvement Plan (QIP) update",
        "forum": "Trust Board",
        "sections": ["Cover page", "Situation", "Background", "Assessment", "Recommendation"],
        "is_by_isg": False,
        "formats": ["html", "pdf", "docx", "pptx", "xlsx", "json"],
    }
    assert "Decided since the last meeting" not in by_kind["ecib"]["sections"]
    assert (by_kind["audit-committee"]["forum"], by_kind["audit-committee"]["is_by_isg"]) == (
        "A committee",
        True,
    )
    assert by_kind["isg"]["sections"] == ["Each ISG", "How the forecast is made"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", [*KINDS, "committee"])
async def test_every_kind_is_served_in_every_format(reporting: Callers, kind: str, form: FormatName) -> None:
    pmo = await reporting("pmo@demo.example")
    await pmo.post(
        "/v1/packs/outlines", json={"copy_of": "isg", "kind": "committee", "title": "Committee paper"}
    )
    answer = await pmo.get(f"/v1/packs/{kind}.{form}", params=APRIL)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == FORMATS[form].media_type
    assert answer.headers["Content-Disposition"] == f'inline; filename="{kind}-2019-04-30.{form}"'
    begins = {"html": b"<!DOCTYPE html>", "pdf": b"%PDF", "json": b"{"}
    assert answer.content.startswith(begins.get(form, b"PK"))


async def test_a_kind_that_there_is_not_is_not_found_in_a_sentence(reporting: Callers) -> None:
    board = await reporting("board@demo.example")
    for door in ("/v1/packs/minutes.pdf", "/v1/packs/minutes/article"):
        answer = await board.get(door)
        assert answer.status_code == 404
        assert answer.json()["detail"].startswith("There is no kind of pack called minutes.")
    assert (await board.get("/v1/packs/board.doc")).status_code == 422


async def test_the_pack_of_one_isg_is_of_that_isg_and_says_so(reporting: Callers) -> None:
    board = await reporting("board@demo.example")
    one = {**APRIL, "isg": "unscheduled-care"}
    answer = await board.get("/v1/packs/isg.json", params=one)
    assert answer.headers["Content-Disposition"] == 'inline; filename="isg-unscheduled-care-2019-04-30.json"'
    pack = answer.json()
    assert pack["title"] == "Improvement Steering Group pack: Unscheduled Care"
    assert {"label": "For", "value": "Unscheduled Care ISG"} in [
        {"label": each["label"], "value": each["value"]} for each in pack["details"]
    ]
    whole = (await board.get("/v1/packs/isg.json", params=APRIL)).json()
    assert [each["key"] for each in pack["sections"]] == ["isg-unscheduled-care", "method"]
    assert len(whole["sections"]) > 2
    assert pack["sections"][0] in whole["sections"]


@pytest.mark.parametrize(
    ("kind", "isg", "sentence"),
    [
        ("board", "unscheduled-care", "is of the whole plan: it can’t be had of one ISG."),
        ("isg", "theatres", "There is no ISG called theatres."),
    ],
)
async def test_one_isg_that_cannot_be_had_is_refused_at_its_field(
    reporting: Callers, kind: str, isg: str, sentence: str
) -> None:
    refused = await (await reporting("board@demo.example")).get(f"/v1/packs/{kind}.pdf", params={"isg": isg})
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["field"]) == (422, "isg")
    assert sentence in error["message"]


async def test_the_paper_reads_the_plan_as_it_stood(reporting: Callers) -> None:
    """At 30 April RC-4 is closed; the recommendation's RC-5 is in no figure; RC-1, RC-2 and RC-6 are not due yet."""
    content = (await (await reporting("pmo@demo.example")).get("/v1/packs/board.json", params=APRIL)).json()
    situation = "".join(
        inline["text"]
        for block in content["sections"][1]["blocks"]
        for inline in [*block["inlines"], {"text": "\n"}]
    )
    assert "one Must Do Root Cause and no Should Do Root Causes were completed" in situation
    assert "This is 100.0% of the forecast completion trajectory (1 of 1)" in situation
    assert "One Root Cause is linked to no Must Do or Should Do finding" in situation


async def test_updates_that_are_not_released_are_said_to_be_counted(
    database: TestDatabase, reporting: Callers
) -> None:
    """The four updates of May, unless a meeting has released them; in April's paper none of them counts."""
    board = await reporting("board@demo.example")
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE progress_update SET released_at = NULL"))
    april, may = [(await board.get("/v1/packs/board.html", params=at)).text for at in (APRIL, {})]
    assert "still to meet" not in april
    assert "reported by 22 May, including four updates on which their ISGs have still to meet." in may
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE progress_update SET released_at = '2019-05-22T10:00:00Z'"))
    assert "still to meet" not in (await board.get("/v1/packs/board.html")).text


async def test_today_is_meant_when_no_date_is_given_and_tomorrow_is_refused(reporting: Callers) -> None:
    pmo = await reporting("pmo@demo.example")
    assert (await pmo.get("/v1/packs/board.json")).json()["as_at"] == "2019-05-22"
    refused = await pmo.get("/v1/packs/board.json", params={"as_at": "2019-05-23"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "as_at")


async def test_an_unchanged_paper_is_not_sent_again(reporting: Callers) -> None:
    board = await reporting("board@demo.example")
    first = await board.get("/v1/packs/board.pdf", params=APRIL)
    again = await board.get(
        "/v1/packs/board.pdf", params=APRIL, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


async def test_the_article_alone_can_be_asked_for(reporting: Callers) -> None:
    board = await reporting("board@demo.example")
    answer = await board.get("/v1/packs/board/article", params=APRIL)
    assert answer.text.startswith("<article")


@pytest.mark.parametrize("shape", ["page", "narrow"])
async def test_a_chart_is_served_as_svg(reporting: Callers, shape: str) -> None:
    reader = await reporting("reader@demo.example")
    answer = await reader.get("/v1/figures/1.svg", params={**APRIL, "shape": shape})
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.text.startswith("<svg ")


async def test_a_chart_that_is_not_there_is_not_found(reporting: Callers) -> None:
    answer = await (await reporting("reader@demo.example")).get("/v1/figures/9.svg", params=APRIL)
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("There is no Figure 9 at 30 April 2019")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/packs",
        "/v1/packs/isg/article?isg=well-led",
        *(f"/v1/packs/{kind}.json" for kind in KINDS),
        *(f"/v1/packs/snapshot.{form}" for form in FORMATS),
    ],
)
async def test_drafts_of_packs_are_for_those_who_oversee(reporting: Callers, path: str) -> None:
    assert (await (await reporting.anonymous()).get(path)).status_code == 401
    assert (await (await reporting("reader@demo.example")).get(path)).status_code == 403
    assert (await (await reporting("board@demo.example")).get(path)).status_code == 200


async def test_the_paper_is_written_into_a_folder(database: TestDatabase, tmp_path: Path) -> None:
    async with database.reporting.transaction() as db:
        paths = await render(db, "board", date(2019, 4, 30), tmp_path / "out")
    suffixes = ("html", "pdf", "docx", "pptx", "xlsx")
    assert [path.name for path in paths] == [f"board-2019-04-30.{suffix}" for suffix in suffixes]
    assert all(path.stat().st_size > 5_000 for path in paths)


async def test_of_one_isg_the_files_say_which(database: TestDatabase, tmp_path: Path) -> None:
    async with database.reporting.transaction() as db:
        paths = await render(db, "isg", date(2019, 4, 30), tmp_path, "well-led")
    assert [path.stem for path in paths] == ["isg-well-led-2019-04-30"] * 5


async def test_an_empty_database_has_a_paper_too(empty_database: TestDatabase, tmp_path: Path) -> None:
    async with empty_database.reporting.transaction() as db:
        html, *_others = await render(db, "board", None, tmp_path)
    assert "There are no ISGs to report on." in html.read_text()
