"""Every process killed with -9 in turn, under a stream of submissions: nothing acknowledged is lost or doubled.

`QIP_KILLS=100 .venv/bin/pytest tests/platform/test_nothing_acknowledged_is_lost.py -s` is the long run, and prints how long
each part took to come back.
"""

import asyncio
import itertools
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx2
import psutil
import pytest
from sqlalchemy import text

from services.shared.clock import real_now
from services.shared.db import Database
from services.shared.migrate import asyncpg_url
from tests.plan_api.workbook.workbooks import written
from tests.platform.test_supervisor import PARTS, Installation, free_ports, read_until

KILLS = int(os.environ.get("QIP_KILLS", "6"))
KILLED_IN_TURN = (*PARTS, "worker", "postgres")
WRITERS = 4
BACK_WITHIN = 20.0
"""Seconds, on a machine that runs the rest of the suite beside it."""
OWNER, PASSWORD = "owner@trust.example", "a long password"


def workbook() -> bytes:
    """Four root causes of one owner in an ISG whose first cycle is open today, due long after."""
    today = real_now().date()
    due, opened = today + timedelta(days=300), today - timedelta(days=3)
    root_causes = [[f"RC-{n}", "MD-1", "Workforce", f"Rotas {n}", OWNER, due] for n in range(1, WRITERS + 1)]
    return written(
        {
            "People": [["Name", "Email", "Roles"], ["Olu Owner", OWNER, "Root cause owner"]],
            "ISGs": [["Name", "Cadence", "First cycle opens"], ["Workforce", "Fortnightly", opened]],
            "Findings": [["Reference", "Type", "Finding", "ISG"], ["MD-1", "Must Do", "Staff wards", "Workforce"]],
            "Root causes": [["Reference", "Findings", "ISG", "Title", "Owner email", "Due date"], *root_causes],
        }
    )  # fmt: skip


@pytest.fixture
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="qip-kill-") as folder:
        installation = Installation(Path(folder), dict(zip(PARTS, free_ports(4), strict=True)))
        plan = Path(folder) / "plan.xlsx"
        plan.write_bytes(workbook())
        imported = installation.qip("import", str(plan), "--approve-as-at", real_now().date().isoformat())
        assert imported.returncode == 0, imported.stderr
        password = installation.qip("user", "password", OWNER, "--password-stdin")
        assert password.returncode == 0, password.stderr
        yield installation


class Writer:
    """One owner's browser: sends an update, and sends it again under the same key until it is acknowledged."""

    def __init__(self, installation: Installation, root_cause: str, numbers: Iterator[int]) -> None:
        self.address = f"http://127.0.0.1:{installation.ports['plan']}/v1"
        self.root_cause = root_cause
        self.numbers = numbers
        self.acknowledged: list[str] = []

    async def write(self, stopping: asyncio.Event) -> None:
        async with httpx2.AsyncClient(trust_env=False, timeout=10) as client:
            token = await self._signed_in(client)
            while not stopping.is_set():
                said = f"Said {next(self.numbers)}"
                await self._send_until_acknowledged(client, token, said)
                self.acknowledged.append(said)

    async def _signed_in(self, client: httpx2.AsyncClient) -> str:
        answer = await client.post(f"{self.address}/sign-in", json={"email": OWNER, "password": PASSWORD})
        return str(answer.json()["token"])

    async def _send_until_acknowledged(self, client: httpx2.AsyncClient, token: str, said: str) -> None:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": said}
        address = f"{self.address}/root-causes/{self.root_cause}/updates"
        while True:
            with suppress(httpx2.TransportError):
                answer = await client.post(
                    address, json={"status": "on_track", "progress": said}, headers=headers
                )
                if answer.status_code == 201:
                    return
                assert answer.status_code >= 500, answer.text
            await asyncio.sleep(0.02)


def processes(installation: Installation) -> dict[str, psutil.Process]:
    """Each part's process by its name."""
    running = json.loads((installation.data_folder / "keys" / "running.json").read_text())
    found = {}
    for child in psutil.Process(running["pid"]).children():
        with suppress(psutil.Error):
            command = " ".join(child.cmdline())
            if "postgres" in child.name():
                found["postgres"] = child
            elif "services.worker" in command:
                found["worker"] = child
            else:
                name = next((part for part in PARTS if str(installation.ports[part]) in command), None)
                if name:
                    found[name] = child
    return found


async def kill(installation: Installation, part: str) -> float:
    """Kills a part, and gives the seconds until it runs as another process and answers."""
    victim = processes(installation)[part]
    victim.send_signal(signal.SIGKILL)
    started = time.monotonic()
    await until(lambda: part in (now := processes(installation)) and now[part].pid != victim.pid)
    await until(lambda: all(installation.is_ready(each) for each in PARTS))
    return time.monotonic() - started


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + BACK_WITHIN
    while not await asyncio.to_thread(holds):
        assert time.monotonic() < deadline, "it did not come back"
        await asyncio.sleep(0.05)


async def test_every_process_killed_in_turn_loses_and_doubles_nothing(installation: Installation) -> None:
    """Acknowledged once, there once: in the table of updates and in the trail."""
    system = installation.start()
    try:
        await asyncio.to_thread(read_until, system, "Ctrl-C")
        numbers, stopping = itertools.count(1), asyncio.Event()
        writers = [Writer(installation, f"RC-{n}", numbers) for n in range(1, WRITERS + 1)]
        took: defaultdict[str, list[float]] = defaultdict(list)
        async with asyncio.TaskGroup() as group:
            for writer in writers:
                group.create_task(writer.write(stopping))
            for part in itertools.islice(itertools.cycle(KILLED_IN_TURN), KILLS):
                took[part].append(await kill(installation, part))
            stopping.set()
        acknowledged = [said for writer in writers for said in writer.acknowledged]
        told = [
            f"{part}: killed {len(seconds)} times, back in {max(seconds):.1f} s at most"
            for part, seconds in took.items()
        ]
        sys.stdout.write("\n".join([*told, f"{len(acknowledged)} updates acknowledged\n"]))
        assert len(acknowledged) > KILLS
        kept = await what_is_kept(installation)
        assert kept == Counter(acknowledged)
    finally:
        os.killpg(system.pid, signal.SIGINT)
        await asyncio.to_thread(system.communicate, timeout=60)


async def what_is_kept(installation: Installation) -> Counter[str]:
    """Every update in the database, by its text."""
    running = json.loads((installation.data_folder / "keys" / "running.json").read_text())
    database = Database(asyncpg_url(running["database_url"]))
    try:
        async with database.transaction() as db:
            return Counter(await db.scalars(text("SELECT progress FROM progress_update")))
    finally:
        await database.dispose()
