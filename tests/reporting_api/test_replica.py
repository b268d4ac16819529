"""Feeds and figures read from a replica: as old as that, nothing missed, and everything noted in the database itself."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.cli import doctor
from services.shared.settings import Settings
from tests.apps import create_reporting_app
from tests.conftest import EXTERNAL_SERVER, TestDatabase
from tests.people import Callers
from tests.reporting_api.feeds.reading import follow, items_of, reader_of_all
from tests.standby import Standby, standby_of

pytestmark = pytest.mark.skipif(
    EXTERNAL_SERVER is not None,
    reason="a replica is made of the tests' own server, not of QIP_DATABASE_URL's",
)
PMO = "pmo@demo.example"
TITLED = text("UPDATE root_cause SET title = :title WHERE reference = 'RC-2'")
FOUND = text("""
    INSERT INTO finding (reference, finding_type, text, key_questions, isg_id, position, recorded_at)
    SELECT 'F-NEW', 'must_do', 'New', '{safe}', min(id), 100, '2019-05-22T09:00:00Z' FROM isg
""")


@pytest.fixture
async def standby(
    server_url: str,
    server: AsyncEngine,
    database: TestDatabase,  # noqa: ARG001 - is in it
) -> AsyncIterator[Standby]:
    """A replica of the server, with this test's database in it."""
    async with standby_of(server_url, server) as standby:
        await standby.follow()
        yield standby


@pytest.fixture
async def reporting(database: TestDatabase, standby: Standby) -> AsyncIterator[Callers]:
    """Clients of the reporting service that reads from the replica."""
    replica = standby.of(database)
    async with Callers(database.owner, create_reporting_app(database.reporting, replica)) as callers:
        yield callers
    await replica.dispose()


@pytest.fixture
async def partner(database: TestDatabase, reporting: Callers, standby: Standby) -> httpx2.AsyncClient:
    """A partner's system that may read every feed."""
    partner = await reader_of_all(database, reporting)
    await standby.follow()
    return partner


async def title(partner: httpx2.AsyncClient) -> str:
    """Of the root cause that tests change."""
    found = {item["ref"]: item["title"] for item in await items_of(partner, "root-causes")}
    return str(found["RC-2"])


async def test_a_feed_is_as_the_replica_has_it_and_what_is_kept_of_it_is_no_older(
    database: TestDatabase, partner: httpx2.AsyncClient, standby: Standby
) -> None:
    before = await title(partner)
    await standby.hold_back()
    async with database.owner.transaction() as db:
        await db.execute(TITLED, {"title": "Changed"})
    assert await title(partner) == before
    await standby.follow()
    assert await title(partner) == "Changed"


async def test_a_poller_is_told_once_of_what_was_still_running_when_it_asked(
    database: TestDatabase, partner: httpx2.AsyncClient, standby: Standby
) -> None:
    """The replica's own snapshot does not say that it runs: whoever trusted that would never hear of it."""
    _, cursor = await follow(partner, None)
    told = []
    async with database.owner.transaction() as early:
        await early.execute(TITLED, {"title": "Committed late"})
        async with database.owner.transaction() as db:
            await db.execute(FOUND)
        await standby.follow()
        news, cursor = await follow(partner, cursor)
        told += news
    await standby.follow()
    for _ in range(2):
        news, cursor = await follow(partner, cursor)
        told += news
    assert sorted((each["feed"], each["ref"]) for each in told) == [
        ("findings", "F-NEW"),
        ("root-causes", "RC-2"),
    ]
    assert await title(partner) == "Committed late"


async def test_a_dashboard_is_as_the_replica_has_it_for_whoever_has_just_signed_in(
    database: TestDatabase, reporting: Callers, standby: Standby
) -> None:
    await standby.hold_back()
    pmo = await reporting(PMO)  # a session that the replica has not seen
    before = (await pmo.get("/v1/dashboard")).json()
    async with database.owner.transaction() as db:
        await db.execute(FOUND)
    assert (await pmo.get("/v1/dashboard")).json() == before
    await standby.follow()
    assert (await pmo.get("/v1/dashboard")).json() != before


async def test_that_a_client_was_used_is_noted_in_the_database_itself(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    assert (await partner.get("/feeds/v1/findings")).status_code == 200
    async with database.owner.transaction() as db:
        assert await db.scalar(text("SELECT count(*) FROM api_client_use")) == 1


async def test_the_doctor_says_how_far_behind_the_replica_is(
    database: TestDatabase, standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def said(url: str) -> str:
        monkeypatch.setattr(doctor, "settings", lambda: Settings(database_read_url=url))
        [check] = await doctor._replica()
        return check.sentence

    replica = standby.of(database)
    url = replica.engine.url.render_as_string(hide_password=False)
    await replica.dispose()
    assert await said(url) == "The replica that feeds and dashboards are read from is 0 s behind."
    assert "names a database that is no replica" in await said(database.url)
    assert "does not answer" in await said("postgresql://nobody@127.0.0.1:1/none")


async def test_a_pack_is_drafted_from_the_replica_and_that_it_was_is_noted_in_the_database_itself(
    database: TestDatabase, reporting: Callers, standby: Standby
) -> None:
    await standby.hold_back()
    pmo = await reporting(PMO)
    before = (await pmo.get("/v1/packs/board.json")).json()
    async with database.owner.transaction() as db:
        await db.execute(FOUND)
    assert (await pmo.get("/v1/packs/board.json")).json() == before
    await standby.follow()
    assert (await pmo.get("/v1/packs/board.json")).json() != before
    async with database.owner.transaction() as db:
        assert await db.scalar(text("SELECT count(*) FROM disclosure WHERE kind = 'pack_drafted'")) == 3
