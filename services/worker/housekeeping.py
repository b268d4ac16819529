"""What may be forgotten: answers kept under idempotency keys once nobody can ask again, which transactions changed what, and
what imports came to."""

from datetime import timedelta

from sqlalchemy import String, cast, delete, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.clock import real_now
from services.shared.models import ApiClientUse, ChangedBy, IdempotencyKey, ImportRun, OutboxRow

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


async def forget_old_client_uses(db: AsyncSession) -> None:
    """In which hours a partner's client was used, but for the last one of each."""
    last = select(func.max(ApiClientUse.id)).group_by(ApiClientUse.client_id)
    await db.execute(
        delete(ApiClientUse).where(
            ApiClientUse.hour < real_now() - CHANGES_KEPT_FOR, ApiClientUse.id.not_in(last)
        )
    )
