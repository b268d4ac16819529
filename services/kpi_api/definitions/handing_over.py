"""Somebody has left: the KPIs whose data they owned are their successor's, as new versions of these definitions."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kpi_api.definitions.schemas import DataOwnerLeft, KpisHandedOver
from services.kpi_api.definitions.writing import redefine
from services.kpi_api.standings.service import keep_standings
from services.shared.clock import business_now
from services.shared.models import Kpi


async def hand_over(db: AsyncSession, left: DataOwnerLeft) -> KpisHandedOver:
    """All that are measured still. The same again finds none: nothing happens."""
    owned = select(Kpi).where(Kpi.data_owner_id == left.owner, Kpi.retired_on.is_(None))
    kpis = (await db.scalars(owned.order_by(Kpi.id).with_for_update())).all()
    now = await business_now(db)
    for kpi in kpis:
        await redefine(
            db, kpi, {"data_owner_id": left.successor}, now, holds_from=left.on, because=left.because, by=left.by,
        )  # fmt: skip
    await keep_standings(db, [kpi.id for kpi in kpis])
    return KpisHandedOver(kpis=[kpi.reference for kpi in kpis])
