"""The demo plan's measures show what measures can show: every icon, enough history, each ISG's set whole."""

from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cli.demo.measures_agreed import KITE_MARKS, SIGNED_ON
from services.cli.demo.plan import build_demo_plan
from services.cli.demo.schedule import TODAY
from services.cli.demo.story import DemoPlan
from services.domain.measures import wanting
from services.domain.permissions import Person as Who
from services.domain.spc import Observation, SpcResult, xmr
from services.domain.words import BenchmarkKind, KeyQuestion, KpiLevel, TargetAssurance, Verdict
from services.kpi_api.definitions.writing import DEFINED
from services.kpi_api.imports.schemas import KpisSent
from services.kpi_api.imports.service import keep_kpis
from services.kpi_api.kpi_sets.service import kpi_set
from services.plan_api.imports.queries import KPI_DOOR
from services.shared.kpi_targets import target_on
from services.shared.models import Isg, Kpi, KpiBenchmark, KpiBenchmarkValue, OutboxRow

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


class TestAsTheyAreAgreed:
    """What the PMO and the ISGs do with them, in the database."""

    async def test_every_definition_is_whole(self, demo: AsyncSession) -> None:
        rows = (await demo.execute(select(Kpi, target_on(Kpi.id, TODAY)))).all()
        assert len(rows) == 75 + 407
        for kpi, target in rows:
            parts = {column: getattr(kpi, column) for column in DEFINED} | {
                "data_owner": str(kpi.data_owner_id or "")
            }
            assert wanting(parts, has_target=target is not None) == [], kpi.reference
        marks = {(kpi.timely, kpi.complete, kpi.audited, kpi.granular) for kpi, _ in rows}
        assert len(marks) == len(KITE_MARKS)

    async def test_the_sheet_sent_afterwards_changes_nothing(self, demo: AsyncSession) -> None:
        """What the outbox brings to the KPI service is what the PMO has defined."""
        sent = (await demo.scalars(select(OutboxRow).where(OutboxRow.path == KPI_DOOR))).all()
        kpis = [kpi for message in sent for kpi in message.payload["kpis"]]
        assert len(kpis) == 75 + 407
        kept = await keep_kpis(demo, KpisSent(kpis=kpis, observations=[]))
        assert (kept.accepted, kept.revised, kept.unchanged) == (0, 0, len(kpis))

    async def test_four_sets_are_signed_off_and_one_of_them_with_a_shortfall_since_mended(
        self, demo: AsyncSession
    ) -> None:
        nobody = Who("nobody@demo.example", frozenset())
        sets = [(await kpi_set(demo, nobody, slug))[0] for slug in await demo.scalars(select(Isg.slug))]
        assert all(10 <= len(each.items) <= 20 and not each.shortfalls for each in sets)
        assert {each.isg for each in sets if each.signed} == SIGNED_ON.keys()
        workforce = next(each for each in sets if each.isg == "Workforce")
        assert workforce.signed is not None
        assert len(workforce.signed.kpis) == len(workforce.items) - 2
        assert "No KPI answers Caring" in (workforce.signed.note or "")
        assert len(workforce.changed_since_signed) == 2
        assert not [each.isg for each in sets if each.changed_since_signed and each.isg != "Workforce"]

    async def test_some_are_compared_with_the_country_and_with_peers(self, demo: AsyncSession) -> None:
        rows = await demo.execute(
            select(KpiBenchmark.kind, func.count(KpiBenchmarkValue.id)).join(
                KpiBenchmarkValue, KpiBenchmarkValue.benchmark_id == KpiBenchmark.id
            ).group_by(KpiBenchmark.id)
        )  # fmt: skip
        kinds = Counter(kind for kind, count in rows if count >= 12)
        assert kinds[BenchmarkKind.NATIONAL] >= 5
        assert kinds[BenchmarkKind.PEER] >= 3
