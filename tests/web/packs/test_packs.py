"""Packs: which there are, the Board paper as it reads, and as a file."""

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.reporting_api.packs import drafts
from tests.conftest import TestDatabase
from tests.web.conftest import Visits

BOARD, OWNER = "board@demo.example", "owner@demo.example"


async def test_the_kinds_of_pack_can_be_read_and_downloaded_for_a_day(visit: Visits) -> None:
    page = await (await visit(BOARD)).get("/packs?as_at=2019-04-30")
    assert page.h1 == "No pack has been begun yet"
    assert page.links["Read it here"] == "/packs/board?as_at=2019-04-30"
    assert page.links["Download as PDF"] == "/packs/board.pdf?as_at=2019-04-30"
    assert page.links["Download as Word"] == "/packs/board.docx?as_at=2019-04-30"
    assert page.links["Download as slides (PowerPoint)"] == "/packs/board.pptx?as_at=2019-04-30"
    assert page.links["Download its tables as Excel"] == "/packs/board.xlsx?as_at=2019-04-30"


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
    assert "Read it here" not in (await owner.get("/packs")).links
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
    assert (page.status, page.h1) == (200, "Board paper")
    assert "The paper is being assembled, and is shown here when it is ready" in page.text
    await reporting_app.state.drafts.finished()
    ready = await browser.get("/packs/board")
    assert ready.by_class("pack")
    assert "being assembled" not in ready.text
