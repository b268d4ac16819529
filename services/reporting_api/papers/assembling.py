"""What a pack says on a day, from the figures of that day: the one place that a draft comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.reporting_api.outlines import queries as outlines
from services.reporting_api.packs import service as packs
from services.reporting_api.packs.content import Pack


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of pack, and the version of what it is made of (0: the release's own)."""

    kind: str
    title: str
    outline_version: int = 0
    inside_only: bool = False


async def kinds(db: AsyncSession) -> Sequence[Kind]:
    """Every kind that can be begun."""
    found = await outlines.newest(db)
    return [
        Kind(kind, outline.title, version, outline.inside_only) for kind, (version, outline) in found.items()
    ]


async def kind_called(db: AsyncSession, kind: str) -> Kind:
    """The kind of this code. Raises NotFound."""
    version, outline = await outlines.newest_of(db, kind)
    return Kind(kind, outline.title, version, outline.inside_only)


async def drafted(db: AsyncSession, kind: str, outline_version: int, as_at: date | None) -> Pack:
    """The pack of a kind as its rules draft it at `as_at` (None: today), with its places to write in."""
    outline = await outlines.version_of(db, kind, outline_version)
    return await packs.drafted(db, outline, as_at)
