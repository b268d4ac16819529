"""The root cause's own KPI in its update: the value goes first, what is wrong with it is said at its field, nothing is lost."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from services.shared.models import KpiObservation, ProgressUpdate
from tests.conftest import TestDatabase
from tests.kpi_api.measures import plant_kpi
from tests.web.conftest import Visits

ADDRESS = "/root-causes/RC-1/update"
VALUE, PERIOD, NOTE = "kpis.K-1.value", "kpis.K-1.period", "kpis.K-1.note"
SAID: dict[str, Any] = {
    "done": "no",
    "status": "on_track",
    "progress": "Two nurses have started.",
    "reason": "",
}


@pytest.fixture
async def planted(database: TestDatabase) -> None:
    """K-1 of RC-1, whose value of April is missing."""
    await plant_kpi(database, values={date(2019, 2, 1): 80, date(2019, 3, 1): 81.5})


async def counts(database: TestDatabase) -> tuple[int, int]:
    """Values of April, and updates of RC-1's cycle."""
    async with database.owner.transaction() as db:
        april = await db.scalar(
            select(func.count()).select_from(KpiObservation).where(KpiObservation.period == date(2019, 4, 1))
        )
        updates = await db.scalar(select(func.count()).select_from(ProgressUpdate))
    return int(april or 0), int(updates or 0)


@pytest.mark.usefixtures("planted")
async def test_a_value_goes_with_the_update(visit: Visits, database: TestDatabase) -> None:
    owner = await visit("owner@demo.example")
    _, before = await counts(database)
    form = await owner.get(ADDRESS)
    assert "Measure K-1 (%)" in form.text
    assert "The last value is 81.5 for March 2019." in form.text
    assert form.fields()[PERIOD] == ["2019-04-01"]

    sent = await owner.submit(form, **{**SAID, VALUE: "82.5"})

    assert sent.goes_to == "/root-causes/RC-1"
    assert await counts(database) == (1, before + 1)
    async with database.owner.transaction() as db:
        row = await db.scalar(select(KpiObservation).where(KpiObservation.period == date(2019, 4, 1)))
    assert row is not None
    assert (row.value, row.given_through, row.state) == (Decimal("82.5"), "update", "final")


@pytest.mark.usefixtures("planted")
async def test_a_wrong_value_is_told_at_its_field_and_nothing_is_sent(
    visit: Visits, database: TestDatabase
) -> None:
    owner = await visit("owner@demo.example")
    before = await counts(database)

    wrong = await owner.submit(await owner.get(ADDRESS), **{**SAID, VALUE: "eighty"})

    assert (wrong.status, wrong.errors) == (422, ["“eighty” is not a number: write a number."])
    assert wrong.fields()[VALUE] == ["eighty"]
    assert wrong.fields()["progress"] == [SAID["progress"]]
    assert await counts(database) == before


@pytest.mark.usefixtures("planted")
async def test_a_refused_update_leaves_the_value_which_is_the_same_the_next_time(
    visit: Visits, database: TestDatabase
) -> None:
    owner = await visit("owner@demo.example")
    refused = await owner.submit(await owner.get(ADDRESS), **{**SAID, "status": "at_risk", VALUE: "82.5"})
    assert refused.status == 422
    assert refused.fields()[VALUE] == ["82.5"]

    sent = await owner.submit(refused, reason="Agency nurses have left.")

    assert sent.goes_to == "/root-causes/RC-1"
    assert (await counts(database))[0] == 1


@pytest.mark.usefixtures("planted")
async def test_no_value_is_needed_and_why_there_is_none_can_be_said(
    visit: Visits, database: TestDatabase
) -> None:
    owner = await visit("owner@demo.example")
    await owner.submit(await owner.get(ADDRESS), **SAID)
    assert (await counts(database))[0] == 0
    await owner.submit(await owner.get(ADDRESS), **{**SAID, NOTE: "The system was down"})
    assert (await counts(database))[0] == 1


@pytest.mark.usefixtures("planted")
async def test_the_draft_keeps_it(visit: Visits) -> None:
    owner = await visit("owner@demo.example")
    await owner.submit(
        await owner.get(ADDRESS), **{**SAID, VALUE: "82.5", PERIOD: "2019-02-01", "press": "save"}
    )

    again = await owner.get(ADDRESS)

    assert again.fields()[VALUE] == ["82.5"]
    assert again.fields()[PERIOD] == ["2019-02-01"]
