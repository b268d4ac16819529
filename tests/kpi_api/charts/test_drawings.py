"""Charts of KPIs as pictures: what is kept of a KPI is what is drawn, once for as long as nothing on it changes."""

from datetime import date

import pytest
from sqlalchemy import select

from services.domain.spc import Observation, xmr
from services.domain.words import Direction
from services.kpi_api.charts.drawing import Drawings
from services.shared.charts.kept import result_of
from services.shared.models import KpiDecision, KpiStanding, Person
from tests.conftest import TestDatabase
from tests.kpi_api.measures import RECORDED
from tests.kpi_api.series import STEADY, WORSE, months, plant_series
from tests.people import Callers
from tests.small_plan import UNSCHEDULED


async def drawn(kpi: Callers, query: str = "", ref: str = "K-1") -> str:
    answer = await (await kpi("board@demo.example")).get(f"/v1/kpis/{ref}/chart.svg{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    return answer.text


async def test_what_is_kept_is_the_result_itself(database: TestDatabase) -> None:
    """Nothing is lost between the rules and the chart."""
    await plant_series(database, "K-1", WORSE, isg=UNSCHEDULED, target=80)
    async with database.owner.transaction() as db:
        kept = (await db.scalars(select(KpiStanding))).one().result
    observations = [Observation(day, value) for day, value in zip(months(len(WORSE)), WORSE, strict=True)]
    expected = xmr(observations, improvement_direction=Direction.INCREASE, target=80)
    found = result_of(kept)
    assert found.points == expected.points
    assert (found.groups, found.signals) == (list(expected.groups), dict(expected.signals))
    assert (found.variation, found.assurance, found.target) == (expected.variation, expected.assurance, 80)


async def test_a_chart_is_an_accessible_picture(kpi: Callers, database: TestDatabase) -> None:
    await plant_series(database, "K-1", WORSE, isg=UNSCHEDULED, target=95)
    picture = await drawn(kpi)
    assert 'role="img"' in picture
    assert "failing the target" in picture.partition("<desc")[2].partition("</desc>")[0]


async def test_what_people_decided_stands_on_it_with_why_and_who(
    kpi: Callers, database: TestDatabase
) -> None:
    planted = await plant_series(database, "K-1", STEADY, isg=UNSCHEDULED)
    before = await drawn(kpi)
    async with database.owner.transaction() as db:
        chair = (await db.scalars(select(Person).where(Person.email == "chair@demo.example"))).one()
        db.add(
            KpiDecision(
                kpi_id=planted, kind="annotation", period=date(2019, 3, 1), reason="New rota", decided_by=chair.id,
                decided_on=date(2019, 5, 1), recorded_at=RECORDED,
            )
        )  # fmt: skip
    after = await drawn(kpi)
    assert "New rota (Chair Person" not in before
    assert "New rota (Chair Person" in after.replace("</text>", "")


@pytest.mark.parametrize("kind", ["spc", "impact", "sparkline"])
async def test_there_is_a_chart_of_each_kind_for_page_and_phone(
    kpi: Callers, database: TestDatabase, kind: str
) -> None:
    await plant_series(database, "K-1", STEADY, root_cause="RC-4")
    wide, narrow = await drawn(kpi, f"?kind={kind}"), await drawn(kpi, f"?kind={kind}&width=343")
    assert wide.startswith("<svg")
    assert narrow.startswith("<svg")
    assert ("Before" in wide) is (kind == "impact")


async def test_too_few_points_are_drawn_without_limits_and_said(kpi: Callers, database: TestDatabase) -> None:
    await plant_series(database, "K-1", STEADY[:5], isg=UNSCHEDULED)
    picture = await drawn(kpi)
    assert "only 5 points, and limits need 13" in picture
    assert "Upper limit" not in picture


async def test_it_is_drawn_once_and_anew_when_its_values_change(
    kpi: Callers, database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = []
    keep = Drawings.keep

    def counting(self: Drawings, name: tuple[str, ...], drawing: bytes) -> None:
        times.append(name)
        keep(self, name, drawing)

    monkeypatch.setattr(Drawings, "keep", counting)
    await plant_series(database, "K-1", STEADY, isg=UNSCHEDULED)
    first = await drawn(kpi)
    assert await drawn(kpi) == first
    assert len(times) == 1
    async with database.owner.transaction() as db:
        standing = (await db.scalars(select(KpiStanding))).one()
        standing.result = standing.result | {"target": 95.0}
    assert await drawn(kpi) != first
    assert len(times) == 2


async def test_a_kpi_that_there_is_not_has_no_chart(kpi: Callers) -> None:
    answer = await (await kpi("pmo@demo.example")).get("/v1/kpis/K-404/chart.svg")
    assert answer.status_code == 404


def test_the_charts_not_asked_for_in_a_long_time_go_first() -> None:
    drawings = Drawings(most_bytes=10)
    for name in ("a", "b"):
        drawings.keep((name,), b"12345")
    drawings.find(("a",))
    drawings.keep(("c",), b"12345")
    assert (drawings.find(("a",)), drawings.find(("b",)), drawings.find(("c",))) == (b"12345", None, b"12345")
