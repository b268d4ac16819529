"""What the feeds say of the small plan (`tests/small_plan.py`)."""

from datetime import date
from typing import Any

import httpx2
import jsonschema
import pytest
from sqlalchemy import text

from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.oauth.partners import partner_of

ENVELOPE = {"trust", "as_at", "generated_at", "items", "next"}
FIELDS = {
    "trajectory": "isg class month planned original_planned complete percent_of_trajectory",
    "root-causes": "ref title isg class owner_role theme kloe findings due_date original_due_date forecast_date delivery_status"
    " overdue update_missed assurance_stage closed_on latest_update kpis released_at",
    "findings": "ref type class isg finding source core_service site key_questions regulation status root_causes released_at",
}


@pytest.fixture
async def partner(database: TestDatabase, reporting: Callers) -> httpx2.AsyncClient:
    """A partner's system that may read the plan."""
    return await partner_of(database, reporting)


async def items_of(partner: httpx2.AsyncClient, address: str) -> list[dict[str, Any]]:
    """The items of a feed."""
    answer = await partner.get(f"/feeds/v1/{address}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def by_ref(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Items by their reference."""
    return {item["ref"]: item for item in items}


@pytest.mark.parametrize("feed", FIELDS)
async def test_every_feed_has_the_contracts_envelope_and_fields_and_keeps_its_schema(
    partner: httpx2.AsyncClient, feed: str
) -> None:
    body = (await partner.get(f"/feeds/v1/{feed}")).json()
    assert set(body) == ENVELOPE
    assert body["trust"] == {"ods_code": "RXW", "name": "The Shrewsbury and Telford Hospital NHS Trust"}
    assert (body["as_at"], body["next"]) == ("2019-05-22", None)
    assert body["generated_at"].startswith("2019-05-")
    assert body["generated_at"].endswith("Z")
    schema = await partner.get(f"/feeds/v1/schemas/{feed}")
    assert schema.headers["Content-Type"] == "application/schema+json"
    assert body["items"]
    for item in body["items"]:
        assert set(item) == set(FIELDS[feed].split())
        jsonschema.validate(item, schema.json())


async def test_a_schema_of_no_feed_is_not_found(partner: httpx2.AsyncClient) -> None:
    answer = await partner.get("/feeds/v1/schemas/nonsense")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "There is no feed “nonsense”. There are trajectory, findings, root-causes, updates, "
        "change-requests, escalations, packs, kpis, observations and changes.",
    )


async def test_the_trajectory_has_every_isg_and_class_in_every_month(partner: httpx2.AsyncClient) -> None:
    items = await items_of(partner, "trajectory?as_at=2019-05-22")
    months = ["2019-04", "2019-05", "2019-06", "2019-07", "2019-08", "2019-09"]
    expected = [
        (isg, root_cause_class, month)
        for isg in ("Unscheduled Care", "Scheduled Care", "Well-led", "all")
        for root_cause_class in ("must_do", "should_do", "all")
        for month in months
    ]
    assert [(item["isg"], item["class"], item["month"]) for item in items] == expected
    whole = {item["month"]: item for item in items if (item["isg"], item["class"]) == ("all", "all")}
    figures = [(whole[month]["planned"], whole[month]["complete"]) for month in months]
    assert figures == [(1, 1), (2, 1), (4, None), (5, None), (5, None), (6, None)]


async def test_a_percentage_is_a_json_number_and_null_where_nothing_is_due(
    partner: httpx2.AsyncClient,
) -> None:
    items = await items_of(partner, "trajectory?as_at=2019-05-22")
    percents = {
        (item["isg"], item["class"]): item["percent_of_trajectory"]
        for item in items
        if item["month"] == "2019-05"
    }
    assert percents["all", "must_do"] == 50.0
    assert isinstance(percents["all", "must_do"], float)
    assert percents["Unscheduled Care", "must_do"] == 0.0
    assert percents["Well-led", "all"] is None
    later = [item for item in items if item["month"] > "2019-05"]
    assert {item["percent_of_trajectory"] for item in later} == {None}


async def test_a_root_cause_is_as_it_stood_at_the_date(partner: httpx2.AsyncClient) -> None:
    then = by_ref(await items_of(partner, "root-causes?as_at=2019-04-24"))["RC-4"]
    now = by_ref(await items_of(partner, "root-causes"))["RC-4"]
    assert (then["delivery_status"], then["closed_on"], then["assurance_stage"]) == (
        "not_started",
        None,
        None,
    )
    assert (now["delivery_status"], now["closed_on"], now["assurance_stage"]) == (
        "complete",
        "2019-04-25",
        "closed",
    )
    assert now | {"released_at": ""} == {
        "ref": "RC-4", "title": "Children wait too long to be seen (RC-4)", "isg": "Scheduled Care", "class": "must_do",
        "owner_role": "Matron", "theme": None, "kloe": None, "findings": ["MD-2"], "due_date": "2019-04-30",
        "original_due_date": "2019-04-30", "forecast_date": None, "delivery_status": "complete", "overdue": False,
        "update_missed": False, "assurance_stage": "closed", "closed_on": "2019-04-25", "latest_update": None, "kpis": [],
        "released_at": "",
    }  # fmt: skip
    assert now["released_at"].endswith("Z")


async def test_an_update_that_is_not_released_stays_inside(
    partner: httpx2.AsyncClient, plan: Callers
) -> None:
    items = by_ref(await items_of(partner, "root-causes"))
    assert items["RC-1"]["latest_update"] == {
        "cycle": 4,
        "reporting_date": "2019-05-07",
        "status": "on_track",
        "progress": "Going well",
        "late": False,
    }
    assert items["RC-1"]["delivery_status"] == "on_track"
    inside = (await (await plan("pmo@demo.example")).get("/v1/root-causes/RC-3")).json()
    assert (items["RC-3"]["latest_update"]["cycle"], inside["latest_update"]["cycle"]) == (4, 5)


async def test_known_at_leaves_out_what_was_recorded_later(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE closing SET recorded_at = '2019-05-03T09:00:00Z'"))
    before, after = "known_at=2019-05-02T00:00:00Z", "known_at=2019-05-04T00:00:00Z"
    for question, status in ((before, "not_started"), (after, "complete")):
        items = by_ref(await items_of(partner, f"root-causes?as_at=2019-04-30&{question}"))
        assert items["RC-4"]["delivery_status"] == status
    for question, complete in ((before, 0), (after, 1)):
        rows = await items_of(partner, f"trajectory?as_at=2019-04-30&{question}")
        row = next(
            row for row in rows if (row["isg"], row["class"], row["month"]) == ("all", "all", "2019-04")
        )
        assert row["complete"] == complete


async def test_known_at_leaves_out_what_was_released_later(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    """RC-1's update of 7 May was released by the meeting of the 9th: partners knew nothing of it on the 8th."""
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE progress_update SET released_at = '2019-05-09T15:00:00Z'"))
    for known_at, cycle in (("2019-05-08T12:00:00Z", None), ("2019-05-10T12:00:00Z", 4)):
        row = by_ref(await items_of(partner, f"root-causes?as_at=2019-05-07&known_at={known_at}"))["RC-1"]
        assert (row["latest_update"] and row["latest_update"]["cycle"]) == cycle


async def test_a_withdrawn_root_cause_is_in_the_feeds_up_to_its_withdrawal(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    async with database.owner.transaction() as db:
        await db.execute(
            text("""
            INSERT INTO root_cause_placement (root_cause_id, holds_from, isg_id, root_cause_class, in_plan, recorded_at)
            SELECT p.root_cause_id, '2019-05-15', p.isg_id, p.root_cause_class, false, '2019-05-15T10:00:00Z'
              FROM root_cause_placement p JOIN root_cause r ON r.id = p.root_cause_id WHERE r.reference = 'RC-6'
        """)
        )
    assert "RC-6" in by_ref(await items_of(partner, "root-causes?as_at=2019-05-14"))
    assert "RC-6" not in by_ref(await items_of(partner, "root-causes?as_at=2019-05-15"))
    findings = [
        by_ref(await items_of(partner, f"findings?as_at={day}"))["MD-1"]
        for day in ("2019-05-14", "2019-05-15")
    ]
    assert [finding["root_causes"] for finding in findings] == [["RC-2", "RC-6"], ["RC-2"]]


async def test_a_finding_names_its_class_its_source_and_its_root_causes(partner: httpx2.AsyncClient) -> None:
    items = by_ref(await items_of(partner, "findings"))
    assert {ref: (item["type"], item["class"]) for ref, item in items.items()} == {
        "MD-1": ("must_do", "must_do"),
        "MD-2": ("must_do", "must_do"),
        "SD-1": ("should_do", "should_do"),
        "N-1": ("notice", "must_do"),
        "R-1": ("recommendation", "none"),
    }
    assert items["N-1"] == {
        "ref": "N-1", "type": "notice", "class": "must_do", "isg": "Unscheduled Care",
        "finding": "The trust must put right what N-1 says.", "source": "Section 31 notice, emergency department",
        "core_service": "Urgent and emergency care", "site": "RSH", "key_questions": ["safe"], "regulation": "Regulation 12",
        "status": "open", "root_causes": ["RC-1"], "released_at": "2019-03-01T09:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize("feed", FIELDS)
async def test_no_name_and_no_email_is_in_a_feed(
    database: TestDatabase, partner: httpx2.AsyncClient, feed: str
) -> None:
    body = (await partner.get(f"/feeds/v1/{feed}")).text
    async with database.owner.transaction() as db:
        for name, email in await db.execute(text("SELECT name, email FROM person")):
            assert name not in body
            assert email not in body


async def test_an_owner_without_a_job_title_is_the_root_cause_owner(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE person SET job_title = NULL WHERE email = 'other@demo.example'"))
    items = by_ref(await items_of(partner, "root-causes"))
    assert items["RC-4"]["owner_role"] == "Root cause owner"


@pytest.mark.parametrize("feed", FIELDS)
@pytest.mark.parametrize("accepted", ["application/json", "text/csv", "application/x-ndjson"])
async def test_an_empty_plan_is_an_answer_without_items(
    empty_database: TestDatabase, empty_reporting: Callers, feed: str, accepted: str
) -> None:
    await empty_database.set_today(date(2019, 5, 22))
    partner = await partner_of(empty_database, empty_reporting)
    answer = await partner.get(f"/feeds/v1/{feed}", headers={"Accept": accepted})
    assert answer.status_code == 200, answer.text
    if accepted == "application/json":
        assert answer.json()["items"] == []
    else:
        assert len(answer.text.splitlines()) == (1 if accepted == "text/csv" else 0)
