"""The partners' status is found by looking: what is broken shows, and what is not there is not made up."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from services.domain.words import FeedScope
from services.worker.chaining import verify_the_trail
from tests.apps import create_reporting_app
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.oauth.partners import partner_of


@pytest.fixture
async def reporting(database: TestDatabase) -> AsyncIterator[Callers]:
    """The service."""
    async with Callers(database.owner, create_reporting_app(database.reporting)) as callers:
        yield callers


@pytest.mark.parametrize("scope", list(FeedScope))
async def test_any_client_reads_it_whatever_its_scopes(
    database: TestDatabase, reporting: Callers, scope: FeedScope
) -> None:
    answer = await (await partner_of(database, reporting, scope)).get("/feeds/v1/status")
    assert answer.status_code == 200, answer.text
    assert all(feed["up"] for feed in answer.json()["feeds"])


@pytest.mark.parametrize(
    ("person", "status"), [("pmo", 200), ("admin", 200), ("owner", 403), ("reader", 403), ("board", 403)]
)
async def test_people_read_it_who_keep_partners_access(reporting: Callers, person: str, status: int) -> None:
    caller = await reporting(f"{person}@demo.example")
    assert (await caller.get("/v1/partner-status")).status_code == status
    assert (await caller.get("/feeds/v1/status")).status_code == 401


async def test_a_feed_that_fails_is_down_and_the_others_are_not(
    database: TestDatabase, reporting: Callers
) -> None:
    async with database.owner.transaction() as db:
        await db.execute(text("ALTER TABLE source RENAME TO source_gone"))
    shown = (await (await reporting("pmo@demo.example")).get("/v1/partner-status")).json()
    up = {feed["feed"]: feed["up"] for feed in shown["feeds"]}
    assert up["findings"] is False
    assert up["kpis"] is True


async def test_what_has_not_been_done_is_said_so_and_what_has_is_dated(
    database: TestDatabase, reporting: Callers
) -> None:
    pmo = await reporting("pmo@demo.example")
    before = (await pmo.get("/v1/partner-status")).json()
    assert (before["verified_at"], before["verified_whole"]) == (None, None)
    assert all(work["last_done"] is None for work in before["nightly"])
    await verify_the_trail(database.worker)
    async with database.owner.transaction() as db:
        await db.execute(
            text("""
                INSERT INTO pgqueuer_schedules (expression, entrypoint, heartbeat, created, updated, next_run, last_run)
                VALUES ('47 3 * * *', 'verify_the_trail', now(), now(), now(), now(), now())
            """)
        )
    after = (await pmo.get("/v1/partner-status")).json()
    assert after["verified_whole"] is True
    assert after["verified_entries"] > 0
    assert {work["work"] for work in after["nightly"] if work["last_done"]} == {"verify_the_trail"}
    assert after["last_change"] is not None
