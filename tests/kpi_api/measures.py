"""KPIs for tests of the KPI service, planted as the services write them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from services.kpi_api.definitions.writing import redefine, set_target
from services.kpi_api.standings.service import keep_standings
from services.shared.models import Isg, Kpi, KpiObservation, Person, RootCause
from tests.conftest import TestDatabase

RECORDED = datetime(2019, 3, 1, 9, tzinfo=UTC)


def months(first: date, count: int) -> list[date]:
    """So many firsts of months."""
    return [
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        for n in range(count)
    ]


async def plant_kpi(
    database: TestDatabase,
    reference: str = "K-1",
    values: Mapping[date, float | None] | Sequence[float] = (),
    *,
    root_cause: str | None = "RC-1",
    isg: str | None = None,
    target: float | None = None,
    data_owner: str | None = None,
    first: date = date(2018, 1, 1),
    **definition: Any,
) -> int:
    """A KPI of a root cause (or of an ISG), with values of months in a row; its id."""
    if not isinstance(values, Mapping):
        values = dict(zip(months(first, len(values)), values, strict=True))
    async with database.kpi.transaction() as db:
        root_cause_id = await db.scalar(select(RootCause.id).where(RootCause.reference == root_cause))
        owner = await db.scalar(select(Person.id).where(Person.email == data_owner)) if data_owner else None
        kpi = Kpi(
            reference=reference,
            level="high_level" if isg else "root_cause",
            isg_id=await db.scalar(select(Isg.id).where(Isg.name == isg)) if isg else None,
            root_cause_id=None if isg else root_cause_id,
            position=0,
            recorded_at=RECORDED,
        )
        db.add(kpi)
        defined = {
            "name": f"Measure {reference}",
            "direction": "increase",
            "frequency": "Monthly",
            "unit": "%",
        }
        await redefine(db, kpi, defined | {"data_owner_id": owner} | definition, RECORDED)
        if target is not None:
            await set_target(db, kpi, Decimal(str(target)), RECORDED)
        for period, value in values.items():
            db.add(
                KpiObservation(
                    kpi_id=kpi.id, period=period, version=1, value=None if value is None else Decimal(str(value)),
                    note="The system was down" if value is None else None, recorded_at=RECORDED,
                )
            )  # fmt: skip
        await keep_standings(db, [kpi.id])
        return kpi.id
