"""What may be forgotten: answers kept under idempotency keys once nobody can ask again, which transactions changed what, and
what imports came to."""

from datetime import timedelta

from sqlalchemy import String, cast, delete, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.clock import real_now
from services.shared.models import ChangedBy, IdempotencyKey, ImportRun, OutboxRow

KEPT_FOR = timedelta(days=30)
CHANGES_KEPT_FOR = timedelta(days=2)
"""No process keeps an answer for so long: none asks what has changed since earlier."""
RUNS_KEPT_FOR = timedelta(days=7)


async def forget_old_idempotency_keys(db: AsyncSession) -> None:
    """Thirty days after the answer; never that of a row that may be sent again because it is not marked delivered."""
    may_be_sent_again = select(literal("outbox-") + cast(OutboxRow.id, String)).where(
        OutboxRow.delivered_at.is_(None)
    )
    await db.execute(
        delete(IdempotencyKey).where(
            IdempotencyKey.created_at < real_now() - KEPT_FOR, IdempotencyKey.key.not_in(may_be_sent_again)
        )
    )


async def forget_old_import_runs(db: AsyncSession) -> None:
    """A week after the last word of each: what it wrote is in the plan and the trail, what it refused is mended by then."""
    await db.execute(delete(ImportRun).where(ImportRun.said_at < real_now() - RUNS_KEPT_FOR))


async def forget_old_changes(db: AsyncSession) -> None:
    """Which transactions changed anything, two days afterwards."""
    await db.execute(delete(ChangedBy).where(ChangedBy.at < real_now() - CHANGES_KEPT_FOR))
