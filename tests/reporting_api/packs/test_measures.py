"""KPIs in packs are those of the day, judged from the values that held then."""

from datetime import date

import pytest

from services.domain.measured import Measured, judged
from services.domain.words import KpiLevel
from services.reporting_api.packs.content import plain
from services.reporting_api.packs.control_charts import content_of
from services.reporting_api.packs.measures import control_charts, kpis_of_packs, matrix
from services.shared.charts.kept import kept_of, result_of
from tests.conftest import TestDatabase
from tests.kpi_api.series import BETTER, STEADY, WORSE, months, plant_series
from tests.small_plan import UNSCHEDULED

MAY = date(2019, 5, 15)


async def test_charts_and_matrix_show_the_kpis_of_the_level(database: TestDatabase) -> None:
    await plant_series(database, "K-1", WORSE, isg=UNSCHEDULED, target=95)
    await plant_series(database, "K-2", BETTER, isg=UNSCHEDULED, target=60)
    await plant_series(database, "K-3", STEADY[:5], isg=UNSCHEDULED)
    await plant_series(database, "K-4", STEADY, root_cause="RC-4")
    async with database.reporting.transaction() as db:
        kpis = await kpis_of_packs(db, MAY, KpiLevel.HIGH_LEVEL)
    assert [each.ref for each in kpis] == ["K-1", "K-2", "K-3"]
    charts = control_charts(kpis, 3)
    assert [chart.number for chart in charts] == [3, 4, 5]
    assert "failing the target and shows concerning variation" in charts[0].reading
    assert [len(chart.table.rows) for chart in charts] == [len(WORSE), len(BETTER), 5]
    assert content_of(charts[0]).result.points == kpis[0].result.points
    shown = matrix(kpis, "High-level measures").as_table
    assert shown.header == ("Assurance", "Improvement", "Common cause", "Concern", "Not enough points yet")
    cells = {plain(row[0]): [plain(cell) for cell in row[1:]] for row in shown.rows}
    names = {each.ref: each.name for each in kpis}
    assert cells["Failing the target"] == ["None", "None", names["K-1"], "None"]
    assert cells["Passing the target"] == [names["K-2"], "None", "None", "None"]
    assert cells["No target, or not enough points yet"] == ["None", "None", "None", names["K-3"]]


@pytest.mark.parametrize("values", [STEADY, WORSE, BETTER, STEADY[:5], ()], ids=len)
def test_a_result_that_is_kept_comes_back_as_it_was(values: tuple[float, ...]) -> None:
    measured = Measured(1, "increase", months(len(values)), values, ["final"] * len(values), [(None, 80.0)])
    result, _ = judged(measured, MAY)
    found = result_of(kept_of(result))
    assert found.points == result.points
    assert (found.groups, found.signals) == (list(result.groups), dict(result.signals))
    assert (found.variation, found.assurance, found.target) == (
        result.variation,
        result.assurance,
        result.target,
    )
