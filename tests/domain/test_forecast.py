"""The forecast is held against simulated plans whose slippage is known: what it says comes true as often as it says."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.simulated_plans import BEGAN, recovered, simulated_plan
from services.domain.forecast import (
    LEAST_CLOSED,
    Delivery,
    Forecast,
    Odds,
    differs_from,
    forecast,
    odds,
)
from services.domain.words import Outlook

PLANS = 150
AS_AT, UNTIL = date(2019, 5, 1), date(2019, 5, 31)


def test_what_is_said_to_be_likely_comes_true_as_often_as_it_is_said() -> None:
    random = Random(7)
    said_and_seen: list[tuple[float, bool]] = []
    for plan in range(PLANS):
        deliveries = simulated_plan(random, random.randrange(40, 90), random.uniform(0.25, 0.9))
        said = forecast(deliveries, AS_AT, UNTIL, seed=plan, runs=100).probability
        assert said is not None
        said_and_seen.append((float(said), recovered(deliveries, UNTIL)))
    on_average = sum(said for said, _ in said_and_seen) / PLANS
    came_true = sum(seen for _, seen in said_and_seen) / PLANS
    assert abs(on_average - came_true) < 0.06
    error = sum((said - seen) ** 2 for said, seen in said_and_seen) / PLANS
    of_saying_the_average = came_true * (1 - came_true)
    assert error < 0.85 * of_saying_the_average
    likely = [seen for said, seen in said_and_seen if said >= 0.7]
    unlikely = [seen for said, seen in said_and_seen if said <= 0.2]
    assert sum(likely) / len(likely) > 0.6
    assert sum(unlikely) / len(unlikely) < 0.25


def test_an_isg_that_is_punctual_recovers_and_one_that_is_not_does_not() -> None:
    history = [
        Delivery(BEGAN, BEGAN + timedelta(days=30 + 2 * each), BEGAN + timedelta(days=30 + 2 * each))
        for each in range(30)
    ]
    to_come = [Delivery(BEGAN, date(2019, 5, 10)) for _ in range(3)]
    late = [Delivery(each.began, each.due, each.due + timedelta(days=50)) for each in history[:15]]
    never = [Delivery(BEGAN, date(2019, 2, 1)) for _ in range(20)]
    assert probability(history + to_come) > Decimal("0.8")
    assert probability(late + never + to_come) < Decimal("0.05")


def probability(deliveries: list[Delivery]) -> Decimal:
    found = forecast(deliveries, AS_AT, UNTIL, seed=1).probability
    assert found is not None
    return found


@pytest.mark.parametrize("closed", range(LEAST_CLOSED + 2))
def test_with_too_little_history_nothing_is_said(closed: int) -> None:
    deliveries = [Delivery(BEGAN, date(2019, 3, 1), date(2019, 3, 1)) for _ in range(closed)]
    deliveries += [Delivery(BEGAN, date(2019, 5, 20)) for _ in range(5)]
    found = forecast(deliveries, AS_AT, UNTIL, seed=1)
    assert (found.probability is None) is (closed < LEAST_CLOSED)
    assert (found.planned, found.complete, found.needed) == (closed + 5, closed, 5)


def test_what_is_recovered_already_is_certain_and_what_can_not_be_is_not() -> None:
    done = [Delivery(BEGAN, date(2019, 3, 1), date(2019, 3, 1)) for _ in range(10)]
    assert probability(done) == 1
    assert forecast([*done, Delivery(BEGAN, UNTIL)], UNTIL, UNTIL, seed=1).probability == 0


def test_what_was_closed_after_the_as_at_date_was_open_on_it() -> None:
    known = [Delivery(BEGAN, date(2019, 3, 1), date(2019, 3, 1)) for _ in range(10)]
    closed_later = Delivery(BEGAN, date(2019, 5, 10), date(2019, 5, 9))
    still_open = Delivery(BEGAN, date(2019, 5, 10))
    assert forecast([*known, closed_later], AS_AT, UNTIL, seed=1) == forecast(
        [*known, still_open], AS_AT, UNTIL, seed=1
    )


def test_it_does_not_look_back() -> None:
    with pytest.raises(ValueError, match="looks forward"):
        forecast([], UNTIL, AS_AT, seed=1)


@st.composite
def plans(draw: st.DrawFn) -> list[Delivery]:
    found = []
    for _ in range(draw(st.integers(0, 30))):
        began = BEGAN + timedelta(days=draw(st.integers(0, 60)))
        due = began + timedelta(days=draw(st.integers(0, 300)))
        open_for = draw(st.none() | st.integers(0, 300))
        found.append(Delivery(began, due, None if open_for is None else began + timedelta(days=open_for)))
    return found


@settings(max_examples=60, deadline=None)
@given(plans(), st.integers(0, 2**32))
def test_the_same_facts_give_the_same_figures_in_any_order(deliveries: list[Delivery], seed: int) -> None:
    found: Forecast = forecast(deliveries, AS_AT, UNTIL, seed=seed, runs=50)
    assert found == forecast(deliveries, AS_AT, UNTIL, seed=seed, runs=50)
    assert found.probability is None or 0 <= found.probability <= 1
    assert found.complete + found.open_ones == sum(each.began <= AS_AT for each in deliveries)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("1", Odds.VERY_LIKELY), ("0.9", Odds.VERY_LIKELY), ("0.89", Odds.LIKELY), ("0.6", Odds.LIKELY),
        ("0.5", Odds.UNCERTAIN), ("0.4", Odds.UNCERTAIN), ("0.39", Odds.NOT_LIKELY), ("0.1", Odds.NOT_LIKELY),
        ("0.09", Odds.VERY_UNLIKELY), ("0", Odds.VERY_UNLIKELY),
    ],
)  # fmt: skip
def test_a_probability_in_words(said: str, word: Odds) -> None:
    assert odds(Decimal(said)) is word


@pytest.mark.parametrize(
    ("outlook", "said", "differs"),
    [
        (Outlook.WILL_RECOVER, "0.5", False), (Outlook.WILL_RECOVER, "0.49", True), (Outlook.MAY_NOT, "0.5", False),
        (Outlook.MAY_NOT, "0.95", True), (Outlook.MAY_NOT, "0.05", True), (Outlook.UNLIKELY, "0.3", False),
        (Outlook.UNLIKELY, "0.6", True),
    ],
)  # fmt: skip
def test_where_chair_and_forecast_differ_it_is_said(outlook: Outlook, said: str, *, differs: bool) -> None:
    assert differs_from(outlook, Decimal(said)) is differs
