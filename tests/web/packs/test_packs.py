"""Packs: which there are, the Board paper as it reads, and as a file."""

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
