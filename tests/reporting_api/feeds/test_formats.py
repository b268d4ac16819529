"""Pages, validators and formats of the feeds."""

import csv
import io
import json
from datetime import UTC, datetime

import httpx2
import pytest
from sqlalchemy import text

from services.reporting_api.feeds import routes
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.oauth.partners import partner_of

JSON, CSV, NDJSON = "application/json", "text/csv", "application/x-ndjson"
FEEDS = ("trajectory", "root-causes", "findings")


@pytest.fixture
async def partner(database: TestDatabase, reporting: Callers) -> httpx2.AsyncClient:
    """A partner's system that may read the plan."""
    return await partner_of(database, reporting)


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("accepted", [JSON, NDJSON])
async def test_following_next_gives_every_item_once_and_in_order(
    partner: httpx2.AsyncClient, feed: str, accepted: str
) -> None:
    whole = (await partner.get(f"/feeds/v1/{feed}")).json()["items"]
    seen: list[object] = []
    address = f"/feeds/v1/{feed}?limit=4"
    while address:
        answer = await partner.get(address, headers={"Accept": accepted})
        assert answer.status_code == 200, answer.text
        seen += answer.json()["items"] if accepted == JSON else map(json.loads, answer.text.splitlines())
        if accepted == JSON:
            assert bool(answer.json()["next"]) == ("next" in answer.links)
        address = answer.links.get("next", {}).get("url", "")
    assert seen == whole


async def test_the_next_page_is_of_the_same_day_though_the_day_has_changed(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    first = await partner.get("/feeds/v1/root-causes?limit=2")
    await database.set_today(datetime(2019, 5, 23, tzinfo=UTC).date())
    second = await partner.get(first.links["next"]["url"])
    assert (first.json()["as_at"], second.json()["as_at"]) == ("2019-05-22", "2019-05-22")


@pytest.mark.parametrize("accepted", [JSON, CSV, NDJSON])
@pytest.mark.parametrize("feed", FEEDS)
async def test_an_etag_stands_while_the_content_does_and_answers_304(
    partner: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, feed: str, accepted: str
) -> None:
    headers = {"Accept": accepted}
    first = await partner.get(f"/feeds/v1/{feed}", headers=headers)

    async def later(_db: object) -> datetime:
        return datetime(2019, 5, 22, 23, 0, 59, tzinfo=UTC)

    monkeypatch.setattr(routes, "business_now", later)
    again = await partner.get(f"/feeds/v1/{feed}", headers=headers)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Accept" in again.headers["Vary"]
    known = await partner.get(
        f"/feeds/v1/{feed}", headers={**headers, "If-None-Match": first.headers["ETag"]}
    )
    assert (known.status_code, known.content) == (304, b"")


async def test_an_etag_changes_with_the_content_the_day_and_the_format(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    address = "/feeds/v1/root-causes"
    tags = [
        (await partner.get(address)).headers["ETag"],
        (await partner.get(f"{address}?as_at=2019-05-21")).headers["ETag"],
        (await partner.get(address, headers={"Accept": CSV})).headers["ETag"],
        (await partner.get(address, headers={"Accept": NDJSON})).headers["ETag"],
    ]
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE root_cause SET title = 'Another title' WHERE reference = 'RC-1'"))
    tags.append((await partner.get(address)).headers["ETag"])
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/csv", CSV),
        ("text/*", CSV),
        ("application/x-ndjson", NDJSON),
        ("text/csv;q=0.5, application/x-ndjson", NDJSON),
        ("application/json;q=0, */*", CSV),
        ("text/html, */*;q=0.1", JSON),
        ("TEXT/CSV; charset=utf-8", CSV),
        ("text/html", None),
        ("text/csv;q=0", None),
    ],
)
async def test_accept_chooses_the_format(
    partner: httpx2.AsyncClient, accept: str | None, answered: str | None
) -> None:
    if accept is None:
        del partner.headers["Accept"]
    answer = await partner.get("/feeds/v1/findings", headers={"Accept": accept} if accept else {})
    if answered is None:
        assert (answer.status_code, answer.json()["status"]) == (406, 406)
        assert NDJSON in answer.json()["detail"]
    else:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].partition(";")[0] == answered


async def test_csv_has_a_column_a_field_and_json_says_the_same(partner: httpx2.AsyncClient) -> None:
    answer = await partner.get("/feeds/v1/root-causes", headers={"Accept": CSV})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    item = (await partner.get("/feeds/v1/root-causes")).json()["items"][0]
    said = item["latest_update"]
    assert rows[0]["ref"] == item["ref"]
    assert rows[0]["findings"] == "N-1"
    assert rows[0]["overdue"] == "false"
    assert rows[0]["theme"] == ""
    assert rows[0]["latest_update_cycle"] == str(said["cycle"])
    assert rows[0]["latest_update_late"] == "false"
    assert rows[4]["latest_update_status"] == ""
    assert list(rows[0])[-6:] == [
        "latest_update_reporting_date", "latest_update_status", "latest_update_progress", "latest_update_late", "kpis",
        "released_at",
    ]  # fmt: skip
    trajectory = await partner.get("/feeds/v1/trajectory", headers={"Accept": CSV})
    percents = {row["percent_of_trajectory"] for row in csv.DictReader(io.StringIO(trajectory.text))}
    assert percents == {"", "0.0", "50.0", "100.0"}


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
async def test_a_text_that_a_spreadsheet_would_run_is_kept_a_text_in_csv_alone(
    database: TestDatabase, partner: httpx2.AsyncClient, title: str
) -> None:
    async with database.owner.transaction() as db:
        await db.execute(
            text("UPDATE root_cause SET title = :title WHERE reference = 'RC-1'"), {"title": title}
        )
    answer = await partner.get("/feeds/v1/root-causes", headers={"Accept": CSV})
    assert next(csv.DictReader(io.StringIO(answer.text, newline="")))["title"] == f"'{title}"
    assert (await partner.get("/feeds/v1/root-causes")).json()["items"][0]["title"] == title
