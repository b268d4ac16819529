"""Packs: which there are, the Board paper as it reads, and as a file."""

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.reporting_api.packs import drafts
from services.reporting_api.packs.kinds import KINDS
from tests.conftest import TestDatabase
from tests.web.conftest import Visits

BOARD, OWNER = "board@demo.example", "owner@demo.example"


async def test_each_kind_can_be_read_and_downloaded_for_a_day(visit: Visits) -> None:
    page = await (await visit(BOARD)).get("/packs?as_at=2019-04-30")
    assert page.h1 == "No pack has been begun yet"
    for kind, outline in KINDS.items():
        assert f"For: {outline.forum}. It holds: " in page.text
        assert page.links[f"Read it here: {outline.title}"] == f"/packs/{kind}?as_at=2019-04-30"
        for words, suffix in (
            ("as HTML", "html"),
            ("as PDF", "pdf"),
            ("as Word", "docx"),
            ("as slides (PowerPoint)", "pptx"),
            ("its tables as Excel", "xlsx"),
            ("as data (JSON)", "json"),
        ):
            link = page.links[f"Download {words}: {outline.title}"]
            assert link == f"/packs/{kind}.{suffix}?as_at=2019-04-30"


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_reads_as_the_paper_itself(visit: Visits, kind: str) -> None:
    page = await (await visit(BOARD)).get(f"/packs/{kind}")
    assert page.status == 200
    assert page.h1.startswith(KINDS[kind].title)
    assert page.by_class("pack")
    assert page.links["Download as PDF"] == f"/packs/{kind}.pdf"


async def test_a_kind_that_there_is_not_is_said_so(visit: Visits) -> None:
    page = await (await visit(BOARD)).get("/packs/minutes")
    assert page.status == 404
    assert "There is no kind of pack called minutes. Open the list of packs to find it." in page.text


async def test_the_pack_of_one_isg_is_chosen_on_its_page(visit: Visits) -> None:
    browser = await visit(BOARD)
    page = await browser.get("/packs/isg?isg=well-led&as_at=2019-04-30")
    assert page.h1 == "Improvement Steering Group pack: Well-led"
    assert page.links["Download as PDF"] == "/packs/isg.pdf?as_at=2019-04-30&isg=well-led"
    file = await browser.http.get(page.links["Download as PDF"])
    assert file.headers["Content-Disposition"] == 'attachment; filename="isg-well-led-2019-04-30.pdf"'
    refused = await browser.get("/packs/isg?isg=theatres&as_at=2019-04-30")
    assert refused.status == 422
    assert "There is no ISG called theatres." in refused.text
    assert refused.links["Download as PDF"] == "/packs/isg.pdf"
    assert 'name="isg"' not in (await browser.get("/packs/board")).response.text
    no_file = await browser.http.get("/packs/isg.pdf?isg=theatres")
    assert (no_file.status_code, no_file.headers["Location"]) == (303, "/packs/isg?isg=theatres")


async def test_the_board_paper_reads_as_the_paper_itself_and_its_figures_open(visit: Visits) -> None:
    page = await (await visit(BOARD)).get("/packs/board?as_at=2019-04-30")
    assert page.status == 200
    assert page.by_class("pack")
    assert any(href.startswith("/root-causes?counted=") for href in page.links.values())


async def test_the_board_paper_comes_as_a_file(visit: Visits) -> None:
    browser = await visit(BOARD)
    pdf = await browser.http.get("/packs/board.pdf?as_at=2019-04-30")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="board-2019-04-30.pdf"'
    assert pdf.content.startswith(b"%PDF-")


async def test_a_file_for_a_day_that_cannot_be_had_leads_to_the_page_that_says_so(visit: Visits) -> None:
    answer = await (await visit(BOARD)).http.get("/packs/board.pdf?as_at=2029-04-30")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/packs/board?as_at=2029-04-30")


async def test_owners_may_not_open_packs_that_are_not_published(visit: Visits) -> None:
    owner = await visit(OWNER)
    assert "As they would read" not in (await owner.get("/packs")).text
    assert (await owner.get("/packs/board")).status == 403


async def test_after_a_change_the_paper_says_that_it_is_as_it_was_and_shows_itself_when_ready(
    visit: Visits, database: TestDatabase, reporting_app: FastAPI
) -> None:
    browser = await visit(BOARD)
    assert "being assembled again" not in (await browser.get("/packs/board")).text
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE isg SET name = 'Theatres' WHERE position = 2"))
    page = await browser.get("/packs/board")
    assert "The plan has changed since: the paper is being assembled again" in page.text
    assert page.links["See whether it is ready"] == "/packs/board"
    assert "Theatres ISG" not in page.text
    await reporting_app.state.drafts.finished()
    ready = await browser.get("/packs/board")
    assert "being assembled again" not in ready.text
    assert "Theatres ISG" in ready.text


async def test_of_a_large_plan_the_first_paper_is_not_waited_for_either(
    visit: Visits, reporting_app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "LARGE", 5)
    browser = await visit(BOARD)
    page = await browser.get("/packs/board")
    assert (page.status, page.h1) == (200, "Quality Improvement Plan (QIP) update")
    assert "The paper is being assembled, and is shown here when it is ready" in page.text
    await reporting_app.state.drafts.finished()
    ready = await browser.get("/packs/board")
    assert ready.by_class("pack")
    assert "being assembled" not in ready.text
