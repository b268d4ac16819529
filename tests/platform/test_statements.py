"""Statements that go round SQLAlchemy: named parameters, rows by name, and always the session's own transaction."""

import pytest

from services.domain.errors import Conflict
from services.shared.statements import Statement, driver_connection
from tests.conftest import TestDatabase

TITLES = Statement("SELECT title FROM root_cause WHERE reference = :reference")
RENAMED = Statement(
    "UPDATE root_cause SET title = :title WHERE reference = :reference RETURNING title, reference"
)
PLACED_TWICE = Statement("""
    INSERT INTO isg (name, slug, cadence, first_cycle_opens, meeting_day, deadline_working_days, position, recorded_at)
    SELECT name, slug || '-again', cadence, first_cycle_opens, meeting_day, deadline_working_days, position + 100, recorded_at
      FROM isg LIMIT 1
""")


async def test_a_parameter_may_come_twice_and_a_cast_is_none(database: TestDatabase) -> None:
    said = Statement("SELECT :word::text || ' ' || :word AS said, :number::bigint + 1 AS next")
    async with database.plan.transaction() as db:
        row = await said.row(db, word="twice", number=4, unused="is left out")
        assert (row.said, row.next, tuple(row)) == ("twice twice", 5, ("twice twice", 5))
        with pytest.raises(AttributeError, match="more"):
            _ = row.more
        assert await Statement("SELECT 1 WHERE false").row(db) is None
        assert await Statement("SELECT 1 WHERE false").value(db) is None


async def test_what_it_writes_is_undone_with_the_session_and_unseen_by_others_until_then(
    database: TestDatabase,
) -> None:
    async with database.plan.transaction() as db:
        before = await TITLES.value(db, reference="RC-1")
        assert await RENAMED.value(db, reference="RC-1", title="Renamed") == "Renamed"
        async with database.plan.transaction(reading=True) as other:
            assert await TITLES.value(other, reference="RC-1") == before
        await db.rollback()
    async with database.plan.transaction(reading=True) as db:
        assert await TITLES.value(db, reference="RC-1") == before


async def test_a_session_that_goes_on_after_its_commit_asks_on_the_connection_that_it_holds_then(
    database: TestDatabase,
) -> None:
    async with database.plan.transaction() as db:
        await TITLES.value(db, reference="RC-1")
        await db.commit()
        async with database.plan.transaction(reading=True) as other:
            taken = await driver_connection(other)
            assert await driver_connection(db) is not taken
            assert (await driver_connection(db)).is_in_transaction()


async def test_a_race_is_told_in_the_sentence_of_its_constraint(database: TestDatabase) -> None:
    with pytest.raises(Conflict, match="at the same moment"):
        async with database.owner.transaction() as db:
            await PLACED_TWICE.rows(db)
