"""Keeps what the rules say of a KPI's values: worked out when they change, in the transaction that changes them."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import RuleBroken
from services.domain.spc import Observation, SpcResult, xmr
from services.domain.spc_reading import reading, since
from services.domain.words import Direction, ObservationState, Verdict
from services.kpi_api.impact.service import keep_impacts
from services.kpi_api.standings import queries
from services.kpi_api.standings.queries import Measured
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
    target = _target_on(kpi, taking_part[-1] if taking_part else today)
    try:
        result = _judged(kpi, known, target)
        says = reading(result)
    except RuleBroken as broken:  # values that no double can hold the limits of: nothing is said of them
        result = xmr([], improvement_direction=Direction(kpi.direction), target=target)
        says = str(broken)
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
        "target": target,
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
            "target": target,
            "missing": [
                period.isoformat()
                for period, value in zip(kpi.periods, kpi.values, strict=True)
                if value is None
            ],
        },
    }


def _judged(kpi: Measured, known: list[date], target: float | None) -> SpcResult:
    """By the rules, with what people decided about the chart."""
    firsts = {_first_from(known, day) for day in kpi.rebases} - {None}
    starts = sorted({*known[:1], *(first for first in firsts if first is not None)})
    baselines = {}
    for day, points in kpi.baselines:
        group = max((start for start in starts if start <= day), default=None)
        if group is not None:
            baselines[group] = points
    return xmr(
        [
            Observation(period, value, period in kpi.ghosts)
            for period, value in zip(kpi.periods, kpi.values, strict=True)
        ],
        improvement_direction=Direction(kpi.direction),
        target=target,
        rebase=starts[1:],
        baselines=baselines,
    )


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


def _first_from(known: list[date], day: date) -> date | None:
    return next((period for period in known if period >= day), None)


def _target_on(kpi: Measured, day: date) -> float | None:
    """The one that was set for the day: targets come by the day from which they hold."""
    held = [value for holds_from, value in kpi.targets if holds_from is None or holds_from <= day]
    return held[-1] if held else None


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
