"""What the writing of every sheet needs: typed access to its changes, and statements for many rows."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import BigInteger, ColumnElement, any_, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.plan_api.workbook.changes import Changes
from services.plan_api.workbook.rows import Row
from services.plan_api.workbook.sheets import SHEETS
from services.shared.models import Base, RootCause

R = TypeVar("R", bound=Row)

_SHEET_OF: dict[type, str] = {sheet.row: sheet.name for sheet in SHEETS}


def added(changes: Changes, kind: type[R]) -> Sequence[R]:
    """The new rows of one kind."""
    return cast("Sequence[R]", changes[_SHEET_OF[kind]].added)


def changed(changes: Changes, kind: type[R]) -> Sequence[tuple[R, R]]:
    """The changed rows of one kind, before and after."""
    return cast("Sequence[tuple[R, R]]", changes[_SHEET_OF[kind]].changed)


def after(changes: Changes, kind: type[R]) -> Sequence[R]:
    """All rows of one kind that are written, as they are to be."""
    return [*added(changes, kind), *(row for _, row in changed(changes, kind))]


async def insert_all(db: AsyncSession, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Adds rows; none is fine."""
    if rows := list(rows):
        await db.execute(insert(table), rows)


async def update_all(db: AsyncSession, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Changes rows by their `id`; each gives the same columns; none is fine."""
    if rows := list(rows):
        await db.execute(update(table), rows)


def among(column: InstrumentedAttribute[int], ids: Collection[int]) -> ColumnElement[bool]:
    """The column holds one of these ids, however many they are: one parameter, not one each."""
    return column == any_(literal(list(ids), ARRAY(BigInteger)))


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
