"""Imported KPI rows are kept once, however often they arrive; a revision keeps what it revises."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from services.shared.models import Kpi, KpiObservation
from tests.conftest import TestDatabase
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
