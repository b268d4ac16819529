"""Are the feeds up, and what else partners rely on: looked up, never remembered."""

import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.reporting_api.feeds import service as feeds
from services.reporting_api.feeds.sources import FEEDS, Feed
from services.reporting_api.partner_status import queries
from services.reporting_api.partner_status.schemas import FeedCheck, NightlyWork, PartnerStatus
from services.reporting_api.points_in_time import PointInTime
from services.shared.clock import business_today, real_now
from services.shared.logging import log

Check = Callable[[AsyncSession, PointInTime], Awaitable[Any]]


async def _first_row(feed: Feed, db: AsyncSession, point: PointInTime) -> None:
    await feed.items(db, point, await feed.ids(db, point, None, 1))


CHECKS: Final[Mapping[str, Check]] = {
    **{name: partial(_first_row, feed) for name, feed in FEEDS.items()},
    "trajectory": feeds.trajectory_items,
}
"""What each feed is asked for: its first row, worked out anew; the trajectory has no fewer than all."""


async def status(db: AsyncSession) -> PartnerStatus:
    """Each feed is asked for what it has now; a part that fails is down, and the rest is told all the same."""
    point = PointInTime(await business_today(db))
    checks = [await _checked(db, point, name) for name in CHECKS]
    found, verified, nightly = await queries.found(db), await queries.verified(db), await queries.nightly(db)
    return PartnerStatus(
        checked_at=real_now(),
        feeds=checks,
        last_change=found.last_change,
        nightly=[NightlyWork(work=work, last_done=nightly.get(work)) for work in queries.NIGHTLY],
        verified_at=verified and verified.verified_at,
        verified_entries=verified and verified.entries,
        verified_whole=verified and verified.broken == 0,
        delivered=found.delivered,
        failed_attempts=found.failed,
        waiting=found.waiting,
        stopped=found.stopped,
    )


async def _checked(db: AsyncSession, point: PointInTime, name: str) -> FeedCheck:
    began = time.monotonic()
    try:
        async with db.begin_nested():
            await CHECKS[name](db, point)
    except Exception:
        log.exception("feed_does_not_answer", feed=name)
        up = False
    else:
        up = True
    return FeedCheck(feed=name, up=up, milliseconds=round((time.monotonic() - began) * 1000))
