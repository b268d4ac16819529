"""What makes the definition of a KPI, its targets, its benchmarks and an ISG's set of KPIs acceptable, and what is still wanting.

Source: domain.md, Measures; Making Data Count (kite mark).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from services.domain.errors import Problem, RuleBroken
from services.domain.wording import is_blank, listed, written
from services.domain.words import Frequency, KeyQuestion, KpiLevel

FEWEST, MOST = 10, 20
"""How many high-level KPIs an ISG agrees on."""
PERCENTAGES: Final = frozenset({"%", "percent", "per cent", "percentage"})
LARGEST: Final = Decimal(10) ** 12
MOST_DECIMALS: Final = 6
KITE_MARK: Final[Mapping[str, str]] = {
    "timely": "Timely",
    "complete": "Complete",
    "audited": "Audited",
    "granular": "Granular",
}
"""What is said of the quality of a KPI's data, each yes, no or not judged yet."""
TITLES: Final[Mapping[str, str]] = {
    "name": "name",
    "purpose": "purpose",
    "key_question": "key question",
    "unit": "unit",
    "numerator": "what is counted",
    "denominator": "out of what",
    "part_of_whole": "part of a whole",
    "direction": "direction",
    "frequency": "frequency",
    "source": "source",
    "data_owner": "data owner",
    "quality_note": "note on data quality",
    "timely": "timely",
    "complete": "complete",
    "audited": "audited",
    "granular": "granular",
}
"""What each part of a definition is called, in the order in which it is told."""


def is_percentage(unit: str | None) -> bool:
    """Whether values in this unit are percentages: "%", "percent", "per cent", "percentage"."""
    return unit is not None and unit.strip().lower() in PERCENTAGES


def is_rate(unit: str | None) -> bool:
    """Whether something is counted out of something: a percentage, a rate, "per 1,000 bed days"."""
    plain = (unit or "").strip().lower()
    return is_percentage(unit) or plain == "rate" or plain.startswith(("per ", "rate "))


def frequency_of(text: str | None) -> Frequency | None:
    """The frequency that a text says, in any case; None where it says something else, and nothing is expected then."""
    plain = (text or "").strip().lower()
    return next((each for each in Frequency if each == plain), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionText:
    """What somebody enters to define a KPI. `frequency_before`: what it has already, which may be no word of ours."""

    level: KpiLevel
    name: str | None
    key_question: KeyQuestion | None
    unit: str | None
    numerator: str | None
    denominator: str | None
    part_of_whole: bool
    frequency: str | None
    frequency_before: str | None = None


def place_problems(level: KpiLevel, isg: str | None, root_cause: str | None) -> Iterator[Problem]:
    """A high-level KPI is an ISG's and tied to no root cause; any other goes with its root cause."""
    if level is KpiLevel.HIGH_LEVEL:
        if is_blank(isg):
            yield Problem("isg", "Choose the ISG whose KPI it is.")
        if not is_blank(root_cause):
            yield Problem(
                "root_cause",
                "A high-level KPI is tied to no root cause: leave it out, or define a KPI of a root cause.",
            )
    elif is_blank(root_cause):
        yield Problem("root_cause", "Give the reference of the root cause that it measures.")


def definition_problems(text: DefinitionText) -> Iterator[Problem]:
    """A name, a unit, for a high-level KPI a key question; numerator and denominator together; a frequency that is one."""
    if is_blank(text.name):
        yield Problem("name", "Give it a name that says what is measured.")
    if text.level is KpiLevel.HIGH_LEVEL and text.key_question is None:
        yield Problem("key_question", "Choose the key question that a high-level KPI answers.")
    if is_blank(text.unit):
        yield Problem("unit", "Say in which unit it is measured, for example %, days or number.")
    elif text.part_of_whole and not is_percentage(text.unit):
        yield Problem(
            "part_of_whole",
            f"Only a percentage can be part of a whole, and the unit is “{(text.unit or '').strip()}”.",
        )
    for name, other, asked in (
        ("numerator", "denominator", "Say what is counted, for you say out of what."),
        ("denominator", "numerator", "Say out of what it is counted, for you say what is counted."),
    ):
        if is_blank(getattr(text, name)) and not is_blank(getattr(text, other)):
            yield Problem(name, asked)
    if text.frequency and frequency_of(text.frequency) is None and text.frequency != text.frequency_before:
        words = listed([each.label.lower() for each in Frequency], "or")
        yield Problem("frequency", f"“{text.frequency}” is no frequency: choose {words}.")


def replacement_problems(
    name: str | None, unit: str | None, frequency: str | None, target: Decimal | None, *,
    frequency_before: str | None = None, within: str = "",
) -> Iterator[Problem]:  # fmt: skip
    """A KPI that an ISG measures instead of another is defined as any other; `within`: what its fields are called with."""
    text = DefinitionText(
        level=KpiLevel.ROOT_CAUSE, name=name, key_question=None, unit=unit, numerator=None, denominator=None,
        part_of_whole=False, frequency=frequency, frequency_before=frequency_before,
    )  # fmt: skip
    problems = [*definition_problems(text)]
    if target is not None:
        problems += target_problems(target, unit, part_of_whole=False, field="target")
    for problem in problems:
        yield replace(problem, field=within + problem.field)


def change_problems(
    holds_from: date, reason: str | None, latest_from: date | None, today: date
) -> Iterator[Problem]:
    """A definition changes from a day on, up to today and not before its last change, and somebody says why."""
    if holds_from > today:
        yield Problem(
            "holds_from", f"{written(holds_from)} is in the future: give the day from which it holds."
        )
    elif latest_from is not None and holds_from < latest_from:
        yield Problem(
            "holds_from",
            f"The definition was last changed from {written(latest_from)}: a later change can't hold before that.",
        )
    if is_blank(reason):
        yield Problem("reason", "Say why the definition changes.")


def check_target(
    value: Decimal | None, holds_from: date | None, reason: str | None, unit: str | None, *, part_of_whole: bool,
    has_target: bool,
) -> None:  # fmt: skip
    """A figure that the unit can reach; a target that replaces or follows another says why (RuleBroken)."""
    problems: list[Problem] = []
    if value is not None:
        problems += target_problems(value, unit, part_of_whole=part_of_whole)
    elif not has_target:
        problems.append(Problem("value", "Give the target: there is none that could end."))
    elif holds_from is None:
        problems.append(Problem("holds_from", "Give the day from which there is no target any more."))
    if has_target and is_blank(reason):
        problems.append(Problem("reason", "Say why the target changes."))
    _refuse(problems)


def target_problems(
    value: Decimal, unit: str | None, *, part_of_whole: bool, field: str = "value"
) -> Iterator[Problem]:
    """A target is a figure that the unit can reach."""
    if wrong := figure_problem(value, unit, part_of_whole=part_of_whole):
        yield Problem(field, wrong)


def figure_problem(value: Decimal, unit: str | None, *, part_of_whole: bool) -> str | None:
    """What is wrong with a figure in this unit, in one sentence; None where nothing is."""
    if not value.is_finite() or abs(value) > LARGEST:
        return "This is no figure that can be measured: give a number up to 1,000,000,000,000."
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MOST_DECIMALS:
        return f"Give the figure with at most {MOST_DECIMALS} decimal places."
    if part_of_whole and is_percentage(unit) and not 0 <= value <= 100:
        return f"{_plain(value)}% can't be part of a whole: give a percentage from 0 to 100."
    return None


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def check_retirement(retired_on: date, reason: str | None, today: date) -> None:
    """A KPI is retired on a day up to today, with the reason (RuleBroken)."""
    problems = [] if not is_blank(reason) else [Problem("reason", "Say why it is no longer measured.")]
    if retired_on > today:
        problems.append(
            Problem("retired_on", f"{written(retired_on)} is in the future: give the day on which it ended.")
        )
    _refuse(problems)


def check_benchmark(name: str | None, names: Collection[str]) -> None:
    """A benchmark has a name that no other of this KPI has (RuleBroken)."""
    if is_blank(name):
        raise RuleBroken.at("name", "Name whom it is compared with, for example “England” or “Peer median”.")
    if str(name).strip().lower() in {each.lower() for each in names}:
        raise RuleBroken.at("name", f"This KPI has a benchmark “{str(name).strip()}”: give its values there.")


def check_benchmark_values(
    values: Sequence[tuple[date, Decimal]], today: date, unit: str | None, *, part_of_whole: bool
) -> None:
    """Each period once and not in the future, each value one that the unit can have (RuleBroken, by position)."""
    seen: Counter[date] = Counter()
    problems = []
    for place, (period, value) in enumerate(values):
        seen[period] += 1
        if period > today:
            problems.append(Problem(f"values.{place}.period", f"{written(period)} is in the future."))
        if seen[period] > 1:
            problems.append(Problem(f"values.{place}.period", f"{written(period)} is given twice."))
        if wrong := figure_problem(value, unit, part_of_whole=part_of_whole):
            problems.append(Problem(f"values.{place}.value", wrong))
    _refuse(problems)


# -- what is wanting ------------------------------------------------------------------------------------------------


def wanting(definition: Mapping[str, Any], *, has_target: bool) -> list[str]:
    """What a definition still lacks, a sentence each: shown, never a reason to refuse what was imported."""
    asked = (
        (is_blank(definition["purpose"]), "Nothing says what it is for."),
        (definition["key_question"] is None, "It answers no key question."),
        (is_blank(definition["unit"]), "It has no unit."),
        (
            is_rate(definition["unit"]) and is_blank(definition["numerator"]),
            "Nothing says what is counted, out of what.",
        ),
        (frequency_of(definition["frequency"]) is None, "Nothing says how often a value is due."),
        (is_blank(definition["source"]), "Nothing says where its values come from."),
        (is_blank(definition["data_owner"]), "Nobody owns its data."),
        (
            any(definition[each] is None for each in KITE_MARK),
            "The quality of its data has not been judged.",
        ),
        (not has_target and definition["direction"] != "neutral", "It has no target."),
    )
    return [sentence for lacks, sentence in asked if lacks]


def changed_parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Which parts of a definition two versions of it have otherwise, as people call them."""
    return [title for name, title in TITLES.items() if before[name] != after[name]]


# -- the set that an ISG agrees on ----------------------------------------------------------------------------------


def shortfalls_of_set(key_questions: Iterable[str | None]) -> list[str]:
    """What a set of high-level KPIs lacks: 10 to 20 of them, and each of the five key questions answered by one at least."""
    asked = list(key_questions)
    found = []
    if len(asked) < FEWEST:
        found.append(
            f"{_counted(len(asked))}: an ISG agrees on {FEWEST} to {MOST}, so at least {FEWEST - len(asked)} more."
        )
    if len(asked) > MOST:
        found.append(
            f"{_counted(len(asked))}: an ISG agrees on {FEWEST} to {MOST}, so at least {len(asked) - MOST} fewer."
        )
    uncovered = [each.label for each in KeyQuestion if each not in asked]
    if uncovered:
        found.append(f"No KPI answers {listed(uncovered, 'or')}.")
    return found


def _counted(count: int) -> str:
    return f"{count or 'No'} high-level {'KPI' if count == 1 else 'KPIs'}"


def check_sign_off(
    count: int, shortfalls: Sequence[str], note: str | None, signed_on: date, last_signed_on: date | None, today: date
) -> None:  # fmt: skip
    """Something to sign; with shortfalls the ISG says why; the day is between the last sign-off and today (RuleBroken)."""
    problems = []
    if not count:
        problems.append(Problem("", "There is no KPI to sign off: define the ISG’s KPIs first."))
    elif shortfalls and is_blank(note):
        problems.append(Problem("note", "Say why the ISG signs it off although something is wanting."))
    if signed_on > today:
        problems.append(
            Problem(
                "signed_on", f"{written(signed_on)} is in the future: give the day on which it was agreed."
            )
        )
    elif last_signed_on is not None and signed_on < last_signed_on:
        problems.append(
            Problem(
                "signed_on", f"The set was last signed off on {written(last_signed_on)}: give a later day."
            )
        )
    _refuse(problems)


@dataclass(frozen=True, slots=True)
class Member:
    """A KPI in a set: which version of its definition, and its parts as they are told; `retargeted`: its target is another."""

    ref: str
    name: str
    number: int
    definition: Mapping[str, Any]
    retargeted: bool = False


def changes_since_signed(signed: Sequence[Member], now: Sequence[Member]) -> list[str]:
    """How the set differs from the one that was signed, a sentence each; none: it is as signed."""
    before, after = {each.ref: each for each in signed}, {each.ref: each for each in now}
    said = [f"{each.ref} {each.name} is new." for each in now if each.ref not in before]
    said += [f"{each.ref} {each.name} is no longer part of it." for each in signed if each.ref not in after]
    for ref, each in after.items():
        if ref not in before:
            continue
        if each.number != before[ref].number:
            parts = changed_parts(before[ref].definition, each.definition)
            what = f": {listed(parts)}" if parts else ""
            said.append(f"{ref} {each.name} is defined anew{what}.")
        if each.retargeted:
            said.append(f"{ref} {each.name} has another target.")
    return said


def _refuse(problems: Iterable[Problem]) -> None:
    found = tuple(problems)
    if found:
        raise RuleBroken(found)
