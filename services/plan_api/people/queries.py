"""Who reports, in the database."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import Role
from services.shared.models import Deputy, RoleGrant, RootCause


async def end_role_of_those_who_report_on_nothing(
    db: AsyncSession, people: Collection[int], now: datetime
) -> None:
    """A deputyship lets a person into the plan; when they neither own nor deputise any more, it lets them out again."""
    owns = select(RootCause.id).where(RootCause.owner_id == RoleGrant.person_id).exists()
    deputises = (
        select(Deputy.id).where(Deputy.deputy_id == RoleGrant.person_id, Deputy.ended_at.is_(None)).exists()
    )
    await db.execute(
        update(RoleGrant)
        .where(
            RoleGrant.person_id.in_(people),
            RoleGrant.role == Role.ROOT_CAUSE_OWNER,
            RoleGrant.ended_at.is_(None),
            ~or_(owns, deputises),
        )
        .values(ended_at=now)
    )
