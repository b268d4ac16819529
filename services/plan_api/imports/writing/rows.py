"""What the writing of every sheet needs: typed access to its changes, and statements for many rows."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar
from typing import cast as typed

from sqlalchemy import Text, cast, func, literal, select, update
from sqlalchemy import column as sql_column
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.plan_api.workbook.changes import Changes
from services.plan_api.workbook.rows import Row
from services.plan_api.workbook.sheets import SHEETS
from services.shared.db import among
from services.shared.models import Base, RootCause
from services.shared.races import races_told

R = TypeVar("R", bound=Row)

ROWS_A_STATEMENT = 20_000

_SHEET_OF: dict[type, str] = {sheet.row: sheet.name for sheet in SHEETS}


def added(changes: Changes, kind: type[R]) -> Sequence[R]:
    """The new rows of one kind."""
    return typed("Sequence[R]", changes[_SHEET_OF[kind]].added)


def changed(changes: Changes, kind: type[R]) -> Sequence[tuple[R, R]]:
    """The changed rows of one kind, before and after."""
    return typed("Sequence[tuple[R, R]]", changes[_SHEET_OF[kind]].changed)


def after(changes: Changes, kind: type[R]) -> Sequence[R]:
    """All rows of one kind that are written, as they are to be."""
    return [*added(changes, kind), *(row for _, row in changed(changes, kind))]


async def insert_all(db: AsyncSession, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Adds rows, which give the same columns; none is fine. By COPY: thousands in one statement, whatever they hold."""
    await db.flush()
    connection: Any = (await (await db.connection()).get_raw_connection()).driver_connection
    for some in batched(rows):
        columns = list(some[0])
        records = [tuple(row[column] for column in columns) for row in some]
        with races_told():
            await connection.copy_records_to_table(table.__tablename__, columns=columns, records=records)


async def update_all(db: AsyncSession, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Changes rows by their `id`; each gives the same columns; none is fine. Thousands in one statement."""
    for some in batched(rows):
        columns = [column for column in table.__table__.c if column.name in some[0]]
        written = literal(json.dumps(some, default=str), Text)
        given = (
            func.jsonb_to_recordset(cast(written, JSONB))
            .table_valued(*(sql_column(column.name, column.type) for column in columns))
            .render_derived(with_types=True)
        )
        values = {column.name: given.c[column.name] for column in columns if column.name != "id"}
        statement = update(table).where(table.__table__.c.id == given.c.id).values(values)
        await db.execute(statement.execution_options(synchronize_session=False))


def batched(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """So many rows at a time that memory is bounded, and statements few."""
    remaining = iter(rows)
    while some := list(islice(remaining, ROWS_A_STATEMENT)):
        yield some


async def next_position(db: AsyncSession, position: InstrumentedAttribute[int]) -> int:
    """Where the next row of a sheet stands."""
    last = await db.scalar(select(func.max(position)))
    return 0 if last is None else last + 1


async def count_change(db: AsyncSession, root_cause_ids: Collection[int]) -> None:
    """These root causes have changed: their ETag with them."""
    if root_cause_ids:
        await db.execute(
            update(RootCause)
            .where(among(RootCause.id, root_cause_ids))
            .values(version=RootCause.version + 1)
            .execution_options(synchronize_session=False)
        )
