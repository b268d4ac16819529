"""Sends partners what they are told, signed, each endpoint for itself, until it is taken or three days have gone by.

The table is the queue, as with the outbox: a row is locked while it is under way, and a killed worker's lock ends with its
connection. An event whose answer was lost is sent again under the same `webhook-id`, by which its receiver knows it.
"""

import asyncio
import json
import secrets
import time
from urllib.parse import urlsplit

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.webhooks import signature, stopped_mail, wait_before_next_attempt
from services.domain.words import DigestOccasion
from services.shared.clock import LONDON, real_now
from services.shared.db import Database, WhoAndWhy, try_lock
from services.shared.logging import log
from services.shared.models import (
    ApiClient,
    ClientRequest,
    Digest,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from services.shared.outward import Outcome, post
from services.shared.settings import ONE_ADDRESS
from services.shared.webhooks import signing_secret
from services.worker.settings import worker_settings

WORKER = WhoAndWhy("service:worker", "webhooks")
AT_ONCE = 3
"""Endpoints that are called side by side: each holds a connection to the database while it answers."""
GONE = 410
"""An endpoint that answers this wants to be told nothing any more (Standard Webhooks)."""
WHY_GIVEN_UP = "Ten attempts in three days failed."
WHY_GONE = "It answered 410 Gone."

_WAITING = (WebhookDelivery.delivered_at.is_(None), WebhookDelivery.given_up_at.is_(None))
_DUE = text("""
    SELECT DISTINCT webhook_endpoint_id FROM webhook_delivery
     WHERE delivered_at IS NULL AND given_up_at IS NULL AND next_attempt_at <= :now
""")


async def deliver_webhooks(database: Database, stopping: asyncio.Event | None = None) -> int:
    """Sends what is due; how many were taken. Ends when nothing is due, or after those in hand once `stopping` is set."""
    stopping = stopping or asyncio.Event()
    async with database.transaction() as db:
        endpoints = (await db.scalars(_DUE, {"now": real_now()})).all()
    places = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as side_by_side:
        deliveries = [
            side_by_side.create_task(_deliver_all_to(database, endpoint, places, stopping))
            for endpoint in endpoints
        ]
    return sum(delivery.result() for delivery in deliveries)


async def _deliver_all_to(
    database: Database, endpoint_id: int, places: asyncio.Semaphore, stopping: asyncio.Event
) -> int:
    taken = 0
    async with places:
        while not stopping.is_set():
            async with database.transaction(WORKER) as db:
                outcome = await _deliver_next_to(db, endpoint_id)
            if outcome is None:
                break
            taken += outcome.is_success
    return taken


async def _deliver_next_to(db: AsyncSession, endpoint_id: int) -> Outcome | None:
    """Sends the endpoint's oldest event that is due. None when none is, or another worker calls the endpoint now."""
    if not await try_lock(db, f"webhook endpoint {endpoint_id}"):
        return None
    found = (
        await db.execute(
            select(WebhookDelivery, WebhookEvent, WebhookEndpoint, ApiClient)
            .join(WebhookEvent, WebhookEvent.id == WebhookDelivery.webhook_event_id)
            .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.webhook_endpoint_id)
            .join(ApiClient, ApiClient.id == WebhookEndpoint.api_client_id)
            .where(
                WebhookDelivery.webhook_endpoint_id == endpoint_id, *_WAITING,
                WebhookDelivery.next_attempt_at <= real_now(),
            )
            .order_by(WebhookDelivery.id)
            .limit(1)
            .with_for_update(of=WebhookDelivery, skip_locked=True)
        )
    ).one_or_none()  # fmt: skip
    if found is None:
        return None
    delivery, event, endpoint, client = found
    if not _is_still_told(endpoint, client):
        delivery.given_up_at = real_now()
        return Outcome(error="not_wanted")
    began = time.monotonic()
    outcome = await _send(event, endpoint)
    db.add(
        WebhookAttempt(
            webhook_delivery_id=delivery.id, at=real_now(), status_code=outcome.status, error=outcome.error,
            milliseconds=round((time.monotonic() - began) * 1000),
        )
    )  # fmt: skip
    delivery.attempts += 1
    if outcome.is_success:
        delivery.delivered_at = real_now()
    else:
        _try_again_or_stop(delivery, endpoint, outcome)
        if endpoint.disabled_at is not None:
            await _tell_contact(db, endpoint, client)
    log.info(
        "webhook_sent", delivery=delivery.id, endpoint=endpoint.id, attempts=delivery.attempts,
        status=outcome.status, error=outcome.error,
    )  # fmt: skip
    return outcome


async def _send(event: WebhookEvent, endpoint: WebhookEndpoint) -> Outcome:
    """With the signature of each secret that works now: of two, while one replaces the other."""
    body = json.dumps(event.payload, separators=(",", ":"), sort_keys=True).encode()
    moment = real_now()
    timestamp = int(moment.timestamp())
    salts = [endpoint.salt]
    if endpoint.previous_salt and endpoint.previous_until and endpoint.previous_until > moment:
        salts.append(endpoint.previous_salt)
    signatures = [signature(signing_secret(salt), event.message_id, timestamp, body) for salt in salts]
    return await post(
        endpoint.url,
        body,
        {
            "Content-Type": "application/json",
            "User-Agent": "qip-webhooks/1",
            "webhook-id": event.message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(signatures),
        },
    )


def _try_again_or_stop(delivery: WebhookDelivery, endpoint: WebhookEndpoint, outcome: Outcome) -> None:
    """Later, longer each time; after the last attempt, or once it is gone, the endpoint is told nothing any more."""
    wait = wait_before_next_attempt(delivery.attempts)
    if wait is not None and outcome.status != GONE:
        delivery.next_attempt_at = real_now() + wait
        return
    delivery.given_up_at = endpoint.disabled_at = real_now()
    endpoint.disabled_because = WHY_GONE if outcome.status == GONE else WHY_GIVEN_UP
    log.error("webhook_endpoint_stopped", endpoint=endpoint.id, because=endpoint.disabled_because)


async def _tell_contact(db: AsyncSession, endpoint: WebhookEndpoint, client: ApiClient) -> None:
    """A mail to whoever looks after the partner's system, in the transaction that stops it; some clients have nobody."""
    contact = await db.scalar(
        select(ClientRequest.contact).where(ClientRequest.api_client_id == endpoint.api_client_id)
    )
    if contact is None or not ONE_ADDRESS.fullmatch(contact) or not worker_settings().sends_mail:
        return
    now, ours = real_now(), urlsplit(worker_settings().public_address).hostname or "localhost"
    subject, body = stopped_mail(
        client.name,
        urlsplit(endpoint.url).hostname or "",
        str(endpoint.disabled_because),
        feed="/feeds/v1/changes",
    )
    db.add(
        Digest(
            webhook_endpoint_id=endpoint.id, day=now.astimezone(LONDON).date(), occasion=DigestOccasion.WEBHOOK_STOPPED,
            message_id=f"<webhook-{secrets.token_hex(16)}@{ours}>", sent_to=contact, subject=subject, body=body,
            recorded_at=now, made_at=now, next_attempt_at=now,
        )
    )  # fmt: skip


def _is_still_told(endpoint: WebhookEndpoint, client: ApiClient) -> bool:
    expired = client.expires_on is not None and client.expires_on < real_now().date()
    return (
        endpoint.ended_at is None
        and endpoint.disabled_at is None
        and client.revoked_at is None
        and not expired
    )
