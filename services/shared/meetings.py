"""When Improvement Steering Groups have met."""

from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.facts import calendar_of_row
from services.shared.models import Cycle, Isg


async def last_meeting(db: AsyncSession, isg: Isg, today: date) -> tuple[date | None, bool]:
    """The day on which the ISG met last, and whether that was recorded: else it is the day that was planned, once past."""
    met_on = func.coalesce(Cycle.held_on, Cycle.meets_on)
    row = (
        await db.execute(
            select(met_on, Cycle.held_on.is_not(None))
            .where(Cycle.isg_id == isg.id, or_(Cycle.held_on <= today, Cycle.meets_on < today))
            .order_by(met_on.desc())
            .limit(1)
        )
    ).one_or_none()
    if row is not None and row[0] <= today:
        return row[0], row[1]
    return calendar_of_row(isg).last_meeting_on_or_before(today - timedelta(days=1)), False
