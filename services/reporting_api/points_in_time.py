"""The point in time that figures are asked for: at the end of which day, and as known when (domain.md, Time)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Query
from pydantic import AwareDatetime

from services.domain.errors import RuleBroken
from services.domain.wording import written
from services.shared.clock import LONDON, business_today
from services.shared.db import Session
from services.shared.fields import EARLIEST, LATEST
from services.shared.register import check_as_at


@dataclass(frozen=True, slots=True)
class PointInTime:
    """Facts holding at the end of `as_at`, leaving out what was recorded after `known_at` (None: as known now)."""

    as_at: date
    known_at: datetime | None = None

    @property
    def month(self) -> str:
        """The month of the day, as the trajectory spells it."""
        return f"{self.as_at:%Y-%m}"


async def _point_in_time(
    db: Session,
    as_at: Annotated[date | None, Query(description="At the end of this day; today if left out")] = None,
    known_at: Annotated[
        AwareDatetime | None, Query(description="Leave out what was recorded after this instant")
    ] = None,
) -> PointInTime:
    """Raises RuleBroken for a day after today."""
    today = await business_today(db)
    if known_at is not None and not EARLIEST <= known_at.date() <= LATEST:
        raise RuleBroken.at("known_at", "This is no instant that a plan can be known at: ask for another.")
    if known_at is not None and known_at.astimezone(LONDON).date() > today:
        raise RuleBroken.at(
            "known_at",
            f"{known_at.isoformat()} is after today, {written(today)}: ask for what was known at an earlier instant.",
        )
    return PointInTime(await check_as_at(db, as_at), known_at)


AskedFor = Annotated[PointInTime, Depends(_point_in_time)]
