"""Forms that only our own pages can send.

A form carries a token made from a secret that the browser holds in an HttpOnly cookie: the session's, or, before sign-in,
the visit's. So the token is tied to the session and needs no store and no key of its own. It is masked anew on every page,
so that compressed pages don't give it away (BREACH). The browser's own word on where a form comes from is checked first.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from fastapi import Request

FIELD = "csrf_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SIZE = hashlib.sha256().digest_size


def token(secret: str) -> str:
    """A form's token for a cookie's secret; a different text each time."""
    mask = secrets.token_bytes(_SIZE)
    return base64.urlsafe_b64encode(mask + _xor(mask, _of(secret))).decode()


def is_token(given: str, secret: str) -> bool:
    """Whether a form's token was made from this secret."""
    try:
        raw = base64.b64decode(given.encode(), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return False
    return hmac.compare_digest(_xor(raw[:_SIZE], raw[_SIZE:]), _of(secret))


def came_from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site sent this. Says nothing when it is silent: then the token alone decides."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("Host")


def came_from_here(request: Request) -> bool:
    """Whether the browser says that one of our own pages sent this."""
    said = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    return said and not came_from_elsewhere(request)


def _of(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"qip form", "sha256")


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=False))
