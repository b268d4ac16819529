"""What is kept of a KPI is what the rules say of its values: after whatever changes them, for many KPIs at once."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import delete, event, select, text

from services.domain.spc import Observation, xmr
from services.domain.words import Direction
from services.kpi_api.definitions.writing import redefine, set_target
from services.kpi_api.standings.service import keep_standings
from services.shared.models import Kpi, KpiDecision, KpiObservation, KpiStanding, Person
from tests.conftest import TestDatabase
from tests.kpi_api.measures import RECORDED, months, plant_kpi
from tests.people import Callers

ORDINARY = [80.0, 82, 79, 81, 83, 80, 78, 82, 81, 80, 79, 83, 81, 80]
FALLEN = [70.0, 71, 69, 70, 72, 71, 70, 69]


async def standing(database: TestDatabase, kpi_id: int) -> KpiStanding:
    async with database.kpi.transaction() as db:
        return await db.get_one(KpiStanding, kpi_id)


async def decide(
    database: TestDatabase, kpi_id: int, kind: str, period: date, points: int | None = None
) -> None:
    async with database.kpi.transaction() as db:
        somebody = await db.scalar(select(Person.id).limit(1))
        db.add(
            KpiDecision(
                kpi_id=kpi_id, kind=kind, period=period, points=points, reason="A new pathway", decided_by=somebody,
                decided_on=period, recorded_at=RECORDED,
            )
        )  # fmt: skip
        await keep_standings(db, [kpi_id])


async def test_it_is_what_the_rules_say_of_the_values(database: TestDatabase) -> None:
    kept = await standing(database, await plant_kpi(database, values=ORDINARY + FALLEN, target=95))

    periods = months(date(2018, 1, 1), 22)
    anew = xmr(
        [Observation(period, value) for period, value in zip(periods, ORDINARY + FALLEN, strict=True)],
        improvement_direction=Direction.INCREASE, target=95.0,
    )  # fmt: skip
    assert (kept.variation, kept.assurance, kept.direction) == ("concern", "fail", "low")
    assert (kept.points, kept.latest_period, kept.latest_value, kept.target) == (
        22,
        periods[-1],
        Decimal(69),
        Decimal(95),
    )
    assert kept.since == periods[14]
    assert kept.reading == "Performance is failing the target and shows concerning variation since March 2019"
    assert [
        (p["period"], p["value"], p["mean"], p["upper_limit"], p["verdict"]) for p in kept.result["points"]
    ] == [(p.period.isoformat(), p.value, p.mean, p.upper_limit, p.verdict) for p in anew.points]
    assert [p["value"] for p in kept.recent] == ORDINARY + FALLEN
    assert kept.result["assurance"] == "fail"


async def test_what_people_decided_about_the_chart_is_applied(database: TestDatabase) -> None:
    kpi_id = await plant_kpi(database, values=[*ORDINARY, *FALLEN, *FALLEN], target=95)
    periods = months(date(2018, 1, 1), 30)

    await decide(database, kpi_id, "rebase", periods[14])
    rebased = await standing(database, kpi_id)
    await decide(database, kpi_id, "ghost", periods[-1])
    ghosted = await standing(database, kpi_id)
    await decide(database, kpi_id, "baseline", periods[0], 12)
    frozen = await standing(database, kpi_id)

    assert (rebased.variation, rebased.since) == ("common_cause", None)
    assert {p["group"] for p in rebased.result["points"][14:]} == {1}
    assert (ghosted.latest_period, ghosted.result["points"][-1]["verdict"]) == (periods[-2], None)
    assert frozen.result["points"][0]["mean"] == pytest.approx(sum(ORDINARY[:12]) / 12)
    assert frozen.result["points"][14] == ghosted.result["points"][14]
    assert [rebased.revision, ghosted.revision, frozen.revision] == [2, 3, 4]


async def test_a_new_direction_and_a_new_target_change_it_and_nothing_new_does_not(
    database: TestDatabase,
) -> None:
    kpi_id = await plant_kpi(database, values=ORDINARY + FALLEN, target=95)
    async with database.kpi.transaction() as db:
        kpi = await db.get_one(Kpi, kpi_id)
        await redefine(db, kpi, {"direction": "decrease"}, RECORDED)
        await set_target(db, kpi, Decimal(75), RECORDED, holds_from=date(2019, 10, 1))
        await set_target(db, kpi, Decimal(10), RECORDED, holds_from=date(2019, 11, 1))
        await keep_standings(db, [kpi_id])
    changed = await standing(database, kpi_id)
    async with database.kpi.transaction() as db:
        await keep_standings(db, [kpi_id])
    again = await standing(database, kpi_id)

    assert (changed.variation, changed.target) == (
        "improvement",
        Decimal(75),
    )  # in force in October, the latest period
    assert changed.revision == again.revision == 2


async def test_missing_and_provisional_values_are_marked(database: TestDatabase) -> None:
    values = dict(zip(months(date(2018, 1, 1), 14), ORDINARY, strict=True))
    kpi_id = await plant_kpi(database, values=values | {date(2018, 5, 1): None})
    async with database.kpi.transaction() as db:
        row = await db.scalar(
            select(KpiObservation).where(
                KpiObservation.kpi_id == kpi_id, KpiObservation.period == date(2019, 2, 1)
            )
        )
        assert row is not None
        row.state = "provisional"
        await keep_standings(db, [kpi_id])
    kept = await standing(database, kpi_id)

    assert kept.latest_state == kept.result["points"][-1]["state"] == "provisional"
    assert kept.result["missing"] == ["2018-05-01"]
    assert kept.points == 13


async def test_no_values_and_values_too_large_are_said_in_words(database: TestDatabase) -> None:
    none = await standing(database, await plant_kpi(database, "K-1"))
    huge = await standing(database, await plant_kpi(database, "K-2", values=[1e308, -1e308] * 8))

    assert (none.reading, none.variation, none.latest_value) == ("Performance has no values yet", None, None)
    assert "use a larger unit" in huge.reading
    assert (huge.variation, huge.points) == (None, 16)


async def test_what_an_operator_changed_is_brought_up_by_the_repair(
    database: TestDatabase, kpi: Callers
) -> None:
    without, changed, current = [
        await plant_kpi(database, reference, values=ORDINARY) for reference in ("K-1", "K-2", "K-3")
    ]
    async with database.owner.transaction() as db:
        await db.execute(delete(KpiStanding).where(KpiStanding.kpi_id == without))
        db.add(
            KpiObservation(
                kpi_id=changed, period=date(2019, 3, 1), version=1, value=Decimal(10), recorded_at=RECORDED
            )
        )
    worker = await kpi.machine("worker")

    first, second = [(await worker.post("/v1/standings/repair", json={})).json()["kpis"] for _ in range(2)]

    assert (first, second) == (2, 0)
    assert (await standing(database, without)).points == 14
    assert (await standing(database, changed)).variation == "concern"
    assert (await standing(database, current)).revision == 1


async def test_many_are_kept_in_as_many_statements_as_one(database: TestDatabase) -> None:
    ids = [await plant_kpi(database, f"K-{n}", values=ORDINARY) for n in range(8)]

    async def statements(of: list[int]) -> int:
        said: list[str] = []

        def heard(*args: object) -> None:
            said.append(str(args[2]))

        engine = database.kpi.engine.sync_engine
        async with database.kpi.transaction() as db:
            await db.execute(text("SELECT 1"))
            event.listen(engine, "before_cursor_execute", heard)
            await keep_standings(db, of)
            event.remove(engine, "before_cursor_execute", heard)
        return len(said)

    assert await statements(ids) == await statements(ids[:1])


async def test_an_import_keeps_them(database: TestDatabase, kpi: Callers) -> None:
    kpi_id = await plant_kpi(database, values=ORDINARY)
    sent = {
        "kpis": [],
        "observations": [
            {"kpi": "K-1", "period": "2019-03-01", "value": "10", "numerator": None, "denominator": None}
        ],
    }

    await (await kpi.machine("worker")).post("/v1/imports/kpis", json=sent)

    kept = await standing(database, kpi_id)
    assert (kept.variation, kept.latest_value, kept.revision) == ("concern", Decimal(10), 2)
    async with database.kpi.transaction() as db:
        assert (await db.get_one(Kpi, kpi_id)).version == 2
