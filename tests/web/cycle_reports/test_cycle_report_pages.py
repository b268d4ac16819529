"""The chair writes, the executive confirms, the meeting is recorded."""

import pytest

from services.plan_api.cycles.service import run_day
from tests.conftest import TestDatabase
from tests.small_plan import TODAY
from tests.web.conftest import Visits

CHAIR, EXECUTIVE, PMO, OWNER = (
    "chair@demo.example",
    "executive@demo.example",
    "pmo@demo.example",
    "owner@demo.example",
)
HERE = "/isgs/unscheduled-care/reports/5"


@pytest.fixture(autouse=True)
async def _cycles_have_opened(database: TestDatabase) -> None:
    async with database.plan.transaction() as db:
        await run_day(db, TODAY)


async def test_the_chair_begins_from_the_figures_and_the_executive_confirms(visit: Visits) -> None:
    chair, executive = await visit(CHAIR), await visit(EXECUTIVE)
    page = await chair.get((await chair.get("/meetings")).links["Cycle 5 of Unscheduled Care"])
    assert "not written yet" in page.text
    form = await chair.get(page.links["Write the report"])
    assert form.fields(f"{HERE}/write")["progress"][0].startswith("1 of 4 open root causes were reported on.")
    refused = await chair.submit(form, f"{HERE}/write", progress="Rotas are written.")
    assert refused.errors == ["Something is off track: say whether it will recover."]
    await chair.submit(refused, f"{HERE}/write", outlook="may_not")
    report = await executive.get(HERE)
    assert "May not recover" in report.text
    confirm = await executive.get(report.links["Confirm it"])
    await executive.submit(confirm, f"{HERE}/confirmation")
    assert "Executive Person" in (await chair.get(HERE)).text
    assert (await executive.get(f"{HERE}/confirmation")).status == 403


async def test_two_who_write_at_once_see_both_texts(visit: Visits) -> None:
    chair, pmo = await visit(CHAIR), await visit(PMO)
    form = await pmo.get(f"{HERE}/write")
    await chair.submit(
        await chair.get(f"{HERE}/write"), f"{HERE}/write", progress="The chair's words.", outlook="may_not"
    )
    late = await pmo.submit(form, f"{HERE}/write", progress="The PMO's words.", outlook="may_not")
    assert late.status == 412
    assert "What is there now (Chair Person" in late.text
    assert "The chair's words." in late.text
    assert late.fields(f"{HERE}/write")["progress"] == ["The PMO's words."]


async def test_the_meeting_is_recorded_and_says_first_what_it_releases(visit: Visits) -> None:
    chair = await visit(CHAIR)
    form = await chair.get(f"{HERE}/held")
    assert "to be released" in form.text
    await chair.submit(form, f"{HERE}/held")
    assert "held on 22 May 2019" in (await chair.get(HERE)).text
    assert (await chair.get(f"{HERE}/held")).status == 403


async def test_owners_read_and_write_nothing(visit: Visits) -> None:
    owner = await visit(OWNER)
    assert (await owner.get(HERE)).status == 200
    assert (await owner.get(f"{HERE}/write")).status == 403
    assert (await owner.get("/isgs/unscheduled-care/reports/99")).status == 404
