"""Writes what a workbook adds and changes: in the order in which rows refer to one another, many rows a statement.

History is kept: what a draft replaces (a due date, an ISG, a class, a link) keeps its row, superseded or ended.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.plan_api.imports.writing.delivery import write_actions, write_closings, write_updates
from services.plan_api.imports.writing.kpis import send_kpis
from services.plan_api.imports.writing.people import write_isgs, write_people, write_roles
from services.plan_api.imports.writing.plan import write_findings, write_root_causes
from services.plan_api.workbook.changes import Changes, ExistingPlan


async def write(db: AsyncSession, changes: Changes, existing: ExistingPlan, now: datetime) -> None:
    """Writes everything, in this transaction."""
    await write_people(db, changes, now)
    await write_isgs(db, changes, now)
    await write_findings(db, changes, now)
    await write_root_causes(db, changes, now)
    await write_roles(db, changes, existing, now)
    await write_actions(db, changes, now)
    await write_updates(db, changes, now)
    await write_closings(db, changes, existing, now)
    await send_kpis(db, changes)
