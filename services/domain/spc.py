"""Statistical process control: XmR charts the NHS "Making Data Count" way.

Limits and rules, point by point, as NHS England's tools (`mdc`) or the R package NHSRplotthedots 0.2.2 (`nhsr`) have them.
Each group between two rebase dates is computed alone. Columns rather than objects, and masks that C searches: a series of
60 points is worked out in 25 to 30 microseconds, so that verdicts can be made anew whenever a value arrives.

Comparisons are of doubles as they are, without a tolerance: what equals a limit is inside it. Means are made as exact as a
double can be (`docs/decisions/0013`).
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import compress, pairwise, repeat
from math import fsum, isfinite, remainder
from operator import gt, lt, sub
from typing import Final, NamedTuple, cast

from services.domain.errors import Problem, RuleBroken
from services.domain.wording import listed, written
from services.domain.words import Direction, RuleSet, SignalDirection, SpecialCause, TargetAssurance, Verdict

LIMIT: Final = 2.66
"""Three standard deviations, estimated from the mean of moving ranges of two: 3 / 1.128, rounded as the field rounds it."""
NEAR_LIMIT: Final = 2 * (LIMIT / 3)
SCREEN: Final = 3.267
"""A moving range as large as this many mean ranges says more of an outlier than of the ordinary variation."""
LEAST_BASELINE: Final = 12
LEAST_POINTS: Final = 13
"""Fewer points than this give limits that the next few points would overturn."""
RUN: Final = 7
"""So many points in a row, on one side of the mean or all rising or falling, are no chance."""

_IN_A_ROW: Final = b"\x01" * RUN
_NONE_IN_A_ROW: Final = bytes(RUN)
_OTHER_SIDE: Final = bytes.maketrans(b"\0\1", b"\1\0")
_ALL_STEPS, _NO_STEPS = _IN_A_ROW[1:], _NONE_IN_A_ROW[1:]

_MDC, _NHSR = RuleSet.MDC, RuleSet.NHSR
_HIGH, _LOW = SignalDirection.HIGH, SignalDirection.LOW
_TREND_LABEL, _SHIFT_LABEL = SpecialCause.TREND, SpecialCause.SHIFT
_OUTSIDE_HIGH, _OUTSIDE_LOW = (SpecialCause.OUTSIDE_LIMITS, _HIGH), (SpecialCause.OUTSIDE_LIMITS, _LOW)
_NEAR_HIGH, _NEAR_LOW = (SpecialCause.TWO_OF_THREE, _HIGH), (SpecialCause.TWO_OF_THREE, _LOW)
_COMMON, _NEUTRAL = Verdict.COMMON_CAUSE, Direction.NEUTRAL
"""Looking a word up in its class costs as much as comparing ten values, and happens for every point."""


class Observation(NamedTuple):
    """A value of a period; None where there is none. A ghosted one is plotted and takes part in nothing."""

    period: date
    value: float | None
    ghosted: bool = False


class Group(NamedTuple):
    """The points between two rebase dates, and their lines. `size` is without the ghosted ones.

    `start` and `end` (exclusive) are its place among the points. Limits are None where there is not enough data.
    """

    number: int
    start: int
    end: int
    size: int
    mean: float | None = None
    lower_limit: float | None = None
    upper_limit: float | None = None
    lower_near_limit: float | None = None
    upper_near_limit: float | None = None


@dataclass(frozen=True, slots=True)
class SpcPoint:
    """One point with the lines of its group and what it says."""

    period: date
    value: float
    ghosted: bool
    group: int
    mean: float | None
    lower_limit: float | None
    upper_limit: float | None
    lower_near_limit: float | None
    upper_near_limit: float | None
    special_cause: SpecialCause | None
    direction: SignalDirection | None
    verdict: Verdict | None


Signal = tuple[SpecialCause, SignalDirection]
_Lines = tuple[float, float, float, float, float]


class SpcResult(NamedTuple):
    """What the rules say of a series, by column in the order of periods; `points` has it as objects.

    `signals` has the label of each point that has one, by its place among the points.
    """

    rule_set: RuleSet
    improvement_direction: Direction
    target: float | None
    periods: Sequence[date]
    values: Sequence[float]
    ghosted: Sequence[bool]
    groups: Sequence[Group]
    signals: Mapping[int, Signal]
    variation: Verdict | None
    assurance: TargetAssurance | None
    notes: Sequence[str]

    def verdict(self, at: int) -> Verdict | None:
        """What the point at this place says; None of a ghosted one and, by `mdc`, where there are no limits."""
        return _verdict(
            at, self.ghosted, self.group_of(at), self.signals, self.rule_set, self.improvement_direction
        )

    def group_of(self, at: int) -> Group:
        """The group of the point at this place."""
        return next(group for group in reversed(self.groups) if group.start <= at)

    @property
    def points(self) -> tuple[SpcPoint, ...]:
        """Every point, made anew at each call."""
        return tuple(self._point(group, at) for group in self.groups for at in range(group.start, group.end))

    def _point(self, group: Group, at: int) -> SpcPoint:
        cause, direction = self.signals.get(at, (None, None))
        return SpcPoint(
            period=self.periods[at], value=self.values[at], ghosted=self.ghosted[at], group=group.number,
            mean=group.mean, lower_limit=group.lower_limit, upper_limit=group.upper_limit,
            lower_near_limit=group.lower_near_limit, upper_near_limit=group.upper_near_limit,
            special_cause=cause, direction=direction,
            verdict=_verdict(at, self.ghosted, group, self.signals, self.rule_set, self.improvement_direction),
        )  # fmt: skip

    @property
    def last(self) -> int | None:
        """Where the last point stands that takes part; None where there is none."""
        return _last(self.ghosted)

    @property
    def has_limits(self) -> bool:
        """Whether any group has them; without, it is a run chart."""
        return any(group.upper_limit is not None for group in self.groups)


class TooLargeError(ArithmeticError):
    """The values are too large for a double to hold their sums, ranges or limits."""


def xmr(
    observations: Iterable[Observation],
    *,
    improvement_direction: Direction,
    target: float | None = None,
    rebase: Iterable[date] = (),
    baseline_points: int | None = None,
    rule_set: RuleSet = RuleSet.MDC,
    screen_outliers: bool | None = None,
    baselines: Mapping[date, int] | None = None,
) -> SpcResult:
    """Limits, special causes, icons and notes of a series in any order.

    `baselines`: how many of its first points a group's lines come from, by the group's first period; `baseline_points` for
    every other group.

    Raises RuleBroken with every problem at its field: a period twice, a rebase date that is no period, a baseline below 12
    points, a number that is none or too large.
    """
    (periods, values, ghosted), left_out = _in_order(
        observations, target, rebase := frozenset(rebase), baseline_points
    )
    starts = _starts(periods, rebase) if rebase else [0] if values else []
    screens = rule_set is _NHSR if screen_outliers is None else screen_outliers
    nowhere = _nowhere(len(values))
    any_ghosts = ghosted != nowhere
    if not any_ghosts:
        ghosted = nowhere
    groups: list[Group] = []
    signals: dict[int, Signal] = {}
    is_whole = not (any_ghosts or rebase)
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(values)
        places = [at for at in range(start, end) if not ghosted[at]] if any_ghosts else range(start, end)
        own = values if is_whole else [values[at] for at in places]
        try:
            frozen = baselines.get(periods[start], baseline_points) if baselines else baseline_points
            group = _lines(number, start, end, own, rule_set, frozen, screens)
        except (OverflowError, ValueError, TooLargeError):
            sentence = (
                "The values are too large to compute limits from: use a larger unit, such as thousands."
            )
            raise RuleBroken.at("observations", sentence) from None
        groups.append(group)
        if group.upper_limit is not None:
            found = _signals(own, cast("_Lines", group[4:]), rule_set, improvement_direction)
            if is_whole:
                signals = found
            else:
                signals |= {places[place]: signal for place, signal in found.items()}
    last = groups[-1] if groups else None
    return SpcResult(
        rule_set,
        improvement_direction,
        target,
        periods,
        values,
        ghosted,
        groups,
        signals,
        _variation(ghosted, last, signals, rule_set, improvement_direction),
        _assurance(last, target, improvement_direction, rule_set),
        _notes(groups, periods, left_out, rule_set),
    )


@lru_cache
def _nowhere(count: int) -> tuple[bool, ...]:
    """The column of a series without ghosted points, one for all series of its length: they are kept in thousands."""
    return (False,) * count


_Columns = tuple[Sequence[date], Sequence[float], Sequence[bool]]


def _in_order(
    observations: Iterable[Observation],
    target: float | None,
    rebase: frozenset[date],
    baseline_points: int | None,
) -> tuple[_Columns, list[date]]:
    """The columns of rows with a value by period, and the periods without. Raises RuleBroken."""
    given = observations if isinstance(observations, (list, tuple)) else list(observations)
    periods, values, ghosted = zip(*given, strict=True) if given else ((), (), ())
    known = _as_numbers(values)
    target_is_right = target is None or (type(target) is float and isfinite(target))
    if known is None or rebase or baseline_points is not None or not target_is_right:
        problems = [*_wrong_values(given)] if known is None else []
        problems += _wrong_settings(target, baseline_points, rebase, periods)
        if problems:
            raise RuleBroken(problems)
    if not all(map(lt, periods, periods[1:])):
        return _in_order(_sorted(given), target, rebase, baseline_points)
    if known is not None:
        return (periods, known, ghosted), []
    there = [each is not None for each in values]
    numbers = [float(each) for each in values if each is not None]
    left_out = [period for period, is_there in zip(periods, there, strict=True) if not is_there]
    return (tuple(compress(periods, there)), numbers, tuple(compress(ghosted, there))), left_out


def _as_numbers(values: Sequence[float | None]) -> Sequence[float] | None:
    """The values as doubles; None when one is missing or is no finite number."""
    numbers = cast("Sequence[float]", values)  # a None among them, or text, is found by adding up
    try:
        total: object = sum(numbers)
        if type(total) is not float or not isfinite(total):
            numbers = list(map(float, numbers))
            return numbers if all(map(isfinite, numbers)) else None
    except (TypeError, OverflowError, ValueError):
        return None
    return numbers


def _wrong_values(given: Sequence[Observation]) -> Iterable[Problem]:
    for at, each in enumerate(given):
        if each.value is not None and _as_numbers([each.value]) is None:
            yield Problem(
                f"observations.{at}.value",
                f"The value of {written(each.period)} is not a number that can be charted.",
            )


def _wrong_settings(
    target: float | None, baseline_points: int | None, rebase: frozenset[date], periods: Sequence[date]
) -> Iterable[Problem]:
    if target is not None and _as_numbers([target]) is None:
        yield Problem("target", "The target is not a number that can be charted.")
    if baseline_points is not None and baseline_points < LEAST_BASELINE:
        yield Problem(
            "baseline_points",
            f"A baseline needs at least {LEAST_BASELINE} points: {baseline_points} is too few.",
        )
    if rebase and (unknown := sorted(rebase - set(periods))):
        days = listed([written(each) for each in unknown[:5]])
        yield Problem("rebase", f"There is no observation of {days} to begin new limits with.")


def _sorted(given: Sequence[Observation]) -> list[Observation]:
    """By period. Raises RuleBroken for each period that is there twice, at the later one's field."""
    seen: set[date] = set()
    problems = []
    for at, each in enumerate(given):
        if each.period in seen:
            problems.append(
                Problem(
                    f"observations.{at}.period",
                    f"There is more than one value of {written(each.period)}: keep one.",
                )
            )
        seen.add(each.period)
    if problems:
        raise RuleBroken(problems)
    return sorted(given, key=_period)


def _period(observation: Observation) -> date:
    return observation.period


def _starts(periods: Sequence[date], rebase: frozenset[date]) -> list[int]:
    """Where each group begins: at a rebase date, or at the first value after it where that one has none."""
    starts = {0, *(bisect_left(periods, day) for day in rebase)} - {len(periods)}
    return sorted(starts)


def _lines(
    number: int,
    start: int,
    end: int,
    values: Sequence[float],
    rule_set: RuleSet,
    baseline_points: int | None,
    screens: bool,
) -> Group:
    """The group with its mean and, where there is enough data, its limits. Raises one of the errors of too large numbers."""
    size = len(values)
    if not size:
        return Group(number, start, end, 0)
    base = values if baseline_points is None or baseline_points >= size else values[:baseline_points]
    mean = _mean(base)
    if not isfinite(mean):
        raise TooLargeError
    if size < 2 or (size < LEAST_POINTS and rule_set is _MDC):
        return Group(number, start, end, size, mean)
    moving = map(abs, map(sub, base[1:], base))
    ranges = list(moving) if screens else moving  # gone through more than once, or not kept
    typical = fsum(ranges) / (len(base) - 1)
    cut = SCREEN * typical
    if screens and max(ranges) >= cut:
        ordinary = [each for each in ranges if each < cut]
        if not ordinary:
            return Group(number, start, end, size, mean)
        typical = fsum(ordinary) / len(ordinary)
    far, near = LIMIT * typical, NEAR_LIMIT * typical
    lower, upper = mean - far, mean + far
    if not (isfinite(lower) and isfinite(upper)):
        raise TooLargeError
    return Group(number, start, end, size, mean, lower, upper, mean - near, mean + near)


def _mean(values: Sequence[float]) -> float:
    """The arithmetic mean: a plain sum, divided, and corrected by what rounding took from the sum and from the quotient.

    Twenty times 0.1 is 0.1 on average, not a little less with twenty points above it.
    """
    count, total = len(values), sum(values)
    mean = total / count
    lost, left_over = fsum([*values, -total]), remainder(total, mean) if mean else total
    return mean + (lost + left_over) / count


def _signals(
    values: Sequence[float], lines: _Lines, rule_set: RuleSet, better: Direction
) -> dict[int, Signal]:
    """The label of each point, by place, of a group that has limits, put from the weakest rule to the strongest.

    The last one stays; but by `mdc` a signal for the worse never covers one for the better. What there is none of is found
    out fast.
    """
    mean, lower, upper, lower_near, upper_near = lines
    signals: dict[int, Signal] = {}
    above = bytes(map(gt, values, repeat(mean)))
    if above.find(_IN_A_ROW) >= 0:
        _put_shifts(signals, above, _HIGH)
    if above.find(_NONE_IN_A_ROW) >= 0:
        below = above.translate(_OTHER_SIDE) if mean not in values else bytes(map(lt, values, repeat(mean)))
        _put_shifts(signals, below, _LOW)
    to_keep = _GOOD.get(better) if rule_set is _MDC else None
    far = [at for at, value in enumerate(values) if value > upper_near or value < lower_near]
    if len(far) > 1:
        # By `nhsr` a point beyond the limit is not close to it.
        close = far if rule_set is _MDC else [at for at in far if lower <= values[at] <= upper]
        _put_two_of_three(signals, values, mean, close, to_keep)
    rising = bytes(map(lt, values, values[1:]))
    if rising.find(_ALL_STEPS) >= 0 or rising.find(_NO_STEPS) >= 0:
        _put_trends(signals, rising, bytes(map(gt, values, values[1:])), rule_set, to_keep)
    for at in far:
        value = values[at]
        if value > upper:
            _put(signals, at, _OUTSIDE_HIGH, to_keep)
        elif value < lower:
            _put(signals, at, _OUTSIDE_LOW, to_keep)
    return signals


def _put(signals: dict[int, Signal], at: int, signal: Signal, to_keep: SignalDirection | None) -> None:
    """Labels a point, over any weaker label but one in the direction to keep that the new one is not of."""
    there = signals.get(at)
    if there is None or there[1] is not to_keep or signal[1] is to_keep:
        signals[at] = signal


def _runs(marks: bytes, least: bytes) -> Iterator[tuple[int, int]]:
    """Where each run of marks that is at least so long begins and ends."""
    start = marks.find(least)
    while start >= 0:
        end = marks.find(b"\0", start)
        end = len(marks) if end < 0 else end
        yield start, end
        start = marks.find(least, end)


def _put_shifts(signals: dict[int, Signal], side: bytes, direction: SignalDirection) -> None:
    """Seven or more in a row on one side of the mean. The weakest rule: it covers nothing."""
    signal = (_SHIFT_LABEL, direction)
    for start, end in _runs(side, _IN_A_ROW):
        for at in range(start, end):
            signals[at] = signal


def _put_two_of_three(
    signals: dict[int, Signal],
    values: Sequence[float],
    mean: float,
    close: Sequence[int],
    to_keep: SignalDirection | None,
) -> None:
    """Two close to a limit among three in a row beyond the mean, on one side: `close` are the places of points close to one."""
    for one, other in pairwise(close):
        if other - one > 2:
            continue
        beyond, signal = (gt, _NEAR_HIGH) if values[one] > mean else (lt, _NEAR_LOW)
        if not beyond(values[other], mean):
            continue
        if other - one == 2:
            in_three = beyond(values[one + 1], mean)
        else:
            before, after = (
                values[one - 1] if one else mean,
                values[other + 1] if other + 1 < len(values) else mean,
            )
            in_three = beyond(before, mean) or beyond(after, mean)
        if in_three:
            _put(signals, one, signal, to_keep)
            _put(signals, other, signal, to_keep)


def _put_trends(
    signals: dict[int, Signal],
    rising: bytes,
    falling: bytes,
    rule_set: RuleSet,
    to_keep: SignalDirection | None,
) -> None:
    """Seven or more in a row, each above (or each below) the one before: `rising` and `falling` are the steps."""
    is_part = bytearray(len(rising) + 2)
    for steps in (rising, falling):
        for start, end in _runs(steps, _ALL_STEPS):
            is_part[start : end + 1] = b"\x01" * (end + 1 - start)
    for at in compress(range(len(is_part)), is_part):
        step = at if is_part[at + 1] else at - 1
        if rule_set is _MDC and not (rising[step] or falling[step]):
            # A level step between two trends: the point ends the first (`nhsr` calls the step a fall).
            step = at - 1
        _put(signals, at, (_TREND_LABEL, _HIGH if rising[step] else _LOW), to_keep)


_GOOD: Final = {Direction.INCREASE: _HIGH, Direction.DECREASE: _LOW}


def _verdict(
    at: int,
    ghosted: Sequence[bool],
    group: Group,
    signals: Mapping[int, Signal],
    rule_set: RuleSet,
    better: Direction,
) -> Verdict | None:
    if ghosted[at] or (group.upper_limit is None and rule_set is _MDC):
        return None
    signal = signals.get(at)
    if signal is None:
        return _COMMON
    if better is _NEUTRAL:
        return Verdict.CHANGE
    return Verdict.IMPROVEMENT if signal[1] is _GOOD[better] else Verdict.CONCERN


def _last(ghosted: Sequence[bool]) -> int | None:
    at = len(ghosted) - 1
    while at >= 0 and ghosted[at]:
        at -= 1
    return at if at >= 0 else None


def _variation(
    ghosted: Sequence[bool],
    last: Group | None,
    signals: Mapping[int, Signal],
    rule_set: RuleSet,
    better: Direction,
) -> Verdict | None:
    """What the last point says that is not ghosted; nothing yet by `mdc` while its group has too few."""
    at = _last(ghosted)
    if at is None or last is None or (rule_set is _MDC and last.size < LEAST_POINTS):
        return None
    return _verdict(at, ghosted, last, signals, rule_set, better)


def _assurance(
    last: Group | None, target: float | None, better: Direction, rule_set: RuleSet
) -> TargetAssurance | None:
    """The target against the last group's limits: wholly on the good side, wholly on the bad side, or hit or miss."""
    if last is None or target is None or better is _NEUTRAL:
        return None
    if last.lower_limit is None or last.upper_limit is None:
        return TargetAssurance.INCONSISTENT if rule_set is _NHSR else None
    worst, best = last.lower_limit, last.upper_limit
    if better is Direction.DECREASE:
        worst, best, target = -best, -worst, -target
    equality_decides = rule_set is _MDC
    if target < worst or (equality_decides and target == worst):
        return TargetAssurance.PASS
    if target > best or (equality_decides and target == best):
        return TargetAssurance.FAIL
    return TargetAssurance.INCONSISTENT


def _notes(
    groups: Sequence[Group], periods: Sequence[date], left_out: Sequence[date], rule_set: RuleSet
) -> tuple[str, ...]:
    """What a reader should know of the data, in sentences."""
    notes = []
    if left_out:
        days = listed([written(each) for each in left_out[:5]] + (["others"] if len(left_out) > 5 else []))
        notes.append(f"There is no value for {days}: ranges and runs bridge the gap.")
    if not periods:
        notes.append("There are no values yet.")
    for group in groups:
        if group.upper_limit is not None and group.size >= LEAST_POINTS:
            continue
        span = f"{written(periods[group.start])} to {written(periods[group.end - 1])}"
        size = f"{group.size} point{'' if group.size == 1 else 's'}"
        where = f"Group {group.number} ({span})"
        if group.size < LEAST_POINTS and rule_set is _MDC:
            notes.append(
                f"{where} has not enough data for limits: {size}, and limits need at least {LEAST_POINTS}."
            )
        elif group.size < 2:
            notes.append(f"{where} has not enough data for limits: {size}.")
        elif group.upper_limit is None:
            notes.append(f"{where} has not enough data for limits: its baseline does not vary at all.")
        else:
            notes.append(f"{where} has {size}: limits from fewer than {LEAST_POINTS} are provisional.")
    return tuple(notes)
