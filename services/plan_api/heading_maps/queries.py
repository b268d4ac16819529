"""What is remembered of trackers' headings."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.plan_api.workbook.read import Renamed
from services.shared.models import HeadingMap, Person


async def remembered(db: AsyncSession) -> Sequence[Any]:
    """All that have not ended, with who chose each."""
    query = (
        select(HeadingMap, Person.name)
        .join(Person, Person.id == HeadingMap.chosen_by)
        .where(HeadingMap.ended_at.is_(None))
        .order_by(HeadingMap.sheet, HeadingMap.theirs)
    )
    return (await db.execute(query)).all()


async def renamed(db: AsyncSession) -> Renamed:
    """The same as an import reads by them."""
    return {
        (row.HeadingMap.sheet, row.HeadingMap.theirs): row.HeadingMap.ours for row in await remembered(db)
    }


async def standing(db: AsyncSession, number: int) -> HeadingMap:
    """One that has not ended, locked. Raises NotFound."""
    found = await db.scalar(
        select(HeadingMap).where(HeadingMap.id == number, HeadingMap.ended_at.is_(None)).with_for_update()
    )
    if found is None:
        raise NotFound("This choice is remembered no more.")
    return found
