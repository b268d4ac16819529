"""A KPI's series judged as people decided that its chart is read: one rule for what is kept and for what is asked of the past."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from services.domain.errors import RuleBroken
from services.domain.spc import Observation, SpcResult, xmr
from services.domain.spc_reading import reading
from services.domain.words import Direction


@dataclass(slots=True)
class Measured:
    """One KPI as its chart needs it: its values (None: said to be missing), targets from which day, and decisions."""

    id: int
    direction: str
    periods: Sequence[date]
    values: Sequence[float | None]
    states: Sequence[str]
    targets: list[tuple[date | None, float | None]] = field(default_factory=list)
    rebases: list[date] = field(default_factory=list)
    ghosts: set[date] = field(default_factory=set)
    baselines: list[tuple[date, int]] = field(default_factory=list)


def judged(kpi: Measured, today: date) -> tuple[SpcResult, str]:
    """What the rules say, and in one sentence. `today` says which target holds where there is no value yet."""
    known = [period for period, value in zip(kpi.periods, kpi.values, strict=True) if value is not None]
    taking_part = [period for period in known if period not in kpi.ghosts]
    target = _target_on(kpi, taking_part[-1] if taking_part else today)
    try:
        result = _by_decisions(kpi, known, target)
    except RuleBroken as broken:  # values that no double can hold the limits of: nothing is said of them
        return xmr([], improvement_direction=Direction(kpi.direction), target=target), str(broken)
    return result, reading(result)


def _by_decisions(kpi: Measured, known: list[date], target: float | None) -> SpcResult:
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


def _first_from(known: list[date], day: date) -> date | None:
    return next((period for period in known if period >= day), None)


def _target_on(kpi: Measured, day: date) -> float | None:
    """The one that was set for the day: targets come by the day from which they hold."""
    held = [value for holds_from, value in kpi.targets if holds_from is None or holds_from <= day]
    return held[-1] if held else None
