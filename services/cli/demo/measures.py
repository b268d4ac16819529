"""Fifteen high-level KPIs for each ISG and one KPI for each root cause, with their values from the autumn of 2017 on.

Each series is a level, some noise, and a story: together they show every icon and every verdict. A root cause closed by the end
of March 2019 is measured week by week, so that six values have come in since; all else each month or quarter.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Final

from services.cli.demo.library import HighLevelKpi, high_level_kpis
from services.cli.demo.schedule import ISG_28_MARCH, Course, Fate
from services.cli.demo.story_of_a_measure import Story, offset
from services.cli.demo.unpacking import UnpackedRootCause
from services.domain.words import Direction, Frequency, KpiLevel
from services.plan_api.workbook.rows import KpiDataRow, KpiRow

SEED: Final = 2017
MONTHS: Final = tuple(date(2017 + month // 12, month % 12 + 1, 1) for month in range(8, 28))
"""September 2017 to April 2019: the last month that had ended when the paper was written."""
WEEKS: Final = tuple(date(2017, 10, 2) + timedelta(weeks=week) for week in range(85))
"""The weeks from Monday 2 October 2017; the last ended on Sunday 19 May 2019."""
QUARTERS: Final = tuple(date(2017 + quarter // 4, quarter % 4 * 3 + 1, 1) for quarter in range(2, 9))
"""July 2017 to March 2019: what is counted each quarter has too few values for limits."""
PERIODS: Final = {Frequency.MONTHLY: MONTHS, Frequency.WEEKLY: WEEKS, Frequency.QUARTERLY: QUARTERS}
DENOMINATOR: Final = {Frequency.MONTHLY: 400, Frequency.WEEKLY: 200, Frequency.QUARTERLY: 800}
FINE_DENOMINATOR, FINE_SPREAD = 4000, Decimal("0.6")
"""A percentage that hardly moves is counted over more cases."""

AFTER_CLOSING: Final = (
    (Story.WORKED, -6), (Story.STEADY, 4), (Story.DID_NOT_WORK, -6), (Story.WORKED, -6), (Story.STEADY, 4), (Story.WORKED, -5),
    (Story.GOT_WORSE, -3),
)  # fmt: skip
"""How those closed by the end of March went on, in turn within each ISG."""
ONLY_ONCE: Final = frozenset({Story.DID_NOT_WORK, Story.GOT_WORSE})
"""What is done but not working comes once in an ISG; most of what was done worked."""
STILL_OPEN: Final = (
    (Story.STEADY, -5), (Story.BETTER_TREND, -7), (Story.STEADY, 0), (Story.QUARTERLY, -3), (Story.STEADY, -4),
    (Story.BETTER, -6), (Story.WORSE, -2), (Story.STEADY, -1), (Story.SPIKE_BAD, -1), (Story.STEADY, 4),
)  # fmt: skip
"""How the others go, in turn within each ISG, and where they begin: so many spreads better than the target."""


@dataclass(frozen=True, slots=True)
class Series:
    """What one KPI's values are drawn from: from which level on, how far they scatter, and what happened from `turn` on."""

    kpi: str
    unit: str
    direction: Direction
    level: Decimal
    spread: Decimal
    story: Story
    frequency: Frequency
    turn: date | None = None

    def values(self, random: Random) -> Iterator[KpiDataRow]:
        """A value for each period; a percentage with its two numbers."""
        good = {Direction.DECREASE: -1, Direction.INCREASE: 1, Direction.NEUTRAL: 1}[self.direction]
        periods = PERIODS[self.frequency]
        for position, period in enumerate(periods):
            to_come = len(periods) - position
            has_turned = self.turn is not None and period >= self.turn
            moved = good * offset(self.story, position, to_come, has_turned=has_turned) + random.gauss(0, 0.7)
            yield self._value(period, self.level + self.spread * Decimal(str(round(moved, 3))))

    def _value(self, period: date, drawn: Decimal) -> KpiDataRow:
        drawn = max(drawn, Decimal(0))
        if self.unit != "%":
            places = Decimal("0.01") if self.spread < 1 else Decimal(1)
            return KpiDataRow(self.kpi, period, drawn.quantize(places))
        of = FINE_DENOMINATOR if self.spread < FINE_SPREAD else DENOMINATOR[self.frequency]
        numerator = min(of, round(drawn * of / 100))
        return KpiDataRow(self.kpi, period, Decimal(numerator) * 100 / of, Decimal(numerator), Decimal(of))


def measures(
    root_causes: Sequence[UnpackedRootCause], fate_of: Mapping[str, Fate]
) -> tuple[tuple[KpiRow, ...], tuple[KpiDataRow, ...]]:
    """The sheets KPIs and KPI data: high-level ones first. Drawn by themselves, so that nothing else changes with them."""
    random = Random(SEED)  # noqa: S311 - values, not secrets
    numbered = numbered_high_level_kpis()
    series = [_high_level_series(reference, kpi) for reference, kpi in numbered]
    series += _root_cause_series(root_causes, fate_of)
    frequency_of = {each.kpi: each.frequency for each in series}
    rows = [_high_level_row(reference, kpi, frequency_of) for reference, kpi in numbered]
    rows += [_root_cause_row(root_cause, frequency_of) for root_cause in root_causes]
    return tuple(rows), tuple(value for each in series for value in each.values(random))


def numbered_high_level_kpis() -> list[tuple[str, HighLevelKpi]]:
    """Each high-level KPI with its reference: H-01, ISG by ISG."""
    return [(f"H-{number:02}", kpi) for number, kpi in zip(count(1), high_level_kpis(), strict=False)]


def period_has_ended_on(period: date, frequency: Frequency) -> date:
    """The first day on which a value of the period can be known."""
    if frequency is Frequency.WEEKLY:
        return period + timedelta(weeks=1)
    months = period.month - 1 + (3 if frequency is Frequency.QUARTERLY else 1)
    return date(period.year + months // 12, months % 12 + 1, 1)


def _high_level_row(reference: str, kpi: HighLevelKpi, frequency_of: Mapping[str, Frequency]) -> KpiRow:
    return KpiRow(
        reference=reference, name=kpi.name, level=KpiLevel.HIGH_LEVEL, direction=kpi.direction, isg=kpi.isg,
        cqc_domain=kpi.domain, unit=kpi.unit, target=kpi.target, frequency=frequency_of[reference].label,
        source=kpi.source,
    )  # fmt: skip


def _high_level_series(reference: str, kpi: HighLevelKpi) -> Series:
    story = Story(kpi.story)
    return Series(reference, kpi.unit, kpi.direction, kpi.level, kpi.spread, story, _frequency(story))


def _frequency(story: Story) -> Frequency:
    return Frequency.QUARTERLY if story is Story.QUARTERLY else Frequency.MONTHLY


def _reference(root_cause: UnpackedRootCause) -> str:
    """RC-001 has K-001."""
    return root_cause.reference.replace("RC", "K")


def _root_cause_row(root_cause: UnpackedRootCause, frequency_of: Mapping[str, Frequency]) -> KpiRow:
    topic, reference = root_cause.topic, _reference(root_cause)
    return KpiRow(
        reference=reference, name=topic.kpi, level=KpiLevel.ROOT_CAUSE, direction=topic.direction, isg=topic.isg,
        root_cause=root_cause.reference, cqc_domain=topic.domains[0], unit=topic.unit, target=topic.target,
        frequency=frequency_of[reference].label, source="Audit by the service",
    )  # fmt: skip


def _root_cause_series(
    root_causes: Sequence[UnpackedRootCause], fate_of: Mapping[str, Fate]
) -> Iterator[Series]:
    turns: Counter[tuple[str, bool]] = Counter()
    for root_cause in root_causes:
        topic, fate = root_cause.topic, fate_of[root_cause.reference]
        closed_early = (
            fate.closed is not None and fate.closed <= ISG_28_MARCH and fate.course is not Course.REOPENED
        )
        turn = turns[topic.isg, closed_early]
        turns[topic.isg, closed_early] += 1
        story, starts_at = _after_closing(turn) if closed_early else STILL_OPEN[turn % len(STILL_OPEN)]
        spread = Decimal(2) if topic.unit == "%" else max(topic.target / 10, Decimal(1))
        good = -1 if topic.direction is Direction.DECREASE else 1
        # What is measured as a share of everything can't lie beyond everything.
        beyond = min(starts_at, 2) if topic.unit == "%" and topic.target > 90 else starts_at
        yield Series(
            _reference(root_cause), topic.unit, topic.direction, topic.target + good * beyond * spread, spread, story,
            Frequency.WEEKLY if closed_early else _frequency(story), fate.closed if closed_early else None,
        )  # fmt: skip


def _after_closing(turn: int) -> tuple[Story, int]:
    story, starts_at = AFTER_CLOSING[turn % len(AFTER_CLOSING)]
    return AFTER_CLOSING[0] if story in ONLY_ONCE and turn >= len(AFTER_CLOSING) else (story, starts_at)
