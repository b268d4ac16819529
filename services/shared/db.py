"""The database: engines, and the ONLY place that commits. One request, command or job is one transaction."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import BigInteger, ColumnElement, any_, event, func, literal, make_url, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import InstrumentedAttribute

from services.shared.races import conflict_of
from services.shared.standings import keep_standings


@dataclass(frozen=True, slots=True)
class WhoAndWhy:
    """What the audit trail records beside a change: the actor ("person:17", "service:worker", "operator") and the request."""

    actor: str = "anonymous"
    request_id: str = ""


class Database:
    """A pool of connections under one login. `keeps_standings`: it changes the plan, and works out what follows from that."""

    def __init__(self, url: str, *, pool_size: int = 20, keeps_standings: bool = False) -> None:
        self.keeps_standings = keeps_standings
        self.kept_counts: dict[str, Any] = {}
        asyncpg_url = make_url(url).set(drivername="postgresql+asyncpg")
        # Overflow is for peaks: a connection that is closed after each use costs more than what it was opened for.
        # The one that was used last is taken: it has planned what is asked most.
        self.engine = create_async_engine(
            asyncpg_url, pool_size=pool_size, max_overflow=10, pool_use_lifo=True
        )
        _speak_plainly(self.engine)
        _notice_lost_connections(self.engine)

    @asynccontextmanager
    async def transaction(
        self, who: WhoAndWhy | None = None, *, reading: bool = False
    ) -> AsyncIterator[AsyncSession]:
        """A session that commits when its block ends well, and leaves nothing behind when it doesn't.

        `reading`: nothing of the plan is changed in it.
        A race that a constraint caught is raised as Conflict, with the sentence that belongs to the constraint.
        """
        async with AsyncSession(self.engine, expire_on_commit=False) as db:
            db.info["brings_standings_up"] = reading and self.keeps_standings
            db.info["kept_counts"] = self.kept_counts if reading else None
            try:
                if who is not None:
                    await say_who(db, who)
                yield db
                if self.keeps_standings and not reading and not db.info.get("nothing_due"):
                    await db.flush()
                    await keep_standings(db)
                await db.commit()
            except IntegrityError as error:
                await db.rollback()
                conflict = conflict_of(error)
                if conflict is None:
                    raise
                raise conflict from error
            except BaseException:
                await db.rollback()
                raise

    async def dispose(self) -> None:
        """Closes the pool."""
        await self.engine.dispose()


async def say_who(db: AsyncSession, who: WhoAndWhy) -> None:
    """Tells the audit triggers who acts, for the rest of this transaction."""
    await db.execute(
        select(
            func.set_config("app.actor", who.actor, True),
            func.set_config("app.request_id", who.request_id, True),
        )
    )


def once_committed(db: AsyncSession, do: Callable[[], None]) -> None:
    """Does what can't be undone, and so may not be done for a transaction that fails at its end."""
    event.listen(db.sync_session, "after_commit", lambda _session: do(), once=True)


async def current_session(request: Request) -> AsyncSession:
    """The request's transaction, opened by `TransactionalRoute`."""
    db: AsyncSession = request.state.db
    return db


Session = Annotated[AsyncSession, Depends(current_session)]


async def reading_session(request: Request) -> AsyncSession:
    """What a `ReplicaRoute` reads from: the replica, where there is one, else the request's transaction."""
    db: AsyncSession = request.state.read_from
    return db


ReadingSession = Annotated[AsyncSession, Depends(reading_session)]


async def lock(db: AsyncSession, what: str) -> None:
    """Waits until nobody else in a transaction holds `what`, and holds it until this transaction ends."""
    await db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": what})


async def try_lock(db: AsyncSession, what: str) -> bool:
    """The same without waiting: whether nobody else held it, so that it is held now."""
    held = await db.scalar(
        text("SELECT pg_try_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": what}
    )
    return bool(held)


def among(column: InstrumentedAttribute[Any], ids: Collection[int]) -> ColumnElement[bool]:
    """The column holds one of these ids, however many they are: one parameter, not one each."""
    return column == any_(literal(list(ids), ARRAY(BigInteger)))


def _speak_plainly(engine: AsyncEngine) -> None:
    """Every connection works in UTC, gives up rather than hang, and plans each of our few statements once, by index.

    Planned anew for each set of parameters, the statement that loads a root cause's facts takes longer to plan than to run.
    A plan made while a table was small is kept while the table grows: a page read by index costs no more than the next one
    (all is in memory), so that hardly any plan reads a whole table for one row.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute("SET lock_timeout = '15s'")
        cursor.execute("SET plan_cache_mode = 'force_generic_plan'")
        cursor.execute("SET random_page_cost = 1.1")
        cursor.close()


def _notice_lost_connections(engine: AsyncEngine) -> None:
    """A connection that the server has closed since it was last used is replaced, without asking the server each time."""

    @event.listens_for(engine.sync_engine, "checkout")
    def _on_checkout(connection: Any, _record: object, _proxy: object) -> None:
        if connection.driver_connection.is_closed():
            raise DisconnectionError("The server has closed this connection.")
