"""Calendar addresses in the database, and whose days stand in a calendar."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.escalation import STATES_BEFORE_DECIDED
from services.domain.words import EscalationState, Role
from services.shared.models import (
    Baseline,
    CalendarAddress,
    Deputy,
    Escalation,
    EscalationStep,
    Isg,
    Person,
    RoleGrant,
    RootCause,
)


async def address_of(db: AsyncSession, person_id: int) -> CalendarAddress | None:
    """The address that holds."""
    found: CalendarAddress | None = await db.scalar(
        select(CalendarAddress).where(
            CalendarAddress.person_id == person_id, CalendarAddress.ended_at.is_(None)
        )
    )
    return found


async def end_address(db: AsyncSession, person_id: int, now: datetime) -> bool:
    """Ends it; whether there was one."""
    ended = await db.execute(
        update(CalendarAddress)
        .where(CalendarAddress.person_id == person_id, CalendarAddress.ended_at.is_(None))
        .values(ended_at=now)
        .returning(CalendarAddress.id)
    )
    return bool(ended.all())


async def person_at(db: AsyncSession, secret_digest: str) -> int | None:
    """Whose address it is: of those who have not left, and while it holds."""
    found: int | None = await db.scalar(
        select(CalendarAddress.person_id)
        .join(Person, Person.id == CalendarAddress.person_id)
        .where(
            CalendarAddress.secret_digest == secret_digest, CalendarAddress.ended_at.is_(None),
            Person.deactivated_at.is_(None),
        )
    )  # fmt: skip
    return found


async def roles_of(db: AsyncSession, person_id: int) -> list[tuple[Role, str | None]]:
    """The roles that somebody holds, each with its ISG."""
    rows = await db.execute(
        select(RoleGrant.role, Isg.name)
        .outerjoin(Isg, Isg.id == RoleGrant.isg_id)
        .where(RoleGrant.person_id == person_id, RoleGrant.ended_at.is_(None))
    )
    return [(Role(role), isg) for role, isg in rows]


async def reported_by(db: AsyncSession, person_id: int) -> list[int]:
    """The root causes that somebody owns or reports on for their owner."""
    owners = select(Deputy.owner_id).where(Deputy.deputy_id == person_id, Deputy.ended_at.is_(None))
    rows = await db.scalars(
        select(RootCause.id).where((RootCause.owner_id == person_id) | RootCause.owner_id.in_(owners))
    )
    return list(rows)


async def due_dates_revised(db: AsyncSession, ids: Collection[int]) -> dict[int, datetime]:
    """When the due date of each was last set."""
    rows = await db.execute(
        select(Baseline.root_cause_id, func.max(Baseline.recorded_at))
        .where(Baseline.root_cause_id.in_(ids))
        .group_by(Baseline.root_cause_id)
    )
    return {row_id: recorded_at for row_id, recorded_at in rows}  # noqa: C416 - rows are no pairs to mypy


async def isgs_recorded(db: AsyncSession) -> dict[str, datetime]:
    """When each ISG, and so its calendar, was entered."""
    rows = await db.execute(select(Isg.name, Isg.recorded_at))
    return {name: recorded_at for name, recorded_at in rows}  # noqa: C416


async def ecib_agendas(db: AsyncSession, since: date) -> Sequence[Any]:
    """Each day that has escalations on its agenda: how many, and when one was last put there."""
    rows = await db.execute(
        select(
            Escalation.agenda_for.label("day"), func.count(Escalation.id.distinct()).label("items"),
            func.max(EscalationStep.recorded_at).label("revised_at"),
        )
        .join(EscalationStep, EscalationStep.escalation_id == Escalation.id)
        .where(
            Escalation.agenda_for >= since, Escalation.state.in_(STATES_BEFORE_DECIDED),
            EscalationStep.state == EscalationState.ON_AGENDA,
        )
        .group_by(Escalation.agenda_for)
        .order_by(Escalation.agenda_for)
    )  # fmt: skip
    return rows.all()
