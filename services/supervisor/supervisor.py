"""`qip up`: the whole system on one machine, kept running until it is told to stop."""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx2
from sqlalchemy import text

from services.shared.clock import business_today
from services.shared.db import Database
from services.shared.migrate import Logins, migrate
from services.shared.settings import Settings, SettingsWrong
from services.shared.tokens import ensure_token_key
from services.supervisor.embedded_postgres import EmbeddedPostgres
from services.supervisor.keeping import Say, keep_database_running, keep_running
from services.supervisor.parts import LISTENING, parts, port_of
from services.supervisor.running import RunningSystem, record, the_only_one

PATIENCE = 60.0
"""Seconds without being ready after which the reason is said."""


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo plan: how to load it, and who can sign in to it (account, what the person is)."""

    load: Callable[[Database], Awaitable[None]]
    accounts: Sequence[tuple[str, str]]


async def up(settings: Settings, demo: Demo, say: Say) -> None:
    """Runs everything until SIGINT or SIGTERM, then stops everything; the data stay."""
    folder = settings.data_dir.absolute()
    with the_only_one(folder), _cancelled_by_signals():
        _check_ports(settings)
        with suppress(asyncio.CancelledError):
            async with AsyncExitStack() as system:
                await _run(settings, folder, demo, say, system)
        say("Everything has stopped; the data are kept.")


async def _run(settings: Settings, folder: Path, demo: Demo, say: Say, system: AsyncExitStack) -> None:
    postgres = None
    if (admin_url := settings.database_url) is None:
        postgres = system.enter_context(EmbeddedPostgres(folder))
        admin_url = postgres.admin_url
    logins = await _prepare(admin_url, settings, demo, say)
    record(folder, RunningSystem(os.getpid(), admin_url, settings.is_demo, settings.public_address))
    logs = folder / "logs"
    logs.mkdir(exist_ok=True, mode=0o700)
    async with asyncio.TaskGroup() as running:
        if postgres is not None:
            running.create_task(keep_database_running(postgres, say))
        for part in parts(settings, logins):
            log_file = logs / f"{part.name}.log"
            log_file.write_bytes(b"")
            running.create_task(keep_running(part, log_file, say))
        await _wait_until_ready(settings, say)
        say(await _welcome(admin_url, settings, demo))


async def _prepare(admin_url: str, settings: Settings, demo: Demo, say: Say) -> Logins:
    """Migrates, and loads the demo plan where one is to be and nothing is there."""
    logins = await migrate(admin_url)
    ensure_token_key()
    database = Database(admin_url, pool_size=2)
    try:
        if settings.is_demo and await is_empty(database):
            say("Loading the demo plan: this is done once.")
            await demo.load(database)
    finally:
        await database.dispose()
    return logins


async def is_empty(database: Database) -> bool:
    """Whether nobody and nothing has been entered yet."""
    async with database.transaction() as db:
        return not await db.scalar(
            text("SELECT EXISTS (SELECT FROM person) OR EXISTS (SELECT FROM root_cause)")
        )


async def _wait_until_ready(settings: Settings, say: Say) -> None:
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::", "localhost"} else settings.host  # noqa: S104 - compared
    address = f"http://{host}:{settings.web_port}/readyz"
    reason, told_at = "the web layer does not answer", asyncio.get_running_loop().time() + PATIENCE
    async with httpx2.AsyncClient(trust_env=False, timeout=5) as client:
        while True:
            with suppress(httpx2.HTTPError):
                answer = await client.get(address)
                if answer.status_code == 200:
                    return
                reason = answer.json().get("detail", reason)
            if asyncio.get_running_loop().time() > told_at:
                say(f"Still not ready: {reason}")
                told_at += PATIENCE
            await asyncio.sleep(0.1)


async def _welcome(admin_url: str, settings: Settings, demo: Demo) -> str:
    """The web address, and who can sign in."""
    database = Database(admin_url, pool_size=1)
    try:
        async with database.transaction() as db:
            today = await business_today(db)
        nobody_yet = await is_empty(database)
    finally:
        await database.dispose()
    lines = [f"{settings.trust_name}: Quality Improvement Plan", f"Open {settings.public_address}"]
    if settings.is_demo:
        lines += _demo_lines(today, settings, demo)
    elif nobody_yet:
        lines.append("Nobody can sign in yet. Make the first administrator:")
        lines.append("  .venv/bin/qip user add EMAIL --name NAME --role administrator")
    return "\n".join([*lines, "Ctrl-C stops everything; the data are kept."])


def _demo_lines(today: date, settings: Settings, demo: Demo) -> list[str]:
    width = max(len(account) for account, _ in demo.accounts)
    accounts = [f"  {account:<{width}}  {what}" for account, what in demo.accounts]
    return [
        f"Demo plan; today is {today.day} {today:%B %Y}. Sign in with the password {settings.demo_password} as",
        *accounts,
    ]


def _check_ports(settings: Settings) -> None:
    """Says which port is taken before anything is started."""
    for name in LISTENING:
        port = port_of(name, settings)
        with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, port))
            except OSError as error:
                raise SettingsWrong(
                    f"Port {port} of {settings.host} can't be used ({error.strerror}): "
                    f"stop what listens there, or set QIP_{name.upper()}_PORT to another."
                ) from None


@contextmanager
def _cancelled_by_signals() -> Iterator[None]:
    """The first SIGINT or SIGTERM cancels this task; later ones change nothing, since stopping is under way."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    signals = (signal.SIGINT, signal.SIGTERM)

    def cancel_once() -> None:
        for name in signals:
            loop.add_signal_handler(name, lambda: None)
        task.cancel()

    for name in signals:
        loop.add_signal_handler(name, cancel_once)
    try:
        yield
    finally:
        for name in signals:
            loop.remove_signal_handler(name)
