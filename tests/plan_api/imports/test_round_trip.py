"""What was imported comes back, and into another database, to the byte; what can't is listed with its reason."""

from datetime import date
from decimal import Decimal
from io import BytesIO

from fastapi import FastAPI
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from services.plan_api.workbook.parse import parse
from services.plan_api.workbook.read import read_workbook
from services.plan_api.workbook.sheets import SHEETS
from services.shared.clock import real_now
from services.shared.models import (
    Closing,
    Escalation,
    Kpi,
    KpiBenchmark,
    KpiBenchmarkValue,
    KpiDecision,
    KpiObservation,
    KpiTarget,
    OutboxRow,
    Person,
)
from tests.apps import create_kpi_app
from tests.conftest import TestDatabase
from tests.kpi_api.definitions.test_definitions import HIGH, OF_ROOT_CAUSE, PARTS
from tests.people import Callers
from tests.plan_api.imports.importing import exported, imported, waiting_for_the_kpi_service
from tests.plan_api.workbook.workbooks import Cells, right_plan, written


def values(data: bytes) -> dict[str, list[dict[str, object]]]:
    """The eight sheets' rows as values, and that every one of them is right."""
    tables, problems = parse(read_workbook(data))
    assert problems == []
    return {sheet.name: [dict(row.values) for row in tables[sheet.name].rows] for sheet in SHEETS}


def full_plan() -> Cells:
    """The right plan, with all that the import would work out given."""
    cells = right_plan()
    cells["ISGs"][2][4] = date(2019, 3, 25)
    cells["People"][1][2] = "ISG member; Root cause owner"
    cells["Findings"][1][2] = "@SUM(A1) is text, and so is\na second line – “quoted”; <b>&amp;</b> too"
    return cells


async def test_an_export_gives_back_what_was_imported(empty: TestDatabase) -> None:
    await imported(empty, full_plan())

    sent, back = values(written(full_plan())), values(await exported(empty))

    for row in (*sent["People"], *back["People"]):
        row["roles"] = frozenset(row["roles"])  # type: ignore[call-overload]
    assert back == sent


async def test_an_export_imported_elsewhere_exports_the_same_bytes(
    empty: TestDatabase, another_empty: TestDatabase
) -> None:
    await imported(empty, full_plan())
    first = await exported(empty)

    await imported(another_empty, first)

    assert await exported(another_empty) == first
    assert await exported(empty) == first


async def test_an_export_imported_again_changes_nothing(empty: TestDatabase) -> None:
    await imported(empty, right_plan())

    again = await imported(empty, await exported(empty))

    assert all((each.added, each.changed) == (0, 0) for each in again.sheets)


async def test_the_export_is_the_same_before_and_after_the_kpi_service_has_its_rows(
    empty: TestDatabase,
) -> None:
    await imported(empty, full_plan())
    before = await exported(empty)

    await _deliver(empty, create_kpi_app(empty.kpi))
    await _mark_delivered(empty)

    assert await exported(empty) == before


async def test_a_live_plan_comes_back_but_for_what_is_listed(
    database: TestDatabase, plan: Callers, another_empty: TestDatabase
) -> None:
    owner = await plan("owner@demo.example")
    update = {
        "status": "complete", "progress": "Done", "forecast_date": None, "reason": None, "recovery_plan": None,
        "evidence": [{"description": "Audit", "url": "https://trust.example/audit"}],
    }  # fmt: skip
    assert (await owner.post("/v1/root-causes/RC-3/updates", json=update)).status_code == 201

    data = await exported(database)
    await imported(another_empty, data)

    assert values(await exported(another_empty)) == values(data)
    left_out = [[cell.value for cell in row] for row in load_workbook(BytesIO(data))["Not exported"]]
    assert [
        "Updates",
        "RC-3",
        "Complete on 22/05/2019: Done",
        "No closing stands on it: an import would close the root cause.",
    ] in left_out
    assert ["Updates", "RC-4", "closed on 25/04/2019", "No update says that it is complete."] in left_out


async def test_an_import_decides_or_replaces_what_waited_for_the_isg(
    database: TestDatabase, plan: Callers
) -> None:
    owner, heading = await plan("owner@demo.example"), right_plan()["Updates"][0]
    update = {
        "status": "complete",
        "progress": "Done",
        "evidence": [{"description": "Audit", "url": "https://trust.example/audit"}],
    }
    assert (await owner.post("/v1/root-causes/RC-3/updates", json=update)).status_code == 201

    result = await imported(
        database, {"Updates": [heading, ["RC-3", "22/05/2019", "Complete", "Done", None, "22/05/2019"]]}
    )

    assert (result.sheets[5].added, result.sheets[5].changed) == (0, 1)
    root_cause = (await owner.get("/v1/root-causes/RC-3")).json()
    assert (root_cause["delivery_status"], root_cause["closed_on"]) == ("complete", "2019-05-22")


async def test_a_closing_that_was_reopened_is_not_closed_by_the_same_workbook(empty: TestDatabase) -> None:
    await imported(empty, right_plan(), approve_as_at=date(2019, 2, 28))
    async with empty.plan.transaction() as db:
        await db.execute(update(Closing).values(reopened_on=date(2019, 5, 2), reopened_reason="It came back"))

    again = await imported(empty, right_plan())

    assert all((each.added, each.changed) == (0, 0) for each in again.sheets)
    left_out = [
        [cell.value for cell in row] for row in load_workbook(BytesIO(await exported(empty)))["Not exported"]
    ]
    assert left_out[1][:3] == ["Updates", "RC-001", "closed on 28/03/2019, reopened on 02/05/2019"]


async def test_a_provisional_value_is_not_exported_as_a_final_one(empty: TestDatabase) -> None:
    await imported(empty, full_plan())
    await _deliver(empty, create_kpi_app(empty.kpi))
    await _mark_delivered(empty)
    before = values(await exported(empty))["KPI data"]
    async with empty.owner.transaction() as db:
        await db.execute(update(KpiObservation).values(state="provisional"))

    data = await exported(empty)

    assert before
    assert values(data)["KPI data"] == []
    left_out = [[cell.value for cell in row] for row in load_workbook(BytesIO(data))["Not exported"]]
    assert len([row for row in left_out if row[0] == "KPI data" and "provisional" in str(row[2])]) == len(
        before
    )


async def test_what_is_known_of_a_kpi_besides_its_row_is_listed(
    empty: TestDatabase, another_empty: TestDatabase
) -> None:
    await imported(empty, full_plan())
    await _deliver(empty, create_kpi_app(empty.kpi))
    await _mark_delivered(empty)
    async with empty.owner.transaction() as db:
        kpi = (await db.scalars(select(Kpi).order_by(Kpi.position).limit(1))).one()
        person = (await db.scalars(select(Person.id).limit(1))).one()
        first = await db.scalar(
            select(func.min(KpiObservation.period)).where(KpiObservation.kpi_id == kpi.id)
        )
        kpi.purpose, kpi.timely = "To see waits", True
        kpi.retired_on, kpi.retired_because = date(2019, 5, 1), "Measured otherwise"
        db.add(
            KpiTarget(
                kpi_id=kpi.id, value=Decimal("97.50"), holds_from=date(2030, 1, 1), recorded_at=real_now()
            )
        )
        db.add(
            KpiDecision(
                kpi_id=kpi.id, kind="rebase", period=first, reason="New rota", decided_by=person,
                decided_on=date(2019, 5, 1), recorded_at=real_now(),
            )
        )  # fmt: skip
        benchmark = KpiBenchmark(kpi_id=kpi.id, name="Peers", kind="peer", recorded_at=real_now())
        db.add(benchmark)
        await db.flush()
        db.add(
            KpiBenchmarkValue(
                benchmark_id=benchmark.id, period=first, value=Decimal(90), recorded_at=real_now()
            )
        )
        await db.execute(
            update(KpiObservation)
            .where(KpiObservation.kpi_id == kpi.id, KpiObservation.period == first)
            .values(note="Strike")
        )
        reference, period = kpi.reference, f"{first:%d/%m/%Y}"

    data = await exported(empty)

    page = load_workbook(BytesIO(data))["Not exported"]
    of_kpi = [[cell.value for cell in row] for row in page if row[1].value == reference]
    assert of_kpi == [
        ["KPIs", reference, "its purpose, kite mark", "The sheet has no column for it."],
        [
            "KPIs", reference, "retired on 01/05/2019: Measured otherwise",
            "The sheet does not say so: an import elsewhere would have it in force.",
        ],
        ["KPIs", reference, "target of 97.5 from 01/01/2030", "The sheet holds the target of the day only."],
        ["KPIs", reference, f"rebase at {period}: New rota", "No sheet holds what is decided about a chart."],
        ["KPIs", reference, "benchmark Peers with its values (1)", "No sheet holds benchmarks."],
        ["KPI data", reference, "notes on 1 of its values", "The sheet has no column for it."],
    ]  # fmt: skip
    await imported(another_empty, data)


async def test_kinds_of_things_that_no_sheet_is_about_are_counted(
    database: TestDatabase, plan: Callers
) -> None:
    said = {"status": "off_track", "progress": "No", "forecast_date": None, "reason": None, "recovery_plan": {
        "steps": "Hire", "owner": "owner@demo.example", "recovery_date": "2019-07-31"}}  # fmt: skip
    sent = await (await plan("owner@demo.example")).post("/v1/root-causes/RC-3/updates", json=said)
    async with database.owner.transaction() as db:
        count = await db.scalar(select(func.count()).select_from(Escalation))
    page = load_workbook(BytesIO(await exported(database)))["Not exported"]
    counted = [row[2].value for row in page if row[3].value == "No sheet is about them."]
    assert count, sent.text
    assert f"escalations, with what was decided: {count}" in counted
    assert not any("packs" in str(each) for each in counted)


async def _deliver(database: TestDatabase, app: FastAPI) -> None:
    async with Callers(database.owner, app) as callers:
        worker = await callers.machine("worker")
        for row in await waiting_for_the_kpi_service(database):
            answer = await worker.post(row.path, json=row.payload)
            assert answer.status_code == 200, answer.text


async def _mark_delivered(database: TestDatabase) -> None:
    async with database.worker.transaction() as db:
        await db.execute(update(OutboxRow).values(delivered_at=func.now()))


async def test_a_kpi_that_was_defined_here_comes_back_with_the_target_of_today(
    database: TestDatabase, kpi: Callers, another_empty: TestDatabase
) -> None:
    """What the sheet has no column for (purpose, kite mark, versions) stays where it is."""
    chair = await kpi("chair@demo.example")
    await chair.post("/v1/kpis", json=HIGH)
    await chair.post("/v1/kpis", json={**OF_ROOT_CAUSE, "target": None})
    for day, value in (("2019-05-01", 90), ("2020-04-01", 92)):
        later = {"value": value, "holds_from": day, "reason": "Agreed"}
        assert (await chair.post("/v1/kpis/KPI-0001/targets", json=later)).status_code == 200
    other = {**PARTS, "unit": "per cent", "reason": "As it is printed"}
    changed = await chair.put("/v1/kpis/KPI-0001/definition", json=other, headers={"If-Match": "*"})
    assert changed.status_code == 200

    data = await exported(database)
    again = await imported(database, data)

    assert [(row["reference"], row["root_cause"], row["unit"], row["target"], row["frequency"])
            for row in values(data)["KPIs"]] == [
        ("KPI-0001", None, "per cent", 90, "Monthly"), ("KPI-0002", "RC-1", "%", None, "Monthly"),
    ]  # fmt: skip
    assert {each.sheet: (each.added, each.changed) for each in again.sheets}["KPIs"] == (0, 0)
    await imported(another_empty, data)
    assert values(await exported(another_empty))["KPIs"] == values(data)["KPIs"]
