"""KPIs for tests, with values and what follows from them by the rules."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.spc import Observation, xmr
from services.domain.spc_reading import reading, since
from services.domain.words import Direction
from services.kpi_api.definitions.writing import redefine, set_target
from services.shared.models import Isg, Kpi, KpiObservation, KpiStanding, RootCause

RECORDED = datetime(2019, 3, 1, 9, tzinfo=UTC)
STEADY = (80, 82, 79, 81, 80, 83, 78, 80, 82, 79, 81, 80, 82, 79, 81)
"""Common cause between some 73 and 88."""
WORSE = (*STEADY[:-1], 60)
"""The last value lies far below what is usual: a concern, where an increase is better."""
BETTER = (*STEADY[:-1], 99)


def months(count: int, last: date = date(2019, 4, 1)) -> list[date]:
    """The first days of so many months, up to the last."""
    numbers = range(last.year * 12 + last.month - count, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


async def plant_kpi(
    db: AsyncSession, reference: str, values: Sequence[float | None] = STEADY, *, isg: str | None = None,
    root_cause: str | None = None, target: float | None = None, **definition: Any,
) -> Kpi:  # fmt: skip
    """A KPI with a value for each month up to April 2019, and its standing."""
    kpi = Kpi(
        reference=reference, level="root_cause" if root_cause else "high_level", recorded_at=RECORDED,
        isg_id=await db.scalar(select(Isg.id).where(Isg.name == isg)) if isg else None,
        root_cause_id=await db.scalar(select(RootCause.id).where(RootCause.reference == root_cause)) if root_cause else None,
        position=await db.scalar(select(func.count()).select_from(Kpi)),
    )  # fmt: skip
    db.add(kpi)
    said = {"name": f"Measure {reference}", "direction": "increase", "unit": "%", "frequency": "Monthly"}
    await redefine(db, kpi, said | definition, RECORDED)
    if target is not None:
        await set_target(db, kpi, Decimal(str(target)), RECORDED)
    for period, value in zip(months(len(values)), values, strict=True):
        given = None if value is None else Decimal(str(value))
        db.add(KpiObservation(kpi_id=kpi.id, period=period, version=1, value=given, recorded_at=RECORDED))
    await keep_standing(db, kpi, values, target)
    return kpi


async def keep_standing(
    db: AsyncSession, kpi: Kpi, values: Sequence[float | None], target: float | None = None
) -> None:
    """The row that the KPI service keeps."""
    given = [Observation(period, value) for period, value in zip(months(len(values)), values, strict=True)]
    result = xmr(given, improvement_direction=Direction(kpi.direction), target=target)
    points = [
        {
            "period": each.period.isoformat(), "value": each.value, "ghosted": each.ghosted, "group": each.group,
            "mean": each.mean,
            "lower_limit": each.lower_limit, "upper_limit": each.upper_limit, "lower_near_limit": each.lower_near_limit,
            "upper_near_limit": each.upper_near_limit, "special_cause": each.special_cause, "direction": each.direction,
            "verdict": each.verdict, "state": "final",
        }
        for each in result.points
    ]  # fmt: skip
    last = result.points[-1] if points else None
    db.add(
        KpiStanding(
            kpi_id=kpi.id, rule_set="mdc", points=len(points), latest_period=last and last.period,
            latest_value=last and Decimal(str(last.value)), latest_state=last and "final",
            target=None if target is None else Decimal(str(target)), variation=result.variation,
            direction=last and last.direction, assurance=result.assurance,
            since=since(result) if last and last.direction else None,
            reading=reading(result), recent=points[-24:],
            result={"points": points, "notes": list(result.notes), "missing": []}, revision=1, worked_out_at=RECORDED,
        )
    )  # fmt: skip
    await db.flush()
