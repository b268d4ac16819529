"""What the verdict on a closed root cause is worked out from, and what is kept of it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import ChartDecision
from services.shared.db import among
from services.shared.models import (
    Closing,
    Isg,
    Kpi,
    KpiDecision,
    KpiImpact,
    KpiObservation,
    KpiTarget,
    RootCause,
    StandingRow,
)

STANDING_CLOSING = and_(Closing.root_cause_id == RootCause.id, Closing.reopened_on.is_(None))
VALUES = and_(KpiObservation.superseded_at.is_(None), KpiObservation.value.is_not(None))


async def kpis_of_closed(db: AsyncSession, kpi_ids: Collection[int]) -> Sequence[Any]:
    """Of these KPIs those of a closed root cause: with its reference, the day of closing and the ISG's periods to embed."""
    rows = await db.execute(
        select(
            Kpi.id,
            Kpi.reference,
            Kpi.direction,
            Kpi.retired_on,
            RootCause.id.label("root_cause_id"),
            RootCause.reference.label("root_cause"),
            Closing.closed_on,
            Isg.periods_to_embed.label("periods"),
        )
        .join(RootCause, RootCause.id == Kpi.root_cause_id)
        .join(Closing, STANDING_CLOSING)
        .outerjoin(StandingRow, StandingRow.root_cause_id == RootCause.id)
        .outerjoin(Isg, Isg.id == StandingRow.isg_id)
        .where(among(Kpi.id, kpi_ids))
        .order_by(Kpi.id)
    )
    return rows.all()


async def kpis_of(db: AsyncSession, root_causes: Collection[str]) -> list[int]:
    """The KPIs of these root causes, by reference."""
    rows = await db.scalars(
        select(Kpi.id)
        .join(RootCause, RootCause.id == Kpi.root_cause_id)
        .where(RootCause.reference.in_(root_causes))
        .order_by(Kpi.id)
    )
    return list(rows)


async def values_of(db: AsyncSession, kpi_ids: Collection[int]) -> defaultdict[int, list[KpiObservation]]:
    """The values that stand, by KPI and period; what is missing is none."""
    rows = await db.scalars(
        select(KpiObservation)
        .where(among(KpiObservation.kpi_id, kpi_ids), VALUES)
        .order_by(KpiObservation.kpi_id, KpiObservation.period)
    )
    grouped: defaultdict[int, list[KpiObservation]] = defaultdict(list)
    for row in rows:
        grouped[row.kpi_id].append(row)
    return grouped


async def targets_of(db: AsyncSession, kpi_ids: Collection[int]) -> defaultdict[int, list[KpiTarget]]:
    """The targets that stand, by KPI, the earliest first."""
    rows = await db.scalars(
        select(KpiTarget)
        .where(among(KpiTarget.kpi_id, kpi_ids), KpiTarget.superseded_at.is_(None))
        .order_by(KpiTarget.kpi_id, KpiTarget.holds_from.nulls_first())
    )
    grouped: defaultdict[int, list[KpiTarget]] = defaultdict(list)
    for row in rows:
        grouped[row.kpi_id].append(row)
    return grouped


async def decided_periods(
    db: AsyncSession, kpi_ids: Collection[int], kind: ChartDecision
) -> defaultdict[int, set[date]]:
    """The periods of what was decided on these charts and not undone, by KPI."""
    rows = await db.execute(
        select(KpiDecision.kpi_id, KpiDecision.period).where(
            among(KpiDecision.kpi_id, kpi_ids), KpiDecision.kind == kind, KpiDecision.undone_on.is_(None)
        )
    )
    grouped: defaultdict[int, set[date]] = defaultdict(set)
    for kpi_id, period in rows:
        grouped[kpi_id].add(period)
    return grouped


async def kept_impacts(db: AsyncSession, kpi_ids: Collection[int]) -> dict[int, KpiImpact]:
    """What is kept of these KPIs, locked, so that two who work it out do so one after the other."""
    rows = await db.scalars(
        select(KpiImpact).where(among(KpiImpact.kpi_id, kpi_ids)).order_by(KpiImpact.kpi_id).with_for_update()
    )
    return {row.kpi_id: row for row in rows}


async def closed_root_cause(db: AsyncSession, reference: str) -> Any:
    """Id, day of closing (None: open) and the ISG's periods to embed; None where there is no such root cause."""
    rows = await db.execute(
        select(RootCause.id, Closing.closed_on, Isg.periods_to_embed.label("periods"))
        .outerjoin(Closing, STANDING_CLOSING)
        .outerjoin(StandingRow, StandingRow.root_cause_id == RootCause.id)
        .outerjoin(Isg, Isg.id == StandingRow.isg_id)
        .where(RootCause.reference == reference)
    )
    return rows.one_or_none()


async def impacts_on(db: AsyncSession, root_cause_id: int, closed_on: date) -> Sequence[Any]:
    """What is kept of the KPIs in force of a closed root cause, each with its KPI and the averages before and since closing."""
    before = KpiObservation.period <= KpiImpact.closed_on
    averages = (
        select(
            KpiObservation.kpi_id,
            func.avg(KpiObservation.value).filter(before).label("mean_before"),
            func.count().filter(before).label("points_before"),
            func.avg(KpiObservation.value).filter(~before).label("mean_since"),
        )
        .join(KpiImpact, KpiImpact.kpi_id == KpiObservation.kpi_id)
        .where(KpiImpact.root_cause_id == root_cause_id, VALUES)
        .group_by(KpiObservation.kpi_id)
        .subquery()
    )
    rows = await db.execute(
        select(Kpi, KpiImpact, averages.c.mean_before, averages.c.points_before, averages.c.mean_since)
        .join(KpiImpact, KpiImpact.kpi_id == Kpi.id)
        .outerjoin(averages, averages.c.kpi_id == Kpi.id)
        .where(
            Kpi.root_cause_id == root_cause_id,
            Kpi.retired_on.is_(None),
            KpiImpact.root_cause_id == root_cause_id,
            KpiImpact.closed_on == closed_on,
        )
        .order_by(Kpi.position, Kpi.id)
    )
    return rows.all()
