"""The rules of control charts once more, slow and plain, read off the specification sentence by sentence.

It shares nothing with `services/domain/spc.py` but the words. Values are floats; arithmetic is that of doubles.
"""

from dataclasses import dataclass
from fractions import Fraction

Cell = tuple[str | None, str | None, str | None]
"""Special cause, direction, verdict."""


@dataclass
class Judged:
    """Lines and cells of one series."""

    lines: list[tuple[float | None, ...]]
    cells: list[Cell]
    variation: str | None
    assurance: str | None


def exact_mean(values: list[float]) -> float:
    """Without any rounding but the last."""
    return float(sum(map(Fraction, values)) / len(values))


def judge(
    values: list[float], ghosted: list[bool], groups: list[int], *, better: str, target: float | None,
    baseline: int | None, rule_set: str, screens: bool,
) -> Judged:  # fmt: skip
    """`groups` has each point's group."""
    lines: list[tuple[float | None, ...]] = [(None,) * 5] * len(values)
    cells: list[Cell] = [(None, None, None)] * len(values)
    for group in sorted(set(groups)):
        members = [at for at in range(len(values)) if groups[at] == group]
        places = [at for at in members if not ghosted[at]]
        own = [values[at] for at in places]
        drawn = group_lines(own, baseline, rule_set, screens)
        for at in members:
            lines[at] = drawn
        for at, cell in zip(places, group_cells(own, drawn, rule_set, better), strict=True):
            cells[at] = cell
    taking_part = [at for at in range(len(values)) if not ghosted[at]]
    in_last = [at for at in taking_part if groups[at] == groups[-1]]
    variation = cells[taking_part[-1]][2] if taking_part else None
    assurance = target_assurance(lines[-1], target, better, rule_set)
    if rule_set == "mdc" and len(in_last) < 13:
        variation = assurance = None
    return Judged(lines, cells, variation, assurance)


def group_lines(
    values: list[float], baseline: int | None, rule_set: str, screens: bool
) -> tuple[float | None, ...]:
    """Mean, limits and near limits."""
    if not values:
        return (None,) * 5
    base = values[:baseline] if baseline is not None else values
    mean = exact_mean(base)
    ranges = [abs(base[at] - base[at - 1]) for at in range(1, len(base))]
    if screens and ranges:
        typical = exact_mean(ranges)
        ranges = [each for each in ranges if each < 3.267 * typical]
    if not ranges or (rule_set == "mdc" and len(values) < 13):
        return (mean, None, None, None, None)
    typical = exact_mean(ranges)
    near = 2 * (2.66 / 3)
    return (
        mean, mean - 2.66 * typical, mean + 2.66 * typical, mean - near * typical, mean + near * typical,
    )  # fmt: skip


def group_cells(  # noqa: PLR0912 -- as plain as the specification
    values: list[float], drawn: tuple[float | None, ...], rule_set: str, better: str
) -> list[Cell]:
    """Every rule at every point, then the one label."""
    mean, lower, upper, lower_near, upper_near = drawn
    if mean is None or lower is None or upper is None or lower_near is None or upper_near is None:
        return [(None, None, "common_cause" if rule_set == "nhsr" else None)] * len(values)
    count = len(values)
    everywhere = range(count)
    side = [(value > mean) - (value < mean) for value in values]
    outside = [value > upper or value < lower for value in values]
    close = [
        (value > upper_near or value < lower_near) and (rule_set == "mdc" or not outside[at])
        for at, value in enumerate(values)
    ]
    trend, two_of_three, shift = ([False] * count for _ in range(3))
    for start in everywhere:
        seven = range(start, start + 7)
        if start + 7 <= count:
            steps = [values[at + 1] - values[at] for at in seven[:-1]]
            if all(step > 0 for step in steps) or all(step < 0 for step in steps):
                for at in seven:
                    trend[at] = True
            if all(side[at] == 1 for at in seven) or all(side[at] == -1 for at in seven):
                for at in seven:
                    shift[at] = True
        three = range(start, start + 3)
        if start + 3 <= count and (all(side[a] == 1 for a in three) or all(side[a] == -1 for a in three)):
            beyond = [at for at in three if close[at]]
            if len(beyond) >= 2:
                for at in beyond:
                    two_of_three[at] = True
    cells: list[Cell] = []
    for at in everywhere:
        level = "high" if side[at] > 0 else "low"
        found = []
        if outside[at]:
            found.append(("outside_limits", level))
        if trend[at]:
            found.append(("trend", trend_direction(values, trend, at, rule_set)))
        if two_of_three[at]:
            found.append(("two_of_three", level))
        if shift[at]:
            found.append(("shift", level))
        cells.append(one_label(found, rule_set, better))
    return cells


def trend_direction(values: list[float], trend: list[bool], at: int, rule_set: str) -> str:
    """That of the step to the next point when both are trend points, else of the step before it."""
    step = values[at] - values[at - 1] if at else 0.0
    if at + 1 < len(values) and trend[at + 1] and (rule_set == "nhsr" or values[at + 1] != values[at]):
        step = values[at + 1] - values[at]
    return "high" if step > 0 else "low"


def one_label(found: list[tuple[str, str]], rule_set: str, better: str) -> Cell:
    """The first match; by `mdc` the first that is good, if any is."""
    says = {
        "increase": {"high": "improvement", "low": "concern"},
        "decrease": {"high": "concern", "low": "improvement"},
        "neutral": {"high": "change", "low": "change"},
    }[better]
    if not found:
        return (None, None, "common_cause")
    good = [each for each in found if says[each[1]] == "improvement"]
    cause, direction = good[0] if good and rule_set == "mdc" else found[0]
    return cause, direction, says[direction]


def target_assurance(
    drawn: tuple[float | None, ...], target: float | None, better: str, rule_set: str
) -> str | None:
    """Wholly beyond on the good side, wholly on the bad side, or neither."""
    if target is None or better == "neutral":
        return None
    _, lower, upper, _, _ = drawn
    if lower is None or upper is None:
        return "inconsistent" if rule_set == "nhsr" else None
    at_equality = rule_set == "mdc"
    above = lower > target or (at_equality and lower == target)
    below = upper < target or (at_equality and upper == target)
    good, bad = (above, below) if better == "increase" else (below, above)
    return "pass" if good else "fail" if bad else "inconsistent"
