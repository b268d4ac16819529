"""The one sentence that a chart says, and its icons in words."""

from datetime import date

import pytest

from services.domain.spc import Observation, SpcResult, xmr
from services.domain.spc_reading import assurance_icon, reading, since, variation_icon
from services.domain.words import Direction, RuleSet

ZIGZAG = [9.0, 11.0] * 10
UP, DOWN, NEUTRAL = Direction.INCREASE, Direction.DECREASE, Direction.NEUTRAL


def judged(
    after: list[float], better: Direction, target: float | None, ghosts: tuple[int, ...] = (), day: int = 1
) -> SpcResult:
    values = [*ZIGZAG, *after]
    rows = [
        Observation(date(2016 + at // 12, at % 12 + 1, day), value, at in ghosts)
        for at, value in enumerate(values)
    ]
    return xmr(rows, improvement_direction=better, target=target, baseline_points=20)


SENTENCES = [
    ([16, 17], UP, 20, "is failing the target and shows improving variation since September 2017"),
    (
        [9, 16],
        DOWN,
        20,
        "is consistently meeting the target and shows concerning variation since October 2017",
    ),
    ([9, 11], UP, 10, "is meeting and missing the target at random and shows common cause variation only"),
    ([9, 11], UP, None, "shows common cause variation only"),
    ([16], NEUTRAL, 10, "shows a change upwards since September 2017"),
    ([11, 4], NEUTRAL, None, "shows a change downwards since October 2017"),
    ([3, 16], UP, None, "shows improving variation since October 2017"),
]


@pytest.mark.parametrize(("after", "better", "target", "says"), SENTENCES)
def test_the_target_is_read_first_then_variation_and_since_when(
    after: list[float], better: Direction, target: float | None, says: str
) -> None:
    assert reading(judged(after, better, target)) == f"Performance {says}"


def test_a_ghosted_point_neither_speaks_nor_interrupts() -> None:
    result = judged([16, 2, 17, 1], UP, None, ghosts=(21, 23))
    assert reading(result, "Beds") == "Beds shows improving variation since September 2017"


def test_a_day_is_written_whole_where_periods_are_no_months() -> None:
    assert reading(judged([16], UP, None, day=4)).endswith("since 4 September 2017")


@pytest.mark.parametrize(("count", "rebased", "says"), [
    (0, None, "has no values yet"),
    (1, None, "has too few points to be judged yet: 1 point, and limits need 13"),
    (12, None, "has too few points to be judged yet: 12 points, and limits need 13"),
    (18, 14, "has too few points to be judged yet: 4 points since March 2017, and limits need 13"),
])  # fmt: skip
def test_too_few_points_are_said(count: int, rebased: int | None, says: str) -> None:
    months = [date(2016 + at // 12, at % 12 + 1, 1) for at in range(count)]
    result = xmr(
        [Observation(month, at % 3) for at, month in enumerate(months)], improvement_direction=UP, target=1,
        rebase=[months[rebased]] if rebased else (),
    )  # fmt: skip
    assert reading(result) == f"Performance {says}"
    assert variation_icon(result).label == "Not enough points yet"
    icon = assurance_icon(result)
    assert icon is not None
    assert icon.label == "Not enough points yet"


def test_where_neither_way_is_better_there_is_no_assurance_however_few_points() -> None:
    few = xmr([Observation(date(2016, 1, 1), 1)], improvement_direction=NEUTRAL, target=1)
    assert assurance_icon(few) is None


@pytest.mark.parametrize(("after", "better", "target", "variation", "assurance"), [
    ([16], UP, 20, "Improvement, higher", "Failing the target"),
    ([16], DOWN, 20, "Concern, higher", "Passing the target"),
    ([4], DOWN, 10, "Improvement, lower", "Hit or miss"),
    ([4], NEUTRAL, 10, "Change, lower", None),
    ([9], UP, None, "Common cause", None),
])  # fmt: skip
def test_icons_have_words(
    after: list[float], better: Direction, target: float | None, variation: str, assurance: str | None
) -> None:
    result = judged(after, better, target)
    icon = assurance_icon(result)
    assert (variation_icon(result).label, icon and icon.label) == (variation, assurance)


def test_since_when_never_reaches_back_across_a_rebase() -> None:
    values = [9.0, 11.0] * 10
    months = [date(2016 + at // 12, at % 12 + 1, 1) for at in range(20)]
    result = xmr(
        [Observation(month, value) for month, value in zip(months, values, strict=True)],
        improvement_direction=UP, rebase=[months[5]], rule_set=RuleSet.NHSR,
    )  # fmt: skip
    assert since(result) == months[5]


def test_by_nhsr_a_sentence_claims_nothing_without_limits() -> None:
    one = xmr(
        [Observation(date(2018, 4, 1), 81.2)], improvement_direction=UP, target=3, rule_set=RuleSet.NHSR
    )
    assert reading(one) == "Performance has too few points to be judged yet: 1 point, and limits need 2"


def test_values_that_are_all_ghosted_are_not_called_none() -> None:
    rows = [Observation(date(2018, month, 1), 80.0 + month, True) for month in range(1, 13)]
    assert (
        reading(xmr(rows, improvement_direction=UP))
        == "Performance has no values that take part: all are ghosted"
    )
