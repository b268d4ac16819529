"""The whole system on free ports, over a durable database in a folder of its own, with the demo plan; the twin beside it.

Where a part asks for it, the same system once more over the plan many times as large, in a database of its own on the same
server: whichever is not asked is idle.
"""

import asyncio
import os
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, chdir, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM
from tempfile import TemporaryDirectory

import httpx2
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bench.comparison import ROUNDS
from bench.hundredfold import grow
from bench.load import HOST, BenchError
from bench.twin import DATABASE_URL
from services.cli.demo import replay
from services.cli.outbox import deliver_what_waits
from services.shared.db import Database
from services.shared.migrate import Logins, migrate
from services.shared.settings import settings
from services.supervisor.child import ended_with_parent
from services.supervisor.embedded_postgres import EmbeddedPostgres
from services.supervisor.parts import APPLICATIONS, LISTENING, Part, environment, serving
from services.worker.chaining import chain_the_trail

PATIENCE = 240.0
"""Seconds in which every part has to be ready."""
PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class System:
    """A running system: its owner's connections and each part's port."""

    database: Database
    ports: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Systems:
    """All that runs for the bench: the system over the demo plan, those over larger ones by how many times, the twin's port.

    `empty` are the addresses of migrated databases without a plan, one a round and one more.
    """

    demo: System
    grown: Mapping[int, System]
    twin: int
    empty: Sequence[str]


@asynccontextmanager
async def running_systems(sizes: Collection[int], say: Callable[[str], None]) -> AsyncIterator[Systems]:
    """Everything started and ready; nothing of it is left afterwards. The workers rest, so that they disturb nothing."""
    with TemporaryDirectory(prefix="qip-bench-") as folder, chdir(folder), ExitStack() as stack:
        _forget_other_settings(Path(folder))
        postgres = stack.enter_context(EmbeddedPostgres(Path(folder)))
        say("Loading the demo plan.")
        systems, children = await _prepare(postgres.admin_url, sizes, say)
        stack.enter_context(_running(children, Path(folder)))
        everything = (systems.demo, *systems.grown.values())
        await _ready(
            f"http://{HOST}:{systems.twin}/docs",
            *(f"http://{HOST}:{each.ports['web']}/readyz" for each in everything),
        )
        yield systems
        for each in everything:
            await each.database.dispose()


def _forget_other_settings(folder: Path) -> None:
    """Whatever system this machine runs otherwise: the bench must never write to it."""
    for name in [name for name in os.environ if name.startswith("QIP_")]:
        del os.environ[name]
    os.environ |= {"QIP_DEMO": "1", "QIP_DATA_DIR": str(folder), "QIP_FEED_REQUESTS_A_MINUTE": "1000000"}


async def _prepare(
    admin_url: str, sizes: Collection[int], say: Callable[[str], None]
) -> tuple[Systems, list[Part]]:
    """The databases filled, and the parts to start. Each is copied while nobody is connected to the original."""
    logins = {1: await migrate(admin_url)}
    urls = {1: admin_url} | {times: _beside(admin_url, f"qip_{times}_times") for times in sorted(sizes)}
    empty = [_beside(admin_url, f"bench_empty_{number}") for number in range(ROUNDS + 1)]
    twin_url = _beside(admin_url, "bench_twin")
    await _copy_database(admin_url, *empty)
    await _copy_database(_beside(admin_url, "template1"), twin_url)
    await _load_demo_plan(admin_url)
    for times in sorted(sizes):
        say(f"Making the plan {times} times as large.")
        await _copy_database(admin_url, urls[times])
        logins[times] = await migrate(urls[times])
        await _grow(urls[times], times)
    ports = _free_ports([*(f"{name} {times}" for name in LISTENING for times in urls), "twin"])
    systems = {
        times: System(Database(url), {name: ports[f"{name} {times}"] for name in LISTENING})
        for times, url in urls.items()
    }
    children = [
        part for times, system in systems.items() for part in _parts(system.ports, logins[times], times)
    ]
    grown = {times: system for times, system in systems.items() if times > 1}
    return (
        Systems(systems[1], grown, ports["twin"], empty),
        [*children, _twin(ports["twin"], twin_url)],
    )


async def _copy_database(original: str, *copies: str) -> None:
    engine = create_async_engine(_beside(original, "postgres"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for url in copies:
            names = (make_url(each).database for each in (url, original))
            await connection.execute(text("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy".format(*names)))
    await engine.dispose()


async def _load_demo_plan(url: str) -> None:
    database = Database(url, keeps_standings=True)
    async with database.transaction() as db:
        await replay.load(db)
    await deliver_what_waits(database)
    # The workers rest: by the time a plan is this old, they have chained its trail.
    await chain_the_trail(database, asyncio.Event())
    await database.dispose()


async def _grow(url: str, times: int) -> None:
    database = Database(url)
    await grow(database, times)
    await database.dispose()


def _parts(ports: Mapping[str, int], logins: Logins, times: int) -> list[Part]:
    """The services and the web layer of one system, each told where the others of its own system listen."""
    told = {f"QIP_{name.upper()}_PORT": str(port) for name, port in ports.items()}
    return [
        Part(
            f"{name}-{times}",
            serving(application, HOST, ports[name]),
            environment(name, settings(), logins) | told,
        )
        for name, application in APPLICATIONS.items()
    ]


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
