"""What kinds of pack are made of, in the database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.reporting_api.packs.kinds import KINDS
from services.reporting_api.packs.outline import Outline, outline_of
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
