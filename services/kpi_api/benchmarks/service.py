"""Benchmarks: how peers or the country do in the same measure, a series of its own beside the KPI's."""

from collections import Counter, defaultdict

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.measures import check_benchmark, check_benchmark_values
from services.kpi_api.benchmarks import queries
from services.kpi_api.benchmarks.schemas import (
    BenchmarkShown,
    BenchmarkValuesGiven,
    BenchmarkValueShown,
    BenchmarkWish,
    ValuesKept,
)
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.models import Kpi, KpiBenchmark, KpiBenchmarkValue


async def benchmarks_of(db: AsyncSession, kpi_id: int) -> list[BenchmarkShown]:
    """What a KPI is compared with, each with its values by period."""
    rows = await queries.benchmarks(db, kpi_id)
    values = defaultdict(list)
    for each in await queries.values(db, [row.KpiBenchmark.id for row in rows]):
        values[each.benchmark_id].append(BenchmarkValueShown(period=each.period, value=each.value))
    return [
        BenchmarkShown(
            id=row.KpiBenchmark.id, name=row.KpiBenchmark.name, kind=row.KpiBenchmark.kind, source=row.KpiBenchmark.source,
            added_by=row.added_by, values=values[row.KpiBenchmark.id],
        )
        for row in rows
    ]  # fmt: skip


async def add(db: AsyncSession, caller: Caller, kpi: Kpi, wish: BenchmarkWish) -> int:
    """Compares the KPI with somebody more; the benchmark's row."""
    check_benchmark(wish.name, [row.KpiBenchmark.name for row in await queries.benchmarks(db, kpi.id)])
    added = KpiBenchmark(
        kpi_id=kpi.id, name=str(wish.name).strip(), kind=wish.kind, source=(wish.source or "").strip() or None,
        added_by=caller.id, recorded_at=await business_now(db),
    )  # fmt: skip
    db.add(added)
    kpi.version += 1
    await db.flush()
    return added.id


async def give_values(
    db: AsyncSession, caller: Caller, kpi: Kpi, benchmark_id: int, given: BenchmarkValuesGiven
) -> ValuesKept:
    """Keeps values, all or none; the same again changes nothing, another one for a period supersedes the one before."""
    found = await queries.benchmark(db, kpi.id, benchmark_id)
    check_benchmark_values(
        [(each.period, each.value) for each in given.values], await business_today(db), kpi.unit,
        part_of_whole=kpi.part_of_whole,
    )  # fmt: skip
    current = {each.period: each for each in await queries.values(db, [found.id])}
    now, kept = await business_now(db), Counter[str]()
    for each in given.values:
        held = current.get(each.period)
        if held is not None and held.value == each.value:
            kept["unchanged"] += 1
            continue
        if held is not None:
            held.superseded_at = now
        kept["revised" if held else "accepted"] += 1
    await db.flush()
    for each in given.values:
        held = current.get(each.period)
        if held is None or held.value != each.value:
            db.add(
                KpiBenchmarkValue(
                    benchmark_id=found.id,
                    period=each.period,
                    value=each.value,
                    given_by=caller.id,
                    recorded_at=now,
                )
            )
    if kept["accepted"] or kept["revised"]:
        kpi.version += 1
    await db.flush()
    return ValuesKept(accepted=kept["accepted"], revised=kept["revised"], unchanged=kept["unchanged"])


async def end(db: AsyncSession, kpi: Kpi, benchmark_id: int) -> None:
    """Compares with it no more; its values stay in the trail."""
    found = await queries.benchmark(db, kpi.id, benchmark_id)
    found.ended_at = await business_now(db)
    kpi.version += 1
    await db.flush()
