"""Drawings as pictures, for what can't show an SVG everywhere: many at once, and each but once."""

import json
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from threading import Lock
from typing import Any, Final

PIXELS_PER_INCH: Final = 180
"""A drawing of 640 pixels stands on 480 points, and becomes a picture of 1,200 pixels: sharp in print."""
MOST_BYTES: Final = 64 * 1024 * 1024
_PAGES: Final = b"""
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#for drawing in json(bytes(sys.inputs.drawings)) { page(image(bytes(drawing))) }
"""


def pictures(drawings: Sequence[str]) -> list[bytes]:
    """Each drawing (an SVG) as PNG, in the same order. What has been drawn before is not drawn again."""
    digests = [sha256(drawing.encode()).hexdigest() for drawing in drawings]
    found: dict[str, bytes | None] = {digest: _kept.find(digest) for digest in digests}
    missing = {
        digest: drawing for digest, drawing in zip(digests, drawings, strict=True) if not found[digest]
    }
    for digest, drawn in zip(missing, _draw(list(missing.values())), strict=True):
        found[digest] = drawn
        _kept.keep(digest, drawn)
    return [picture for digest in digests if (picture := found[digest])]


class _Kept:
    """Pictures under the digest of their drawing, those asked for last."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def find(self, digest: str) -> bytes | None:
        with self._lock:
            if digest in self._pictures:
                self._pictures.move_to_end(digest)
            return self._pictures.get(digest)

    def keep(self, digest: str, picture: bytes) -> None:
        with self._lock:
            self._bytes += len(picture) - len(self._pictures.pop(digest, b""))
            self._pictures[digest] = picture
            while self._bytes > MOST_BYTES:
                self._bytes -= len(self._pictures.popitem(last=False)[1])


_kept: Final = _Kept()


def _draw(drawings: Sequence[str]) -> list[bytes]:
    import typst

    if not drawings:
        return []
    drawn = typst.compile(
        _PAGES,
        format="png",
        ppi=PIXELS_PER_INCH,
        sys_inputs={"drawings": json.dumps(drawings)},
        font_paths=fonts(),
    )
    return [drawn] if isinstance(drawn, bytes) else [bytes(each) for each in drawn if each is not None]


@cache
def fonts() -> Any:
    """The one font of documents and charts, and behind it those inside Typst, for signs and scripts that it lacks.

    A font that is asked for and missing is a warning, and so an error.
    """
    import font_source_sans_pro
    import typst

    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[font_source_sans_pro.font_directory],
    )
