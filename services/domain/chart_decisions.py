"""What a person may decide about how a chart is read, always with a reason. Nothing is ever decided by itself.

rebase      limits are worked out anew from a period on, because the process itself has changed
baseline    the lines of a group come from its first points alone, and are frozen
ghost       a point is plotted and takes part in nothing, because its value is known to be out of the ordinary
annotation  something that happened, written on the chart
"""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from services.domain.errors import Problem, RuleBroken
from services.domain.observations import period_of, period_written
from services.domain.spc import LEAST_BASELINE
from services.domain.wording import is_blank, written
from services.domain.words import ChartDecision, Frequency

LONGEST: Final = 1_000


def check_decision(
    kind: ChartDecision, day: date, points: int | None, reason: str | None, *, periods: Sequence[date],
    rebases: Collection[date], every: Frequency | None, today: date,
) -> date:  # fmt: skip
    """The period that the decision is about. `periods`: those with a value, in order. Raises RuleBroken."""
    problems = list(_of_reason(reason, kind))
    first = period_of(day, every)
    period = next((each for each in periods if period_of(each, every) == first), None)
    said = period_written(first, every)
    if kind is ChartDecision.ANNOTATION:
        if day > today:
            problems.append(Problem("period", f"{written(day)} lies in the future: write what has happened."))
        if periods and first < period_of(periods[0], every):
            begins = period_written(period_of(periods[0], every), every)
            problems.append(Problem("period", f"The chart begins with {begins}: choose a day from then on."))
        period = period or first
    elif period is None:
        problems.append(Problem("period", f"There is no value for {said}: choose a period that has one."))
    elif kind is ChartDecision.REBASE and period == periods[0]:
        problems.append(
            Problem(
                "period", f"The chart begins with {said}: choose a later period to begin new limits with."
            )
        )
    if kind is ChartDecision.BASELINE and period is not None:
        problems += _of_points(points, _size_of_group(period, periods, rebases))
    elif kind is not ChartDecision.BASELINE and points is not None:
        problems.append(Problem("points", "Only a baseline has a number of points: leave it out."))
    if problems or period is None:
        raise RuleBroken(problems)
    return period


def check_undoing(reason: str | None) -> None:
    """Raises RuleBroken without a reason, or with one that is too long."""
    problems = list(_of_reason(reason, None))
    if problems:
        raise RuleBroken(problems)


def _of_reason(reason: str | None, kind: ChartDecision | None) -> list[Problem]:
    if is_blank(reason):
        sentence = "Write what happened." if kind is ChartDecision.ANNOTATION else "Give the reason."
        return [Problem("reason", sentence)]
    if len(str(reason)) > LONGEST:
        return [Problem("reason", f"Write at most {LONGEST:,} characters.")]
    return []


def _of_points(points: int | None, there: int) -> list[Problem]:
    if points is None:
        return [Problem("points", f"Say how many points the baseline has: {LEAST_BASELINE} or more.")]
    if points < LEAST_BASELINE:
        return [Problem("points", f"A baseline needs at least {LEAST_BASELINE} points: {points} is too few.")]
    if points > there:
        are = f"There are {there} points" if there != 1 else "There is 1 point"
        return [
            Problem(
                "points", f"{are} between the changes of limits around this period: {points} is too many."
            )
        ]
    return []


def _size_of_group(period: date, periods: Sequence[date], rebases: Collection[date]) -> int:
    """How many points stand between the rebases around the period."""
    starts = sorted(set(rebases))
    at = bisect_right(starts, period)
    begins = starts[at - 1] if at else date.min
    ends = starts[at] if at < len(starts) else date.max
    return sum(begins <= each < ends for each in periods)
