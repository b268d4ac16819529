"""The workbook in and out, and the plan's approval, by the PMO."""

import asyncio
from datetime import date
from io import BytesIO
from typing import Any

import httpx2
import openpyxl
import pytest
from sqlalchemy import delete, select, update

from services.plan_api.imports import runs, service
from services.plan_api.imports.service import import_workbook
from services.shared.clock import real_now
from services.shared.models import ImportRun, Isg, Person, Plan, PlanApproval
from tests.conftest import TestDatabase
from tests.web.conftest import Visits
from tests.web.page_checks import ORIGIN, Browser, Page
from web.clients.answers.imports import Cell
from web.imports import pages

PMO, OWNER = "pmo@demo.example", "owner@demo.example"


async def exported(browser: Browser) -> bytes:
    """The plan as a workbook."""
    answer = await browser.http.get("/import/workbook.xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="qip-2019-05-22.xlsx"'
    return answer.content


def edited(workbook: bytes, *cells: tuple[str, str, date | str]) -> bytes:
    """A workbook with some cells changed."""
    book = openpyxl.load_workbook(BytesIO(workbook))
    for sheet, cell, value in cells:
        book[sheet][cell] = value
    changed = BytesIO()
    book.save(changed)
    return changed.getvalue()


async def send(browser: Browser, workbook: bytes | None, do: str) -> Page:
    """Chooses a file and presses a button."""
    form = await browser.get("/import")
    files: dict[str, tuple[str, bytes]] = {"workbook": ("plan.xlsx", workbook)} if workbook else {}
    answer: httpx2.Response = await browser.http.post(
        "/import",
        data={**form.fields("/import"), "do": do},
        files=files,
        headers={"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"},
    )
    return browser._check(answer)


async def test_a_file_has_to_be_chosen(visit: Visits) -> None:
    page = await send(await visit(PMO), None, "check")
    assert (page.status, page.errors) == (422, ["Choose the workbook."])


async def test_what_is_no_workbook_is_refused_in_one_sentence(visit: Visits) -> None:
    page = await send(await visit(PMO), b"not a workbook", "import")
    assert page.status == 422
    assert len(page.errors) == 1


async def test_importing_what_the_plan_holds_already_changes_nothing_and_says_so(visit: Visits) -> None:
    browser = await visit(PMO)
    page = await send(browser, await exported(browser), "import")
    assert (page.status, page.h1) == (200, "The plan holds all of this workbook already")


async def test_a_check_says_what_would_be_done_and_writes_nothing(visit: Visits) -> None:
    browser = await visit(PMO)
    done = edited(
        await exported(browser), ("Actions", _completed_date(await exported(browser)), date(2019, 5, 20))
    )
    checked = await send(browser, done, "check")
    assert checked.h1 == "The workbook can be imported"
    assert "Nothing has been written yet." in checked.text
    assert (await send(browser, done, "import")).h1 == "The workbook is imported"
    assert (await send(browser, done, "import")).h1 == "The plan holds all of this workbook already"


async def test_problems_are_listed_by_cell_and_nothing_is_imported(visit: Visits) -> None:
    browser = await visit(PMO)
    plan = await exported(browser)
    spoiled = edited(plan, ("Actions", _completed_date(plan), "yesterday"))
    for do in ("check", "import"):
        page = await send(browser, spoiled, do)
        assert page.status == 422
        assert page.h1 == "1 cell needs attention"
        assert f"Sheet Actions Cell {_completed_date(plan)}" in page.text
        assert "Nothing was imported." in page.text


def test_no_more_than_the_first_two_hundred_cells_are_listed_and_all_are_counted() -> None:
    cells = [Cell(sheet="Updates", cell=f"A{row}", sentence="No.") for row in range(1204)]
    page = pages.ImportPage(pages.ImportForm(), problems=cells[:1000], problem_count=len(cells))
    assert page.title == "1,204 cells need attention"
    assert len(page.shown) == 200
    assert "The first 200 are listed." in page.sentence


async def test_a_long_import_is_watched_on_a_page_of_its_own_until_it_is_done(
    visit: Visits, database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await visit(PMO)
    plan = await exported(browser)
    monkeypatch.setattr(runs, "SHORT_WAIT", 0.0)
    monkeypatch.setattr(runs, "A_WORD_EVERY", 0.01)
    may_go_on = asyncio.Event()

    async def slow(*args: Any, **kwargs: Any) -> Any:
        kwargs["say"]("Writing updates: 203,500 rows")
        await may_go_on.wait()
        return await import_workbook(*args, **kwargs)

    monkeypatch.setattr(service, "import_workbook", slow)
    answer = await send(browser, plan, "import")
    address = answer.goes_to
    await said(database, "Writing updates: 203,500 rows")
    page = await browser.get(address)
    assert (page.status, page.h1) == (200, "The workbook is being imported")
    assert "Writing updates: 203,500 rows." in page.text
    assert address in page.links.values()
    assert (await (await visit(OWNER)).get(address)).status == 403
    may_go_on.set()
    await asyncio.gather(*runs._running)
    page = await browser.get(address)
    assert (page.status, page.h1) == (200, "The plan holds all of this workbook already")


async def said(database: TestDatabase, sentence: str) -> None:
    """Waits until a run has said so."""
    async with asyncio.timeout(10):
        while True:
            async with database.owner.transaction() as db:
                if sentence == await db.scalar(select(ImportRun.said)):
                    return
            await asyncio.sleep(0.01)


async def test_an_import_that_nobody_does_any_longer_says_so(visit: Visits, database: TestDatabase) -> None:
    browser = await visit(PMO)
    async with database.owner.transaction() as db:
        pmo = (await db.scalars(select(Person.id).where(Person.email == PMO))).one()
        silent = real_now() - runs.SILENT_AFTER * 2
        db.add(
            ImportRun(
                started_by=pmo,
                started_at=silent,
                check_only=False,
                state="running",
                said="Checking",
                said_at=silent,
            )
        )
    page = await browser.get("/import/runs/1")
    assert page.status == 200
    assert page.errors == [runs.INTERRUPTED]
    assert (await browser.get("/import/runs/2")).status == 404


async def test_only_the_pmo_may_import(visit: Visits) -> None:
    browser = await visit(OWNER)
    assert "Import" not in (await browser.get("/")).links
    refused = await browser.get("/import")
    assert (refused.status, refused.h1) == (403, "You can't open this")
    assert "Only the PMO can import a workbook." in refused.text
    assert (await browser.get("/import/approval")).status == 403
    assert (await browser.get("/import/workbook.xlsx")).status == 403


async def test_the_plan_is_approved_isg_by_isg(visit: Visits, database: TestDatabase) -> None:
    async with database.owner.transaction() as db:
        await db.execute(delete(PlanApproval).where(PlanApproval.isg_id == Isg.id, Isg.slug == "well-led"))
        await db.execute(update(Plan).values(state="draft"))
    browser = await visit(PMO)
    form = await browser.get("/import/approval")
    assert form.h1 == "2 of 3 parts of the plan approved"
    nothing = await browser.submit(form, "/import/approval")
    assert nothing.errors == [
        "Choose the ISG whose part was approved.",
        "Give the day on which it was approved.",
        "Name the forum that approved it.",
    ]
    day: dict[str, Any] = {"approved_on.day": "23", "approved_on.month": "5", "approved_on.year": "2019"}
    future = await browser.submit(nothing, "/import/approval", isg="Well-led", forum="Trust Board", **day)
    assert "in the future" in future.errors[0]
    assert (await browser.submit(future, "/import/approval", **day | {"approved_on.day": "22"})).status == 303
    page = await browser.open("/import/approval")
    assert page.h1 == "3 of 3 parts of the plan approved"
    assert "Well-led’s part of the plan is approved" in page.text


def _completed_date(workbook: bytes) -> str:
    """The cell of the first action's completed date."""
    sheet = openpyxl.load_workbook(BytesIO(workbook))["Actions"]
    return next(cell for cell in sheet[1] if cell.value == "Completed date").column_letter + "2"
