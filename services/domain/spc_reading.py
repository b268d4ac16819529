"""What a chart says, in one sentence, and what its icons say in words. Target first, then variation and since when."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from services.domain.spc import LEAST_POINTS, SpcResult
from services.domain.wording import written
from services.domain.words import Direction, RuleSet, SignalDirection, TargetAssurance, Verdict

NOT_ENOUGH: Final = "Not enough points yet"

_ASSURANCE_SAYS: Final = {
    TargetAssurance.PASS: "is consistently meeting the target",
    TargetAssurance.FAIL: "is failing the target",
    TargetAssurance.INCONSISTENT: "is meeting and missing the target at random",
}
_VARIATION_SAYS: Final = {
    Verdict.IMPROVEMENT: "shows improving variation",
    Verdict.CONCERN: "shows concerning variation",
}
_CHANGE_SAYS: Final = {
    SignalDirection.HIGH: "shows a change upwards",
    SignalDirection.LOW: "shows a change downwards",
}


@dataclass(frozen=True, slots=True)
class IconWords:
    """An icon in words: a few beside it, and a sentence for whoever can't see it."""

    label: str
    explanation: str


def reading(result: SpcResult, name: str = "Performance") -> str:
    """The one sentence, without a full stop: "Performance is failing the target and shows concerning variation since …"."""
    if result.last is None:
        return (
            f"{name} has no values that take part: all are ghosted"
            if result.values
            else f"{name} has no values yet"
        )
    if result.variation is None or result.groups[-1].upper_limit is None:
        return f"{name} {_too_few(result)}"
    parts = []
    if result.assurance is not None:
        parts.append(_ASSURANCE_SAYS[result.assurance])
    parts.append(_variation(result))
    return f"{name} {' and '.join(parts)}"


def variation_icon(result: SpcResult) -> IconWords:
    """The variation icon in words."""
    at = result.last
    if at is None or result.variation is None:
        return IconWords(NOT_ENOUGH, "There are not enough points yet to judge the variation.")
    if result.variation is Verdict.COMMON_CAUSE:
        return IconWords("Common cause", "Common cause variation: no significant change.")
    direction = result.signals[at][1]
    side = "higher" if direction is SignalDirection.HIGH else "lower"
    if result.variation is Verdict.CHANGE:
        return IconWords(f"Change, {side}", f"Special cause variation: values are {side}; neither is better.")
    said = "improving" if result.variation is Verdict.IMPROVEMENT else "concerning"
    return IconWords(
        f"{result.variation.label}, {side}", f"Special cause variation of {said} nature: values are {side}."
    )


def assurance_icon(result: SpcResult) -> IconWords | None:
    """The assurance icon in words; None where there is no target to be sure of, or no direction that is better."""
    match result.assurance:
        case TargetAssurance.PASS:
            return IconWords("Passing the target", "The target will be met consistently as things are.")
        case TargetAssurance.FAIL:
            return IconWords("Failing the target", "The target will be missed consistently as things are.")
        case TargetAssurance.INCONSISTENT:
            return IconWords(
                "Hit or miss", "The target will be met at some times and missed at others, by chance."
            )
    has_better = result.improvement_direction is not Direction.NEUTRAL
    if has_better and result.target is not None and result.variation is None:
        return IconWords(NOT_ENOUGH, "There are not enough points yet to judge the target.")
    return None


def since(result: SpcResult) -> date | None:
    """The period from which on every point says what the last one does; ghosted points say nothing. None without points.

    It never reaches back across a rebase.
    """
    at = result.last
    if at is None:
        return None
    said, first = result.verdict(at), at
    start = result.group_of(at).start
    direction = result.signals.get(at, (None, None))[1]
    for earlier in range(at - 1, start - 1, -1):
        if result.ghosted[earlier]:
            continue
        same_way = result.signals.get(earlier, (None, None))[1] is direction
        if result.verdict(earlier) is not said or not same_way:
            break
        first = earlier
    return result.periods[first]


def period_written(day: date, result: SpcResult) -> str:
    """November 2017 where every period is a first of a month, else 13 November 2017."""
    return f"{day:%B %Y}" if all(each.day == 1 for each in result.periods) else written(day)


def _variation(result: SpcResult) -> str:
    if result.variation is Verdict.COMMON_CAUSE or result.variation is None:
        return "shows common cause variation only"
    first = since(result)
    at = result.last
    assert first is not None
    assert at is not None
    says = (
        _CHANGE_SAYS[result.signals[at][1]]
        if result.variation is Verdict.CHANGE
        else _VARIATION_SAYS[result.variation]
    )
    return f"{says} since {period_written(first, result)}"


def _too_few(result: SpcResult) -> str:
    group = result.groups[-1]
    least = LEAST_POINTS if result.rule_set is RuleSet.MDC else 2
    if group.size >= least:
        return "can't be judged: its baseline does not vary at all"
    since_when = f" since {period_written(result.periods[group.start], result)}" if group.number else ""
    points = f"{group.size} point{'' if group.size == 1 else 's'}"
    return f"has too few points to be judged yet: {points}{since_when}, and limits need {least}"
