"""The whole system on free ports, over a durable database in a folder of its own, with the demo plan; the twin beside it."""

import asyncio
import os
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, chdir, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM
from tempfile import TemporaryDirectory

import httpx2
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bench.comparison import ROUNDS
from bench.load import HOST, BenchError
from bench.twin import DATABASE_URL
from services.cli.demo import replay
from services.cli.outbox import deliver_what_waits
from services.shared.db import Database
from services.shared.migrate import migrate
from services.shared.settings import settings
from services.supervisor.child import ended_with_parent
from services.supervisor.embedded_postgres import EmbeddedPostgres
from services.supervisor.parts import LISTENING, Part, parts, serving

PATIENCE = 60.0
"""Seconds in which every part has to be ready."""
PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class System:
    """A running system: its owner's connections and each part's port, the twin's among them.

    `empty` are the addresses of migrated databases without a plan, one a round and one more.
    """

    database: Database
    ports: Mapping[str, int]
    empty: Sequence[str]


@asynccontextmanager
async def running_system() -> AsyncIterator[System]:
    """Everything started and ready; nothing of it is left afterwards. The worker rests, so that it disturbs nothing."""
    with TemporaryDirectory(prefix="qip-bench-") as folder, chdir(folder):
        ports = _free_ports([*LISTENING, "twin"])
        _forget_other_settings(Path(folder), ports)
        with EmbeddedPostgres(Path(folder)) as postgres:
            children, empty = await _prepare(postgres.admin_url, ports["twin"])
            database = Database(postgres.admin_url)
            await _load_demo_plan(database)
            with _running(children, Path(folder)):
                await _ready(f"http://{HOST}:{ports['web']}/readyz", f"http://{HOST}:{ports['twin']}/docs")
                yield System(database, ports, empty)
            await database.dispose()


@asynccontextmanager
async def empty_databases() -> AsyncIterator[System]:
    """The database alone, without parts and plan."""
    with TemporaryDirectory(prefix="qip-bench-") as folder, chdir(folder):
        _forget_other_settings(Path(folder), {})
        with EmbeddedPostgres(Path(folder)) as postgres:
            _, empty = await _prepare(postgres.admin_url, twin_port=0)
            database = Database(postgres.admin_url)
            yield System(database, {}, empty)
            await database.dispose()


def _forget_other_settings(folder: Path, ports: Mapping[str, int]) -> None:
    """Whatever system this machine runs otherwise: the bench must never write to it."""
    for name in [name for name in os.environ if name.startswith("QIP_")]:
        del os.environ[name]
    os.environ |= {"QIP_DEMO": "1", "QIP_DATA_DIR": str(folder), "QIP_FEED_REQUESTS_A_MINUTE": "1000000"}
    os.environ |= {f"QIP_{name.upper()}_PORT": str(port) for name, port in ports.items()}


async def _prepare(admin_url: str, twin_port: int) -> tuple[list[Part], list[str]]:
    """The parts to start, and the addresses of empty databases, copied while nobody is connected to the original."""
    logins = await migrate(admin_url)
    empty = [_beside(admin_url, f"bench_empty_{number}") for number in range(ROUNDS + 1)]
    twin_url = _beside(admin_url, "bench_twin")
    engine = create_async_engine(_beside(admin_url, "postgres"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for url in (*empty, twin_url):
            template = "template1" if url == twin_url else make_url(admin_url).database
            await connection.execute(
                text(f"CREATE DATABASE {make_url(url).database} TEMPLATE {template} STRATEGY file_copy")
            )
    await engine.dispose()
    listening = [part for part in parts(settings(), logins) if part.name in LISTENING]
    return [*listening, _twin(twin_port, twin_url)], empty


async def _load_demo_plan(database: Database) -> None:
    async with database.transaction() as db:
        await replay.load(db)
    await deliver_what_waits(database)


def _twin(port: int, url: str) -> Part:
    """The twin, served exactly as the parts are."""
    command = (*serving("bench.twin:create_app", HOST, port), "--app-dir", str(PROJECT))
    plain_url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return Part("twin", command, os.environ | {DATABASE_URL: plain_url})


@contextmanager
def _running(children: Sequence[Part], folder: Path) -> Iterator[None]:
    with ExitStack() as stack:
        for child in children:
            log = stack.enter_context((folder / f"{child.name}.log").open("wb"))
            process = subprocess.Popen(  # noqa: S603 - our own programs
                child.command, env=child.environment, stdout=log, stderr=log,
                preexec_fn=ended_with_parent(by=SIGTERM),  # noqa: PLW1509 - one system call, nothing that locks
            )  # fmt: skip
            stack.callback(process.wait)
            stack.callback(process.terminate)
        yield


async def _ready(*addresses: str) -> None:
    async with httpx2.AsyncClient(trust_env=False) as client:
        for address in addresses:
            try:
                await asyncio.wait_for(_answering(client, address), PATIENCE)
            except TimeoutError:
                raise BenchError(f"{address} was not ready within {PATIENCE:.0f} seconds.") from None


async def _answering(client: httpx2.AsyncClient, address: str) -> None:
    while True:
        with suppress(httpx2.TransportError):
            if (await client.get(address)).is_success:
                return
        await asyncio.sleep(0.1)


def _beside(url: str, database: str) -> str:
    """The address of another database on the same server."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _free_ports(names: Sequence[str]) -> dict[str, int]:
    """A port for each; all are held until all are known, so that none is given twice."""
    with ExitStack() as stack:
        sockets = {name: stack.enter_context(socket.socket()) for name in names}
        for each in sockets.values():
            each.bind((HOST, 0))
        return {name: each.getsockname()[1] for name, each in sockets.items()}
