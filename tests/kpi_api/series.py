"""Series that show what a chart can say, each with a value for every month up to April 2019."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.conftest import TestDatabase
from tests.kpi_api.measures import plant_kpi

STEADY = (80, 82, 79, 81, 80, 83, 78, 80, 82, 79, 81, 80, 82, 79, 81)
"""Common cause, between some 73 and 88."""
WORSE = (*STEADY[:-1], 60)
"""The last value lies far below what is usual: a concern, where an increase is better."""
BETTER = (*STEADY[:-1], 99)


def months(count: int) -> list[date]:
    """The first days of so many months up to April 2019."""
    numbers = range(2019 * 12 + 4 - count, 2019 * 12 + 4)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


async def plant_series(
    database: TestDatabase, reference: str, values: Sequence[float | None] = STEADY, **kpi: Any
) -> int:
    """A KPI with these values; its id."""
    given = dict(zip(months(len(values)), values, strict=True))
    return await plant_kpi(database, reference, given, **kpi)
