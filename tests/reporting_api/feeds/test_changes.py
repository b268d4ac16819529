"""What changed since a cursor: nothing missed and nothing told twice, however transactions overlap.

`QIP_FEED_CHANGES=10000 .venv/bin/pytest tests/reporting_api/feeds/test_changes.py -s` is the long run.
"""

import asyncio
import base64
import json
import os
import random
import time
from collections import Counter

import httpx2
import pytest
from sqlalchemy import text

from services.domain.words import FeedScope
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.feeds.reading import everything, follow, reader_of_all
from tests.reporting_api.oauth.partners import partner_of

CHANGES = int(os.environ.get("QIP_FEED_CHANGES", "400"))
WRITERS = 4
NEW_FINDING = text("""
    INSERT INTO finding (reference, finding_type, text, key_questions, isg_id, position, recorded_at)
    SELECT :ref, 'must_do', 'New', '{safe}', min(id), 100, '2019-05-22T09:00:00Z' FROM isg
""")
CHANGED = text("UPDATE root_cause SET title = :title WHERE reference = :ref")


class Undone(Exception):
    """A transaction that does not commit."""


def fail(now: bool) -> None:
    """Undoes a transaction."""
    if now:
        raise Undone


@pytest.fixture
async def partner(database: TestDatabase, reporting: Callers) -> httpx2.AsyncClient:
    """A partner's system that may read every feed."""
    return await reader_of_all(database, reporting)


async def test_a_poller_misses_nothing_and_is_told_nothing_twice_while_transactions_overlap(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    """Each transaction adds a finding and changes a root cause; they commit in another order than they began, some never."""
    rng = random.Random(2019)
    numbers = iter(range(CHANGES))
    committed: list[str] = []
    changed: Counter[str] = Counter()
    writing = WRITERS

    async def write() -> None:
        nonlocal writing
        for number in numbers:
            ref, fails = f"RC-{number % 6 + 1}", number % 17 == 0
            try:
                async with database.owner.transaction() as db:
                    await db.execute(NEW_FINDING, {"ref": f"F-{number}"})
                    await asyncio.sleep(rng.random() * 0.004)
                    await db.execute(CHANGED, {"ref": ref, "title": f"Title {number}"})
                    await asyncio.sleep(rng.random() * 0.004)
                    fail(fails)
            except Undone:
                continue
            committed.append(f"F-{number}")
            changed[ref] += 1
        writing -= 1

    told: list[tuple[str, str]] = []
    _, cursor = await follow(partner, None)
    polls = 0

    async def poll() -> None:
        nonlocal cursor, polls
        last_time = False
        while not last_time:
            last_time = writing == 0
            answer = await partner.get("/feeds/v1/changes", params={"cursor": cursor, "limit": "7"})
            if answer.status_code == 429:
                await asyncio.sleep(0.2)
                last_time = False
                continue
            body = answer.json()
            told.extend((item["feed"], item["ref"]) for item in body["items"])
            cursor = body["next"]
            last_time = last_time and not body["items"]
            polls += 1

    started = time.perf_counter()
    await asyncio.gather(poll(), *(write() for _ in range(WRITERS)))
    print(f"{len(committed)} transactions, {polls} polls, {time.perf_counter() - started:.0f} s")  # noqa: T201 - the long run says how long it took
    assert Counter(ref for feed, ref in told if feed == "findings") == Counter(committed)
    assert Counter(ref for feed, ref in told if feed == "root-causes") == changed
    assert len(told) == 2 * len(committed)


async def test_from_the_beginning_all_that_there_is_is_told_and_a_snapshot_says_where_to_go_on(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    told, _ = await follow(partner, None, limit=3)
    there = await everything(partner)
    assert {(each["feed"], each["ref"]): each["item"] for each in told if each["item"]} == there
    cursor = (await partner.get("/feeds/v1/snapshot")).json()["changes"]
    assert await follow(partner, cursor) == ([], cursor)
    async with database.owner.transaction() as db:
        await db.execute(CHANGED, {"ref": "RC-2", "title": "Changed"})
    [only], _ = await follow(partner, cursor)
    assert (only["feed"], only["ref"], only["change"], only["item"]["title"]) == (
        "root-causes", "RC-2", "changed", "Changed",
    )  # fmt: skip
    assert only["changed_at"].startswith("2019-05-22T")


async def test_what_one_row_went_through_is_told_in_the_order_of_commits(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    _, cursor = await follow(partner, None)
    for ref in ("RC-5", "RC-1", "RC-3"):
        async with database.owner.transaction() as db:
            await db.execute(CHANGED, {"ref": ref, "title": "Changed"})
    told, _ = await follow(partner, cursor, limit=1)
    assert [each["ref"] for each in told] == ["RC-5", "RC-1", "RC-3"]


async def test_only_feeds_that_the_token_covers_are_told(database: TestDatabase, reporting: Callers) -> None:
    partner = await partner_of(database, reporting, FeedScope.ESCALATIONS_READ)
    told, _ = await follow(partner, None)
    assert {each["feed"] for each in told} <= {"escalations"}
    writer = await partner_of(database, reporting, FeedScope.KPI_WRITE)
    for door in ("changes", "snapshot"):
        assert (await writer.get(f"/feeds/v1/{door}")).status_code == 403


def cursor_of(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense", "é", cursor_of(), cursor_of("1"), cursor_of("1", "9:3:"), cursor_of("1", "3:9:20"), cursor_of(1, "3:3:"),
        cursor_of("1", "3:3:", "x", 0, "", ""), cursor_of("1", "3:3:", "3:3:", -1, "", ""),
        cursor_of("1", "3:3:", "3:3:", 1, "\0", ""),
        cursor_of("1", "9999999999999999999:9999999999999999999:"), cursor_of("1", "'; drop"), "[" * 5000,
    ],
)  # fmt: skip
async def test_a_cursor_that_is_not_ours_is_a_problem_of_its_field(
    partner: httpx2.AsyncClient, cursor: str
) -> None:
    answer = await partner.get("/feeds/v1/changes", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor"), answer.text


async def test_a_cursor_of_another_cluster_is_gone(partner: httpx2.AsyncClient) -> None:
    """Numbers of transactions mean something in one cluster alone."""
    answer = await partner.get("/feeds/v1/changes", params={"cursor": cursor_of("1", "900:900:")})
    assert answer.status_code == 410
    assert "snapshot" in answer.json()["detail"]
