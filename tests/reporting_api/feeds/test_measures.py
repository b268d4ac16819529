"""Measures for partners: as they were defined, final values alone, and what the rules said of what was known then."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx2
import jsonschema
import pytest
from sqlalchemy import select

from services.domain.words import FeedScope
from services.shared.models import KpiDecision, KpiObservation, Person
from tests.conftest import TestDatabase
from tests.kpi_api.measures import RECORDED
from tests.kpi_api.series import STEADY, WORSE, plant_series
from tests.people import Callers
from tests.reporting_api.oauth.partners import partner_of
from tests.small_plan import SCHEDULED, UNSCHEDULED


@pytest.fixture
async def partner(database: TestDatabase, reporting: Callers) -> httpx2.AsyncClient:
    """A partner's system that may read measures."""
    return await partner_of(database, reporting, FeedScope.KPI_READ)


async def items(partner: httpx2.AsyncClient, address: str) -> list[dict[str, Any]]:
    answer = await partner.get(f"/feeds/v1/{address}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def revised(database: TestDatabase, period: date, value: int, state: str = "final") -> None:
    """A second version of a month, given on 10 May."""
    at = datetime(2019, 5, 10, 9, tzinfo=UTC)
    async with database.owner.transaction() as db:
        first = (await db.scalars(select(KpiObservation).where(KpiObservation.period == period))).one()
        first.superseded_at = at
        await db.flush()
        db.add(
            KpiObservation(
                kpi_id=first.kpi_id,
                period=period,
                version=2,
                value=Decimal(value),
                state=state,
                recorded_at=at,
            )
        )


async def test_a_kpi_comes_with_its_definition_and_verdict(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    await plant_series(database, "K-1", WORSE, isg=UNSCHEDULED, target=95, key_question="safe")
    await plant_series(database, "K-2", STEADY[:5], root_cause="RC-4")
    first, second = await items(partner, "kpis")
    assert (first["ref"], first["isg"], first["level"], first["target"]) == (
        "K-1",
        UNSCHEDULED,
        "high_level",
        95,
    )
    assert (first["points"], first["latest_period"], first["latest_value"]) == (15, "2019-04-01", 60)
    verdict = first["verdict"]
    assert (verdict["variation"], verdict["assurance"], verdict["since"]) == ("concern", "fail", "2019-04-01")
    assert verdict["mean"] == pytest.approx(sum(WORSE) / 15)
    assert (second["root_cause"], second["isg"], second["verdict"]["variation"]) == ("RC-4", SCHEDULED, None)


@pytest.mark.parametrize(("feed", "schema"), [("kpis", "kpis"), ("kpis/K-1/observations", "observations")])
async def test_items_keep_their_schema(
    database: TestDatabase, partner: httpx2.AsyncClient, feed: str, schema: str
) -> None:
    await plant_series(database, "K-1", WORSE, isg=UNSCHEDULED)
    described = (await partner.get(f"/feeds/v1/schemas/{schema}")).json()
    found = await items(partner, feed)
    assert found
    for each in found:
        jsonschema.validate(each, described)


async def test_a_verdict_of_the_past_is_that_of_the_values_that_held_then(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    """April ends on the thirtieth: its value, which is the concern, holds from then on."""
    await plant_series(database, "K-1", WORSE, isg=UNSCHEDULED)
    said = {
        day: (await items(partner, f"kpis?as_at={day}"))[0]["verdict"]["variation"]
        for day in ("2019-04-30", "2019-03-31")
    }
    assert said == {"2019-04-30": "concern", "2019-03-31": "common_cause"}


async def test_what_was_known_then_leaves_out_later_revisions(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    await plant_series(database, "K-1", STEADY, isg=UNSCHEDULED)
    await revised(database, date(2019, 4, 1), 60)
    now = await items(partner, "kpis/K-1/observations")
    then = await items(partner, "kpis/K-1/observations?known_at=2019-05-09T00:00:00Z")
    assert (now[-1]["value"], now[-1]["version"]) == (60, 2)
    assert (then[-1]["value"], then[-1]["version"]) == (81, 1)
    known = await items(partner, "kpis?known_at=2019-05-09T00:00:00Z")
    assert known[0]["verdict"]["variation"] == "common_cause"
    assert (await items(partner, "kpis"))[0]["verdict"]["variation"] == "concern"


async def test_a_provisional_value_is_not_released(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    await plant_series(database, "K-1", STEADY, isg=UNSCHEDULED)
    await revised(database, date(2019, 4, 1), 60, "provisional")
    assert (await items(partner, "kpis/K-1/observations"))[-1]["value"] == 81
    assert (await items(partner, "kpis"))[0]["latest_value"] == 81


async def test_a_decision_about_the_chart_is_kept_to(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    """A ghosted point takes no part from the day on which that was decided."""
    planted = await plant_series(database, "K-1", WORSE, isg=UNSCHEDULED)
    async with database.owner.transaction() as db:
        chair = (await db.scalars(select(Person).where(Person.email == "chair@demo.example"))).one()
        db.add(
            KpiDecision(
                kpi_id=planted, kind="ghost", period=date(2019, 4, 1), reason="Strike", decided_by=chair.id,
                decided_on=date(2019, 5, 10), recorded_at=RECORDED,
            )
        )  # fmt: skip
    assert (await items(partner, "kpis"))[0]["verdict"]["variation"] == "common_cause"
    assert (await items(partner, "kpis?as_at=2019-05-09"))[0]["verdict"]["variation"] == "concern"


async def test_pages_formats_and_tags_are_those_of_every_feed(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    await plant_series(database, "K-1", WORSE, isg=UNSCHEDULED)
    await plant_series(database, "K-2", STEADY, isg=UNSCHEDULED)
    first = await partner.get("/feeds/v1/kpis?limit=1")
    rest = await partner.get(f"/feeds/v1/kpis?limit=1&cursor={first.json()['next']}")
    assert [each["ref"] for each in (*first.json()["items"], *rest.json()["items"])] == ["K-1", "K-2"]
    assert rest.json()["next"] is None
    table = await partner.get("/feeds/v1/kpis", headers={"Accept": "text/csv"})
    assert "verdict_variation" in table.text.splitlines()[0]
    lines = await partner.get("/feeds/v1/kpis/K-1/observations", headers={"Accept": "application/x-ndjson"})
    assert len(lines.text.splitlines()) == 15
    again = await partner.get("/feeds/v1/kpis?limit=1", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("address", "status"),
    [("kpis?as_at=2019-05-23", 422), ("kpis/K-404/observations", 404), ("kpis?cursor=nonsense", 422)],
)
async def test_what_there_is_not_is_refused(partner: httpx2.AsyncClient, address: str, status: int) -> None:
    assert (await partner.get(f"/feeds/v1/{address}")).status_code == status


@pytest.mark.parametrize("door", ["kpis", "kpis/K-1/observations", "schemas/kpis", "schemas/observations"])
async def test_only_a_token_with_its_scope_opens_it(
    database: TestDatabase, reporting: Callers, door: str
) -> None:
    assert (await (await reporting("pmo@demo.example")).get(f"/feeds/v1/{door}")).status_code == 401
    plan_reader = await partner_of(database, reporting, FeedScope.PLAN_READ)
    assert (await plan_reader.get(f"/feeds/v1/{door}")).status_code == 403
