"""Partners' machine clients: an id, and a secret that is told once and kept as a digest."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, RuleBroken
from services.domain.wording import is_blank, listed
from services.domain.words import FeedScope
from services.shared.clock import business_now, real_now
from services.shared.db import once_committed
from services.shared.models import ApiClient, ApiClientSecret

LONGEST_OVERLAP: Final = timedelta(days=30)


class Credentials(NamedTuple):
    """What a client proves itself with."""

    client_id: str
    secret: str


async def create_client(
    db: AsyncSession, name: str, scopes: Collection[str], *, expires_on: date | None = None, by: int | None = None
) -> Credentials:  # fmt: skip
    """A new client with these scopes. Raises RuleBroken for no name, no scope, or one that there isn't."""
    check_client(name, scopes)
    client = ApiClient(
        client_id=f"qip-{secrets.token_hex(8)}",
        name=name.strip(),
        scopes=sorted(set(scopes)),
        recorded_at=await business_now(db),
        expires_on=expires_on,
    )
    db.add(client)
    await db.flush()
    return Credentials(client.client_id, await _new_secret(db, client, by))


def check_client(name: str, scopes: Collection[str]) -> None:
    """Raises RuleBroken for no name, no scope, or one that there isn't."""
    if is_blank(name):
        raise RuleBroken.at("name", "Name the client: which partner's system is it?")
    known = list(FeedScope)
    if not scopes or not set(scopes) <= set(known):
        raise RuleBroken.at("scopes", f"A client needs one or more of the scopes {listed(known)}.")


async def replace_secret(db: AsyncSession, client: ApiClient, overlap: timedelta, by: int) -> str:
    """A new secret; the one before works on for `overlap`, an earlier one no longer. Raises Conflict where the client is over."""
    if is_over(client):
        raise Conflict("This client is revoked or has expired: ask for a new one.")
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise RuleBroken.at("overlap_days", "The old secret may go on working for 0 to 30 days.")
    now = real_now()
    still = (ApiClientSecret.ends_at.is_(None)) | (ApiClientSecret.ends_at > now)
    for secret in await db.scalars(
        select(ApiClientSecret).where(ApiClientSecret.api_client_id == client.id, still).with_for_update()
    ):
        secret.ends_at = now + overlap if secret.ends_at is None else now
    await db.flush()
    return await _new_secret(db, client, by)


def is_over(client: ApiClient) -> bool:
    """Revoked, or past its expiry (by the real date)."""
    return client.revoked_at is not None or (
        client.expires_on is not None and client.expires_on < real_now().date()
    )


async def proven_client(db: AsyncSession, given: Credentials) -> tuple[ApiClient, int] | None:
    """The client whose id and secret these are, and the secret's row, unless it was revoked or has expired (by the real date)."""
    now = real_now()
    rows = (
        await db.execute(
            select(ApiClient, ApiClientSecret.id, ApiClientSecret.secret_digest)
            .join(ApiClientSecret, ApiClientSecret.api_client_id == ApiClient.id)
            .where(
                ApiClient.client_id == given.client_id,
                ApiClient.revoked_at.is_(None),
                or_(ApiClient.expires_on.is_(None), ApiClient.expires_on >= func.current_date()),
                or_(ApiClientSecret.ends_at.is_(None), ApiClientSecret.ends_at > now),
            )
        )
    ).all()
    digest = _digest(given.secret)
    proven = [(client, secret) for client, secret, kept in rows if hmac.compare_digest(kept, digest)]
    return proven[0] if proven else None


_USED: Final = text(
    "INSERT INTO api_client_use (client_id, hour) VALUES (:client_id, :hour) ON CONFLICT DO NOTHING"
)
_noted: dict[str, datetime] = {}
"""The hour in which this process last noted each client's use."""


async def note_use(db: AsyncSession, client_id: str) -> None:
    """That the client was used in this hour: one write an hour and process, however many requests."""
    hour = real_now().replace(minute=0, second=0, microsecond=0)
    if _noted.get(client_id) == hour:
        return
    await db.execute(_USED, {"client_id": client_id, "hour": hour})
    once_committed(db, lambda: _noted.__setitem__(client_id, hour))


async def _new_secret(db: AsyncSession, client: ApiClient, by: int | None) -> str:
    secret = secrets.token_urlsafe(32)
    db.add(
        ApiClientSecret(
            api_client_id=client.id, secret_digest=_digest(secret), made_by=by, recorded_at=await business_now(db)
        )
    )  # fmt: skip
    await db.flush()
    return secret


def _digest(secret: str) -> str:
    """One round of SHA-256 is enough for a secret of ours, which is long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()
