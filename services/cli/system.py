"""What commands work on: the running system's database, else the one that is set, else the embedded one for the while."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import typer

from services.domain.errors import Conflict
from services.shared.db import Database, WhoAndWhy
from services.shared.migrate import migrate
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
    """The migrated database; a new embedded one is migrated first, any other is the operator's to migrate."""
    with admin_url() as url:
        if settings().database_url is None:
            await migrate(url)
        database = Database(url, pool_size=4)
        try:
            await _make_sure_it_is_migrated(database)
            yield database
        finally:
            await database.dispose()


async def _make_sure_it_is_migrated(database: Database) -> None:
    from services.shared.app import not_ready_because

    reason = await not_ready_because(database)
    if reason is not None and "demo" not in reason:
        raise Conflict(reason)
