"""What kinds of pack are made of, in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.reporting_api.packs.kinds import KINDS
from services.reporting_api.packs.outline import Outline, outline_of, written
from services.shared.models import PackOutline, Person


async def newest(db: AsyncSession) -> Mapping[str, tuple[int, Outline]]:
    """Each kind with its newest version and what that is made of; version 0 is the release's own.

    Those of the release come first, in its order, then copies as they were made.
    """
    rows = await db.scalars(
        select(PackOutline)
        .ext(distinct_on(PackOutline.kind))
        .order_by(PackOutline.kind, PackOutline.version.desc())
    )
    first = dict(
        (
            await db.execute(select(PackOutline.kind, func.min(PackOutline.id)).group_by(PackOutline.kind))
        ).all()
    )
    edited = {
        row.kind: (row.version, outline_of(row.outline))
        for row in sorted(rows, key=lambda row: first[row.kind])
    }
    return {kind: (0, outline) for kind, outline in KINDS.items()} | edited


async def newest_of(db: AsyncSession, kind: str) -> tuple[int, Outline]:
    """The newest version of one kind. Raises NotFound."""
    found = (await newest(db)).get(kind)
    if found is None:
        raise NotFound(f"There is no kind of pack called {kind}. Open the list of packs to find it.")
    return found


async def version_of(db: AsyncSession, kind: str, version: int) -> Outline:
    """What a kind was made of in one version. Raises NotFound."""
    row = await db.scalar(select(PackOutline).where(PackOutline.kind == kind, PackOutline.version == version))
    if row is not None:
        return outline_of(row.outline)
    if version == 0 and kind in KINDS:
        return KINDS[kind]
    raise NotFound(f"There is no version {version} of the kind of pack {kind}.")


async def history(db: AsyncSession, kind: str) -> Sequence[Any]:
    """Its versions, newest first, each with who made it."""
    rows = await db.execute(
        select(PackOutline, Person.name)
        .join(Person, Person.id == PackOutline.changed_by)
        .where(PackOutline.kind == kind)
        .order_by(PackOutline.version.desc())
    )
    return rows.all()


async def writers(db: AsyncSession, kind: str, *, after: int, up_to: int) -> set[int]:
    """Whoever wrote something into these versions (`after` not included): texts and titles, not where they stand.

    What a kind was copied with was written by whoever wrote that kind until then.
    """
    rows = await db.scalars(
        select(PackOutline)
        .where(PackOutline.kind == kind, PackOutline.version > after, PackOutline.version <= up_to)
        .order_by(PackOutline.version)
    )
    found: set[int] = set()
    said = written(KINDS[kind]) if kind in KINDS else set()
    if after:
        said = written(await version_of(db, kind, after))
    for row in rows:
        says = written(outline_of(row.outline))
        if says - said:
            found.add(row.changed_by)
        if row.copied_from:
            found |= await _writers_until(db, row.copied_from, row.recorded_at)
        said = says
    return found


async def _writers_until(db: AsyncSession, kind: str, until: datetime) -> set[int]:
    newest = select(func.max(PackOutline.version)).where(
        PackOutline.kind == kind, PackOutline.recorded_at <= until
    )
    return await writers(db, kind, after=0, up_to=await db.scalar(newest) or 0)
