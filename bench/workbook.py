"""Importing the demo workbook into an empty system, beside a COPY of the rows that it stored."""

import time
from collections.abc import Iterator, Sequence

import asyncpg  # type: ignore[import-untyped]  # has no stubs
from sqlalchemy import make_url

from bench.comparison import Comparison
from bench.load import BenchError
from bench.system import Systems
from services.cli.demo.plan import build_demo_plan
from services.cli.demo.schedule import TODAY
from services.cli.system import OPERATOR
from services.plan_api.imports.service import import_workbook
from services.plan_api.workbook.write import write_workbook
from services.shared.clock import set_business_today
from services.shared.db import Database
from services.shared.models import Base

NOT_COPIED = {"audit_entry"}
"""The import's own work beside the rows; a COPY has none."""


async def comparisons(systems: Systems) -> list[Comparison]:
    """Each round has an empty database of its own: the import fills it, then its rows are copied once more."""
    importing = _Import(systems.empty, write_workbook(build_demo_plan().sheets))
    return [
        Comparison(
            what="import of the demo workbook (COPY of its rows)",
            ours=importing.imported,
            peer=importing.copied,
            unit="s",
            aim="at most 60 times, at 100 times this plan",
        )
    ]


class _Import:
    def __init__(self, empty: Sequence[str], workbook: bytes) -> None:
        self._empty: Iterator[str] = iter(empty)
        self._workbook = workbook
        self._filled = ""

    async def imported(self) -> float:
        """Seconds from the file's bytes to the commit: read, checked, written, audited, escalated."""
        self._filled = next(self._empty)
        database = Database(self._filled)
        async with database.transaction(OPERATOR) as db:
            await set_business_today(db, TODAY)
            started = time.perf_counter()
            result = await import_workbook(
                db, None, self._workbook, check_only=False, approve_as_at=None, today=TODAY
            )
        taken = time.perf_counter() - started
        await database.dispose()
        if result.problems:
            raise BenchError(f"The demo workbook was refused: {result.problems[0].sentence}")
        return taken

    async def copied(self) -> float:
        """Seconds for all rows of all tables that the import filled, into tables without index, constraint or trigger."""
        connection = await asyncpg.connect(_plain(self._filled))
        try:
            return await _copy_every_table(connection)
        finally:
            await connection.close()


async def _copy_every_table(connection: asyncpg.Connection) -> float:
    tables = [table.name for table in Base.metadata.sorted_tables if table.name not in NOT_COPIED]
    rows = {table: await connection.fetch(f"SELECT * FROM {table}") for table in tables}  # noqa: S608 - our own names
    for table in tables:
        await connection.execute(f"CREATE TABLE copy_of_{table} (LIKE {table})")
    started = time.perf_counter()
    async with connection.transaction():
        for table in tables:
            await connection.copy_records_to_table(f"copy_of_{table}", records=rows[table])
    return time.perf_counter() - started


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
