"""What partners are told: `tell_partners` writes an event and a delivery for each endpoint, in the caller's transaction."""

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.webhooks import SCOPE_OF
from services.domain.words import PartnerEventKind
from services.shared.clock import business_now, real_now
from services.shared.tokens import derived_key


@dataclass(frozen=True, slots=True)
class PartnerEvent:
    """What happened. `data`: references, dates and code words of released facts, never what people wrote."""

    kind: PartnerEventKind
    data: Mapping[str, Any] = field(default_factory=dict)


_TELL: Final = text("""
    WITH listening AS (
        SELECT endpoint.id FROM webhook_endpoint endpoint JOIN api_client ON api_client.id = endpoint.api_client_id
         WHERE endpoint.ended_at IS NULL AND endpoint.disabled_at IS NULL AND :kind = ANY(endpoint.kinds)
           AND api_client.revoked_at IS NULL AND (api_client.expires_on IS NULL OR api_client.expires_on >= current_date)
           AND CAST(:scope AS text) = ANY(api_client.scopes)),
    event AS (
        INSERT INTO webhook_event (message_id, kind, payload, recorded_at)
        SELECT :message_id, :kind, CAST(:payload AS jsonb), :now WHERE EXISTS (SELECT FROM listening)
        RETURNING id)
    INSERT INTO webhook_delivery (webhook_endpoint_id, webhook_event_id, created_at, next_attempt_at)
    SELECT listening.id, event.id, :now, :now FROM listening, event
""")

_ANYBODY: Final = text(
    "SELECT EXISTS (SELECT FROM webhook_endpoint WHERE ended_at IS NULL AND disabled_at IS NULL)"
)

_TEST: Final = text("""
    WITH event AS (
        INSERT INTO webhook_event (message_id, kind, payload, recorded_at)
        VALUES (:message_id, 'test', CAST(:payload AS jsonb), :now) RETURNING id)
    INSERT INTO webhook_delivery (webhook_endpoint_id, webhook_event_id, created_at, next_attempt_at)
    SELECT :endpoint, event.id, :now, :now FROM event
""")


async def tell_partners(db: AsyncSession, event: PartnerEvent) -> None:
    """Will be sent, signed, to every endpoint that asked for it, once this transaction has committed, and not if it doesn't."""
    payload = _payload(event, await business_now(db))
    await db.execute(
        _TELL,
        {"kind": event.kind, "scope": SCOPE_OF[event.kind], "message_id": _message_id(), "payload": payload, "now": real_now()},
    )  # fmt: skip


async def tell_partners_of_many(db: AsyncSession, events: Sequence[PartnerEvent]) -> None:
    """The same of many at once, as a day's work raises them; costs one statement where nobody listens."""
    if events and await db.scalar(_ANYBODY):
        for event in events:
            await tell_partners(db, event)


async def send_test_event(db: AsyncSession, endpoint_id: int) -> None:
    """An event to one endpoint, whether or not it is told anything else."""
    payload = _payload(PartnerEvent(PartnerEventKind.TEST, {"test": True}), await business_now(db))
    given = {"message_id": _message_id(), "payload": payload, "now": real_now(), "endpoint": endpoint_id}
    await db.execute(_TEST, given)


def new_salt() -> str:
    """What a new signing secret is worked out from."""
    return secrets.token_hex(16)


def signing_secret(salt: str) -> str:
    """`whsec_` and 32 bytes in base64, as the Standard Webhooks libraries take it."""
    return "whsec_" + base64.b64encode(derived_key("webhook", salt)).decode()


def _payload(event: PartnerEvent, at: datetime) -> str:
    return json.dumps(
        {"type": event.kind, "timestamp": at.isoformat().replace("+00:00", "Z"), "data": dict(event.data)}
    )


def _message_id() -> str:
    return f"msg_{secrets.token_hex(16)}"
