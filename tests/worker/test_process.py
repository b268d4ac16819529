"""The worker as a process: killed, stopped, started late, woken, and the signs that it gives of itself."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # has no stubs
import httpx2
import pytest
from pgqueuer.db import AsyncpgPoolDriver
from sqlalchemy import text

from services.shared.db import Database
from services.worker import __main__ as process
from services.worker import vital_signs
from tests.worker.receiver import Receiver
from tests.worker.steps import address, cause, effects, eventually, waiting, worker_environment


@asynccontextmanager
async def started_worker(environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker in a process of its own, killed at the end unless it has ended."""
    worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "services.worker", env=environment)
    try:
        yield worker
    finally:
        if worker.returncode is None:
            worker.kill()
        await worker.wait()


async def test_a_worker_killed_in_the_middle_of_a_delivery_has_it_delivered_once_in_effect(
    owner: Database, worker_database: Database, kpi_receiver: Receiver, tmp_path: Path
) -> None:
    async with kpi_receiver.listening() as kpi_url:
        environment = worker_environment(worker_database, tmp_path, kpi_url)
        kpi_receiver.may_answer.clear()
        await cause(owner, 1)
        async with started_worker(environment) as first:
            await asyncio.wait_for(kpi_receiver.committed.wait(), 20)
            first.kill()
        kpi_receiver.may_answer.set()
        async with started_worker(environment):
            await eventually(lambda: nothing_waits(owner))
    assert await effects(owner) == [1]
    assert kpi_receiver.arrivals == ["outbox-1", "outbox-1"]


async def test_a_row_written_while_no_worker_runs_is_delivered_when_one_starts(
    owner: Database, worker_database: Database, kpi_receiver: Receiver, tmp_path: Path
) -> None:
    await cause(owner, 1)
    async with (
        kpi_receiver.listening() as kpi_url,
        started_worker(worker_environment(worker_database, tmp_path, kpi_url)),
    ):
        await eventually(lambda: nothing_waits(owner))
    assert await effects(owner) == [1]


async def test_a_stopped_worker_finishes_the_row_in_hand_and_ends_well(
    owner: Database, worker_database: Database, kpi_receiver: Receiver, tmp_path: Path
) -> None:
    kpi_receiver.may_answer.clear()
    await cause(owner, 1, 2)
    async with (
        kpi_receiver.listening() as kpi_url,
        started_worker(worker_environment(worker_database, tmp_path, kpi_url)) as worker,
    ):
        await asyncio.wait_for(kpi_receiver.committed.wait(), 20)
        worker.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.5)
        kpi_receiver.may_answer.set()
        assert await asyncio.wait_for(worker.wait(), 20) == 0
    assert (await effects(owner), await waiting(owner)) == ([1], 1)


@pytest.fixture
async def working(
    worker_database: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[httpx2.Request]]:
    """A worker in this process that is woken or not at all; gives the requests that it makes."""
    monkeypatch.setattr(process, "LOOK_AGAIN_SECONDS", 3600)
    requests: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return httpx2.Response(200)

    plain_url = address(worker_database).replace("+asyncpg", "")
    async with (
        asyncpg.create_pool(plain_url, min_size=2, max_size=4) as pool,
        httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client,
    ):
        worker = process.Worker(worker_database, AsyncpgPoolDriver(pool), client)
        work = asyncio.create_task(worker.run())
        await eventually(lambda: has_schedule(worker_database))
        yield requests
        worker.stop()
        await asyncio.wait_for(work, 20)


async def test_a_committed_row_wakes_the_worker_at_once(
    owner: Database, working: list[httpx2.Request]
) -> None:
    await cause(owner, 1)
    await eventually(lambda: nothing_waits(owner))
    assert [request.url.path for request in working if "effects" in request.url.path] == ["/v1/effects"]


async def test_what_dates_raise_that_came_due_while_no_worker_ran_is_asked_for_at_the_start(
    owner: Database, worker_database: Database, tmp_path: Path, plan_receiver: Receiver
) -> None:
    async with owner.transaction() as db:
        await db.execute(
            text(
                "INSERT INTO pgqueuer_schedules (expression, entrypoint, next_run)"
                " VALUES ('* * * * *', 'raise_what_dates_raise', now() - interval '1 hour')"
            )
        )
    async with plan_receiver.listening() as plan_url:
        environment = worker_environment(worker_database, tmp_path, "http://127.0.0.1:9") | {
            "QIP_PLAN_URL": plan_url
        }
        async with started_worker(environment):
            await asyncio.wait_for(plan_receiver.committed.wait(), 20)
    assert len(plan_receiver.arrivals) == 1


async def test_a_worker_gives_signs_of_life_that_say_what_waits(
    owner: Database, worker_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(vital_signs, "signs_file", lambda: tmp_path / "metrics" / "worker.prom")
    assert vital_signs.ill_because() == "The worker has not started yet."
    await cause(owner, 1, 2)
    async with worker_database.transaction() as db:
        vital_signs.show(await vital_signs.backlog(db))
    assert vital_signs.ill_because() is None
    assert 'qip_outbox_waiting{to_service="kpi"} 2.0' in vital_signs.signs_file().read_text()
    a_minute_ago = time.time() - 60
    os.utime(vital_signs.signs_file(), (a_minute_ago, a_minute_ago))
    assert "60 seconds ago" in str(vital_signs.ill_because())


async def nothing_waits(owner: Database) -> bool:
    return await waiting(owner) == 0


async def has_schedule(database: Database) -> bool:
    async with database.transaction() as db:
        return bool(await db.scalar(text("SELECT count(*) FROM pgqueuer_schedules")))
