"""Imported KPI rows are kept once, however often they arrive; a revision keeps what it revises."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from services.shared.models import Kpi, KpiObservation
from tests.conftest import TestDatabase
from tests.kpi_api.definitions.test_definitions import HIGH
from tests.people import Callers

DOOR = "/v1/imports/kpis"


def definition(**changes: Any) -> dict[str, Any]:
    return {
        "reference": "K-1", "name": "Four-hour standard", "level": "root_cause", "direction": "increase", "isg": None,
        "root_cause": "RC-1", "cqc_domain": "safe", "unit": "%", "target": "95.0", "frequency": "Monthly", "source": None,
    } | changes  # fmt: skip


def observation(value: str, period: str = "2019-03-01") -> dict[str, Any]:
    return {"kpi": "K-1", "period": period, "value": value, "numerator": None, "denominator": None}


async def test_definitions_and_values_are_kept_once(kpi: Callers, database: TestDatabase) -> None:
    worker = await kpi.machine("worker")
    sent = {"kpis": [definition()], "observations": [observation("81.2"), observation("82", "2019-04-01")]}

    first, again = await worker.post(DOOR, json=sent), await worker.post(DOOR, json=sent)

    assert first.json() == {"accepted": 3, "revised": 0, "unchanged": 0}
    assert again.json() == {"accepted": 0, "revised": 0, "unchanged": 3}
    async with database.kpi.transaction() as db:
        values = await db.scalars(
            select(KpiObservation.value)
            .join(Kpi)
            .where(Kpi.reference == "K-1")
            .order_by(KpiObservation.period)
        )
        assert list(values) == [Decimal("81.2"), Decimal(82)]


async def test_a_revision_is_a_new_version(kpi: Callers, database: TestDatabase) -> None:
    worker = await kpi.machine("worker")
    await worker.post(DOOR, json={"kpis": [definition()], "observations": [observation("81.2")]})

    answer = await worker.post(
        DOOR, json={"kpis": [definition(name="Four hours")], "observations": [observation("80.9")]}
    )

    assert answer.json() == {"accepted": 0, "revised": 2, "unchanged": 0}
    async with database.kpi.transaction() as db:
        versions = await db.execute(
            select(KpiObservation.version, KpiObservation.value, KpiObservation.superseded_at.is_(None))
            .join(Kpi)
            .where(Kpi.reference == "K-1")
            .order_by(KpiObservation.version)
        )
        assert versions.all() == [(1, Decimal("81.2"), False), (2, Decimal("80.9"), True)]


async def test_a_value_of_an_unknown_kpi_is_refused(kpi: Callers) -> None:
    worker = await kpi.machine("worker")

    answer = await worker.post(DOOR, json={"kpis": [], "observations": [observation("1") | {"kpi": "K-9"}]})

    assert answer.status_code == 422
    assert "There is no KPI K-9" in answer.json()["detail"]


async def test_the_door_is_for_the_worker_alone(kpi: Callers) -> None:
    sent: dict[str, list[object]] = {"kpis": [], "observations": []}

    assert (await (await kpi.anonymous()).post(DOOR, json=sent)).status_code == 401
    assert (await (await kpi("pmo@demo.example")).post(DOOR, json=sent)).status_code == 401


async def test_an_import_changes_what_the_sheet_says_and_keeps_what_it_has_no_column_for(
    kpi: Callers,
) -> None:
    chair, worker = await kpi("chair@demo.example"), await kpi.machine("worker")
    assert (await chair.post("/v1/kpis", json=HIGH)).status_code == 201
    row = definition(reference="KPI-0001", name="Four hours", level="high_level", isg="Unscheduled Care", root_cause=None,
                     cqc_domain="responsive", source="The emergency department's own system", target="95")  # fmt: skip
    assert (await worker.post(DOOR, json={"kpis": [row], "observations": []})).json()["revised"] == 1

    shown = (await chair.get("/v1/kpis/KPI-0001")).json()

    assert (shown["definition"]["purpose"], shown["definition"]["timely"]) == (
        "To know whether patients wait safely.",
        True,
    )
    newest = shown["versions"][0]
    assert (newest["changed"], newest["reason"], newest["changed_by"]) == (
        ["name"],
        "Imported from the workbook",
        None,
    )
    assert (await chair.post("/v1/kpis", json=HIGH)).json()["ref"] == "KPI-0002"


async def test_a_reference_that_a_workbook_gave_out_is_not_given_out_again(kpi: Callers) -> None:
    worker = await kpi.machine("worker")
    await worker.post(DOOR, json={"kpis": [definition(reference="KPI-0001")], "observations": []})
    made = await (await kpi("chair@demo.example")).post("/v1/kpis", json=HIGH)
    assert made.json()["ref"] == "KPI-0002"
