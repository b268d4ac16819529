"""What imported KPI rows refer to, and what is kept of them."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.shared.models import Kpi, KpiObservation, KpiTarget


async def ids_by(
    db: AsyncSession, key: InstrumentedAttribute[str], names: Iterable[str | None]
) -> dict[str, int]:
    """The ids of the rows that are called by these names."""
    return dict(iter(await db.execute(select(key, key.class_.id).where(key.in_(set(names) - {None})))))


async def kpis_called(db: AsyncSession, references: Iterable[str]) -> dict[str, Kpi]:
    """The KPIs with these references, locked until this transaction ends."""
    rows = await db.scalars(select(Kpi).where(Kpi.reference.in_(set(references))).with_for_update())
    return {kpi.reference: kpi for kpi in rows}


async def next_position(db: AsyncSession) -> int:
    """Where the next KPI stands in the order of the sheet."""
    last = await db.scalar(select(func.max(Kpi.position)))
    return 0 if last is None else last + 1


async def target_in_force_from(db: AsyncSession, kpi_id: int, day: date) -> date | None:
    """From which day the target holds that is in force on the day; None: from the beginning, or there is none."""
    found: date | None = await db.scalar(
        select(KpiTarget.holds_from)
        .where(KpiTarget.kpi_id == kpi_id, KpiTarget.superseded_at.is_(None), KpiTarget.holds_from <= day)
        .order_by(KpiTarget.holds_from.desc())
        .limit(1)
    )
    return found


async def current_observations(
    db: AsyncSession, kpi_ids: Iterable[int]
) -> dict[tuple[int, date], KpiObservation]:
    """The values of these KPIs that are not superseded, by KPI and period."""
    rows = await db.scalars(
        select(KpiObservation).where(
            KpiObservation.kpi_id.in_(set(kpi_ids)), KpiObservation.superseded_at.is_(None)
        )
    )
    return {(row.kpi_id, row.period): row for row in rows}
