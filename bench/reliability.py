"""How far the forecast can be believed: what it says of simulated plans, by tenths, beside how many of them recovered.

Each plan has a slippage of its own, which the forecast isn't told. Half are asked about at the beginning of a month, half in its
middle.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from math import sqrt
from random import Random
from typing import Final

from bench.comparison import table
from bench.simulated_plans import recovered, simulated_plan
from services.domain.forecast import forecast

PLANS: Final = 3_000
ROOT_CAUSES: Final = (40, 90)
PUNCTUAL: Final = (0.15, 0.95)
RUNS: Final = 400
SEED: Final = 2019
UNTIL: Final = date(2019, 5, 31)
ASKED_ON: Final = (date(2019, 5, 1), date(2019, 5, 15))
TENTHS: Final = 10
HEADINGS: Final = ("forecast", "plans", "said on average", "recovered", "by chance within")


def section(say: Callable[[str], None]) -> str:
    """The table of this part, and the error of the forecast beside that of always saying the average."""
    say(f"Forecasting {PLANS:,} simulated plans.")
    said_and_seen = held_against_what_came(PLANS)
    of_tenth: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for said, seen in said_and_seen:
        of_tenth[min(int(said * TENTHS), TENTHS - 1)].append((said, seen))
    rows = [_row(tenth, of_tenth[tenth]) for tenth in sorted(of_tenth)]
    return "\n".join([table(HEADINGS, rows, figures={1, 2, 3, 4}), "", _errors(said_and_seen)])


def held_against_what_came(plans: int) -> list[tuple[float, bool]]:
    """For each plan what the forecast said, from 0 to 1, and whether it recovered. The same in every run."""
    random = Random(SEED)
    found = []
    for number in range(plans):
        deliveries = simulated_plan(random, random.randrange(*ROOT_CAUSES), random.uniform(*PUNCTUAL))
        said = forecast(
            deliveries, ASKED_ON[number % len(ASKED_ON)], UNTIL, seed=number, runs=RUNS
        ).probability
        if said is not None:
            found.append((float(said), recovered(deliveries, UNTIL)))
    return found


def _row(tenth: int, of_it: list[tuple[float, bool]]) -> tuple[str, ...]:
    """`by chance within`: how far the share that recovered lies from a true forecast in 19 of 20 such samples, at most."""
    said = sum(said for said, _ in of_it) / len(of_it)
    share = sum(seen for _, seen in of_it) / len(of_it)
    chance = 1.96 * sqrt(said * (1 - said) / len(of_it))
    return (
        f"{tenth * 10} to {tenth * 10 + 10}%", f"{len(of_it):,}", f"{said:.0%}", f"{share:.0%}", f"{chance * 100:.0f} points",
    )  # fmt: skip


def _errors(said_and_seen: list[tuple[float, bool]]) -> str:
    average = sum(seen for _, seen in said_and_seen) / len(said_and_seen)
    error = sum((said - seen) ** 2 for said, seen in said_and_seen) / len(said_and_seen)
    return (
        f"Mean squared error (Brier score) {error:.3f}; of always saying {average:.0%}, which is how many recovered: "
        f"{average * (1 - average):.3f}. {len(said_and_seen):,} of {PLANS:,} plans had history enough."
    )
