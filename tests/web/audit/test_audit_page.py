"""The page of the audit trail."""

import asyncio

from sqlalchemy import text

from services.worker.chaining import chain_the_trail, verify_the_trail
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.web.conftest import Visits
from web.settings import WebSettings

CHAIR, PMO = "chair@demo.example", "pmo@demo.example"


async def test_a_change_reads_as_a_sentence_with_before_and_after(visit: Visits, plan: Callers) -> None:
    await (await plan(CHAIR)).post("/v1/root-causes/RC-1/owner", json={"owner": "other@demo.example"})
    page = await (await visit(PMO)).get("/audit?root_cause=RC-1")
    assert page.h1 == "The audit trail of RC-1"
    assert "Chair Person changed the root cause RC-1." in page.text
    assert "owner: Owner Person" in page.text
    assert "owner: Other Person" in page.text


async def test_the_demo_says_which_times_are_real_and_which_are_of_the_business_date(
    visit: Visits, settings: WebSettings
) -> None:
    """A system that is no demo has one clock, and nothing to explain."""
    text_of_demo = (await (await visit(PMO)).get("/audit")).text
    assert "it has two clocks" in text_of_demo
    assert "Wednesday 22 May 2019" in text_of_demo
    settings.demo = False
    assert "two clocks" not in (await (await visit(PMO)).get("/audit")).text


async def test_the_root_cause_leads_those_who_may_to_its_trail(visit: Visits) -> None:
    page = await (await visit(CHAIR)).get("/root-causes/RC-1")
    assert "/audit?root_cause=RC-1" in page.links.values()
    page = await (await visit("owner@demo.example")).get("/root-causes/RC-1")
    assert "/audit?root_cause=RC-1" not in page.links.values()


async def test_it_says_that_the_trail_is_whole_or_what_is_the_matter(
    visit: Visits, database: TestDatabase
) -> None:
    browser = await visit(PMO)
    assert "it has not been yet" in (await browser.get("/audit")).text
    await chain_the_trail(database.worker, asyncio.Event())
    await verify_the_trail(database.worker)
    assert "The trail is whole." in (await browser.get("/audit")).text
    async with database.owner.transaction() as db:
        await db.execute(text("SET LOCAL session_replication_role = replica"))
        await db.execute(text("UPDATE root_cause SET title = 'Lies' WHERE reference = 'RC-1'"))
    await verify_the_trail(database.worker)
    page = await browser.get("/audit")
    assert "The trail is not whole" in page.text
    assert "title of root_cause 1 is not as the trail says" in page.text


async def test_what_cant_be_asked_for_is_said_at_its_field(visit: Visits) -> None:
    browser = await visit(PMO)
    page = await browser.get("/audit?person=nobody@x.y&root_cause=RC-1")
    assert page.status == 422
    assert page.errors == ["There is nobody here with the email address nobody@x.y. Check it."]
    page = await browser.get("/audit?root_cause=RC-99")
    assert page.status == 422
    assert "RC-99" in page.errors[0]
    page = await browser.get("/audit?since=2019-13-01")
    assert "is not a real date" in page.errors[0]
