"""What a pack says on a day, from the figures of that day: the one place that a draft comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from services.reporting_api.outlines import queries as outlines
from services.reporting_api.packs import service as packs
from services.reporting_api.packs.content import Pack
from services.reporting_api.packs.service import write_files


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of pack, and the version of what it is made of (0: the release's own)."""

    kind: str
    title: str
    outline_version: int = 0


async def kinds(db: AsyncSession) -> Sequence[Kind]:
    """Every kind that can be begun."""
    found = await outlines.newest(db)
    return [Kind(kind, outline.title, version) for kind, (version, outline) in found.items()]


async def kind_called(db: AsyncSession, kind: str) -> Kind:
    """The kind of this code. Raises NotFound."""
    version, outline = await outlines.newest_of(db, kind)
    return Kind(kind, outline.title, version)


async def render(db: AsyncSession, kind: str, as_at: date | None, out: Path) -> list[Path]:
    """The kind as the PMO has it now, as files in the folder `out`. Raises NotFound for no kind, RuleBroken for a day to come."""
    found = await kind_called(db, kind)
    outline = await outlines.version_of(db, kind, found.outline_version)
    return await write_files(await packs.assemble(db, outline, as_at), out)


async def drafted(db: AsyncSession, kind: str, outline_version: int, as_at: date | None) -> Pack:
    """The pack of a kind as its rules draft it at `as_at` (None: today), with its places to write in."""
    outline = await outlines.version_of(db, kind, outline_version)
    return await packs.drafted(db, outline, as_at)
