"""Control charts: the worked cases of the reference implementation, cases by hand, and any series against a naive model."""

import csv
import json
import math
from collections.abc import Collection, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.errors import RuleBroken
from services.domain.spc import Observation, SpcResult, xmr
from services.domain.words import Direction, RuleSet
from tests.domain import naive_spc

DATA = Path(__file__).parents[3] / "shared" / "data"
ELSEWHERE = Path(__file__).parents[4] / "shared" / "data"
FOLDER = next((folder for folder in (DATA, ELSEWHERE) if folder.is_dir()), DATA)
EXAMPLES = sorted((FOLDER / "spc_examples").glob("*.json"))
NO_DATA = "the worked cases are not part of this project, and are not beside it"
UP, DOWN, NEUTRAL = Direction.INCREASE, Direction.DECREASE, Direction.NEUTRAL
MDC, NHSR = RuleSet.MDC, RuleSet.NHSR
LABELS = {
    "Above UCL": ("outside_limits", "high"), "Below LCL": ("outside_limits", "low"),
    "7 Point Trend (Increasing)": ("trend", "high"), "7 Point Trend (Decreasing)": ("trend", "low"),
    "2 in 3 Above CL": ("two_of_three", "high"), "2 in 3 Below CL": ("two_of_three", "low"),
    "7 Points Above CL": ("shift", "high"), "7 Points Below CL": ("shift", "low"), "Common Cause": (None, None),
}  # fmt: skip
ZIGZAG = [9.0, 11.0] * 10
"""Mean 10, mean range 2: limits 4.68 and 15.32, near limits 6.4533 and 13.5467, when it is the baseline."""


def month(number: int) -> date:
    return date(2010 + number // 12, number % 12 + 1, 1)


def series(values: Sequence[float | None], ghosts: Collection[int] = ()) -> list[Observation]:
    return [Observation(month(at), value, at in ghosts) for at, value in enumerate(values)]


def judged(values: Sequence[float | None], better: Direction = UP, **options: Any) -> SpcResult:
    return xmr(series(values, options.pop("ghosts", ())), improvement_direction=better, **options)


def labels(result: SpcResult) -> dict[int, tuple[str, str]]:
    return {at: (str(cause), str(way)) for at, (cause, way) in sorted(result.signals.items())}


@pytest.mark.skipif(not EXAMPLES, reason=NO_DATA)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_worked_cases_of_the_reference_implementation_hold(path: Path) -> None:
    case = json.loads(path.read_text())
    options, expected = case["options"], case["expected"]
    result = xmr(
        [
            Observation(date.fromisoformat(each["date"]), each["value"], each["date"] in options["ghosted"])
            for each in case["input"]
        ],
        improvement_direction=Direction(options["improvement_direction"]),
        target=options["target"],
        rebase=[date.fromisoformat(each) for each in options["rebase"]],
        baseline_points=options["fix_after_n_points"],
        rule_set=NHSR,
        screen_outliers=options["screen_outliers"],
    )
    for point, wanted in zip(result.points, expected["points"], strict=True):
        assert point.group == wanted["rebase_group"]
        for line, theirs in (
            ("mean", "mean"),
            ("lower_limit", "lpl"),
            ("upper_limit", "upl"),
            ("lower_near_limit", "nlpl"),
            ("upper_near_limit", "nupl"),
        ):
            assert math.isclose(getattr(point, line), wanted[theirs], rel_tol=1e-9), (point, line)
        assert (point.special_cause, point.direction) == LABELS[wanted["special_cause_type"]], point
        assert wanted["point_type"].removeprefix("special_cause_") == point.verdict, point
    summary = expected["summary"]
    assert summary["variation_type"].removeprefix("special_cause_") == result.variation
    assert (summary["assurance_type"] or "").removeprefix("consistent_") == (result.assurance or "")
    assert bool(expected["warning"]) == bool(result.notes)


def rxw() -> list[Observation]:
    path = FOLDER / "ae_attendances_RXW.csv"
    if not path.exists():
        pytest.skip(NO_DATA)
    with path.open() as file:
        rows = [row for row in csv.DictReader(file) if row["type"] == "1"]
    return [
        Observation(date.fromisoformat(row["period"]), 1 - int(row["breaches"]) / int(row["attendances"]))
        for row in rows
    ]


@pytest.mark.parametrize("rule_set", RuleSet)
def test_four_hour_performance_has_the_figures_of_the_specification(rule_set: RuleSet) -> None:
    plain = xmr(rxw(), improvement_direction=UP, target=0.95, rule_set=rule_set)
    group = plain.groups[0]
    assert group.mean is not None
    assert abs(100 * group.mean - 71.15) < 0.05
    assert (plain.variation, plain.assurance) == ("concern", "fail")

    rebased = xmr(rxw(), improvement_direction=UP, target=0.95, rebase=[date(2017, 11, 1)], rule_set=rule_set)
    assert [rebased.verdict(at) for at in range(36)] == ["common_cause"] * 36
    assert rebased.assurance == "fail"
    last = rebased.groups[1]
    assert last.mean is not None
    assert round(100 * last.mean, 1) == 64.5


def test_four_hour_performance_has_its_limits_by_the_reference_rules() -> None:
    plain = xmr(rxw(), improvement_direction=UP, target=0.95, rule_set=NHSR).groups[0]
    last = xmr(rxw(), improvement_direction=UP, rebase=[date(2017, 11, 1)], rule_set=NHSR).groups[1]
    found = [
        (round(100 * (g.lower_limit or 0), 1), round(100 * (g.upper_limit or 0), 1)) for g in (plain, last)
    ]
    assert found == [(62.4, 79.9), (55.6, 73.4)]


@pytest.mark.parametrize(("rule_set", "screens", "upper"), [
    (NHSR, None, 4.604), (NHSR, False, 6.952), (MDC, None, 6.952), (MDC, True, 4.604),
])  # fmt: skip
def test_moving_ranges_are_screened_as_the_rule_set_or_the_caller_says(
    rule_set: RuleSet, screens: bool | None, upper: float
) -> None:
    values = [1, 2, 1, 2, 10, *[1, 2] * 6, 1]
    group = judged(values, rule_set=rule_set, screen_outliers=screens).groups[0]
    assert (round(group.mean or 0, 3), round(group.upper_limit or 0, 3)) == (1.944, upper)


RULES = [
    ("nothing in a zigzag", [9, 11, 9, 11], {}),
    ("a point on the limit is inside", [15.32, 9], {}),
    ("a point above the limit", [15.33, 9], {20: ("outside_limits", "high")}),
    ("a point below the limit", [4.67, 11], {20: ("outside_limits", "low")}),
    ("seven above the mean", [11] * 7 + [9], dict.fromkeys(range(19, 27), ("shift", "high"))),
    ("five more above the mean are six", [11] * 5 + [9], {}),
    ("seven below the mean", [9] * 7, dict.fromkeys(range(20, 27), ("shift", "low"))),
    ("a point on the mean breaks a shift", [11, 11, 11, 10, 11, 11, 11], {}),
    ("seven rising", [7, 8, 9, 10.5, 11, 12, 13, 9], dict.fromkeys(range(20, 27), ("trend", "high"))),
    ("six rising", [7.75, 8.5, 9.25, 10.25, 11, 12, 8], {}),
    ("an equal neighbour breaks a trend", [7, 8, 9, 9, 11, 12, 13, 9], {}),
    ("seven falling", [13, 12, 11.5, 10.5, 9, 8, 7, 11], dict.fromkeys(range(20, 27), ("trend", "low"))),
    ("two of three, the first and last", [14, 11, 14, 9], {20: ("two_of_three", "high"), 22: ("two_of_three", "high")}),
    ("two of three, neighbours with one on their side", [14, 14, 9], {
        20: ("two_of_three", "high"), 21: ("two_of_three", "high"),
    }),
    ("two of three with one on the other side", [9, 14, 14, 9], {}),
    ("two of three low", [6, 9, 6, 11], {20: ("two_of_three", "low"), 22: ("two_of_three", "low")}),
    ("two of four", [14, 11, 11, 14, 9], {}),
]  # fmt: skip


@pytest.mark.parametrize("rule_set", RuleSet)
@pytest.mark.parametrize(("after", "wanted"), [case[1:] for case in RULES], ids=[case[0] for case in RULES])
def test_each_rule_by_hand(rule_set: RuleSet, after: list[float], wanted: dict[int, tuple[str, str]]) -> None:
    """After a baseline with limits 4.68 and 15.32."""
    found = labels(judged([*ZIGZAG, *after], baseline_points=20, rule_set=rule_set))
    assert found == wanted


@pytest.mark.parametrize(("rule_set", "wanted"), [
    (NHSR, {20: ("outside_limits", "high")}),
    (MDC, {20: ("outside_limits", "high"), 22: ("two_of_three", "high")}),
])  # fmt: skip
def test_a_point_beyond_the_limit_counts_among_two_of_three_by_one_rule_set(
    rule_set: RuleSet, wanted: dict[int, tuple[str, str]]
) -> None:
    found = labels(judged([*ZIGZAG, 16, 11, 14, 9], baseline_points=20, rule_set=rule_set))
    assert found == wanted


@pytest.mark.parametrize(("rule_set", "better", "wanted"), [
    (NHSR, UP, ("outside_limits", "low", "concern")),
    (NHSR, DOWN, ("outside_limits", "low", "improvement")),
    (MDC, UP, ("trend", "high", "improvement")),
    (MDC, DOWN, ("outside_limits", "low", "improvement")),
    (MDC, NEUTRAL, ("outside_limits", "low", "change")),
])  # fmt: skip
def test_a_point_with_a_good_and_a_bad_signal(
    rule_set: RuleSet, better: Direction, wanted: tuple[str, str, str]
) -> None:
    """It lies below the lower limit and begins a rise."""
    values = [*ZIGZAG, 4, 5, 6, 7, 8, 9, 12]
    point = judged(values, better, baseline_points=20, rule_set=rule_set).points[20]
    assert (point.special_cause, point.direction, point.verdict) == wanted


def test_the_turn_of_two_trends_goes_with_the_step_after_it() -> None:
    result = judged([*ZIGZAG, 7, 8, 9, 10.5, 11, 12, 13, 12, 11, 10.5, 9, 8, 7], baseline_points=20)
    assert result.signals[25] == ("trend", "high")
    assert judged([*ZIGZAG, 7, 8, 9, 10.5, 11, 12, 13, 12, 11, 10.5, 9, 8, 7], NEUTRAL, baseline_points=20).signals[26] == (
        "trend", "low",
    )  # fmt: skip


@pytest.mark.parametrize(("rule_set", "better", "target", "wanted"), [
    (NHSR, UP, 4.68, "inconsistent"), (MDC, UP, 4.68, "pass"), (MDC, UP, 15.32, "fail"), (NHSR, UP, 15.32, "inconsistent"),
    (NHSR, UP, 4.6, "pass"), (NHSR, UP, 15.4, "fail"), (MDC, UP, 10, "inconsistent"), (MDC, DOWN, 15.32, "pass"),
    (MDC, DOWN, 4.68, "fail"), (NHSR, DOWN, 15.4, "pass"), (NHSR, DOWN, 4.6, "fail"), (MDC, NEUTRAL, 4, None),
    (MDC, UP, None, None),
])  # fmt: skip
def test_assurance_is_the_target_against_the_last_limits(
    rule_set: RuleSet, better: Direction, target: float | None, wanted: str | None
) -> None:
    result = judged(ZIGZAG, better, target=target, rule_set=rule_set)
    assert (result.groups[0].lower_limit, result.groups[0].upper_limit) == (4.68, 15.32)
    assert result.assurance == wanted


@pytest.mark.parametrize(("count", "rule_set", "verdict", "assurance", "note"), [
    (12, MDC, None, None, "12 points, and limits need at least 13"),
    (13, MDC, "common_cause", "inconsistent", None),
    (12, NHSR, "common_cause", "inconsistent", "provisional"),
    (13, NHSR, "common_cause", "inconsistent", None),
    (1, NHSR, "common_cause", "inconsistent", "not enough data for limits: 1 point."),
    (1, MDC, None, None, "1 point,"),
])  # fmt: skip
def test_few_points(
    count: int, rule_set: RuleSet, verdict: str | None, assurance: str | None, note: str | None
) -> None:
    result = judged(([9, 11] * 7)[:count], target=10, rule_set=rule_set)
    assert (result.variation, result.assurance) == (verdict, assurance)
    assert [point.verdict for point in result.points] == [verdict] * count
    assert (note in result.notes[0]) if note else not result.notes
    assert result.has_limits == (note is None or (count == 12 and rule_set is NHSR))


def test_a_baseline_without_variation_has_no_limits_where_ranges_are_screened() -> None:
    screened = judged([5.0] * 20, target=6, rule_set=NHSR)
    assert (screened.groups[0].upper_limit, screened.variation, screened.assurance) == (
        None,
        "common_cause",
        "inconsistent",
    )
    assert "does not vary" in screened.notes[0]
    whole = judged([5.0] * 20, target=6)
    assert (whole.groups[0].upper_limit, whole.variation, whole.assurance) == (5.0, "common_cause", "fail")


def test_a_ghosted_point_takes_part_in_nothing_and_has_its_groups_lines() -> None:
    without = judged(ZIGZAG)
    result = judged([*ZIGZAG[:5], 99, *ZIGZAG[5:]], ghosts=[5])
    ghost = result.points[5]
    assert (ghost.mean, ghost.upper_limit) == (without.groups[0].mean, without.groups[0].upper_limit)
    assert (ghost.special_cause, ghost.direction, ghost.verdict) == (None, None, None)
    assert not result.signals


def test_the_last_point_that_is_not_ghosted_gives_the_icon() -> None:
    result = judged([*ZIGZAG, 16, 50], ghosts=[21], baseline_points=20)
    assert result.variation == "improvement"


def test_runs_bridge_a_missing_value_and_the_gap_is_told() -> None:
    result = judged([*ZIGZAG, 11, 11, 11, None, 11, 11, 11], baseline_points=20)
    assert len(result.values) == 26
    assert result.signals[25] == ("shift", "high")
    assert result.notes == ("There is no value for 1 December 2011: ranges and runs bridge the gap.",)


def test_nothing_crosses_a_rebase() -> None:
    values = [*ZIGZAG, *[11.0] * 3, *[11.0, 12.0] * 7]
    result = judged(values, rebase=[month(23)])
    assert [(group.start, group.end, group.size) for group in result.groups] == [(0, 23, 23), (23, 37, 14)]
    assert not result.signals


def test_a_rebase_at_a_period_without_a_value_begins_at_the_next() -> None:
    result = judged([*ZIGZAG, None, *ZIGZAG], rebase=[month(20)])
    assert [group.start for group in result.groups] == [0, 20]


def test_no_values_at_all_are_no_fault() -> None:
    result = judged([], target=5)
    assert (result.points, result.variation, result.assurance) == ((), None, None)
    assert result.notes == ("There are no values yet.",)


@pytest.mark.parametrize(("values", "options", "fields"), [
    (ZIGZAG, {"baseline_points": 11}, ["baseline_points"]),
    (ZIGZAG, {"baseline_points": -1, "target": math.nan}, ["target", "baseline_points"]),
    (ZIGZAG, {"rebase": [date(1999, 1, 1)]}, ["rebase"]),
    ([1, math.nan, 2, math.inf], {}, ["observations.1.value", "observations.3.value"]),
    ([10**400], {}, ["observations.0.value"]),
    ([1.7e308, -1.7e308] * 10, {}, ["observations"]),
    ([1e308] * 20, {}, ["observations"]),
])  # fmt: skip
def test_what_can_not_be_charted_is_refused_in_a_sentence(
    values: list[float], options: dict[str, Any], fields: list[str]
) -> None:
    with pytest.raises(RuleBroken) as broken:
        judged(values, **options)
    assert [each.field for each in broken.value.problems] == fields
    assert all(each.sentence.endswith(".") for each in broken.value.problems)


def test_a_period_twice_is_refused_at_the_second() -> None:
    with pytest.raises(RuleBroken) as broken:
        xmr([*series([1, 2, 3]), Observation(month(1), None)], improvement_direction=UP)
    assert [each.field for each in broken.value.problems] == ["observations.3.period"]


few_values = st.sampled_from([4.0, 5.0, 6.0, 8.0, 9.0, 10.0, 11.0, 12.0, 14.0, 15.0, 17.0, 0.1, 0.3])
some_series = st.lists(few_values, max_size=60) | st.builds(
    lambda start, steps: [start + sum(steps[:at]) for at in range(len(steps) + 1)],
    few_values,
    st.lists(st.sampled_from([-1.0, 0.0, 1.0, 1.0, 2.0]), max_size=60),
)
"""Few values that collide with each other, means and limits; and walks, which have trends."""


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_series_is_judged_as_by_the_naive_model(data: st.DataObject) -> None:
    values = data.draw(some_series)
    count = len(values)
    ghosts = data.draw(st.sets(st.integers(0, max(count - 1, 0)), max_size=3))
    rebase = data.draw(st.sets(st.integers(0, count - 1), max_size=3)) if count else set()
    better, rule_set = data.draw(st.sampled_from(Direction)), data.draw(st.sampled_from(RuleSet))
    baseline = data.draw(st.none() | st.integers(12, 30))
    target = data.draw(st.none() | few_values)
    screens = data.draw(st.none() | st.booleans())
    result = xmr(
        data.draw(st.permutations(series(values, ghosts))), improvement_direction=better, target=target,
        rebase=map(month, rebase), baseline_points=baseline, rule_set=rule_set, screen_outliers=screens,
    )  # fmt: skip
    starts = sorted({0, *rebase})
    groups = [sum(start <= at for start in starts) - 1 for at in range(count)]
    if not count:
        assert result.points == ()
        return
    expected = naive_spc.judge(
        values, [at in ghosts for at in range(count)], groups, better=better, target=target, baseline=baseline,
        rule_set=rule_set, screens=rule_set is NHSR if screens is None else screens,
    )  # fmt: skip
    for at, point in enumerate(result.points):
        lines = (
            point.mean, point.lower_limit, point.upper_limit, point.lower_near_limit, point.upper_near_limit,
        )  # fmt: skip
        for line, wanted in zip(lines, expected.lines[at], strict=True):
            assert (line is None) == (wanted is None)
            assert math.isclose(line or 0, wanted or 0, rel_tol=1e-12, abs_tol=1e-12)
        assert (point.special_cause, point.direction, point.verdict) == expected.cells[at], at
    assert (result.variation, result.assurance) == (expected.variation, expected.assurance)


whole_numbers = st.lists(st.integers(-500, 500), min_size=13, max_size=50)


@given(whole_numbers, st.sampled_from(RuleSet), st.integers(-3, 8))
def test_the_unit_does_not_matter(values: list[int], rule_set: RuleSet, power: int) -> None:
    """Scaled by a power of two, which doubles hold exactly, labels stay and lines are scaled."""
    one = judged(values, rule_set=rule_set)
    other = judged([value * 2.0**power for value in values], rule_set=rule_set)
    assert one.signals == other.signals
    if one.groups[0].upper_limit is not None:
        assert other.groups[0].upper_limit == pytest.approx(one.groups[0].upper_limit * 2.0**power)


@given(whole_numbers, st.sampled_from(RuleSet))
def test_better_upwards_is_better_downwards_in_a_mirror(values: list[int], rule_set: RuleSet) -> None:
    one = judged(values, UP, rule_set=rule_set, target=100)
    mirrored = judged([-value for value in values], DOWN, rule_set=rule_set, target=-100)
    level_turn = rule_set is NHSR and any(a == b for a, b in pairwise(values))
    if not level_turn:  # that rule set calls a level step between two trends a fall
        assert [one.verdict(at) for at in range(len(values))] == [
            mirrored.verdict(at) for at in range(len(values))
        ]
    assert one.assurance == mirrored.assurance


@given(
    st.lists(st.integers(-64, 64), min_size=16, max_size=16),
    st.sampled_from(RuleSet),
    st.integers(-1000, 1000),
)
def test_where_zero_lies_does_not_matter(values: list[int], rule_set: RuleSet, shift: int) -> None:
    """Sixteen whole numbers have a mean that doubles hold exactly, so that no point changes its side by rounding."""
    one = judged(values, rule_set=rule_set)
    other = judged([value + shift for value in values], rule_set=rule_set)
    group = one.groups[0]
    if group.upper_limit is None:
        assert other.groups[0].upper_limit is None
        return
    assert other.groups[0].upper_limit == pytest.approx(group.upper_limit + shift)
    on_a_line = any(
        math.isclose(value, line or 0, abs_tol=1e-9)
        for value in values
        for line in (group.upper_limit, group.lower_limit, group.upper_near_limit, group.lower_near_limit)
    )
    if not on_a_line:
        assert one.signals == other.signals


@given(whole_numbers, whole_numbers, st.sampled_from(RuleSet))
def test_a_group_knows_nothing_of_the_one_before(
    before: list[int], after: list[int], rule_set: RuleSet
) -> None:
    alone = judged(after, rule_set=rule_set)
    both = judged([*before, *after], rebase=[month(len(before))], rule_set=rule_set)
    assert {
        at - len(before): label for at, label in both.signals.items() if at >= len(before)
    } == alone.signals
    assert (both.groups[1].mean, both.groups[1].upper_limit) == (
        alone.groups[0].mean,
        alone.groups[0].upper_limit,
    )
