"""The KPI of RC-4, closed on 25 April 2019, month by month: 14 values up to April that alternate between 50 and 52, then more.

Their mean is 51, their limits 45.68 to 56.32: 50 and 52 are no change, 60 is an improvement, 40 is of concern.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from services.shared.clock import real_now
from services.shared.models import Kpi, KpiDefinition, KpiObservation, KpiTarget, RootCause
from services.worker.delivery import deliver_outbox
from services.worker.in_process import in_process_client
from tests.conftest import TestDatabase

FLAT = (50, 52, 50, 52, 50, 52)
BEFORE = 14


def month(number: int) -> date:
    """Number 0 is May 2019, the first since the closing; -1 is April 2019."""
    year, month0 = divmod(2019 * 12 + 4 + number, 12)
    return date(year, month0 + 1, 1)


async def measure(
    database: TestDatabase,
    since: Sequence[float],
    *,
    root_cause: str = "RC-4",
    reference: str = "K-4",
    before: int = BEFORE,
    target: float | None = None,
) -> None:
    """A KPI of a root cause with its values, as the KPI service keeps them."""
    async with database.owner.transaction() as db:
        row_id = await db.scalar(select(RootCause.id).where(RootCause.reference == root_cause))
        position = (await db.scalar(select(func.count()).select_from(Kpi))) or 0
        kpi = Kpi(
            reference=reference, name="Children seen within 15 minutes", level="root_cause", root_cause_id=row_id,
            direction="increase", unit="%", frequency="Monthly", position=position, recorded_at=real_now(),
        )  # fmt: skip
        db.add(kpi)
        await db.flush()
        db.add(
            KpiDefinition(
                kpi_id=kpi.id, number=1, name=kpi.name, direction="increase", recorded_at=real_now()
            )
        )
        if target is not None:
            db.add(KpiTarget(kpi_id=kpi.id, value=Decimal(str(target)), recorded_at=real_now()))
    old = [50 + number % 2 * 2 for number in range(before)]
    await observe(database, [*old, *since], first=-before, reference=reference)


async def observe(
    database: TestDatabase, values: Sequence[float], *, first: int, reference: str = "K-4"
) -> None:
    """Further values, month by month from number `first` on; one that is there is revised."""
    async with database.owner.transaction() as db:
        kpi_id = (await db.scalars(select(Kpi.id).where(Kpi.reference == reference))).one()
        for number, value in enumerate(values, first):
            of_period = select(KpiObservation).where(
                KpiObservation.kpi_id == kpi_id, KpiObservation.period == month(number)
            )
            versions = list(await db.scalars(of_period))
            for each in versions:
                each.superseded_at = each.superseded_at or real_now()
            await db.flush()
            db.add(
                KpiObservation(
                    kpi_id=kpi_id, period=month(number), version=len(versions) + 1, value=Decimal(str(value)),
                    recorded_at=real_now(),
                )
            )  # fmt: skip


async def deliver(database: TestDatabase, **apps: object) -> int:
    """The worker hands on what waits, until nothing does: deliver(database, plan=plan_app, kpi=kpi_app)."""
    delivered = 0
    async with in_process_client(apps) as client:  # type: ignore[arg-type]
        while more := await deliver_outbox(database.worker.transaction, client):
            delivered += more
    return delivered
