"""From what is kept of a KPI's series back to a result that can be drawn, and the other way: nothing is worked out again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from services.domain.spc import Group, SpcResult
from services.domain.words import Direction, RuleSet, SignalDirection, SpecialCause, TargetAssurance, Verdict

_LINES = ("mean", "lower_limit", "upper_limit", "lower_near_limit", "upper_near_limit")


def result_of(kept: Mapping[str, Any]) -> SpcResult:
    """The result as `kpi_standing.result` has it."""
    points: Sequence[Mapping[str, Any]] = kept["points"]
    return SpcResult(
        rule_set=RuleSet(kept["rule_set"]),
        improvement_direction=Direction(kept["improvement_direction"]),
        target=kept["target"],
        periods=[date.fromisoformat(each["period"]) for each in points],
        values=[each["value"] for each in points],
        ghosted=[each["ghosted"] for each in points],
        groups=list(_groups(points)),
        signals={
            at: (SpecialCause(each["special_cause"]), SignalDirection(each["direction"]))
            for at, each in enumerate(points)
            if each["special_cause"] is not None
        },
        variation=None if kept["variation"] is None else Verdict(kept["variation"]),
        assurance=None if kept["assurance"] is None else TargetAssurance(kept["assurance"]),
        notes=kept["notes"],
    )


def kept_of(result: SpcResult) -> dict[str, Any]:
    """A result as far as `result_of` reads it."""
    return {
        "rule_set": result.rule_set,
        "improvement_direction": result.improvement_direction,
        "target": result.target,
        "variation": result.variation,
        "assurance": result.assurance,
        "notes": list(result.notes),
        "points": [_point(result, at) for at in range(len(result.values))],
    }


def _point(result: SpcResult, at: int) -> dict[str, Any]:
    group = result.group_of(at)
    cause, direction = result.signals.get(at, (None, None))
    return {
        "period": result.periods[at].isoformat(),
        "value": result.values[at],
        "ghosted": result.ghosted[at],
        "group": group.number,
        "special_cause": cause,
        "direction": direction,
        **{name: getattr(group, name) for name in _LINES},
    }


def _groups(points: Sequence[Mapping[str, Any]]) -> Iterator[Group]:
    start = 0
    for number, members in groupby(points, key=lambda each: int(each["group"])):
        own = list(members)
        lines = {name: own[0][name] for name in _LINES}
        yield Group(number, start, start + len(own), sum(not each["ghosted"] for each in own), **lines)
        start += len(own)
