"""An answer that is kept is never older than what was committed before it was asked for, and never another's."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Engine, event, text

from tests.apps import create_plan_app
from tests.conftest import TestDatabase
from tests.kpi_api.series import STEADY, plant_series
from tests.people import Callers
from tests.small_plan import UNSCHEDULED

PMO, OWNER, CHAIR = "pmo@demo.example", "owner@demo.example", "chair@demo.example"
SAID = {"status": "on_track", "progress": "Both posts advertised."}


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What a service asks of the database meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        asked.append(statement)

    def note_what_goes_round_it(connection: Any, _record: object, _proxy: object) -> None:
        connection.driver_connection.add_query_logger(noted)

    def noted(sent: Any) -> None:
        asked.append(sent.query)

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "checkout", note_what_goes_round_it)
    yield asked
    event.remove(engine, "before_cursor_execute", note)
    event.remove(engine, "checkout", note_what_goes_round_it)


async def test_the_same_again_costs_two_statements_and_a_change_is_seen_at_once(
    plan: Callers, database: TestDatabase
) -> None:
    pmo, owner = await plan(PMO), await plan(OWNER)
    first = await pmo.get("/v1/root-causes")
    with statements(database.plan.engine.sync_engine) as asked:
        again = await pmo.get("/v1/root-causes")
    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    assert [each for each in asked if each not in ("BEGIN;", "COMMIT;")][2:] == [], asked
    for said in ("One.", "Two.", "Three."):
        assert (await owner.post("/v1/root-causes/RC-1/updates", json=SAID | {"progress": said})).is_success
        listed = (await pmo.get("/v1/root-causes")).json()["items"]
        assert listed[0]["latest_update"]["progress"] == said
        whole = await pmo.get("/v1/root-causes/RC-1")
        assert whole.json()["latest_update"]["progress"] == said
        stale = await owner.post("/v1/root-causes/RC-1/updates", json=SAID, headers={"If-Match": '"1"'})
        assert stale.status_code == 412
        same = await pmo.get("/v1/root-causes/RC-1")
        assert same.headers["ETag"] == whole.headers["ETag"]


async def test_what_commits_late_is_seen_though_others_were_answered_after_it_began(
    plan: Callers, database: TestDatabase
) -> None:
    """Its numbers are older than those of what the kept answer saw: neither instants nor counters would tell."""
    pmo, owner = await plan(PMO), await plan(OWNER)
    async with database.owner.transaction() as slow:
        await slow.execute(text("UPDATE root_cause SET title = 'Committed late' WHERE reference = 'RC-5'"))
        assert (await owner.post("/v1/root-causes/RC-1/updates", json=SAID)).is_success
        before = (await pmo.get("/v1/root-causes")).json()["items"]
        assert before == (await pmo.get("/v1/root-causes")).json()["items"]
        assert "Committed late" not in {each["title"] for each in before}
    after = (await pmo.get("/v1/root-causes")).json()["items"]
    assert "Committed late" in {each["title"] for each in after}


async def test_under_a_stream_of_changes_every_answer_holds_what_was_committed_before_it_was_asked_for(
    plan: Callers, database: TestDatabase
) -> None:
    pmo = await plan(PMO)

    async def change(number: int) -> None:
        async with database.owner.transaction() as db:
            await db.execute(text("UPDATE root_cause SET theme = :n WHERE reference = :ref"),
                             {"n": str(number), "ref": f"RC-{number % 6 + 1}"})  # fmt: skip
            await asyncio.sleep(0.001 * (number % 7))
        themes = {each["ref"]: each["theme"] for each in (await pmo.get("/v1/root-causes")).json()["items"]}
        assert int(themes[f"RC-{number % 6 + 1}"] or 0) >= number

    async def stream(of: int) -> None:
        for number in range(of, 120, 6):
            await change(number)

    await asyncio.gather(*(stream(of) for of in range(6)))


async def test_another_person_another_day_and_another_service_process_are_other_answers(
    plan: Callers, database: TestDatabase
) -> None:
    chair, pmo = await plan(CHAIR), await plan(PMO)
    of_the_pmo = (await pmo.get("/v1/root-causes/RC-4")).json()["can"]
    of_the_chair = (await chair.get("/v1/root-causes/RC-4")).json()["can"]
    assert of_the_pmo != of_the_chair
    assert (await pmo.get("/v1/root-causes/RC-4")).json()["can"] == of_the_pmo
    today = (await pmo.get("/v1/root-causes?status=off_track")).json()["total"]
    await database.set_today(date(2019, 8, 1))
    assert (await pmo.get("/v1/root-causes?status=off_track")).json()["total"] > today
    async with Callers(database.owner, create_plan_app(database.plan)) as elsewhere:
        owner = await elsewhere(OWNER)
        await database.set_today(date(2019, 5, 22))
        await pmo.get("/v1/root-causes")
        assert (await owner.post("/v1/root-causes/RC-1/updates", json=SAID)).is_success
    assert (await pmo.get("/v1/root-causes")).json()["items"][0]["latest_update"]["progress"] == SAID[
        "progress"
    ]


async def test_what_depends_on_a_few_tables_is_made_anew_for_these_alone(
    kpi: Callers, plan: Callers, database: TestDatabase
) -> None:
    """What measures show is no other after an update, and another after one of their values or an ISG's name."""
    board, owner = await kpi("board@demo.example"), await plan(OWNER)
    await plant_series(database, "K-1", STEADY, isg=UNSCHEDULED)

    async def is_made_anew() -> bool:
        with statements(database.kpi.engine.sync_engine) as asked:
            assert (await board.get("/v1/overview")).is_success
        return any("kpi_standing" in each for each in asked)

    assert [await is_made_anew(), await is_made_anew()] == [True, False]
    assert (await owner.post("/v1/root-causes/RC-1/updates", json=SAID)).is_success
    assert [await is_made_anew(), await is_made_anew()] == [False, False]
    for statement in (
        "UPDATE kpi_observation SET value = value + 1",
        "UPDATE isg SET name = name || '!'",
        "UPDATE root_cause_placement SET in_plan = false",
    ):
        async with database.owner.transaction() as db:
            await db.execute(text(statement))
        assert [await is_made_anew(), await is_made_anew()] == [True, False], statement
