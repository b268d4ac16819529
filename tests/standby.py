"""A real replica of the server that tests run on: PostgreSQL's own streaming, which a test can hold back."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.shared.db import Database
from services.supervisor.embedded_postgres import EmbeddedPostgres, _give_away
from tests.conftest import TestDatabase
from tests.quick_folder import quick_folder

KEYS = Path("keys") / "postgres-password"


class Standby:
    """A replica that follows the server, as the reporting service reads it."""

    def __init__(self, primary: AsyncEngine, own: AsyncEngine, port: int) -> None:
        self._primary, self._own, self._port = primary, own, port

    def of(self, database: TestDatabase) -> Database:
        """The reporting service's login on it."""
        url = database.reporting.engine.url.set(port=self._port)
        return Database(url.render_as_string(hide_password=False), pool_size=5)

    async def hold_back(self) -> None:
        """What is committed from now on is not seen here."""
        await self._do("SELECT pg_wal_replay_pause()")
        await self._until("pg_get_wal_replay_pause_state() = 'paused'")

    async def follow(self) -> None:
        """All that is committed by now is seen here."""
        async with self._primary.connect() as connection:
            upto = await connection.scalar(text("SELECT pg_log_standby_snapshot()::text"))
        await self._do("SELECT pg_wal_replay_resume() WHERE pg_is_wal_replay_paused()")
        await self._until(f"pg_last_wal_replay_lsn() >= '{upto}'")

    async def _until(self, condition: str) -> None:
        while not await self._do(f"SELECT {condition}"):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)

    async def _do(self, statement: str) -> object:
        async with self._own.connect() as connection:
            return await connection.scalar(text(statement))


@asynccontextmanager
async def standby_of(server_url: str, primary: AsyncEngine) -> AsyncIterator[Standby]:
    """Begun from a base backup of the whole server."""
    folder = quick_folder()
    replica = EmbeddedPostgres(folder, durable=False)
    replica._prepare_data_folder()
    (folder / KEYS).write_bytes((Path(os.environ["QIP_DATA_DIR"]) / KEYS).read_bytes())
    cluster = replica._cluster
    cluster.mkdir(mode=0o700)
    _give_away(cluster)
    address = make_url(server_url).set(drivername="postgresql", database="postgres")
    copied = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync", f"--pgdata={cluster}"]
    whence = f"--dbname={address.render_as_string(hide_password=False)}"
    await asyncio.to_thread(replica._run, "pg_basebackup", whence, *copied)
    with replica:
        url = make_url(replica.admin_url).set(database="postgres")
        own = create_async_engine(url, isolation_level="AUTOCOMMIT")
        try:
            assert replica.port is not None
            yield Standby(primary, own, replica.port)
        finally:
            await own.dispose()
    shutil.rmtree(folder, ignore_errors=True)
