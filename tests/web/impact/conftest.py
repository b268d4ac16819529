"""RC-4 is closed, six months have passed, and what its KPI says has been handed on."""

from datetime import date

import pytest
from fastapi import FastAPI

from tests.closed_and_measured import FLAT, deliver, measure
from tests.conftest import TestDatabase
from tests.people import Callers


async def six_months_on(
    database: TestDatabase, plan_app: FastAPI, kpi_app: FastAPI, *, target: float | None
) -> None:
    """5 November 2019, with six values since closing."""
    await database.set_today(date(2019, 11, 5))
    await measure(database, FLAT, target=target)
    await hand_on(database, plan_app, kpi_app)


async def hand_on(database: TestDatabase, plan_app: FastAPI, kpi_app: FastAPI) -> None:
    """The KPI service looks at RC-4, and the worker hands on what follows."""
    async with Callers(database.owner, kpi_app) as kpi:
        await (await kpi.machine("worker")).post("/v1/impacts/due", json={"root_causes": ["RC-4"]})
    await deliver(database, plan=plan_app, kpi=kpi_app)


@pytest.fixture
async def not_moved(database: TestDatabase, plan_app: FastAPI, kpi_app: FastAPI) -> None:
    """The KPI has not moved."""
    await six_months_on(database, plan_app, kpi_app, target=None)


@pytest.fixture
async def works(database: TestDatabase, plan_app: FastAPI, kpi_app: FastAPI, plan: Callers) -> None:
    """Its target was met, and its evidence is assured."""
    await six_months_on(database, plan_app, kpi_app, target=50)
    pmo = await plan("pmo@demo.example")
    await pmo.post("/v1/root-causes/RC-4/assurance", json={"decision": "assure", "note": "Seen"})
