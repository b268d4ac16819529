"""The one clock.

Business time is the demo's date (where one is set) with the real time of day; sessions, tokens and limits run on real time.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.models import BusinessClock
from services.shared.settings import settings

LONDON = ZoneInfo("Europe/London")


def real_now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


async def business_today(db: AsyncSession) -> date:
    """The business date in London: in demo mode the demo's clock, then QIP_TODAY; else the real date."""
    if "business_today" not in db.info:
        db.info["business_today"] = await _read(db)
    today: date = db.info["business_today"]
    return today


async def business_now(db: AsyncSession) -> datetime:
    """The business date with the real time of day, in UTC: what `recorded_at` columns hold."""
    today = await business_today(db)
    moment = real_now().astimezone(LONDON)
    return datetime.combine(today, moment.timetz().replace(tzinfo=None), LONDON).astimezone(UTC)


async def set_business_today(db: AsyncSession, today: date) -> None:
    """Moves the demo's clock, for all processes. Only the database's owner may."""
    clock = await db.get(BusinessClock, 1)
    if clock is None:
        db.add(BusinessClock(id=1, today=today))
    else:
        clock.today = today
    db.info["business_today"] = today
    await db.flush()


async def _read(db: AsyncSession) -> date:
    if settings().is_demo:
        demo_date: date | None = (
            db.info["demo_today"]  # read with who calls
            if "demo_today" in db.info
            else await db.scalar(select(BusinessClock.today))
        )
        if demo_date is not None:
            return demo_date
        configured = settings().today
        if configured is not None:
            return configured
    return real_now().astimezone(LONDON).date()
