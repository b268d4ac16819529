"""Closure requests in the database."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.closing import ClosureRequest
from services.domain.words import Role
from services.shared.models import ClosingRequest, Isg, Person, RoleGrant
from services.shared.register import Standing


async def open_request_row(db: AsyncSession, root_cause_id: int) -> ClosingRequest | None:
    """The undecided request of a root cause."""
    request: ClosingRequest | None = await db.scalar(
        select(ClosingRequest).where(
            ClosingRequest.root_cause_id == root_cause_id,
            ClosingRequest.decided_on.is_(None),
            ClosingRequest.superseded_at.is_(None),
        )
    )
    return request


async def open_request_rows(db: AsyncSession) -> list[ClosingRequest]:
    """Every undecided request."""
    rows = await db.scalars(
        select(ClosingRequest)
        .where(ClosingRequest.decided_on.is_(None), ClosingRequest.superseded_at.is_(None))
        .order_by(ClosingRequest.id)
    )
    return list(rows)


async def open_closure_request(
    db: AsyncSession, root_cause_id: int, standing: Standing
) -> ClosureRequest | None:
    """The undecided request, as the rules of closing need it."""
    row = await open_request_row(db, root_cause_id)
    if row is None:
        return None
    return await closure_request_of(db, row, standing)


async def closure_request_of(db: AsyncSession, row: ClosingRequest, standing: Standing) -> ClosureRequest:
    """A request's row, as the rules of closing need it."""
    requested_by = await db.scalar(select(Person.email).where(Person.id == row.requested_by))
    return ClosureRequest(
        standing.isg,
        standing.owner_email,
        str(requested_by),
        row.requested_on,
        await chairs_of(db, standing.isg),
    )


async def chairs_of(db: AsyncSession, isg: str) -> frozenset[str]:
    """The emails of those who chair an ISG now."""
    rows = await db.scalars(
        select(Person.email)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Isg, Isg.id == RoleGrant.isg_id)
        .where(
            Isg.name == isg,
            RoleGrant.role == Role.ISG_CHAIR,
            RoleGrant.ended_at.is_(None),
            Person.deactivated_at.is_(None),
        )
    )
    return frozenset(rows)
