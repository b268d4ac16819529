"""The verdict on a closed root cause is kept when its values change, read as it is kept, and told to the plan when it is news."""

from typing import Any

import pytest
from sqlalchemy import select

from services.kpi_api.impact.service import keep_impacts_of
from services.shared.clock import real_now
from services.shared.models import Closing, Kpi, KpiImpact, KpiObservation, KpiTarget, OutboxRow
from tests.closed_and_measured import FLAT, measure, month, observe
from tests.conftest import TestDatabase
from tests.people import Callers

DUE, READ = "/v1/impacts/due", "/v1/root-causes/RC-4/impact"
OF_RC_4 = {"root_causes": ["RC-4"]}
READER = "board@demo.example"


async def told_to_the_plan(database: TestDatabase) -> list[dict[str, Any]]:
    async with database.owner.transaction() as db:
        return list(await db.scalars(select(OutboxRow.payload).where(OutboxRow.path == "/v1/impacts")))


@pytest.mark.parametrize(
    ("since", "target", "verdict"),
    [
        ([], None, "not_enough_points"),
        (FLAT, None, "no_change_yet"),
        (FLAT, 50, "working"),
        ([60], None, "improving"),
        ([60, 40], None, "deteriorating"),
    ],
)
async def test_the_verdict_before_and_since(
    kpi: Callers, database: TestDatabase, since: list[float], target: float | None, verdict: str
) -> None:
    await measure(database, since, target=target)

    kept = await (await kpi.machine("worker")).post(DUE, json=OF_RC_4)
    shown = (await (await kpi(READER)).get(READ)).json()

    assert kept.json() == {"kept": 1, "changed": 1}
    (item,) = shown["items"]
    assert (shown["closed_on"], shown["verdict"], item["verdict"]) == ("2019-04-25", verdict, verdict)
    assert (item["points_before"], item["mean_before"], item["points_since"]) == (14, 51.0, len(since))
    assert item["mean_since"] == (sum(since) / len(since) if since else None)
    assert await told_to_the_plan(database) == [OF_RC_4]


async def test_the_same_again_changes_nothing_and_tells_nobody(kpi: Callers, database: TestDatabase) -> None:
    await measure(database, FLAT)
    worker = await kpi.machine("worker")
    await worker.post(DUE, json=OF_RC_4)
    assert (await worker.post(DUE, json=OF_RC_4)).json() == {"kept": 1, "changed": 0}
    await observe(database, [51], first=6)
    assert (await worker.post(DUE, json=OF_RC_4)).json() == {"kept": 1, "changed": 0}
    assert (await (await kpi(READER)).get(READ)).json()["items"][0]["points_since"] == 7
    assert len(await told_to_the_plan(database)) == 1
    await observe(database, [60], first=7)
    assert (await worker.post(DUE, json=OF_RC_4)).json() == {"kept": 1, "changed": 1}
    assert len(await told_to_the_plan(database)) == 2


async def test_an_open_root_cause_has_no_verdict(kpi: Callers, database: TestDatabase) -> None:
    await measure(database, FLAT, root_cause="RC-1")
    kept = await (await kpi.machine("worker")).post(DUE, json={"root_causes": ["RC-1"]})
    assert kept.json() == {"kept": 0, "changed": 0}
    shown = (await (await kpi(READER)).get("/v1/root-causes/RC-1/impact")).json()
    assert (shown["closed_on"], shown["verdict"], shown["items"]) == (None, None, [])


async def test_closed_again_it_is_judged_by_the_new_day(kpi: Callers, database: TestDatabase) -> None:
    """What was kept of the closing before is not read any more."""
    await measure(database, FLAT)
    worker, reader = await kpi.machine("worker"), await kpi(READER)
    await worker.post(DUE, json=OF_RC_4)
    async with database.owner.transaction() as db:
        closing = (await db.scalars(select(Closing).where(Closing.reopened_on.is_(None)))).one()
        closing.reopened_on, closing.reopened_reason = closing.closed_on, "Again"
        closing.reopened_recorded_at = real_now()
        await db.flush()
        db.add(
            Closing(
                root_cause_id=closing.root_cause_id,
                closed_on=closing.closed_on.replace(month=8),
                imported=False,
                recorded_at=real_now(),
            )
        )
    assert (await reader.get(READ)).json()["items"] == []
    await worker.post(DUE, json=OF_RC_4)
    (item,) = (await reader.get(READ)).json()["items"]
    assert (item["verdict"], item["points_before"], item["points_since"]) == ("not_enough_points", 18, 2)


async def test_what_is_missing_or_superseded_is_no_value(kpi: Callers, database: TestDatabase) -> None:
    await measure(database, FLAT)
    async with database.owner.transaction() as db:
        (last,) = await db.scalars(select(KpiObservation).order_by(KpiObservation.period.desc()).limit(1))
        last.value = None
    await (await kpi.machine("worker")).post(DUE, json=OF_RC_4)
    assert (await (await kpi(READER)).get(READ)).json()["verdict"] == "not_enough_points"


async def test_each_value_is_held_against_the_target_of_its_period(
    kpi: Callers, database: TestDatabase
) -> None:
    """A target that holds from August on says nothing of what came before: those have none to meet."""
    await measure(database, FLAT)
    async with database.owner.transaction() as db:
        kpi_id = (await db.scalars(select(Kpi.id))).one()
        db.add(KpiTarget(kpi_id=kpi_id, holds_from=month(3), value=50, recorded_at=real_now()))
    await (await kpi.machine("worker")).post(DUE, json=OF_RC_4)
    shown = (await (await kpi(READER)).get(READ)).json()
    assert shown["verdict"] == "no_change_yet"
    assert "The target was met in 3 of the last 6." in shown["items"][0]["reading"]


INSTEAD = {
    "kpi": "K-4", "name": "Children seen within 30 minutes", "unit": "%", "direction": "increase", "target": "90",
    "because": "It counts more", "decided_on": "2019-05-22", "decided_by": 1,
}  # fmt: skip


async def test_another_kpi_takes_the_place_of_one(kpi: Callers, database: TestDatabase) -> None:
    """Once, however often it is asked; the old one stays with its values and counts no more."""
    await measure(database, FLAT)
    worker, reader = await kpi.machine("worker"), await kpi(READER)
    await worker.post(DUE, json=OF_RC_4)
    first, again = [await worker.post("/v1/impacts/replacements", json=INSTEAD) for _ in range(2)]
    assert first.json() == again.json() == {"kpi": "K-4-20190522"}
    shown = (await reader.get(READ)).json()
    assert [(each["ref"], each["verdict"]) for each in shown["items"]] == [
        ("K-4-20190522", "not_enough_points")
    ]
    assert len(await told_to_the_plan(database)) == 2
    async with database.owner.transaction() as db:
        old = (await db.scalars(select(Kpi).where(Kpi.reference == "K-4"))).one()
        assert str(old.retired_on) == "2019-05-22"


@pytest.mark.parametrize(
    ("odd", "field"),
    [({"unit": ""}, "unit"), ({"frequency": "fortnightly"}, "frequency"), ({"target": 1e30}, "target")],
)
async def test_what_takes_the_place_is_defined_as_any_kpi(
    kpi: Callers, database: TestDatabase, odd: dict[str, Any], field: str
) -> None:
    await measure(database, FLAT)
    answer = await (await kpi.machine("worker")).post("/v1/impacts/replacements", json={**INSTEAD, **odd})
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])
    async with database.owner.transaction() as db:
        assert [each.reference for each in await db.scalars(select(Kpi))] == ["K-4"]


async def test_the_doors_of_the_worker_are_for_nobody_else(kpi: Callers) -> None:
    pmo = await kpi("pmo@demo.example")
    assert (await pmo.post(DUE, json=OF_RC_4)).status_code == 401
    assert (await pmo.post("/v1/impacts/replacements", json=INSTEAD)).status_code == 401
    assert (await (await kpi("reader@demo.example")).get(READ)).status_code == 403
    assert (await pmo.get("/v1/root-causes/NONE/impact")).status_code == 404


async def test_who_calls_it_within_a_transaction_gets_it_in_that_one(database: TestDatabase) -> None:
    """As the standings do, at their end: undone with it too."""
    await measure(database, FLAT)
    with pytest.raises(RuntimeError):
        await work_out_and_fail(database)
    async with database.owner.transaction() as db:
        assert list(await db.scalars(select(KpiImpact))) == []


async def work_out_and_fail(database: TestDatabase) -> None:
    async with database.kpi.transaction() as db:
        assert (await keep_impacts_of(db, ["RC-4"])).kept == 1
        raise RuntimeError
