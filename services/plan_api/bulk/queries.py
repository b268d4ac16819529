"""Chosen root causes in the database."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.models import RootCause


async def root_causes_called(
    db: AsyncSession, references: Sequence[str], *, lock: bool = False
) -> Mapping[str, RootCause]:
    """Those that there are, by reference; locked in the order of their rows, so that two changes at once wait in line."""
    query = select(RootCause).where(RootCause.reference.in_(references)).order_by(RootCause.id)
    if lock:
        query = query.with_for_update()
    return {row.reference: row for row in await db.scalars(query)}
