"""Benchmarks of KPIs in the database."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.shared.models import KpiBenchmark, KpiBenchmarkValue, Person


async def benchmarks(db: AsyncSession, kpi_id: int) -> Sequence[Any]:
    """What a KPI is compared with now, by name, with who added it."""
    rows = await db.execute(
        select(KpiBenchmark, Person.name.label("added_by"))
        .outerjoin(Person, Person.id == KpiBenchmark.added_by)
        .where(KpiBenchmark.kpi_id == kpi_id, KpiBenchmark.ended_at.is_(None))
        .order_by(KpiBenchmark.name)
    )
    return rows.all()


async def benchmark(db: AsyncSession, kpi_id: int, benchmark_id: int) -> KpiBenchmark:
    """One of a KPI's benchmarks. Raises NotFound."""
    found = await db.scalar(
        select(KpiBenchmark).where(
            KpiBenchmark.id == benchmark_id, KpiBenchmark.kpi_id == kpi_id, KpiBenchmark.ended_at.is_(None)
        )
    )
    if found is None:
        raise NotFound(
            "There is no such benchmark of this KPI. Open the KPI to see what it is compared with."
        )
    return found


async def values(db: AsyncSession, benchmark_ids: Collection[int]) -> Sequence[KpiBenchmarkValue]:
    """The values of these benchmarks that are not superseded, by period."""
    rows = await db.scalars(
        select(KpiBenchmarkValue)
        .where(KpiBenchmarkValue.benchmark_id.in_(benchmark_ids), KpiBenchmarkValue.superseded_at.is_(None))
        .order_by(KpiBenchmarkValue.period)
    )
    return rows.all()
