"""Evidence in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.shared.models import Evidence, EvidenceFile, Person, ProgressUpdate, RootCause


async def files_of(db: AsyncSession, root_cause_id: int, only: int | None = None) -> Sequence[Any]:
    """Its files, newest first, each with who attached it and the cycle of its update."""
    query = (
        select(EvidenceFile, Person.name, ProgressUpdate.cycle_number)
        .join(Person, Person.id == EvidenceFile.added_by)
        .outerjoin(ProgressUpdate, ProgressUpdate.id == EvidenceFile.progress_update_id)
        .where(EvidenceFile.root_cause_id == root_cause_id)
        .order_by(EvidenceFile.id.desc())
    )
    if only is not None:
        query = query.where(EvidenceFile.id == only)
    return (await db.execute(query)).all()


async def links_of(db: AsyncSession, root_cause_id: int) -> Sequence[Any]:
    """Its links, newest first."""
    query = (
        select(Evidence, Person.name, ProgressUpdate.cycle_number)
        .join(Person, Person.id == Evidence.added_by)
        .join(ProgressUpdate, ProgressUpdate.id == Evidence.progress_update_id)
        .where(Evidence.root_cause_id == root_cause_id)
        .order_by(Evidence.id.desc())
    )
    return (await db.execute(query)).all()


async def with_content(db: AsyncSession, digest: str) -> Sequence[EvidenceFile]:
    """Every file with this content, wherever it is attached."""
    return (
        await db.scalars(select(EvidenceFile).where(EvidenceFile.digest == digest).order_by(EvidenceFile.id))
    ).all()


async def digests(db: AsyncSession) -> set[str]:
    """Of everything that is attached."""
    attached = select(EvidenceFile.digest).where(EvidenceFile.removed_at.is_(None))
    return set(await db.scalars(attached.distinct()))


async def one(db: AsyncSession, number: int) -> tuple[EvidenceFile, str]:
    """A file and the reference of its root cause. Raises NotFound."""
    row = (
        await db.execute(
            select(EvidenceFile, RootCause.reference)
            .join(RootCause, RootCause.id == EvidenceFile.root_cause_id)
            .where(EvidenceFile.id == number)
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such file of evidence. Open the root cause to find its evidence.")
    return row[0], row[1]
