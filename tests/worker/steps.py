"""What the worker's tests do and look at."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import text

from services.shared.db import Database
from services.shared.outbox import enqueue


async def cause(owner: Database, *numbers: int, to: str = "kpi", poisoned: bool = False) -> None:
    """One transaction that causes effects elsewhere."""
    async with owner.transaction() as db:
        for number in numbers:
            await enqueue(db, "plan", to, "/v1/effects", {"number": number, "poisoned": poisoned})


async def effects(owner: Database) -> list[int]:
    """What was received, in the order in which it took effect."""
    async with owner.transaction() as db:
        return list(await db.scalars(text("SELECT number FROM effect ORDER BY ctid")))


async def waiting(owner: Database) -> int:
    """How many rows are not yet delivered."""
    async with owner.transaction() as db:
        return int(await db.scalar(text("SELECT count(*) FROM outbox WHERE delivered_at IS NULL")) or 0)


async def eventually(holds: Callable[[], Awaitable[bool]], *, within_seconds: float = 20) -> None:
    """Waits until it holds; fails when it doesn't in time."""
    async with asyncio.timeout(within_seconds):
        while not await holds():  # noqa: ASYNC110 - another process's doing can only be looked for
            await asyncio.sleep(0.05)


def address(database: Database) -> str:
    """Where the database is, with the login and its password."""
    return database.engine.url.render_as_string(hide_password=False)


def worker_environment(worker_database: Database, data: Path, kpi_url: str) -> dict[str, str]:
    """What a worker of its own process starts with."""
    return os.environ | {
        "QIP_WORKER_DATABASE_URL": address(worker_database),
        "QIP_DATA_DIR": str(data),
        "QIP_KPI_URL": kpi_url,
    }
