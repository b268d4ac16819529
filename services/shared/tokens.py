"""Short-lived signed tokens between web, services and partners. What a token says is checked against the database at each use."""

import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import jwt

from services.shared.clock import real_now
from services.shared.settings import settings

ALGORITHM = "HS256"
AUDIENCE = "qip"


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom a token names: `subject` is "person:ID", "service:NAME" or "client:CLIENT_ID"; a person's names the session too.

    A client's names the `secret` (its row) that it was got with: once that ends, so does the token.
    """

    subject: str
    session: str | None = None
    scopes: frozenset[str] = frozenset()
    secret: int | None = None

    @property
    def kind(self) -> str:
        """`person`, `service` or `client`."""
        return self.subject.partition(":")[0]

    @property
    def name(self) -> str:
        """What follows the kind."""
        return self.subject.partition(":")[2]


def sign(claims: Claims, lasts: timedelta) -> tuple[str, datetime]:
    """The token, and the instant it expires (real time)."""
    now = real_now().replace(microsecond=0)
    expires = now + lasts
    payload = {"sub": claims.subject, "aud": AUDIENCE, "iat": now, "exp": expires}
    if claims.session:
        payload["sid"] = claims.session
    if claims.scopes:
        payload["scope"] = " ".join(sorted(claims.scopes))
    if claims.secret is not None:
        payload["secret"] = claims.secret
    return jwt.encode(payload, _key(), ALGORITHM), expires


def read(token: str) -> Claims | None:
    """What a token says, or None when it is forged, expired or not ours."""
    verified = _verified(token)
    if verified is None:
        return None
    claims, expires = verified
    return claims if expires > real_now().timestamp() else None


@lru_cache(maxsize=2000)
def _verified(token: str) -> tuple[Claims, float] | None:
    """What a signature says once, it says for ever; only time runs out. A token comes with every request for five minutes."""
    try:
        payload = jwt.decode(
            token, _key(), [ALGORITHM], audience=AUDIENCE, options={"require": ["sub", "exp", "aud"]}
        )
    except jwt.InvalidTokenError:
        return None
    claims = Claims(
        payload["sub"], payload.get("sid"), frozenset(payload.get("scope", "").split()), payload.get("secret")
    )
    return claims, float(payload["exp"])


def service_token(name: str) -> str:
    """A token for one of our own processes ("worker"), for a minute."""
    return sign(Claims(f"service:{name}"), timedelta(minutes=1))[0]


def ensure_token_key() -> None:
    """Makes the signing key in the data folder, unless QIP_TOKEN_KEY gives one or it is there already."""
    path = _key_file()
    if settings().token_key is not None or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))


def derived_key(purpose: str, salt: str) -> bytes:
    """32 bytes for one purpose, worked out from the signing key: the same for as long as that key stays."""
    return hmac.digest(_key().encode(), f"{purpose}\0{salt}".encode(), "sha256")


@lru_cache
def _key() -> str:
    given = settings().token_key
    if given is not None:
        return given
    ensure_token_key()
    return _key_file().read_text()


def _key_file() -> Path:
    return settings().data_dir / "keys" / "token.key"
