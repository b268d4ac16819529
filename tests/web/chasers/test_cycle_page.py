"""The page of the cycle's progress: who has not reported, and chasing them."""

import pytest

from services.plan_api.cycles.service import run_day
from tests.conftest import TestDatabase
from tests.small_plan import TODAY
from tests.web.conftest import Visits

PMO, CHAIR, CHAIR2, OWNER = (
    "pmo@demo.example",
    "chair@demo.example",
    "chair2@demo.example",
    "owner@demo.example",
)
TICK_OWNER, TICK_OTHER = "unscheduled-care|owner@demo.example", "scheduled-care|other@demo.example"


@pytest.fixture(autouse=True)
async def _the_day_is_done(database: TestDatabase) -> None:
    async with database.plan.transaction() as db:
        await run_day(db, TODAY)


async def test_the_pmo_ticks_and_chases_and_sees_what_was_sent(visit: Visits) -> None:
    pmo = await visit(PMO)
    page = await pmo.get("/cycle")
    assert page.h1 == "1 of 5 root causes are reported on in this cycle"
    assert "Unscheduled Care: 1 of 4 reported" in page.text
    assert "Updates by Monday 20 May 2019 at 23:59, 2 days ago" in page.text
    assert "Nobody has been chased yet." in page.text
    empty = await pmo.submit(page, "/cycle")
    assert (empty.status, empty.errors) == (422, ["Tick at least one person."])
    sent = await pmo.submit(empty, "/cycle", people=[TICK_OWNER, TICK_OTHER])
    assert sent.goes_to == "/cycle"
    after = await pmo.get("/cycle")
    assert "2 people chased" in after.text
    assert "Today, by Pmo Person" in after.text
    assert TICK_OWNER not in after.response.text
    assert "1 more" not in after.text
    assert (await (await visit(OWNER)).get("/notices")).links[
        "Pmo Person asks for your updates to Unscheduled Care in cycle 5."
    ] == "/updates"


async def test_a_double_click_chases_once(visit: Visits) -> None:
    pmo = await visit(PMO)
    page = await pmo.get("/cycle")
    sent = {**page.fields("/cycle"), "people": [TICK_OWNER]}
    for _ in range(2):
        assert (await pmo.post("/cycle", sent)).goes_to == "/cycle"
    assert (await pmo.get("/cycle")).text.count("On their notices page") == 1


async def test_who_was_chased_meanwhile_is_named_and_the_other_ticks_stay(visit: Visits) -> None:
    pmo, chair = await visit(PMO), await visit(CHAIR)
    page = await pmo.get("/cycle")
    await chair.submit(await chair.get("/cycle"), "/cycle", people=[TICK_OWNER])
    late = await pmo.submit(page, "/cycle", people=[TICK_OWNER, TICK_OTHER])
    assert late.status == 422
    assert late.errors == ["Owner Person was chased today already, by Chair Person: once a day is enough."]
    assert late.fields("/cycle")["people"] == [TICK_OTHER]
    assert (await pmo.submit(late, "/cycle")).goes_to == "/cycle"


async def test_a_chair_sees_their_own_isg_alone_and_an_owner_no_such_page(visit: Visits) -> None:
    page = await (await visit(CHAIR2)).get("/cycle")
    assert page.h1 == "0 of 1 root cause is reported on in this cycle"
    assert "Unscheduled Care" not in page.text
    refused = await (await visit(OWNER)).get("/cycle")
    assert refused.status == 403
    assert "Cycle" not in (await (await visit(OWNER)).get("/")).links
