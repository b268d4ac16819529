"""Partners' machine clients: an id, and a secret that is told once and kept as a digest."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import RuleBroken
from services.domain.wording import is_blank, listed
from services.domain.words import FeedScope
from services.shared.clock import business_now
from services.shared.models import ApiClient


class Credentials(NamedTuple):
    """What a client proves itself with."""

    client_id: str
    secret: str


async def create_client(db: AsyncSession, name: str, scopes: Collection[str]) -> Credentials:
    """A new client with these scopes. Raises RuleBroken for no name, no scope, or one that there isn't."""
    if is_blank(name):
        raise RuleBroken.at("name", "Name the client: which partner's system is it?")
    known = list(FeedScope)
    if not scopes or not set(scopes) <= set(known):
        raise RuleBroken.at("scopes", f"A client needs one or more of the scopes {listed(known)}.")
    credentials = Credentials(f"qip-{secrets.token_hex(8)}", secrets.token_urlsafe(32))
    db.add(
        ApiClient(
            client_id=credentials.client_id,
            name=name.strip(),
            secret_digest=_digest(credentials.secret),
            scopes=sorted(set(scopes)),
            recorded_at=await business_now(db),
        )
    )
    await db.flush()
    return credentials


async def proven_client(db: AsyncSession, given: Credentials) -> ApiClient | None:
    """The client whose id and secret these are, unless it was revoked or has expired (by the real date)."""
    client = await db.scalar(
        select(ApiClient).where(
            ApiClient.client_id == given.client_id,
            ApiClient.revoked_at.is_(None),
            or_(ApiClient.expires_on.is_(None), ApiClient.expires_on >= func.current_date()),
        )
    )
    kept = client.secret_digest if client else ""
    return client if hmac.compare_digest(kept, _digest(given.secret)) else None


def _digest(secret: str) -> str:
    """One round of SHA-256 is enough for a secret of ours, which is long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()
