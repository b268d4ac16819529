"""Control charts: 1,000 series judged, beside a bare pass over the same numbers; 100 charts drawn. No system is needed.

The bare pass computes what any control chart needs first, in plain Python: each series' mean and its moving ranges. Times
are of the processor, so that other work on the machine counts little.
"""

import random
import time
from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from bench.comparison import HEADINGS, ROUNDS, shown, table
from services.domain.spc import Observation, SpcResult, xmr
from services.domain.words import Direction, RuleSet
from services.shared.charts.content import ChartContent
from services.shared.charts.spc_chart import spc_chart

SERIES, POINTS, CHARTS = 1_000, 60, 100
REPEATS = 5

Series = Sequence[Observation]


def section() -> str:
    """The table of this part."""
    rows = [_judging(rule_set) for rule_set in RuleSet]
    rows.append(_drawing())
    return table(HEADINGS, rows, figures={1, 2, 3})


def _judging(rule_set: RuleSet) -> tuple[str, ...]:
    series = made_series()
    ratios, ours, bare = [], [], []
    for _ in range(ROUNDS):
        ours.append(_fastest(lambda: judged(series, rule_set)))
        bare.append(_fastest(lambda: bare_pass(series)))
        ratios.append(ours[-1] / bare[-1])
    return (
        f"{SERIES:,} series of {POINTS} points by {rule_set.label} (means and moving ranges alone)",
        shown(median(ours), "ms"),
        shown(median(bare), "ms"),
        f"{median(ratios):.1f} times",
        "at most 4 times",
    )


def _drawing() -> tuple[str, ...]:
    charts = [
        ChartContent(result, "A measure", "%") for result in judged(made_series()[:CHARTS], RuleSet.MDC)
    ]
    drawn = _fastest(lambda: [spc_chart(chart) for chart in charts]) / CHARTS
    return (
        f"a control chart of {POINTS} points, mean of {CHARTS} after warm-up",
        shown(drawn, "ms"),
        "",
        "",
        "under 40 ms",
    )


def made_series() -> list[Series]:
    """Monthly values that vary by chance; every tenth series drifts as well. The same in every run."""
    chance = random.Random(4)
    return [
        [
            Observation(_month(at), chance.gauss(80, 3) + (at * 0.1 if number % 10 == 0 else 0))
            for at in range(POINTS)
        ]
        for number in range(SERIES)
    ]


def _month(number: int) -> date:
    return date(2014 + number // 12, number % 12 + 1, 1)


def judged(series: Sequence[Series], rule_set: RuleSet) -> list[SpcResult]:
    """Everything: limits, rules, icons, notes."""
    return [
        xmr(each, improvement_direction=Direction.INCREASE, target=85.0, rule_set=rule_set) for each in series
    ]


def bare_pass(series: Sequence[Series]) -> list[tuple[float, list[float]]]:
    """The mean of each series and its moving ranges."""
    done = []
    for each in series:
        values = [observation.value or 0.0 for observation in each]
        done.append(
            (sum(values) / len(values), [abs(later - earlier) for earlier, later in pairwise(values)])
        )
    return done


def _fastest(work: Callable[[], object]) -> float:
    """Processor seconds of the fastest of some runs, after one that doesn't count."""
    work()
    seconds = []
    for _ in range(REPEATS):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return min(seconds)
