"""Delivers the outbox: what one service causes in another, once in effect, in order for each destination.

The table is the queue. A row is locked while it is under way, so that two workers never send it at once;
a killed worker's lock ends with its connection. It is sent with the key `outbox-{id}`: sent again after a
kill, it has no second effect. A row that fails is tried again, later each time, for ever; it holds back its
own destination and no other.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import TypeAlias

import httpx2
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.clock import real_now
from services.shared.logging import log
from services.shared.models import OutboxRow
from services.shared.settings import SettingsWrong
from services.shared.tokens import service_token
from services.worker.settings import worker_settings

SessionFactory: TypeAlias = Callable[[], AbstractAsyncContextManager[AsyncSession]]
"""Opens a transaction that commits when its block ends well: `Database.transaction`."""

LONGEST_WAIT = timedelta(minutes=5)


async def deliver_outbox(
    session_factory: SessionFactory, http_client: httpx2.AsyncClient, stopping: asyncio.Event | None = None
) -> int:
    """Sends what is due, all destinations side by side, and answers how many rows were delivered.

    Ends when nothing is due, or after the rows in hand once `stopping` is set. What fails stays, with its
    reason in `last_error`.
    """
    async with session_factory() as db:
        waiting = select(OutboxRow.to_service).where(OutboxRow.delivered_at.is_(None)).distinct()
        destinations = (await db.scalars(waiting)).all()
    async with asyncio.TaskGroup() as side_by_side:
        deliveries = [
            side_by_side.create_task(
                _deliver_all_to(destination, session_factory, http_client, stopping or asyncio.Event())
            )
            for destination in destinations
        ]
    return sum(delivery.result() for delivery in deliveries)


def wait_before_next_attempt(attempts: int) -> timedelta:
    """A second after the first failure, then twice as long each time: 1, 2, 4, ... 256, then 300 seconds."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 16)), LONGEST_WAIT)


def as_the_worker() -> dict[str, str]:
    """The header that tells a service that the worker is calling."""
    return {"Authorization": f"Bearer {service_token('worker')}"}


async def _deliver_all_to(
    destination: str,
    session_factory: SessionFactory,
    http_client: httpx2.AsyncClient,
    stopping: asyncio.Event,
) -> int:
    delivered = 0
    while not stopping.is_set() and await _deliver_next_to(destination, session_factory, http_client):
        delivered += 1
    return delivered


async def _deliver_next_to(
    destination: str, session_factory: SessionFactory, http_client: httpx2.AsyncClient
) -> bool:
    """Sends the destination's oldest row; False when none is due, another worker has it, or it failed."""
    async with session_factory() as db:
        row = await _lock_oldest_waiting(db, destination)
        if row is None:
            return False
        failure = await _send(row, http_client)
        if failure is None:
            row.delivered_at = real_now()
            row.last_error = None
            log.info("outbox_delivered", outbox_id=row.id, to_service=destination, failed_before=row.attempts)
        else:
            row.attempts += 1
            row.last_error = failure
            row.next_attempt_at = real_now() + wait_before_next_attempt(row.attempts)
            log.warning(
                "outbox_failed",
                outbox_id=row.id,
                to_service=destination,
                attempts=row.attempts,
                error=failure,
            )
        return failure is None


async def _lock_oldest_waiting(db: AsyncSession, destination: str) -> OutboxRow | None:
    """Only ever the oldest: while it waits for its next attempt, or is being sent, those behind it wait."""
    undelivered = (OutboxRow.to_service == destination, OutboxRow.delivered_at.is_(None))
    oldest = select(OutboxRow.id).where(*undelivered).order_by(OutboxRow.id).limit(1).scalar_subquery()
    due = or_(OutboxRow.next_attempt_at.is_(None), OutboxRow.next_attempt_at <= real_now())
    row: OutboxRow | None = await db.scalar(
        select(OutboxRow).where(OutboxRow.id == oldest, *undelivered, due).with_for_update(skip_locked=True)
    )
    return row


async def _send(row: OutboxRow, http_client: httpx2.AsyncClient) -> str | None:
    """Why it failed, in code words only (a service's sentences can hold what people wrote), or None."""
    try:
        response = await http_client.post(
            worker_settings().address_of(row.to_service) + row.path,
            json=row.payload,
            headers=as_the_worker()
            | {"Idempotency-Key": f"outbox-{row.id}", "X-Request-ID": f"outbox-{row.id}"},
        )
    except (httpx2.HTTPError, httpx2.InvalidURL, SettingsWrong) as error:
        return type(error).__name__
    return None if response.is_success else f"HTTP {response.status_code}"
