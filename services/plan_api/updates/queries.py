"""Updates, recovery plans, evidence and drafts in the database."""

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.shared.models import (
    Action,
    ClosingRequest,
    Evidence,
    EvidenceFile,
    Person,
    ProgressUpdate,
    RecoveryPlan,
    RootCause,
    UpdateDraft,
)


async def newest_version(db: AsyncSession, root_cause_id: int, cycle: int) -> int:
    """How many versions of a cycle's update there are: 0 when nothing has been said yet."""
    version = await db.scalar(
        select(func.max(ProgressUpdate.version)).where(
            ProgressUpdate.root_cause_id == root_cause_id, ProgressUpdate.cycle_number == cycle
        )
    )
    return version or 0


async def newest_plan_version(db: AsyncSession, root_cause_id: int) -> int:
    """How many versions of its recovery plan there are."""
    version = await db.scalar(
        select(func.max(RecoveryPlan.version)).where(RecoveryPlan.root_cause_id == root_cause_id)
    )
    return version or 0


async def latest_update(db: AsyncSession, root_cause_id: int) -> ProgressUpdate | None:
    """What was said last."""
    found: ProgressUpdate | None = await db.scalar(
        select(ProgressUpdate)
        .where(ProgressUpdate.root_cause_id == root_cause_id)
        .order_by(
            ProgressUpdate.reported_on.desc(),
            ProgressUpdate.cycle_number.desc(),
            ProgressUpdate.version.desc(),
        )
        .limit(1)
    )
    return found


async def open_actions(db: AsyncSession, root_cause_id: int) -> list[Action]:
    """Actions neither done nor withdrawn, in the order of the workbook."""
    rows = await db.scalars(
        select(Action)
        .where(
            Action.root_cause_id == root_cause_id,
            Action.completed_on.is_(None),
            Action.withdrawn_on.is_(None),
        )
        .order_by(Action.position, Action.id)
    )
    return list(rows)


async def has_evidence(db: AsyncSession, root_cause_id: int) -> bool:
    """Whether any evidence has been attached to it."""
    links = select(Evidence.id).where(Evidence.root_cause_id == root_cause_id).exists()
    files = select(EvidenceFile.id).where(
        EvidenceFile.root_cause_id == root_cause_id, EvidenceFile.removed_at.is_(None)
    )
    return bool(await db.scalar(select(or_(links, files.exists()))))


async def carry_files(db: AsyncSession, root_cause_id: int, update_id: int) -> None:
    """The files attached since the last update go with this one."""
    await db.execute(
        update(EvidenceFile)
        .where(EvidenceFile.root_cause_id == root_cause_id, EvidenceFile.progress_update_id.is_(None))
        .values(progress_update_id=update_id)
    )


async def last_sent_back_reason(db: AsyncSession, root_cause_id: int) -> str | None:
    """Why the latest closure request was sent back, unless it has been asked again since."""
    latest = await db.scalar(
        select(ClosingRequest)
        .where(ClosingRequest.root_cause_id == root_cause_id)
        .order_by(ClosingRequest.id.desc())
        .limit(1)
    )
    return latest.reason if latest is not None and latest.decision == "send_back" else None


async def person_by_email(db: AsyncSession, email: str) -> Person | None:
    """An active person."""
    found: Person | None = await db.scalar(
        select(Person).where(Person.email == email.strip().lower(), Person.deactivated_at.is_(None))
    )
    return found


async def draft_of(db: AsyncSession, person_id: int, root_cause_id: int) -> UpdateDraft | None:
    """What the person has typed and not sent."""
    found: UpdateDraft | None = await db.scalar(
        select(UpdateDraft).where(
            UpdateDraft.person_id == person_id, UpdateDraft.root_cause_id == root_cause_id
        )
    )
    return found


async def locked_action(db: AsyncSession, reference: str) -> tuple[Action, str]:
    """An action, locked, with its root cause's reference. Raises NotFound."""
    row = (
        await db.execute(
            select(Action, RootCause.reference)
            .join(RootCause, RootCause.id == Action.root_cause_id)
            .where(Action.reference == reference)
            .with_for_update(of=Action)
        )
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no action {reference}. Open the root cause to find it.")
    return row[0], row[1]
