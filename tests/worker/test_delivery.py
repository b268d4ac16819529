"""What one service causes in another: once in effect, in order, never lost."""

import asyncio
from datetime import timedelta

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.shared.db import Database
from services.shared.outbox import enqueue
from services.worker.days import raise_what_dates_raise
from services.worker.delivery import deliver_outbox, wait_before_next_attempt
from services.worker.in_process import in_process_client
from services.worker.vital_signs import backlog
from tests.worker.receiver import Receiver
from tests.worker.steps import cause, effects, waiting


async def test_what_a_transaction_causes_is_delivered_in_order_each_with_its_rows_id_as_key(
    owner: Database, worker_database: Database, kpi_receiver: Receiver
) -> None:
    await cause(owner, 1, 2, 3)
    async with in_process_client({"kpi": kpi_receiver}) as client:
        assert await deliver_outbox(worker_database.transaction, client) == 3
        assert await deliver_outbox(worker_database.transaction, client) == 0
    assert await effects(owner) == [1, 2, 3]
    assert kpi_receiver.arrivals == ["outbox-1", "outbox-2", "outbox-3"]


async def test_a_transaction_that_rolls_back_causes_nothing(
    owner: Database, worker_database: Database, kpi_receiver: Receiver
) -> None:
    async def fail_after_causing_it() -> None:
        async with owner.transaction() as db:
            await enqueue(db, "plan", "kpi", "/v1/effects", {"number": 1})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_after_causing_it()
    async with in_process_client({"kpi": kpi_receiver}) as client:
        assert await deliver_outbox(worker_database.transaction, client) == 0
    assert kpi_receiver.arrivals == []


async def test_a_poisoned_row_holds_back_its_own_destination_and_no_other(
    owner: Database, worker_database: Database, kpi_receiver: Receiver, plan_receiver: Receiver
) -> None:
    await cause(owner, 1, to="kpi", poisoned=True)
    await cause(owner, 2, to="kpi")
    await cause(owner, 3, 4, to="plan")
    async with in_process_client({"kpi": kpi_receiver, "plan": plan_receiver}) as client:
        assert await deliver_outbox(worker_database.transaction, client) == 2
    assert await effects(owner) == [3, 4]
    assert await waiting(owner) == 2


async def test_a_failing_row_stays_with_its_reason_in_code_words_and_waits_for_its_next_attempt(
    owner: Database, worker_database: Database, kpi_receiver: Receiver
) -> None:
    await cause(owner, 1, poisoned=True)
    async with in_process_client({"kpi": kpi_receiver}) as client:
        await deliver_outbox(worker_database.transaction, client)
        await deliver_outbox(worker_database.transaction, client)
    async with owner.transaction() as db:
        row = (
            await db.execute(
                text("SELECT attempts, last_error, next_attempt_at > now() AS later FROM outbox")
            )
        ).one()
    assert (row.attempts, row.last_error, row.later) == (1, "HTTP 422", True)
    assert len(kpi_receiver.arrivals) == 1
    async with worker_database.transaction() as db:
        (kept,) = await backlog(db)
    assert (kept.to_service, kept.waiting, kept.failed_attempts) == ("kpi", 1, 1)


async def test_a_row_whose_destination_is_down_is_delivered_once_it_is_up_and_its_time_has_come(
    owner: Database, worker_database: Database, kpi_receiver: Receiver
) -> None:
    await cause(owner, 1)

    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(refuse)) as nobody:
        assert await deliver_outbox(worker_database.transaction, nobody) == 0
    async with owner.transaction() as db:
        assert await db.scalar(text("SELECT last_error FROM outbox")) == "ConnectError"
        await db.execute(text("UPDATE outbox SET next_attempt_at = now() - interval '1 second'"))
    async with in_process_client({"kpi": kpi_receiver}) as client:
        assert await deliver_outbox(worker_database.transaction, client) == 1
    assert await effects(owner) == [1]


async def test_a_row_for_a_service_that_does_not_exist_fails_alone(
    owner: Database, worker_database: Database, kpi_receiver: Receiver
) -> None:
    await cause(owner, 1, to="nobody")
    await cause(owner, 2, to="kpi")
    async with in_process_client({"kpi": kpi_receiver}) as client:
        assert await deliver_outbox(worker_database.transaction, client) == 1
    async with owner.transaction() as db:
        assert await db.scalar(text("SELECT last_error FROM outbox WHERE id = 1")) == "SettingsWrong"


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 1), (2, 2), (3, 4), (9, 256), (10, 300), (1_000_000, 300)]
)
def test_the_wait_doubles_from_a_second_to_five_minutes(attempts: int, seconds: int) -> None:
    assert wait_before_next_attempt(attempts) == timedelta(seconds=seconds)


async def test_workers_side_by_side_never_send_to_one_destination_at_once_and_keep_its_order(
    owner: Database, worker_database: Database, kpi_receiver: Receiver
) -> None:
    await cause(owner, *range(30))
    async with in_process_client({"kpi": kpi_receiver}) as client:

        async def work_until_nothing_waits() -> None:
            while await waiting(owner):
                await deliver_outbox(worker_database.transaction, client)

        await asyncio.gather(*(work_until_nothing_waits() for _ in range(3)))
    assert await effects(owner) == list(range(30))
    assert kpi_receiver.arrivals == [f"outbox-{n}" for n in range(1, 31)]
    assert kpi_receiver.most_under_way == 1


async def test_a_worker_that_is_told_to_stop_begins_no_further_row(
    owner: Database, worker_database: Database, kpi_receiver: Receiver
) -> None:
    await cause(owner, 1, 2)
    kpi_receiver.may_answer.clear()
    stopping = asyncio.Event()
    async with in_process_client({"kpi": kpi_receiver}) as client:
        work = asyncio.create_task(deliver_outbox(worker_database.transaction, client, stopping))
        await kpi_receiver.committed.wait()
        stopping.set()
        kpi_receiver.may_answer.set()
        assert await work == 1
    assert await waiting(owner) == 1


@pytest.mark.parametrize("status", [200, 500])
async def test_the_plan_service_is_asked_for_what_dates_raise_and_its_failing_is_no_failure_of_ours(
    status: int,
) -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(status)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        await raise_what_dates_raise(client)
    (request,) = asked
    assert (request.method, str(request.url), request.content) == (
        "POST",
        "http://127.0.0.1:8001/v1/days",
        b"{}",
    )
    assert request.headers["Authorization"].startswith("Bearer ")


async def test_the_plan_service_opens_its_door_for_days_to_the_worker(plan_app: FastAPI) -> None:
    answers: list[int] = []

    async def note(response: httpx2.Response) -> None:
        answers.append(response.status_code)

    async with in_process_client({"plan": plan_app}) as client:
        client.event_hooks["response"].append(note)
        await raise_what_dates_raise(client)
        await raise_what_dates_raise(client)
    assert answers == [200, 200]
