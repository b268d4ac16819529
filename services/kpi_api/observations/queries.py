"""Values as they are kept: versions of a period, of which one is not superseded."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.db import among
from services.shared.models import ApiClient, KpiObservation, Person


async def current(db: AsyncSession, kpi_id: int) -> dict[date, KpiObservation]:
    """The values that hold, by period."""
    rows = await db.scalars(
        select(KpiObservation).where(KpiObservation.kpi_id == kpi_id, KpiObservation.superseded_at.is_(None))
    )
    return {row.period: row for row in rows}


async def add_versions(
    db: AsyncSession, rows: Sequence[dict[str, Any]], superseded: Collection[int], now: datetime
) -> None:
    """New versions, and the end of those that they revise."""
    if superseded:
        await db.execute(
            update(KpiObservation)
            .where(among(KpiObservation.id, superseded))
            .values(superseded_at=now)
            .execution_options(synchronize_session=False)
        )
    if rows:
        await db.execute(insert(KpiObservation), rows)


async def count_periods(db: AsyncSession, kpi_id: int) -> int:
    """How many periods have been spoken of."""
    query = select(func.count()).where(
        KpiObservation.kpi_id == kpi_id, KpiObservation.superseded_at.is_(None)
    )
    return int(await db.scalar(query) or 0)


async def periods(db: AsyncSession, kpi_id: int, start: int, limit: int) -> list[date]:
    """Some of them, the newest first."""
    query = (
        select(KpiObservation.period)
        .where(KpiObservation.kpi_id == kpi_id, KpiObservation.superseded_at.is_(None))
        .order_by(KpiObservation.period.desc())
    )
    return list(await db.scalars(query.offset(start).limit(limit)))


async def versions_of(db: AsyncSession, kpi_id: int, of: Collection[date]) -> list[Any]:
    """Every version of these periods with the name of who gave it, the newest of each first."""
    giver = func.coalesce(Person.name, ApiClient.name).label("giver")
    query = (
        select(KpiObservation, giver)
        .outerjoin(Person, Person.id == KpiObservation.given_by)
        .outerjoin(ApiClient, ApiClient.client_id == KpiObservation.client)
        .where(KpiObservation.kpi_id == kpi_id, KpiObservation.period.in_(of))
        .order_by(KpiObservation.period.desc(), KpiObservation.version.desc())
    )
    return list((await db.execute(query)).all())


_BUMP = text("UPDATE kpi SET version = version + 1 WHERE id = ANY(:ids)")


async def count_change(db: AsyncSession, kpi_ids: Collection[int]) -> None:
    """Their data have changed: their ETags are others."""
    await db.execute(_BUMP, {"ids": sorted(kpi_ids)})
