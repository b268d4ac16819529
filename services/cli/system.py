"""What commands work on: the running system's database, else the one that is set, else the embedded one for the while."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import typer
from sqlalchemy import text

from services.domain.errors import Conflict
from services.shared.db import Database, WhoAndWhy
from services.shared.migrate import migrate, newest_revision
from services.shared.settings import settings
from services.supervisor.embedded_postgres import EmbeddedPostgres
from services.supervisor.running import running_system

OPERATOR = WhoAndWhy("operator", "command-line")
"""Whom the audit trail names for what a command changes."""

P = ParamSpec("P")
T = TypeVar("T")


def awaited(command: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """An async function as a command."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return asyncio.run(command(*args, **kwargs))

    return run


def say(sentence: str) -> None:
    """Progress goes to stderr, answers to stdout."""
    typer.echo(sentence, err=True)


@contextmanager
def admin_url() -> Iterator[str]:
    """The address of the database under the login that may do everything."""
    running = running_system(settings().data_dir)
    if running is not None:
        os.environ |= {"QIP_DATABASE_URL": running.database_url, "QIP_DEMO": "1" if running.demo else "0"}
        settings.cache_clear()
        yield running.database_url
        return
    configured = settings().database_url
    if configured is not None:
        yield configured
        return
    with EmbeddedPostgres(settings().data_dir) as postgres:
        yield postgres.admin_url


@asynccontextmanager
async def open_database() -> AsyncIterator[Database]:
    """The migrated database: an embedded one is migrated when need be, any other is the operator's to migrate."""
    with admin_url() as url:
        database = Database(url, pool_size=4, keeps_standings=True)
        try:
            if not await _is_migrated(database):
                await _migrate_our_own(url)
            yield database
        finally:
            await database.dispose()


async def _is_migrated(database: Database) -> bool:
    async with database.transaction(reading=True) as db:
        there = await db.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
        revision = await db.scalar(text("SELECT version_num FROM alembic_version")) if there else None
    return revision == newest_revision()


async def _migrate_our_own(url: str) -> None:
    if settings().database_url is not None:
        raise Conflict(
            f"The database is not at migration {newest_revision()}, the code's newest: run `qip migrate`."
        )
    await migrate(url)
