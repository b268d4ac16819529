"""A KPI for each root cause, a handful of high-level ones for each ISG, and thirteen months of values of the latter."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from random import Random

from services.cli.demo.library import HighLevelKpi, high_level_kpis
from services.cli.demo.unpacking import UnpackedRootCause
from services.domain.words import KpiLevel
from services.plan_api.workbook.rows import KpiDataRow, KpiRow

FIRST_YEAR, FIRST_MONTH, MONTHS = 2018, 4, 13
DENOMINATOR = 400


def root_cause_kpis(root_causes: Sequence[UnpackedRootCause]) -> tuple[KpiRow, ...]:
    """RC-001 has K-001."""
    return tuple(
        KpiRow(
            reference=root_cause.reference.replace("RC", "K"),
            name=root_cause.topic.kpi,
            level=KpiLevel.ROOT_CAUSE,
            direction=root_cause.topic.direction,
            isg=root_cause.topic.isg,
            root_cause=root_cause.reference,
            cqc_domain=root_cause.topic.domains[0],
            unit=root_cause.topic.unit,
            target=root_cause.topic.target,
            frequency="Monthly",
            source="Audit by the service",
        )
        for root_cause in root_causes
    )


def high_level(random: Random) -> tuple[tuple[KpiRow, ...], tuple[KpiDataRow, ...]]:
    """H-01 and on, with a value for each month from April 2018 to April 2019."""
    numbers = count(1)
    kpis = [(f"H-{next(numbers):02}", kpi) for kpi in high_level_kpis()]
    rows = tuple(
        KpiRow(
            reference=reference,
            name=kpi.name,
            level=KpiLevel.HIGH_LEVEL,
            direction=kpi.direction,
            isg=kpi.isg,
            cqc_domain=kpi.domain,
            unit=kpi.unit,
            target=kpi.target,
            frequency="Monthly",
            source="Integrated performance report",
        )
        for reference, kpi in kpis
    )
    return rows, tuple(row for reference, kpi in kpis for row in _values(reference, kpi, random))


def _values(reference: str, kpi: HighLevelKpi, random: Random) -> Iterator[KpiDataRow]:
    """From its first value to its last in a straight line, with a little noise; a rate with its two numbers."""
    for month in range(MONTHS):
        trend = kpi.start + (kpi.now - kpi.start) * month / (MONTHS - 1)
        noisy = trend * Decimal(str(round(1 + random.uniform(-0.02, 0.02), 4)))
        period = date(FIRST_YEAR + (FIRST_MONTH - 1 + month) // 12, (FIRST_MONTH - 1 + month) % 12 + 1, 1)
        if kpi.unit != "%":
            yield KpiDataRow(reference, period, Decimal(round(noisy)))
            continue
        numerator = min(DENOMINATOR, round(noisy * DENOMINATOR / 100))
        yield KpiDataRow(
            reference,
            period,
            Decimal(numerator) * 100 / DENOMINATOR,
            Decimal(numerator),
            Decimal(DENOMINATOR),
        )
