"""Plans that are made by a known slippage: what a forecast says of them can be held against what becomes of them."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from services.domain.forecast import Delivery

BEGAN: Final = date(2019, 1, 7)
DUE_AFTER_DAYS: Final = (21, 200)
FOLLOWED_FOR_DAYS: Final = 400
EARLY: Final = 0.01
"""The chance that one is closed in a week well before its due date."""
JUST_BEFORE: Final = 0.5
"""The chance in the week before the due date, as a part of what it is from then on."""


def simulated_plan(random: Random, number: int, punctual: float) -> list[Delivery]:
    """`number` root causes from January on: each week before its due date few are closed, then `punctual` of what is open."""
    deliveries = []
    for _ in range(number):
        due = BEGAN + timedelta(days=random.randrange(*DUE_AFTER_DAYS))
        day, closed = BEGAN, None
        while closed is None and day < BEGAN + timedelta(days=FOLLOWED_FOR_DAYS):
            weeks_to_go = (due - day).days // 7
            chance = punctual if weeks_to_go <= 0 else punctual * JUST_BEFORE if weeks_to_go == 1 else EARLY
            if random.random() < chance:
                closed = day + timedelta(days=random.randrange(7))
            day += timedelta(days=7)
        deliveries.append(Delivery(BEGAN, due, closed))
    return deliveries


def recovered(deliveries: Sequence[Delivery], until: date) -> bool:
    """What really became of it: as many complete by the end of `until` as were due by then."""
    complete = sum(each.closed is not None and each.closed <= until for each in deliveries)
    return complete >= sum(each.due <= until for each in deliveries)
