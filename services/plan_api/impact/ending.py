"""What reopening needs to know of reviews: they end with the closing that they are about."""

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import ReminderKind, ReviewEnd, StopReason
from services.plan_api.reminders.queries import stop_at_once
from services.shared.clock import business_now
from services.shared.db import lock
from services.shared.models import ImpactReview
from services.shared.outbox import enqueue

LOCK: Final = "reviews of impact"
DUE_DOOR: Final = "/v1/impacts/due"


async def one_at_a_time(db: AsyncSession) -> None:
    """Asking, deciding and reopening wait for each other, before they lock any root cause."""
    await lock(db, LOCK)


async def end_review(db: AsyncSession, review: ImpactReview, because: ReviewEnd, day: date) -> None:
    """The ISG is asked no longer, and nobody is reminded of it."""
    now = await business_now(db)
    review.ended_on, review.ended_because, review.ended_recorded_at = day, because, now
    review.version += 1
    await db.flush()
    kinds = {ReminderKind.IMPACT_TO_REVIEW}
    await stop_at_once(db, review.root_cause_id, kinds, StopReason.NOT_NEEDED, day, now)


async def end_because_reopened(db: AsyncSession, root_cause_id: int, day: date) -> None:
    """Where the ISG has been asked about this root cause."""
    review = await db.scalar(
        select(ImpactReview).where(
            ImpactReview.root_cause_id == root_cause_id, ImpactReview.ended_on.is_(None)
        )
    )
    if review is not None:
        await end_review(db, review, ReviewEnd.REOPENED, day)


async def tell_the_kpi_service(db: AsyncSession, root_causes: list[str]) -> None:
    """These were closed or reopened: what their KPIs say of that is worked out once this has committed."""
    if root_causes:
        await enqueue(db, "plan", "kpi", DUE_DOOR, {"root_causes": root_causes})
