"""Importing into and exporting from a test's database, as the plan service's login does."""

from datetime import date

from sqlalchemy import func, literal, select, union_all

from services.plan_api.imports.queries import KPI_DOOR
from services.plan_api.imports.service import ImportResult, export_workbook, import_workbook
from services.shared.models import AuditEntry, Base, OutboxRow
from tests.conftest import TestDatabase
from tests.plan_api.workbook.workbooks import TODAY, Cells, written


async def imported(
    database: TestDatabase, cells: Cells | bytes, *, check: bool = False, approve_as_at: date | None = None
) -> ImportResult:
    """Imports cells or a file, which must be right."""
    data = cells if isinstance(cells, bytes) else written(cells)
    async with database.plan.transaction() as db:
        result = await import_workbook(
            db, None, data, check_only=check, approve_as_at=approve_as_at, today=TODAY
        )
    assert result.problems == ()
    return result


async def exported(database: TestDatabase) -> bytes:
    """The stored plan as a file."""
    async with database.plan.transaction() as db:
        return await export_workbook(db)


async def audit_entries(database: TestDatabase) -> int:
    """How many changes the audit trail holds."""
    async with database.owner.transaction() as db:
        return await db.scalar(select(func.count()).select_from(AuditEntry)) or 0


async def row_counts(database: TestDatabase) -> dict[str, int]:
    """How many rows each table holds, the audit trail's among them."""
    counts = union_all(
        *(
            select(literal(table.name), func.count()).select_from(table)
            for table in Base.metadata.sorted_tables
        )
    )
    async with database.owner.transaction() as db:
        return dict(iter(await db.execute(counts)))


async def waiting_for_the_kpi_service(database: TestDatabase) -> list[OutboxRow]:
    """The KPI rows that the outbox holds for it, in their order."""
    async with database.worker.transaction() as db:
        return list(
            await db.scalars(select(OutboxRow).where(OutboxRow.path == KPI_DOOR).order_by(OutboxRow.id))
        )
