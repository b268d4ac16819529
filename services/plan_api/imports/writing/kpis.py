"""KPI rows belong to the KPI service: they are sent to it once the import has committed."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.plan_api.imports.queries import KPI_DOOR, payload_of
from services.plan_api.imports.writing.rows import after
from services.plan_api.workbook.changes import Changes
from services.plan_api.workbook.rows import KpiDataRow, KpiRow
from services.shared.outbox import enqueue

KPIS_A_MESSAGE, VALUES_A_MESSAGE = 100, 5_000
"""How many rows are sent at once: well under what a request may hold."""


async def send_kpis(db: AsyncSession, changes: Changes) -> None:
    """Definitions first, then values: messages arrive in their order."""
    kpis, values = after(changes, KpiRow), after(changes, KpiDataRow)
    for first in range(0, len(kpis), KPIS_A_MESSAGE):
        await _send(db, kpis[first : first + KPIS_A_MESSAGE], ())
    for first in range(0, len(values), VALUES_A_MESSAGE):
        await _send(db, (), values[first : first + VALUES_A_MESSAGE])


async def _send(db: AsyncSession, kpis: Sequence[KpiRow], values: Sequence[KpiDataRow]) -> None:
    payload = {"kpis": [payload_of(row) for row in kpis], "observations": [payload_of(row) for row in values]}
    await enqueue(db, "plan", "kpi", KPI_DOOR, payload)
