"""What a pack says on a day, from the figures of that day: the one place that a draft comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.reporting_api.packs import service as packs
from services.reporting_api.packs.content import Pack


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of pack, and the version of what it is made of (0: the release's own)."""

    kind: str
    title: str
    outline_version: int = 0


async def kinds(_db: AsyncSession) -> Sequence[Kind]:
    """Every kind that can be begun."""
    return [Kind(each.kind, each.title) for each in packs.KINDS]


async def kind_called(db: AsyncSession, kind: str) -> Kind:
    """The kind of this code. Raises NotFound."""
    found = next((each for each in await kinds(db) if each.kind == kind), None)
    if found is None:
        raise NotFound(f"There is no kind of pack called {kind}. Open the list of packs to find it.")
    return found


async def drafted(db: AsyncSession, _kind: str, _outline_version: int, as_at: date | None) -> Pack:
    """The pack of a kind as its rules draft it at `as_at` (None: today)."""
    return await packs.assemble_board_paper(db, as_at)
