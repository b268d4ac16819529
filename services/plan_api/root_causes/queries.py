"""Root causes in the database."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.shared.models import Action, Person, ProgressUpdate, RecoveryPlan, RootCause


async def root_cause_id(db: AsyncSession, reference: str) -> int:
    """The row of a reference. Raises NotFound."""
    found = await db.scalar(select(RootCause.id).where(RootCause.reference == reference))
    if found is None:
        raise NotFound(f"There is no root cause {reference}. Check the reference, or search for its title.")
    return found


async def locked_root_cause(db: AsyncSession, reference: str) -> RootCause:
    """The root cause, locked until this transaction ends: what depends on its state is decided one at a time."""
    found = await db.scalar(select(RootCause).where(RootCause.reference == reference).with_for_update())
    if found is None:
        raise NotFound(f"There is no root cause {reference}. Check the reference, or search for its title.")
    return found


async def actions_of(db: AsyncSession, root_cause: int) -> list[Any]:
    """Its actions with their owners, in the order of the workbook."""
    query = (
        select(
            Action.reference, Action.description, Action.due_date, Action.completed_on, Action.withdrawn_on,
            Action.withdrawn_reason, Person.name.label("owner_name"),
        )
        .outerjoin(Person, Person.id == Action.owner_id)
        .where(Action.root_cause_id == root_cause)
        .order_by(Action.position, Action.id)
    )  # fmt: skip
    return list(await db.execute(query))


async def name_of(db: AsyncSession, email: str) -> str:
    """What a person of the register is called."""
    return (await db.scalars(select(Person.name).where(Person.email == email))).one()


async def recovery_date(db: AsyncSession, recovery_plan: int | None) -> date | None:
    """By when a recovery plan gets its root cause back on track; None without a plan."""
    found: date | None = await db.scalar(
        select(RecoveryPlan.recovery_date).where(RecoveryPlan.id == recovery_plan)
    )
    return found


async def count_of_unreleased(db: AsyncSession, row_id: int) -> int:
    """How many of its updates wait for the ISG's meeting before partners and readers see them."""
    waiting = select(func.count()).where(
        ProgressUpdate.root_cause_id == row_id, ProgressUpdate.released_at.is_(None)
    )
    return await db.scalar(waiting) or 0
