"""The trail is proved whole; whatever is changed, removed or put in with superuser rights is found and named."""

import asyncio

import pytest
from sqlalchemy import text

from services.shared.audit_chain import Head, Verification, chain_what_is_committed, head_of, tail_of, verify
from services.shared.db import WhoAndWhy
from services.worker.chaining import chain_the_trail, verify_the_trail
from tests.conftest import TestDatabase
from tests.people import Callers

OWNER = "owner@demo.example"
UPDATES = "/v1/root-causes/RC-1/updates"


async def chained(database: TestDatabase) -> int:
    """As the worker does it, with the worker's login."""
    return await chain_the_trail(database.worker, asyncio.Event())


async def verified(database: TestDatabase, expected: Head | None = None) -> Verification:
    async with database.owner.transaction() as db:
        return await verify(db, expected=expected)


async def as_superuser(database: TestDatabase, *statements: str) -> None:
    """Behind the system's back: no trigger fires."""
    async with database.owner.transaction() as db:
        await db.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            await db.execute(text(statement))


@pytest.fixture
async def trail(database: TestDatabase, plan: Callers) -> TestDatabase:
    """The small plan and an update on top, all of it chained."""
    said = {"status": "on_track", "progress": "Rotas are rewritten."}
    assert (await (await plan(OWNER)).post(UPDATES, json=said)).status_code == 201
    assert await chained(database) > 50
    return database


async def test_the_trail_is_whole_and_says_what_is_not_yet_chained(
    trail: TestDatabase, plan: Callers
) -> None:
    """First nothing; after a change, the entries of that change."""
    found = await verified(trail)
    assert (found.whole, found.breaks, found.tail.entries) == (True, [], 0)
    assert found.head.position == found.entries
    said = {"status": "on_track", "progress": "And checked."}
    assert (await (await plan(OWNER)).post(UPDATES, json=said)).status_code == 201
    found = await verified(trail)
    assert found.whole
    assert found.tail.entries > 0
    assert found.tail.since is not None
    assert found.head.position + found.tail.entries == found.entries


async def test_chaining_twice_links_nothing_twice_and_two_writers_are_one(trail: TestDatabase) -> None:
    """The second finds nothing to do."""
    before = (await verified(trail)).head
    assert await chained(trail) == 0
    async with trail.owner.transaction(WhoAndWhy("operator")) as db:
        await db.execute(text("UPDATE person SET job_title = 'Sister' WHERE email = 'owner@demo.example'"))
    async with trail.worker.transaction() as first, trail.worker.transaction() as second:
        assert await chain_what_is_committed(first) == 1
        assert await chain_what_is_committed(second) == 0
    assert (await verified(trail, expected=before)).whole


async def test_what_commits_late_is_linked_late(trail: TestDatabase) -> None:
    """An entry with a lower number than those chained already has a later position, and the trail is whole."""
    async with trail.owner.transaction() as slow:
        await slow.execute(text("UPDATE person SET job_title = 'Slow' WHERE email = 'owner@demo.example'"))
        async with trail.owner.transaction() as quick:
            await quick.execute(
                text("UPDATE person SET job_title = 'Quick' WHERE email = 'other@demo.example'")
            )
        assert await chained(trail) == 1
    assert await chained(trail) == 1
    assert (await verified(trail)).whole
    async with trail.owner.transaction() as db:
        last_two = (
            await db.scalars(text("SELECT entry_id FROM audit_link ORDER BY position DESC LIMIT 2"))
        ).all()
    assert last_two[0] < last_two[1]


NEWEST = "(SELECT max(id) FROM audit_entry WHERE table_name = 'progress_update')"
"""What NEWEST stands for in the statements."""
TAMPERING = {
    "who": ("UPDATE audit_entry SET actor = 'person:99' WHERE id = NEWEST", "is not as it was chained"),
    "when": ("UPDATE audit_entry SET at = at - interval '1 day' WHERE id = NEWEST", "is not as it was chained"),
    "a value": (
        "UPDATE audit_entry SET changes = jsonb_set(changes, '{progress,1}', '\"Lies\"') "
        "WHERE id = NEWEST AND changes ? 'progress'",
        "progress of progress_update",
    ),
    "a value and its digest": (
        "UPDATE audit_entry SET changes = jsonb_set(changes, '{progress,1}', '\"Lies\"'), digests = jsonb_set(digests, "
        "'{progress}', to_jsonb(audit_digest(salts ->> 'progress', 'progress', changes -> 'progress' -> 0, '\"Lies\"'))) "
        "WHERE id = NEWEST",
        "is not as it was chained",
    ),
    "a value blanked without a redaction": (
        "UPDATE audit_entry SET changes = jsonb_set(changes, '{progress}', 'null'), salts = jsonb_set(salts, "
        "'{progress}', 'null') WHERE id = NEWEST",
        "is missing, and no redaction is on record",
    ),
    "an entry removed": ("DELETE FROM audit_entry WHERE id = NEWEST", "has been removed"),
    "an entry put in": (
        "INSERT INTO audit_entry (at, transaction_id, service_login, actor, request_id, table_name, row_id, operation, changes, "
        "salts, digests) VALUES (now(), 1, 'x', 'person:1', 'x', 'person', 1, 'update', '{}', '{}', '{}')",
        "put in behind the system's back",
    ),
    "a link changed": ("UPDATE audit_link SET digest = 'x' WHERE position = 10", "position 10"),
    "a link removed": ("DELETE FROM audit_link WHERE position = 10", "The link at position 10 has been removed."),
    "a row changed": ("UPDATE root_cause SET title = 'Lies' WHERE reference = 'RC-1'", "title of root_cause 1 is not as"),
    "a row that was empty there": ("UPDATE root_cause SET theme = 'Lies' WHERE reference = 'RC-1'", "theme of root_cause 1"),
    "a row removed": ("DELETE FROM deputy", "is gone and the trail does not say so"),
    "a trigger dropped": ("DROP TRIGGER audit ON baseline", "baseline is watched no longer"),
    "a trigger switched off": ("ALTER TABLE baseline DISABLE TRIGGER audit", "baseline is watched no longer"),
    "a row put in": (
        "INSERT INTO deputy (owner_id, deputy_id, recorded_at) VALUES (3, 4, now())",
        "is not in the trail",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "named"), TAMPERING.values(), ids=TAMPERING)
async def test_what_was_done_behind_the_systems_back_is_found_and_named(
    trail: TestDatabase, statement: str, named: str
) -> None:
    """With superuser rights, and every trigger off."""
    await as_superuser(trail, statement.replace("NEWEST", NEWEST))
    found = await verified(trail)
    assert not found.whole
    assert any(named in sentence for sentence in found.breaks), found.breaks


async def test_the_first_break_is_named_first(trail: TestDatabase) -> None:
    """All later links still fit their neighbours: one change is one break."""
    await as_superuser(
        trail,
        "UPDATE audit_entry SET actor = 'nobody' WHERE id = (SELECT entry_id FROM audit_link WHERE position = 7)",
    )
    found = await verified(trail)
    assert found.broken == 1
    assert "position 7" in found.breaks[0]


async def test_a_tail_that_is_cut_off_is_found_against_a_head_noted_elsewhere(trail: TestDatabase) -> None:
    """The worker notes each head in its log."""
    async with trail.owner.transaction() as db:
        head = await head_of(db)
    await as_superuser(
        trail,
        "DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_link ORDER BY position DESC LIMIT 3)",
        "DELETE FROM audit_link WHERE position > (SELECT max(position) - 3 FROM audit_link)",
    )
    found = await verified(trail, expected=head)
    assert any(f"before position {head.position} that was noted" in sentence for sentence in found.breaks)


async def test_a_tail_that_is_cut_off_is_found_against_the_heads_of_earlier_nights(
    trail: TestDatabase,
) -> None:
    """Also without a head noted elsewhere."""
    await verify_the_trail(trail.worker)
    await as_superuser(
        trail,
        "DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_link ORDER BY position DESC LIMIT 3)",
        "DELETE FROM audit_link WHERE position > (SELECT max(position) - 3 FROM audit_link)",
    )
    assert any("that was noted" in sentence for sentence in (await verified(trail)).breaks)


async def test_the_nightly_verification_is_kept(trail: TestDatabase) -> None:
    """With the worker's own rights, which do not reach secrets."""
    await verify_the_trail(trail.worker)
    await as_superuser(trail, "UPDATE root_cause SET title = 'Lies' WHERE reference = 'RC-1'")
    await verify_the_trail(trail.worker)
    async with trail.owner.transaction() as db:
        kept = (
            await db.execute(text("SELECT broken, first_breaks FROM audit_verification ORDER BY id"))
        ).all()
        assert (await tail_of(db)).entries == 0
    assert [row.broken for row in kept] == [0, 1]
    assert "title of root_cause 1" in kept[1].first_breaks[0]
