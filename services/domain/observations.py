"""Values of KPIs as people and systems give them: what is taken, what is refused in a sentence, and what is only remarked on.

A value belongs to a period of its KPI's frequency: any day of a month stands for the month, whose first day is kept.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from services.domain.errors import Problem
from services.domain.wording import is_blank, written
from services.domain.words import Frequency, ObservationState

EARLIEST: Final = date(1990, 1, 1)
LATEST: Final = date(2099, 12, 31)
LARGEST: Final = Decimal(10) ** 15
"""What is larger is a slip of the keyboard, or wants a larger unit; charts reckon in doubles, exact up to here."""
DECIMALS: Final = Decimal(10) ** -15
WORKED_OUT_DECIMALS: Final = Decimal("0.000001")
LONGEST_NOTE: Final = 2_000

DUE_AFTER: Final = {
    Frequency.DAILY: timedelta(days=3),
    Frequency.WEEKLY: timedelta(days=7),
    Frequency.MONTHLY: timedelta(days=15),
    Frequency.QUARTERLY: timedelta(days=15),
}
"""How long after its end a period's value is due: monthly returns to NHS England close about the middle of the next month, and
what is in them can be shown from then on; days and weeks are looked at while they can still be acted on."""

LOOK_BACK: Final = {
    Frequency.DAILY: 31,
    Frequency.WEEKLY: 26,
    Frequency.MONTHLY: 24,
    Frequency.QUARTERLY: 8,
}
"""How many periods back a value is still asked for: a chart is read over about two years. Older gaps stand on the KPI's page."""

_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_PER: Final = re.compile(r"\bper\s+(?:(\d[\d, ]*)|(hundred thousand|thousand|hundred|million))", re.ASCII)
_WORDS: Final = {"hundred": 100, "thousand": 1_000, "hundred thousand": 100_000, "million": 1_000_000}
_LIKELY_SCALES: Final = (1, 100, 1_000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Measure:
    """What of a definition decides which values can be right."""

    unit: str | None = None
    frequency: str | None = None
    part_of_whole: bool = False
    retired_on: date | None = None

    @property
    def every(self) -> Frequency | None:
        """How often it has a value, where that is one of the words; nothing is expected of any other."""
        return frequency_called(self.frequency)

    @property
    def scale(self) -> Decimal | None:
        """By how much a numerator over its denominator is multiplied: 100 of a percentage; None where the unit does not say."""
        unit = (self.unit or "").casefold()
        if "%" in unit or "percent" in unit or "per cent" in unit:
            return Decimal(100)
        found = _PER.search(unit)
        if found is None:
            return None
        number = int(re.sub("[, ]", "", found[1])) if found[1] else _WORDS[found[2]]
        return Decimal(number) if number else None


@dataclass(frozen=True, slots=True)
class Given:
    """A value as somebody gives it. Without value, numerator and denominator it is said to be missing, and `note` says why."""

    period: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    state: ObservationState = ObservationState.FINAL
    note: str | None = None


def frequency_called(word: str | None) -> Frequency | None:
    """The frequency that a definition's text is, in any case: "Monthly", "monthly "."""
    try:
        return Frequency((word or "").strip().casefold())
    except ValueError:
        return None


def period_of(day: date, every: Frequency | None) -> date:
    """The first day of the period that the day lies in; weeks begin on Monday. The day itself without a known frequency."""
    match every:
        case Frequency.WEEKLY:
            return day - timedelta(days=day.weekday())
        case Frequency.MONTHLY:
            return day.replace(day=1)
        case Frequency.QUARTERLY:
            return day.replace(month=day.month - (day.month - 1) % 3, day=1)
        case _:
            return day


def period_after(period: date, every: Frequency) -> date:
    """The first day of the next period."""
    match every:
        case Frequency.DAILY:
            return period + timedelta(days=1)
        case Frequency.WEEKLY:
            return period_of(period, every) + timedelta(days=7)
        case Frequency.MONTHLY:
            return (period.replace(day=1) + timedelta(days=32)).replace(day=1)
        case Frequency.QUARTERLY:
            return (period_of(period, every) + timedelta(days=100)).replace(day=1)


def period_written(period: date, every: Frequency | None) -> str:
    """March 2019; the week of 4 March 2019; January to March 2019; 4 March 2019."""
    match every:
        case Frequency.MONTHLY:
            return f"{period:%B %Y}"
        case Frequency.WEEKLY:
            return f"the week of {written(period_of(period, every))}"
        case Frequency.QUARTERLY:
            first = period_of(period, every)
            last = period_after(first, every) - timedelta(days=1)
            return f"{first:%B} to {last:%B %Y}"
        case _:
            return written(period)


def holds_on(period: date, every: Frequency | None, given_on: date) -> date:
    """From which day on a value holds: the last of its period, or earlier the day on which it was given."""
    ended = period if every is None else period_after(period_of(period, every), every) - timedelta(days=1)
    return min(ended, max(given_on, period))


def due_on(period: date, every: Frequency) -> date:
    """The last day on which the period's value is in time."""
    return period_after(period_of(period, every), every) - timedelta(days=1) + DUE_AFTER[every]


def is_late(period: date, every: Frequency | None, given_on: date) -> bool:
    """Whether the value came after the day it was due; one that nobody expects is never late."""
    return every is not None and given_on > due_on(period, every)


def periods_owed(first: date, every: Frequency, today: date) -> list[date]:
    """The periods that are over, from the one with this day on: no more than the last `LOOK_BACK` of them.

    A value is owed from the day after its period's last; it is missing once `due_on` has passed.
    """
    period = period_of(today, every)
    found: list[date] = []
    while len(found) < LOOK_BACK[every]:
        period = period_of(period - timedelta(days=1), every)
        if period < period_of(first, every):
            break
        found.append(period)
    return found[::-1]


def number_in(text: str) -> Decimal:
    """The number that a text is: "81.2", "1,234", "81.2%". Raises ValueError with what is wrong."""
    bare = text.strip().replace("\N{MINUS SIGN}", "-").removesuffix("%").rstrip()
    if _THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    if not _NUMBER.fullmatch(bare):
        hint = (
            ": write decimals with a point"
            if re.fullmatch(r"[+-]?\d+,\d+", bare, re.ASCII)
            else ": write a number"
        )
        raise ValueError(f"“{text.strip()[:40]}” is not a number{hint}")
    try:
        return Decimal(bare)
    except InvalidOperation as error:
        raise ValueError(f"“{text.strip()[:40]}” is not a number: write a number") from error


@dataclass(frozen=True, slots=True)
class Checked:
    """What can be kept, in the order given, and what is wrong or to be remarked on, each at `PLACE.FIELD`."""

    kept: tuple[Given, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check(
    given: Sequence[Given], measure: Measure, today: date, *, known: Iterable[date] = (), at: str = "observations."
) -> Checked:  # fmt: skip
    """All of the values for one KPI, each against the definition and against the others.

    `known`: the periods that have a value already. One that lies in the same month (week, quarter) is what is revised, also
    where it was kept under another day of it.
    """
    every = measure.every
    kept_as: Mapping[date, date] = {period_of(day, every): day for day in sorted(known, reverse=True)}
    kept, problems, warnings = [], [], []
    seen: dict[date, int] = {}
    for place, each in enumerate(given):
        where = f"{at}{place}."
        if not EARLIEST <= each.period <= LATEST:
            year = f"{written(each.period)} is no day that a value is of: check the year."
            problems.append(Problem(f"{where}period", year))
            continue
        first = period_of(each.period, every)
        said = period_written(first, every)
        wrong = [
            Problem(where + field, sentence) for field, sentence in _of_period(first, said, measure, today)
        ]
        if first in seen:
            wrong.append(Problem(f"{where}period", f"There is more than one value for {said}: keep one."))
        seen.setdefault(first, place)
        whole = _with_value(each, measure)
        remarks: list[tuple[str, str]] = []
        found = list(_of_figures(each, whole, measure, said))
        wrong += [Problem(where + field, sentence) for field, sentence in found]
        if not found:
            remarks = list(_remarks(whole, measure, first, said, today))
        problems += wrong
        warnings += [Problem(where + field, sentence) for field, sentence in remarks]
        kept.append(replace(whole, period=kept_as.get(first, first)))
    return Checked(tuple(kept), tuple(problems), tuple(warnings))


def _of_period(first: date, said: str, measure: Measure, today: date) -> Iterable[tuple[str, str]]:
    if first > today:
        yield "period", f"{_sentence(said)} lies in the future: give its value once it has begun."
    elif measure.retired_on is not None and first > measure.retired_on:
        yield (
            "period",
            f"This KPI was retired on {written(measure.retired_on)}: it has no value for {said} any more.",
        )


def _with_value(given: Given, measure: Measure) -> Given:
    """With every figure as it is kept, and the value worked out from its parts where none is given."""
    note = None if is_blank(given.note) else str(given.note).strip()
    whole = replace(
        given,
        value=_kept(given.value),
        numerator=_kept(given.numerator),
        denominator=_kept(given.denominator),
        note=note,
    )
    ratio = _ratio(whole)
    if whole.value is None and ratio is not None:
        worked_out = (ratio * (measure.scale or 1)).quantize(WORKED_OUT_DECIMALS)
        return replace(whole, value=_plain(worked_out))
    return whole


def _of_figures(given: Given, whole: Given, measure: Measure, said: str) -> Iterable[tuple[str, str]]:
    """What is wrong with the numbers, each on its own first."""
    alone = list(_each_alone(given))
    if alone:
        yield from alone
        return
    numerator, denominator, value = whole.numerator, whole.denominator, whole.value
    if numerator is not None and denominator is None:
        yield "denominator", "Give the denominator too, or leave the numerator out."
        return
    if denominator is not None and denominator <= 0:
        nothing = "zero: nothing can be divided by it" if denominator == 0 else "below zero"
        yield (
            "denominator",
            f"The denominator is {nothing}. If there were no cases, say that the value is missing.",
        )
        return
    if value is None:
        if whole.note is None:
            yield "value", f"Give a value for {said}, or say in the note why there is none."
        elif len(whole.note) > LONGEST_NOTE:
            yield "note", f"Write at most {LONGEST_NOTE:,} characters."
        return
    if whole.note is not None and len(whole.note) > LONGEST_NOTE:
        yield "note", f"Write at most {LONGEST_NOTE:,} characters."
    yield from _as_part_of_whole(whole, measure)
    if given.value is not None:
        yield from _against_its_parts(whole, measure)


def _each_alone(given: Given) -> Iterable[tuple[str, str]]:
    for name in ("value", "numerator", "denominator"):
        figure: Decimal | None = getattr(given, name)
        if figure is None:
            continue
        if not figure.is_finite():
            yield name, f"The {name} is not a number: write one, or leave it out."
        elif abs(figure) >= LARGEST:
            yield name, f"The {name} is too large: check it, or use a larger unit, such as thousands."
        elif figure and abs(figure) < DECIMALS:
            yield name, f"The {name} is so small that it would be kept as 0: give 0, or use a smaller unit."


def _as_part_of_whole(whole: Given, measure: Measure) -> Iterable[tuple[str, str]]:
    if not measure.part_of_whole or whole.value is None:
        return
    if whole.numerator is not None and whole.denominator is not None and whole.numerator > whole.denominator:
        yield (
            "numerator",
            f"{_shown(whole.numerator)} is more than the {_shown(whole.denominator)} that it is a part of.",
        )
        return
    most = measure.scale or Decimal(100)
    if whole.value > most:
        over = "over 100%" if most == 100 else f"over {_shown(most)}"
        yield "value", f"{_shown(whole.value)} is {over}, and this KPI measures a part of a whole: check it."
    elif whole.value < 0:
        yield (
            "value",
            f"{_shown(whole.value)} is below zero, and this KPI measures a part of a whole: check it.",
        )


def _against_its_parts(whole: Given, measure: Measure) -> Iterable[tuple[str, str]]:
    """A value and its parts agree where the value is what they come to, rounded as it is written."""
    ratio = _ratio(whole)
    if ratio is None or whole.value is None:
        return
    scales = _LIKELY_SCALES if measure.scale is None else (measure.scale,)
    exponent = whole.value.as_tuple().exponent
    half = Decimal(5).scaleb(min(int(exponent), 0) - 1) if isinstance(exponent, int) else Decimal(0)
    for scale in scales:
        if abs(whole.value - ratio * scale) <= max(half, abs(ratio * scale) * Decimal("1e-9")):
            return
    worth = _plain((ratio * (measure.scale or 1)).quantize(Decimal("0.01")))
    parts = f"{_shown(whole.numerator)} out of {_shown(whole.denominator)}"
    sign = "%" if measure.scale == 100 else ""
    yield "value", f"{parts} is {_shown(worth)}{sign}, not {_shown(whole.value)}: check the three figures."


def _remarks(
    whole: Given, measure: Measure, first: date, said: str, today: date
) -> Iterable[tuple[str, str]]:
    if whole.value is None:
        return
    if not measure.part_of_whole and measure.scale == 100 and whole.value > 100:
        yield "value", f"{_shown(whole.value)}% for {said} is over 100%: it is kept, check that it is meant."
    if measure.scale == 100 and 0 < whole.value < 1 and whole.denominator is None:
        meant = _shown(whole.value * 100)
        yield "value", f"{_shown(whole.value)}% for {said} is kept: if {meant}% is meant, write {meant}."
    every = measure.every
    if (
        every is not None
        and every is not Frequency.DAILY
        and whole.state is ObservationState.FINAL
        and period_after(first, every) > today
    ):
        yield "state", f"{_sentence(said)} has not ended yet: its value may still change."


def _ratio(given: Given) -> Decimal | None:
    if given.numerator is None or given.denominator is None or given.denominator <= 0:
        return None
    if not (given.numerator.is_finite() and given.denominator.is_finite()):
        return None
    return given.numerator / given.denominator


def _kept(figure: Decimal | None) -> Decimal | None:
    if figure is None or not figure.is_finite() or abs(figure) >= LARGEST:
        return figure
    exponent = figure.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -15:
        return _plain(figure.quantize(DECIMALS))
    return figure


def _plain(figure: Decimal) -> Decimal:
    """Without zeros that say nothing, and never as a power of ten."""
    return Decimal(f"{figure.normalize():f}")


def _shown(figure: Decimal | None) -> str:
    return "nothing" if figure is None else f"{_plain(figure):,f}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
