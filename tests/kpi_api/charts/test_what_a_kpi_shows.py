"""What a KPI's page shows: its points, what people decided, what was done when, and what the reader may do."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from services.shared.models import Action, KpiBenchmark, KpiBenchmarkValue, KpiDecision, Person, RootCause
from tests.conftest import TestDatabase
from tests.kpi_api.measures import RECORDED
from tests.kpi_api.series import STEADY, WORSE, plant_series
from tests.people import Callers
from tests.small_plan import SCHEDULED, UNSCHEDULED


async def shown(kpi: Callers, ref: str = "K-1", person: str = "board") -> dict[str, Any]:
    answer = await (await kpi(f"{person}@demo.example")).get(f"/v1/kpis/{ref}/chart")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_points_come_with_their_lines_and_values_with_their_state(
    kpi: Callers, database: TestDatabase
) -> None:
    await plant_series(database, "K-1", WORSE, isg=UNSCHEDULED, target=95)
    found = await shown(kpi)
    assert (len(found["points"]), found["points"][-1]["verdict"]) == (15, "concern")
    assert found["points"][0]["mean"] == pytest.approx(sum(WORSE) / 15)
    assert (found["observations"][-1]["value"], found["observations"][-1]["state"]) == (60, "final")
    assert found["standing"]["variation"] == "concern"
    assert found["targets"] == [{"holds_from": None, "value": 95, "reason": None}]
    assert (found["isg"], found["root_cause"]) == (UNSCHEDULED, None)


async def test_a_root_causes_kpi_shows_what_was_done_when(kpi: Callers, database: TestDatabase) -> None:
    await plant_series(database, "K-1", root_cause="RC-4")
    async with database.owner.transaction() as db:
        root_cause = (await db.scalars(select(RootCause).where(RootCause.reference == "RC-4"))).one()
        db.add(
            Action(
                reference="A-9", root_cause_id=root_cause.id, description="Train the wards", position=9,
                completed_on=date(2019, 4, 11), recorded_at=RECORDED,
            )
        )  # fmt: skip
    found = await shown(kpi)
    assert found["actions"][-1] == {
        "ref": "A-9",
        "description": "Train the wards",
        "completed_on": "2019-04-11",
    }
    assert found["closings"] == [{"closed_on": "2019-04-25", "reopened_on": None}]
    assert (found["root_cause"]["ref"], found["isg"]) == ("RC-4", SCHEDULED)


async def test_decisions_that_stand_are_shown_with_who_and_why(kpi: Callers, database: TestDatabase) -> None:
    planted = await plant_series(database, "K-1", isg=UNSCHEDULED)
    async with database.owner.transaction() as db:
        chair = (await db.scalars(select(Person).where(Person.email == "chair@demo.example"))).one()
        said = {
            "kpi_id": planted,
            "decided_by": chair.id,
            "decided_on": date(2019, 5, 1),
            "recorded_at": RECORDED,
        }
        db.add(KpiDecision(kind="annotation", period=date(2019, 3, 1), reason="New rota", **said))
        db.add(
            KpiDecision(
                kind="ghost", period=date(2019, 2, 1), reason="Strike", undone_by=chair.id, undone_on=date(2019, 5, 2),
                undone_because="It counts", undone_recorded_at=RECORDED, **said,
            )
        )  # fmt: skip
    found = await shown(kpi)
    assert [(each["kind"], each["reason"], each["by"]) for each in found["decisions"]] == [
        ("annotation", "New rota", "Chair Person")
    ]


async def test_benchmarks_come_with_their_values(kpi: Callers, database: TestDatabase) -> None:
    planted = await plant_series(database, "K-1", isg=UNSCHEDULED)
    async with database.owner.transaction() as db:
        benchmark = KpiBenchmark(kpi_id=planted, name="England", kind="national", recorded_at=RECORDED)
        db.add(benchmark)
        await db.flush()
        value = {"benchmark_id": benchmark.id, "recorded_at": RECORDED}
        db.add(KpiBenchmarkValue(period=date(2019, 4, 1), value=Decimal(84), **value))
        db.add(KpiBenchmarkValue(period=date(2019, 4, 1), value=Decimal(83), superseded_at=RECORDED, **value))
    assert (await shown(kpi))["benchmarks"] == [
        {
            "name": "England",
            "kind": "national",
            "source": None,
            "values": [{"period": "2019-04-01", "value": 84}],
        }
    ]


@pytest.mark.parametrize(
    ("person", "of_isg", "of_root_cause"),
    [
        ("pmo", {"define_measure", "give_values", "decide_on_chart"}, {"define_measure", "give_values", "decide_on_chart"}),
        ("chair", {"define_measure", "give_values", "decide_on_chart"}, {"define_measure", "give_values", "decide_on_chart"}),
        ("chair2", set(), set()),
        ("executive", {"decide_on_chart"}, {"decide_on_chart"}),
        ("owner", set(), {"give_values"}),
        ("deputy", set(), {"give_values"}),
        ("other", {"give_values"}, set()),
        ("board", set(), set()),
    ],
)  # fmt: skip
async def test_it_says_what_the_reader_may_do(
    kpi: Callers, database: TestDatabase, person: str, of_isg: set[str], of_root_cause: set[str]
) -> None:
    """K-1 is Unscheduled Care's, other@ gives its data; K-2 is the KPI of RC-1, which owner@ owns."""
    async with database.owner.transaction() as db:
        other = await db.scalar(select(Person.id).where(Person.email == "other@demo.example"))
    await plant_series(database, "K-1", isg=UNSCHEDULED, data_owner_id=other)
    await plant_series(database, "K-2", root_cause="RC-1")
    assert set((await shown(kpi, "K-1", person))["can"]) == of_isg
    assert set((await shown(kpi, "K-2", person))["can"]) == of_root_cause


async def test_a_kpi_without_values_is_shown(kpi: Callers, database: TestDatabase) -> None:
    await plant_series(database, "K-1", (), isg=UNSCHEDULED)
    found = await shown(kpi)
    assert (found["points"], found["observations"]) == ([], [])


async def test_one_that_there_is_not_is_said_in_a_sentence(kpi: Callers) -> None:
    answer = await (await kpi("pmo@demo.example")).get("/v1/kpis/K-404/chart")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "There is no KPI K-404. Open the list of measures to find it.",
    )


async def test_what_has_not_changed_is_not_sent_again(kpi: Callers, database: TestDatabase) -> None:
    await plant_series(database, "K-1", STEADY, isg=UNSCHEDULED)
    board = await kpi("board@demo.example")
    first = await board.get("/v1/kpis/K-1/chart")
    again = await board.get("/v1/kpis/K-1/chart", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
