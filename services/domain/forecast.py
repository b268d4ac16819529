"""Will an ISG be back on its trajectory at the end of the month? A probability from its own recorded slippage.

The trajectory is recovered when as many root causes are complete as are due by then. How long root causes of this ISG take, seen
from their due dates, is its slippage: for each week before or after the due date, for how long root causes were open in it, and
how many were closed. What is still open counts too, for as long as it has been open: leaving it out would make the ISG
look faster than it is.

Each run of the simulation draws for each week how readily root causes are closed in it (a Gamma distribution about what was
recorded; where little was recorded, about the ISG's average early, shortly before, or after the due date), then whether each
open one is closed by the end. The probability is the share of runs that recover. The seed makes it the same whenever it is
worked out from the same facts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from math import exp
from random import Random
from typing import Final

from services.domain.words import Outlook

LEAST_CLOSED: Final = 8
"""Fewer closings than this say too little about how an ISG closes."""
RUNS: Final = 2000
EARLIEST_WEEK, LATEST_WEEK = -26, 26
"""Weeks from the due date; what lies further out is taken together."""
WEIGHT_OF_THE_AVERAGE: Final = 1.0
"""How many weeks of one root cause at the ISG's average stand beside what was recorded in a week."""
SHORTLY_BEFORE: Final = range(-2, 0)
"""The weeks before the due date in which most closings are to be expected of a punctual ISG."""
WEEK: Final = 7


class Odds(StrEnum):
    """A probability in words, for a sentence."""

    VERY_LIKELY = "very likely"
    LIKELY = "likely"
    UNCERTAIN = "as likely as not"
    NOT_LIKELY = "unlikely"
    VERY_UNLIKELY = "very unlikely"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One root cause: since when it was worked on, when it is due, and when it was closed (None: it is open)."""

    began: date
    due: date
    closed: date | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What comes of it, with everything that it was worked out from.

    `probability`: from 0 to 1 in hundredths; None where there is too little history. `needed`: how many of the `open_ones` have
    to be closed between the as-at date and `until`.
    """

    as_at: date
    until: date
    planned: int
    complete: int
    needed: int
    open_ones: int
    closed_in_history: int
    median_slippage: int | None
    probability: Decimal | None
    runs: int
    seed: int


def forecast(
    deliveries: Sequence[Delivery], as_at: date, until: date, *, seed: int, runs: int = RUNS
) -> Forecast:
    """The probability that by the end of `until` as many are complete as are due; `as_at` may not lie after it."""
    if as_at > until:
        raise ValueError("A forecast looks forward.")
    known = [_known_at(each, as_at) for each in deliveries if each.began <= as_at]
    closed = [each for each in known if each.closed is not None]
    open_ones = [each for each in known if each.closed is None]
    planned = sum(each.due <= until for each in known)
    needed = planned - len(closed)
    probability = None
    if len(closed) >= LEAST_CLOSED:
        probability = _share_that_recovers(known, open_ones, needed, as_at, until, Random(seed), runs)  # noqa: S311 - no secret
    return Forecast(
        as_at, until, planned, len(closed), needed, len(open_ones), len(closed), _median_slippage(closed),
        probability, runs, seed,
    )  # fmt: skip


def odds(probability: Decimal) -> Odds:
    """90% and more is very likely, 60% likely, 40% as likely as not, 10% unlikely, less very unlikely."""
    for least, word in (
        (Decimal("0.9"), Odds.VERY_LIKELY),
        (Decimal("0.6"), Odds.LIKELY),
        (Decimal("0.4"), Odds.UNCERTAIN),
        (Decimal("0.1"), Odds.NOT_LIKELY),
    ):
        if probability >= least:
            return word
    return Odds.VERY_UNLIKELY


def differs_from(outlook: Outlook, probability: Decimal) -> bool:
    """Whether the chair's outlook and the forecast say different things: a pack says so where they do."""
    low, high = _FITS[outlook]
    return not low <= probability <= high


_FITS: Final[Mapping[Outlook, tuple[Decimal, Decimal]]] = {
    Outlook.WILL_RECOVER: (Decimal("0.5"), Decimal(1)),
    Outlook.MAY_NOT: (Decimal("0.1"), Decimal("0.9")),
    Outlook.UNLIKELY: (Decimal(0), Decimal("0.5")),
}
"""Between which probabilities an outlook says the same as the forecast."""


def _known_at(delivery: Delivery, as_at: date) -> Delivery:
    """As it stood at the end of the day: what was closed later was open."""
    if delivery.closed is not None and delivery.closed > as_at:
        return Delivery(delivery.began, delivery.due)
    return delivery


def _week_of(days_from_due: int) -> int:
    return max(EARLIEST_WEEK, min(LATEST_WEEK, days_from_due // WEEK))


def _weeks_between(first: int, last: int) -> Iterator[tuple[int, float]]:
    """The weeks from the due date that the days `first` to `last` from it lie in, each with how much of it they take."""
    day = first
    while day <= last:
        end = min(last, day - day % WEEK + WEEK - 1)
        yield _week_of(day), (end - day + 1) / WEEK
        day = end + 1


def _share_that_recovers(
    known: Sequence[Delivery], open_ones: Sequence[Delivery], needed: int, as_at: date, until: date,
    random: Random, runs: int,
) -> Decimal:  # fmt: skip
    if needed <= 0:
        return Decimal(1)
    if needed > len(open_ones) or as_at == until:
        return Decimal(0)
    lived: defaultdict[int, float] = defaultdict(float)
    closed_in: Counter[int] = Counter()
    for each in known:
        last = each.closed or as_at
        for week, share in _weeks_between((each.began - each.due).days, (last - each.due).days):
            lived[week] += share
        if each.closed is not None:
            closed_in[_week_of((each.closed - each.due).days)] += 1
    averages = _averages(lived, closed_in)
    ahead = Counter(
        tuple(_weeks_between((as_at - each.due).days + 1, (until - each.due).days)) for each in open_ones
    )
    pace = {
        week: (
            closed_in[week] + WEIGHT_OF_THE_AVERAGE * averages[_stretch_of(week)],
            1 / (lived[week] + WEIGHT_OF_THE_AVERAGE),
        )
        for stretch in ahead
        for week, _ in stretch
    }
    recovered = 0
    for _ in range(runs):
        readily = {week: random.gammavariate(*shape) for week, shape in pace.items()}
        closings = sum(_closings(stretch, number, readily, random) for stretch, number in ahead.items())
        recovered += closings >= needed
    return (Decimal(recovered) / runs).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _averages(lived: Mapping[int, float], closed_in: Mapping[int, int]) -> list[float]:
    """Closings a week of one open root cause, early, shortly before and after the due date; each leans on the overall average."""
    overall = sum(closed_in.values()) / sum(lived.values())
    totals = [[WEIGHT_OF_THE_AVERAGE * overall, WEIGHT_OF_THE_AVERAGE] for _ in range(3)]
    for week, share in lived.items():
        totals[_stretch_of(week)][0] += closed_in.get(week, 0)
        totals[_stretch_of(week)][1] += share
    return [closings / weeks for closings, weeks in totals]


def _stretch_of(week: int) -> int:
    return (week >= SHORTLY_BEFORE.start) + (week >= SHORTLY_BEFORE.stop)


def _closings(
    stretch: Sequence[tuple[int, float]], number: int, readily: Mapping[int, float], random: Random
) -> int:
    """How many of `number` root causes with the same weeks ahead are closed in one run."""
    stays_open = exp(-sum(readily[week] * share for week, share in stretch))
    return sum(random.random() > stays_open for _ in range(number))


def _median_slippage(closed: Sequence[Delivery]) -> int | None:
    """Days from the due date to closing, in the middle of all that were closed."""
    days = sorted((each.closed - each.due).days for each in closed if each.closed is not None)
    return days[len(days) // 2] if days else None
