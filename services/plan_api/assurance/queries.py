"""Assurance in the database."""

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import AssuranceStage
from services.shared.models import (
    Assurance,
    Closing,
    ClosingRequest,
    Evidence,
    EvidenceFile,
    Person,
    ProgressUpdate,
)


async def standing_assurances(
    db: AsyncSession, root_cause_id: int, stage: AssuranceStage | None = None
) -> list[Assurance]:
    """Those that have not ended: of the evidence, and of being embedded; or of one of both."""
    query = select(Assurance).where(Assurance.root_cause_id == root_cause_id, Assurance.ended_on.is_(None))
    if stage is not None:
        query = query.where(Assurance.stage == stage)
    return list(await db.scalars(query))


async def standing_closing(db: AsyncSession, root_cause_id: int) -> Closing | None:
    """The closing that has not been undone."""
    found: Closing | None = await db.scalar(
        select(Closing).where(Closing.root_cause_id == root_cause_id, Closing.reopened_on.is_(None))
    )
    return found


async def who_asked_for_closing(db: AsyncSession, root_cause_id: int) -> set[str]:
    """The email addresses of whoever has asked for it."""
    rows = await db.scalars(
        select(Person.email)
        .join(ClosingRequest, ClosingRequest.requested_by == Person.id)
        .where(ClosingRequest.root_cause_id == root_cause_id)
    )
    return set(rows)


async def has_evidence(db: AsyncSession, root_cause_id: int) -> bool:
    """Whether any is attached."""
    links = select(Evidence.id).where(Evidence.root_cause_id == root_cause_id).exists()
    files = select(EvidenceFile.id).where(
        EvidenceFile.root_cause_id == root_cause_id, EvidenceFile.removed_at.is_(None)
    )
    return bool(await db.scalar(select(or_(links, files.exists()))))


async def newest_update(db: AsyncSession, root_cause_id: int) -> int | None:
    """The version of the update that is signed for."""
    found: int | None = await db.scalar(
        select(ProgressUpdate.id)
        .where(ProgressUpdate.root_cause_id == root_cause_id)
        .order_by(ProgressUpdate.id.desc())
        .limit(1)
    )
    return found
