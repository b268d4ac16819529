"""The doors: the workbook is the body, a dry run answers 200, a wrong workbook 422 with its cells."""

import asyncio

import pytest

from services.plan_api.cycles.service import run_day
from services.plan_api.imports.kept import ANOTHER, GONE
from services.plan_api.imports.routes import XLSX
from services.plan_api.imports.runs import forget_what_was_found
from services.shared.clock import business_today
from services.shared.standings import standings_are_current
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.plan_api.imports.importing import row_counts
from tests.plan_api.workbook.workbooks import right_plan, written

WORKBOOK = {"Content-Type": XLSX}


async def test_a_dry_run_says_what_is_wrong_and_writes_nothing(plan: Callers, database: TestDatabase) -> None:
    pmo = await plan("pmo@demo.example")
    before = await row_counts(database)

    answer = await pmo.post(
        "/v1/imports?check=true", content=written({"Actions": right_plan()["Actions"]}), headers=WORKBOOK
    )

    assert answer.status_code == 200
    problems = answer.json()["problems"]
    assert {
        "sheet": "Actions",
        "cell": "B2",
        "sentence": "“RC-001” is neither on the sheet Root causes nor stored: correct it or add it",
    } in problems
    assert await row_counts(database) == before


async def test_a_wrong_workbook_is_refused_with_every_cell(plan: Callers) -> None:
    pmo = await plan("pmo@demo.example")
    cells = {"Updates": [["Root cause", "Reporting date", "Status"], ["RC-1", "never", "Fine"]]}

    answer = await pmo.post("/v1/imports", content=written(cells), headers=WORKBOOK)

    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert [each["field"] for each in answer.json()["errors"]] == ["Updates!B2", "Updates!C2"]


async def test_a_right_workbook_is_imported_and_exported(plan: Callers) -> None:
    pmo = await plan("pmo@demo.example")
    cells = {"Updates": [["Root cause", "Reporting date", "Status"], ["RC-5", "21/05/2019", "On track"]]}

    answer = await pmo.post("/v1/imports", content=written(cells), headers=WORKBOOK)
    export = await pmo.get("/v1/export")

    assert (answer.status_code, answer.json()["sheets"][5]["added"]) == (200, 1)
    assert export.headers["Content-Type"] == XLSX
    assert (await pmo.post("/v1/imports?check=true", content=export.content, headers=WORKBOOK)).json()[
        "problems"
    ] == []


async def test_more_than_a_request_may_hold_elsewhere_is_taken_here(plan: Callers) -> None:
    pmo = await plan("pmo@demo.example")

    answer = await pmo.post("/v1/imports", content=b"x" * 3 * 1024**2, headers=WORKBOOK)

    assert (answer.status_code, answer.json()["detail"]) == (
        422, "This file is not an Excel workbook (.xlsx): save it as one and try again.",
    )  # fmt: skip


@pytest.mark.parametrize("email", ["owner@demo.example", "chair@demo.example", "admin@demo.example"])
async def test_only_the_pmo_imports_and_exports(plan: Callers, email: str) -> None:
    client = await plan(email)

    assert (await client.post("/v1/imports", content=b"", headers=WORKBOOK)).status_code == 403
    assert (await client.get("/v1/export")).status_code == 403


UPDATE = {"Updates": [["Root cause", "Reporting date", "Status"], ["RC-5", "21/05/2019", "On track"]]}


async def test_a_run_imports_the_workbook_that_another_run_has_checked_and_no_other(plan: Callers) -> None:
    pmo = await plan("pmo@demo.example")
    other = {"Updates": [*UPDATE["Updates"], ["RC-1", "21/05/2019", "On track"]]}
    first, second = [
        (await pmo.post("/v1/import-runs?check=true", content=written(cells), headers=WORKBOOK)).json()
        for cells in (UPDATE, other)
    ]
    assert (first["kept"], second["kept"], second["result"]["kept"]) == (True, True, True)
    assert (await pmo.get(f"/v1/import-runs/{first['id']}")).json()["kept"] is False

    refused = await pmo.post("/v1/import-runs/kept", params={"run": first["id"]})
    imported = await pmo.post("/v1/import-runs/kept", params={"run": second["id"]})

    assert (refused.status_code, refused.json()["detail"]) == (409, ANOTHER)
    assert (imported.status_code, imported.json()["result"]["sheets"][5]["added"]) == (201, 2)
    assert (await pmo.post("/v1/import-runs/kept")).json()["detail"] == GONE


async def test_standings_and_reminders_are_right_as_soon_as_a_run_is_done(
    plan: Callers, database: TestDatabase
) -> None:
    """Of the root causes that it says something of; the day's work then finds nothing of theirs left to do."""
    pmo = await plan("pmo@demo.example")
    assert (await (await plan.machine("worker")).post("/v1/days")).status_code == 200

    done = await pmo.post("/v1/import-runs", content=written(UPDATE), headers=WORKBOOK)

    assert done.json()["state"] == "done"
    async with database.owner.transaction() as db:
        assert await standings_are_current(db, await business_today(db))
        day = await run_day(db, await business_today(db))
        assert (day.reminders_raised, day.reminders_stopped, day.escalations_raised) == (0, 0, [])


async def test_what_was_found_in_workbooks_is_forgotten_with_what_is_redacted(
    plan: Callers, database: TestDatabase
) -> None:
    pmo = await plan("pmo@demo.example")
    run = await pmo.post("/v1/import-runs?check=true", content=written(UPDATE), headers=WORKBOOK)
    async with database.plan.transaction() as db:
        await forget_what_was_found(db)
    assert (await pmo.get(f"/v1/import-runs/{run.json()['id']}")).status_code == 404


async def test_one_run_is_begun_under_a_key_however_often_it_is_asked_for_at_once(
    plan: Callers, database: TestDatabase
) -> None:
    pmo = await plan("pmo@demo.example")
    headers = WORKBOOK | {"Idempotency-Key": "pressed twice"}
    workbook = written(UPDATE)  # once: it holds the second in which it was written
    answers = await asyncio.gather(
        *(pmo.post("/v1/import-runs?check=true", content=workbook, headers=headers) for _ in range(3))
    )
    assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["state"] == "done"
    assert (await row_counts(database))["import_run"] == 1
