"""Keeps what the rules say of a KPI's values: worked out when they change, in the transaction that changes them."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.measured import Measured, judged
from services.domain.spc import SpcResult
from services.domain.spc_reading import since
from services.domain.words import ObservationState, Verdict
from services.kpi_api.impact.service import keep_impacts
from services.kpi_api.standings import queries
from services.shared.clock import business_now, business_today

AT_ONCE: Final = 500
"""How many are worked out at once: bounds the memory that any number of KPIs takes."""
RECENT: Final = 24
"""How many of the last values a sparkline shows: two years of months."""


async def keep_standings(db: AsyncSession, kpi_ids: Collection[int]) -> None:
    """Works out anew what follows from these KPIs' values, definitions, targets and decisions, and keeps it.

    Whoever changes any of these calls it before the transaction ends.
    """
    await db.flush()
    ids, now, today = sorted(set(kpi_ids)), await business_now(db), await business_today(db)
    for start in range(0, len(ids), AT_ONCE):
        rows = [standing_of(each, today) for each in await queries.measured(db, ids[start : start + AT_ONCE])]
        await queries.keep(db, rows, now)
    await keep_impacts(db, ids)


async def keep_standings_behind(db: AsyncSession) -> int:
    """Works out anew those that somebody changed past the services, as an operator may; how many there were."""
    ids = await queries.behind(db)
    await keep_standings(db, ids)
    return len(ids)


def standing_of(kpi: Measured, today: date) -> dict[str, Any]:
    """The row that is kept: worked out from nothing but what is passed in (`today` matters only where there is no value)."""
    known = [period for period, value in zip(kpi.periods, kpi.values, strict=True) if value is not None]
    taking_part = [period for period in known if period not in kpi.ghosts]
    result, says = judged(kpi, today)
    at = result.last
    value_of = dict(zip(kpi.periods, kpi.values, strict=True))
    state_of = dict(zip(kpi.periods, kpi.states, strict=True))
    latest = taking_part[-1] if taking_part else None
    points = [_point(result, place, state_of) for place in range(len(result.periods))]
    said = result.variation
    return {
        "kpi_id": kpi.id,
        "rule_set": result.rule_set,
        "points": len(known),
        "latest_period": latest and latest.isoformat(),
        "latest_value": latest and value_of[latest],
        "latest_state": latest and state_of[latest],
        "target": result.target,
        "variation": said,
        "direction": result.signals[at][1] if at is not None and at in result.signals else None,
        "assurance": result.assurance,
        "since": _day(since(result)) if said not in {None, Verdict.COMMON_CAUSE} else None,
        "reading": says,
        "recent": [
            {name: point[name] for name in ("period", "value", "ghosted", "verdict", "state")}
            for point in points[-RECENT:]
        ],
        "result": {
            "points": points,
            "variation": result.variation,
            "assurance": result.assurance,
            "notes": list(result.notes),
            "rule_set": result.rule_set,
            "improvement_direction": result.improvement_direction,
            "target": result.target,
            "missing": [
                period.isoformat()
                for period, value in zip(kpi.periods, kpi.values, strict=True)
                if value is None
            ],
        },
    }


def _point(result: SpcResult, place: int, state_of: dict[date, str]) -> dict[str, Any]:
    group = result.group_of(place)
    cause, direction = result.signals.get(place, (None, None))
    period = result.periods[place]
    return {
        "period": period.isoformat(), "value": result.values[place], "ghosted": result.ghosted[place], "group": group.number,
        "mean": group.mean, "lower_limit": group.lower_limit, "upper_limit": group.upper_limit,
        "lower_near_limit": group.lower_near_limit, "upper_near_limit": group.upper_near_limit, "special_cause": cause,
        "direction": direction, "verdict": result.verdict(place), "state": state_of.get(period, ObservationState.FINAL),
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
