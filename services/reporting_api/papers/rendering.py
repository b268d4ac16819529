"""The files of a pack as they are issued, one for each format: whole for those inside, and without what is exempt for anybody."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from services.domain.words import Audience
from services.reporting_api.packs.content import Pack
from services.reporting_api.packs.formats import FORMATS, written
from services.reporting_api.papers.audiences import inside_of, public_of


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file: its format, media type and bytes."""

    format: str
    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256."""
        return sha256(self.content).hexdigest()


Files: TypeAlias = Mapping[Audience, Sequence[Rendered]]
Say: TypeAlias = Callable[[int, int], Awaitable[None]]
"""Told how many files of how many are made."""


async def rendered(pack: Pack, exempt: Collection[str], say: Say | None = None) -> Files:
    """The pack in every format for each audience. The same content gives the same bytes."""
    packs_of = {Audience.INSIDE: inside_of(pack, exempt)}
    if exempt:
        packs_of[Audience.PUBLIC] = public_of(pack, exempt)
    to_make = len(packs_of) * len(FORMATS)
    files: dict[Audience, list[Rendered]] = {}
    for audience, said in packs_of.items():
        for name, form in FORMATS.items():
            files.setdefault(audience, []).append(Rendered(name, form.media_type, await written(said, name)))
            if say is not None:
                await say(sum(map(len, files.values())), to_make)
    return {
        Audience.INSIDE: files[Audience.INSIDE],
        Audience.PUBLIC: files.get(Audience.PUBLIC, files[Audience.INSIDE]),
    }
