"""An answer as it is kept: its bytes, how they are compressed, and what is sent with them."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import zstandard
from starlette.responses import Response

ENCODINGS: Final = ("zstd", "gzip")
"""In the order in which they are preferred where the client doesn't mind."""
WORTH_COMPRESSING: Final = 1000
CACHED: Final = {
    "Cache-Control": "private, max-age=0, must-revalidate",
    "Vary": "Authorization, Accept, Accept-Encoding",
}
"""A feed is for who asked, and asked for again each time: that costs a 304."""


@dataclass(slots=True)
class Kept:
    """An answer's bytes with its tag and headers, and the same compressed, once somebody has asked for it."""

    body: bytes
    tag: str
    headers: tuple[tuple[bytes, bytes], ...]
    compressed: dict[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """About what it takes to keep."""
        return 2 * len(self.body) + 500

    def response(self, accept_encoding: str | None, if_none_match: str | None) -> Response:
        """The answer in the encoding that is preferred, or 304 where it is known already."""
        encoding = encoding_for(accept_encoding) if len(self.body) >= WORTH_COMPRESSING else None
        tag = f'"{self.tag}"' if encoding is None else f'"{self.tag}-{encoding}"'
        if if_none_match is not None and knows(if_none_match, self.tag):
            return _plain(304, b"", (*self.headers[1:], (b"etag", tag.encode())))
        body, headers = self.body, (*self.headers, (b"etag", tag.encode()))
        if encoding is not None:
            body = self.compressed.get(encoding) or self.compressed.setdefault(
                encoding, _pack(encoding, self.body)
            )
            headers = (*headers, (b"content-encoding", encoding.encode()))
        return _plain(200, body, (*headers, (b"content-length", str(len(body)).encode())))


def kept(body: bytes, tag: str, media_type: str, headers: Iterable[tuple[str, str]]) -> Kept:
    """`headers` beside those that every feed has."""
    text = "; charset=utf-8" if media_type.startswith("text/") else ""
    every = (("content-type", media_type + text), *CACHED.items(), *headers)
    return Kept(body, tag, tuple((name.lower().encode(), value.encode("latin-1")) for name, value in every))


@lru_cache(maxsize=200)
def encoding_for(accepted: str | None) -> str | None:
    """What `Accept-Encoding` prefers of ours, or None for the bytes as they are (RFC 9110, section 12.5.3)."""
    wishes: dict[str, float] = {}
    for wish in (accepted or "").split(","):
        coding, *parameters = (part.strip().lower() for part in wish.split(";"))
        quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        wishes[coding] = float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0
    best = max(ENCODINGS, key=lambda coding: wishes.get(coding, wishes.get("*", 0.0)))
    wished = wishes.get(best, wishes.get("*", 0.0))
    return best if wished > 0 and wished >= wishes.get("identity", 0.0) else None


def knows(if_none_match: str, tag: str) -> bool:
    """Whether the client has this content, in whatever encoding."""
    for each in if_none_match.split(","):
        known = each.strip().removeprefix("W/").strip('"')
        if known in ("*", tag, *(f"{tag}-{encoding}" for encoding in ENCODINGS)):
            return True
    return False


def _pack(encoding: str, body: bytes) -> bytes:
    if encoding == "gzip":
        return gzip.compress(body, 6, mtime=0)
    return zstandard.ZstdCompressor(level=3).compress(body)


def _plain(status: int, body: bytes, headers: tuple[tuple[bytes, bytes], ...]) -> Response:
    """Without encoding again what is encoded."""
    response = Response.__new__(Response)
    response.status_code, response.body, response.background = status, body, None
    response.raw_headers = list(headers)
    return response
