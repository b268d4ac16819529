"""A pack's page: as it was last assembled, said so, and assembled again once; files are always as committed."""

import asyncio
import json
from datetime import date

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import text

from services.reporting_api.packs import drafts
from services.shared.kept_answers import KeptAnswers
from tests.conftest import TestDatabase
from tests.people import Callers

BOARD = "board@demo.example"
DOOR, FILE = "/v1/packs/board/article", "/v1/packs/board.html"
AGAIN, AT = "X-Being-Assembled-Again", "X-Assembled-At"


async def change(database: TestDatabase, statement: str) -> None:
    """Something that the paper says, or does not."""
    async with database.owner.transaction() as db:
        await db.execute(text(statement))


async def rename(database: TestDatabase, name: str) -> None:
    """The ISG that the paper lists second."""
    await change(database, f"UPDATE isg SET name = '{name}' WHERE position = 2")  # noqa: S608 - ours


async def test_after_a_change_it_reads_as_it_was_says_so_and_is_soon_as_it_is(
    reporting: Callers, reporting_app: FastAPI, database: TestDatabase
) -> None:
    board = await reporting(BOARD)
    first = await board.get(DOOR)
    assert AGAIN not in first.headers
    again = await board.get(DOOR)
    assert (again.text, again.headers[AT], AGAIN in again.headers) == (first.text, first.headers[AT], False)
    await rename(database, "Theatres")
    shown = [await board.get(DOOR) for _ in range(3)]
    assert {(each.text, each.headers[AT], each.headers[AGAIN]) for each in shown} == {
        (first.text, first.headers[AT], "1")
    }
    await reporting_app.state.drafts.finished()
    now = await board.get(DOOR)
    assert AGAIN not in now.headers
    assert "Theatres ISG" in now.text
    assert now.headers[AT] > first.headers[AT]


async def test_what_is_assembled_in_a_process_of_its_own_is_what_is_assembled_here(
    reporting: Callers, reporting_app: FastAPI, database: TestDatabase
) -> None:
    board = await reporting(BOARD)
    await board.get(DOOR)
    await change(database, "UPDATE finding SET text = text || ' More.'")
    await board.get(DOOR)
    await reporting_app.state.drafts.finished()
    there = await board.get(DOOR)
    reporting_app.state.kept_answers = KeptAnswers()
    here = await board.get(DOOR)
    assert AGAIN not in there.headers
    assert there.text == here.text


async def test_files_and_data_are_as_committed_at_once(reporting: Callers, database: TestDatabase) -> None:
    board = await reporting(BOARD)
    await board.get(DOOR)
    await board.get(FILE)
    await rename(database, "Theatres")
    assert "Theatres ISG" in (await board.get(FILE)).text
    assert "Theatres ISG" in json.dumps((await board.get("/v1/packs/board.json")).json())


async def test_a_day_before_is_another_paper_and_another_day_is_never_shown_as_today(
    reporting: Callers, database: TestDatabase
) -> None:
    board = await reporting(BOARD)
    await board.get(DOOR)
    await rename(database, "Theatres")
    april = await board.get(DOOR, params={"as_at": "2019-04-30"})
    assert (AGAIN in april.headers, "Theatres ISG" in april.text) == (False, True)
    await database.set_today(date(2019, 5, 23))
    tomorrow = await board.get(DOOR)
    assert (AGAIN in tomorrow.headers, "Theatres ISG" in tomorrow.text) == (False, True)


async def test_after_a_redaction_nobody_reads_it_as_it_was(
    reporting: Callers, database: TestDatabase
) -> None:
    board = await reporting(BOARD)
    await board.get(DOOR)
    await change(
        database,
        "INSERT INTO redaction (table_name, row_id, column_name, thing, reason, asked_by, asked_at) "
        "SELECT 'finding', 1, 'text', 'MD-001', 'It names a patient.', min(id), now() FROM person",
    )
    await rename(database, "Theatres")
    answer: Response = await board.get(DOOR)
    assert (AGAIN in answer.headers, "Theatres ISG" in answer.text) == (False, True)


async def test_each_kind_and_each_isg_is_a_paper_of_its_own(
    reporting: Callers, reporting_app: FastAPI, database: TestDatabase
) -> None:
    board = await reporting(BOARD)
    doors = [("/v1/packs/isg/article", isg) for isg in ({}, {"isg": "unscheduled-care"}, {"isg": "well-led"})]
    doors.append(("/v1/packs/newsletter/article", {}))
    first = [(await board.get(door, params=params)).text for door, params in doors]
    assert len(set(first)) == len(doors)
    await change(database, "UPDATE isg SET name = name || ' Today'")
    shown = [await board.get(door, params=params) for door, params in doors]
    assert [(each.text, each.headers[AGAIN]) for each in shown] == [(text, "1") for text in first]
    await reporting_app.state.drafts.finished()
    now = [await board.get(door, params=params) for door, params in doors]
    assert ["Unscheduled Care Today" in each.text for each in now] == [True, True, False, True]
    assert not any(AGAIN in each.headers for each in now)


async def test_no_process_is_begun_for_what_cannot_be_had(
    reporting: Callers, reporting_app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "LARGE", 0)
    board = await reporting(BOARD)
    for door, params, status in (
        ("/v1/packs/minutes/article", {}, 404),
        (DOOR, {"as_at": "2029-01-01"}, 422),
        (DOOR, {"isg": "well-led"}, 422),
        ("/v1/packs/isg/article", {"isg": "theatres"}, 422),
    ):
        assert (await board.get(door, params=params)).status_code == status
    await asyncio.wait_for(reporting_app.state.drafts.finished(), 1)
