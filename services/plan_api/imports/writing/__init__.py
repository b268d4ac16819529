"""Writes what a workbook adds and changes: in the order in which rows refer to one another, many rows a statement.

History is kept: what a draft replaces (a due date, an ISG, a class, a link) keeps its row, superseded or ended.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.plan_api.imports.writing.delivery import write_actions, write_closings, write_updates
from services.plan_api.imports.writing.kpis import send_kpis
from services.plan_api.imports.writing.people import write_isgs, write_people, write_roles
from services.plan_api.imports.writing.plan import write_findings, write_root_causes
from services.plan_api.workbook.changes import Changes, ExistingPlan
from services.plan_api.workbook.progress import Say, nobody


async def write(
    db: AsyncSession, changes: Changes, existing: ExistingPlan, now: datetime, say: Say = nobody
) -> None:
    """Writes everything, in this transaction."""
    steps: Sequence[tuple[str, Sequence[str], Callable[[], Awaitable[None]]]] = (
        ("ISGs", ("ISGs",), lambda: write_isgs(db, changes, now)),
        ("people", ("People", "ISGs"), lambda: write_people(db, changes, now)),
        ("findings", ("Findings",), lambda: write_findings(db, changes, now)),
        ("root causes", ("Root causes",), lambda: write_root_causes(db, changes, now)),
        ("roles", ("People", "ISGs"), lambda: write_roles(db, changes, existing, now)),
        ("actions", ("Actions",), lambda: write_actions(db, changes, now)),
        ("updates", ("Updates",), lambda: write_updates(db, changes, now)),
        ("closings", (), lambda: write_closings(db, changes, existing, now)),
        ("KPI data", ("KPIs", "KPI data"), lambda: send_kpis(db, changes)),
    )
    for what, sheets, step in steps:
        if rows := sum(len(changes[sheet].added) + len(changes[sheet].changed) for sheet in sheets):
            say(f"Writing {what}: {rows:,} rows")
        await step()
