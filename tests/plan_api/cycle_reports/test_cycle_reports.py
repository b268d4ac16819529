"""The chair's report on a cycle, the executive's confirmation, and the meeting that releases."""

import pytest
from sqlalchemy import text

from services.plan_api.cycles.service import run_day
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.small_plan import TODAY

CHAIR, EXECUTIVE, PMO, OWNER = (
    "chair@demo.example",
    "executive@demo.example",
    "pmo@demo.example",
    "owner@demo.example",
)
REPORT = "/v1/isgs/unscheduled-care/reports/5"
SAID = {"progress": "Rotas are written.", "outlook": "may_not", "asks": "Two more matrons."}


@pytest.fixture(autouse=True)
async def _cycles_have_opened(database: TestDatabase) -> None:
    """As the night does it."""
    async with database.plan.transaction() as db:
        await run_day(db, TODAY)


async def test_it_begins_from_the_figures_that_the_meeting_shows(plan: Callers) -> None:
    report = (await (await plan(CHAIR)).get(REPORT)).json()
    assert (report["version"], report["can"]) == (0, ["write", "hold"])
    assert report["facts"] == (
        "1 of 4 open root causes were reported on. 0 were closed in this cycle. 1 is off track and 0 at risk."
    )


async def test_the_chair_writes_the_executive_confirms_and_a_new_version_is_confirmed_anew(
    plan: Callers,
) -> None:
    chair, executive = await plan(CHAIR), await plan(EXECUTIVE)
    written = await chair.post(REPORT, json=SAID)
    assert written.status_code == 200, written.text
    assert (written.json()["version"], written.json()["written_by"]) == (1, "Chair Person")
    confirmed = await executive.post(f"{REPORT}/confirmation")
    assert confirmed.json()["confirmed_by"] == "Executive Person"
    assert (await executive.post(f"{REPORT}/confirmation")).status_code == 409
    again = (await chair.post(REPORT, json=SAID | {"progress": "And checked."})).json()
    assert (again["version"], again["confirmed_by"]) == (2, None)


async def test_what_is_off_track_asks_for_an_outlook(plan: Callers) -> None:
    refused = await (await plan(CHAIR)).post(REPORT, json={"progress": " ", "outlook": None})
    assert [each["field"] for each in refused.json()["errors"]] == ["progress", "outlook"]


async def test_two_who_write_at_once_are_told(plan: Callers) -> None:
    chair, pmo = await plan(CHAIR), await plan(PMO)
    etag = (await pmo.get(REPORT)).headers["ETag"]
    await chair.post(REPORT, json=SAID)
    assert (await pmo.post(REPORT, json=SAID, headers={"If-Match": etag})).status_code == 412


async def test_a_cycle_that_has_not_opened_has_no_report(plan: Callers) -> None:
    assert (await (await plan(CHAIR)).get("/v1/isgs/unscheduled-care/reports/99")).status_code == 404


async def test_the_meeting_releases_what_was_reported_by_then_once(
    plan: Callers, database: TestDatabase
) -> None:
    said = {"status": "on_track", "progress": "Rotas are written."}
    assert (await (await plan(OWNER)).post("/v1/root-causes/RC-1/updates", json=said)).status_code == 201
    chair = await plan(CHAIR)
    before = (await chair.get(REPORT)).json()["unreleased"]
    assert before >= 1
    held = await chair.post("/v1/isgs/unscheduled-care/meetings/5/held", json={"held_on": "2019-05-22"})
    assert held.json() == {"held_on": "2019-05-22", "released": before}
    again = await chair.post("/v1/isgs/unscheduled-care/meetings/5/held", json={"held_on": "2019-05-22"})
    assert again.json()["released"] == 0
    other = await chair.post("/v1/isgs/unscheduled-care/meetings/5/held", json={"held_on": "2019-05-21"})
    assert other.status_code == 409
    async with database.owner.transaction() as db:
        assert (
            await db.scalar(
                text("SELECT count(*) FROM progress_update WHERE released_at IS NULL AND root_cause_id = 1")
            )
            == 0
        )


@pytest.mark.parametrize("day", ["2019-05-23", "2019-05-12"])
async def test_a_meeting_is_recorded_once_it_has_been_on_a_day_of_its_cycle(plan: Callers, day: str) -> None:
    refused = await (await plan(CHAIR)).post(
        "/v1/isgs/unscheduled-care/meetings/5/held", json={"held_on": day}
    )
    assert [each["field"] for each in refused.json()["errors"]] == ["held_on"]
