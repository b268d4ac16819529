"""Statements that are sent as they are written: over the driver's own connection, within the session's transaction.

SQLAlchemy compiles, wraps and describes each text anew, which costs a short statement more than the database takes for it.
What every request asks, and what an update writes, goes this way; all else goes through the session.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]  # has no stubs
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.races import races_told

NAME: Final = re.compile(r"(?<![:\w]):([a-z]\w*)")
"""A parameter; `::type` is none."""


class Row(asyncpg.Record):  # type: ignore[misc]  # has no stubs
    """A row whose columns are its attributes."""

    def __getattr__(self, column: str) -> Any:
        try:
            return self[column]
        except KeyError:
            raise AttributeError(column) from None


class Statement:
    """SQL with `:named` parameters, each of which PostgreSQL can tell the type of. Prepared once a connection."""

    def __init__(self, sql: str) -> None:
        self._names = tuple(dict.fromkeys(NAME.findall(sql)))
        numbers = {name: f"${number}" for number, name in enumerate(self._names, start=1)}
        self._sql = NAME.sub(lambda found: numbers[found[1]], sql)

    async def rows(self, db: AsyncSession, **given: Any) -> Sequence[Any]:
        """All rows. What the session still holds back is not written before. Raises Conflict, as a session's end does."""
        connection = await driver_connection(db)
        values = [given[name] for name in self._names]
        with races_told():
            found: Sequence[Any] = await connection.fetch(self._sql, *values, record_class=Row)
        return found

    async def row(self, db: AsyncSession, **given: Any) -> Any:
        """The first row, or None."""
        found = await self.rows(db, **given)
        return found[0] if found else None

    async def value(self, db: AsyncSession, **given: Any) -> Any:
        """The first column of the first row, or None."""
        found = await self.rows(db, **given)
        return found[0][0] if found else None


async def driver_connection(db: AsyncSession) -> Any:
    """asyncpg's own connection of this session, in the transaction that the session ends."""
    begun = db.sync_session.get_transaction()
    known = db.info.get("driver_connection")
    if known is not None and known[0] is begun:
        return known[1]
    adapted: Any = (await (await db.connection()).get_raw_connection()).dbapi_connection
    if adapted._transaction is None:  # noqa: SLF001 - as its cursors do before their first statement
        await adapted._start_transaction()  # noqa: SLF001
    db.info["driver_connection"] = (db.sync_session.get_transaction(), adapted.driver_connection)
    return adapted.driver_connection
