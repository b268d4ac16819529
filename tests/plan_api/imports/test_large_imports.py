"""A large import takes as many statements as a small one, is in the trail row by row, and one is done at a time."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, func, select

from bench.hundredfold_workbook import hundredfold_plan
from services.domain.errors import Conflict
from services.plan_api.imports.service import BUSY, import_workbook
from services.plan_api.imports.writing.rows import ROWS_A_STATEMENT, batched, insert_all
from services.plan_api.workbook.write import write_workbook
from services.shared.audit_chain import verify
from services.shared.db import Database, WhoAndWhy
from services.shared.models import AuditEntry, Escalation, Person, ProgressUpdate, RootCause
from services.worker.chaining import chain_the_trail
from tests.conftest import TestDatabase

TODAY = date(2019, 5, 22)
MOST_STATEMENTS = 125


class Statements:
    """Counts what a database is asked, COPY apart: that is one for so many rows by its own nature."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        event.listen(database.engine.sync_engine, "after_cursor_execute", self._another)

    def _another(self, *_: Any) -> None:
        self.count += 1


async def statements(database: TestDatabase, workbook: bytes) -> int:
    counted = Statements(database.plan)
    async with database.plan.transaction(WhoAndWhy("person:1", "import")) as db:
        result = await import_workbook(db, None, workbook, check_only=False, approve_as_at=None, today=TODAY)
    assert result.problems == ()
    return counted.count


async def test_five_times_the_rows_take_no_more_statements(
    empty: TestDatabase, another_empty: TestDatabase
) -> None:
    """2,035 root causes, 10,175 updates and what they raise; then the same file again, then its trail."""
    large = write_workbook(hundredfold_plan(5))
    few = await statements(another_empty, write_workbook(hundredfold_plan(1)))

    assert await statements(empty, large) <= few + 2 <= MOST_STATEMENTS

    async with empty.owner.transaction() as db:
        entries = dict(
            iter(
                await db.execute(
                    select(AuditEntry.table_name, func.count())
                    .where(AuditEntry.operation == "insert", AuditEntry.actor == "person:1")
                    .group_by(AuditEntry.table_name)
                )
            )
        )
        for table, rows in ((RootCause, 2_035), (ProgressUpdate, 10_175), (Escalation, None)):
            stored = await db.scalar(select(func.count()).select_from(table))
            assert entries[table.__tablename__] == stored == (rows or stored)
        everything = await db.scalar(select(func.count()).select_from(AuditEntry))
    assert await statements(empty, large) < few
    await chain_the_trail(empty.worker, asyncio.Event())
    async with empty.owner.transaction() as db:
        assert (await verify(db)).breaks == []
        assert await db.scalar(select(func.count()).select_from(AuditEntry)) == everything


async def test_a_second_import_at_the_same_time_is_refused_at_once(empty: TestDatabase) -> None:
    workbook = write_workbook(hundredfold_plan(0))
    async with empty.plan.transaction() as first:
        await import_workbook(first, None, workbook, check_only=True, approve_as_at=None, today=TODAY)
        with pytest.raises(Conflict, match=BUSY):
            async with empty.plan.transaction() as second:
                await import_workbook(
                    second, None, workbook, check_only=True, approve_as_at=None, today=TODAY
                )


async def test_a_race_over_a_row_is_told_in_its_own_sentence(empty: TestDatabase) -> None:
    """As when an administrator adds the same person at the same moment."""
    async with empty.plan.transaction() as db:
        now = await db.scalar(select(func.now()))
    rows = [{"name": "A", "email": "a@demo.example", "recorded_at": now}] * 2
    with pytest.raises(Conflict, match="already a person with this email address"):
        async with empty.plan.transaction() as db:
            await insert_all(db, Person, rows)


def test_rows_are_written_so_many_at_a_time_whatever_their_number() -> None:
    rows = ({"id": number} for number in range(2 * ROWS_A_STATEMENT + 1))
    assert [len(some) for some in batched(rows)] == [ROWS_A_STATEMENT, ROWS_A_STATEMENT, 1]
