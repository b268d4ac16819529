"""The demo plan's measures show what measures can show: every icon, enough history, each ISG's set whole."""

from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from services.cli.demo.plan import build_demo_plan
from services.cli.demo.schedule import TODAY
from services.cli.demo.story import DemoPlan
from services.domain.spc import Observation, SpcResult, xmr
from services.domain.words import KeyQuestion, KpiLevel, TargetAssurance, Verdict

EIGHTEEN_MONTHS = timedelta(days=548)


@pytest.fixture(scope="module")
def plan() -> DemoPlan:
    return build_demo_plan()


@pytest.fixture(scope="module")
def series(plan: DemoPlan) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = defaultdict(list)
    for row in plan.sheets.kpi_data:
        assert row.value is not None
        found[row.kpi].append(Observation(row.period, float(row.value)))
    return found


@pytest.fixture(scope="module")
def read(plan: DemoPlan, series: dict[str, list[Observation]]) -> dict[str, SpcResult]:
    return {
        kpi.reference: xmr(
            series[kpi.reference],
            improvement_direction=kpi.direction,
            target=None if kpi.target is None else float(kpi.target),
        )
        for kpi in plan.sheets.kpis
    }


def test_each_isg_has_fifteen_high_level_ones_over_all_five_key_questions(plan: DemoPlan) -> None:
    high_level = [kpi for kpi in plan.sheets.kpis if kpi.level is KpiLevel.HIGH_LEVEL]
    assert Counter(kpi.isg for kpi in high_level) == dict.fromkeys((isg.name for isg in plan.sheets.isgs), 15)
    for isg in plan.sheets.isgs:
        assert {kpi.cqc_domain for kpi in high_level if kpi.isg == isg.name} == set(KeyQuestion)


def test_no_name_comes_twice_in_an_isg(plan: DemoPlan) -> None:
    names = [(kpi.isg, kpi.name) for kpi in plan.sheets.kpis if kpi.level is KpiLevel.HIGH_LEVEL]
    assert len(names) == len(set(names))


def test_each_has_values_over_eighteen_months_and_none_of_a_period_that_has_not_ended(
    series: dict[str, list[Observation]], plan: DemoPlan
) -> None:
    assert series.keys() == {kpi.reference for kpi in plan.sheets.kpis}
    for values in series.values():
        periods = [value.period for value in values]
        assert periods == sorted(set(periods))
        assert periods[-1] - periods[0] + timedelta(days=31) >= EIGHTEEN_MONTHS
        assert periods[-1] <= TODAY - timedelta(weeks=1)


def test_a_percentage_is_its_two_numbers_and_at_most_a_hundred(plan: DemoPlan) -> None:
    unit_of = {kpi.reference: kpi.unit for kpi in plan.sheets.kpis}
    for row in plan.sheets.kpi_data:
        assert row.value is not None
        assert row.value >= 0
        if unit_of[row.kpi] == "%":
            assert row.numerator is not None
            assert row.denominator
            assert row.value == row.numerator * 100 / row.denominator <= 100


@pytest.mark.parametrize("level", KpiLevel)
def test_every_pair_of_icons_is_to_be_seen(
    plan: DemoPlan, read: dict[str, SpcResult], level: KpiLevel
) -> None:
    seen = {
        (read[kpi.reference].variation, read[kpi.reference].assurance)
        for kpi in plan.sheets.kpis
        if level is KpiLevel.ROOT_CAUSE or kpi.level is level
    }
    wanted = {
        (variation, assurance)
        for variation in (Verdict.IMPROVEMENT, Verdict.CONCERN, Verdict.COMMON_CAUSE)
        for assurance in TargetAssurance
    }
    assert wanted | {(Verdict.CHANGE, None), (None, None)} <= seen
