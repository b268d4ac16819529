"""How feeds are sent: compressed, with what caches need, as schemas and examples say, and with notice before they go."""

import asyncio
import csv
import gzip
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import jsonschema
import pytest
import zstandard
from fastapi import FastAPI
from sqlalchemy import text
from starlette.types import Message

from services.domain.words import FeedScope
from services.reporting_api.feeds import deprecation, snapshot
from services.reporting_api.feeds.bodies import encoding_for
from services.reporting_api.feeds.deprecation import Deprecated
from services.reporting_api.feeds.examples import EXAMPLES
from services.reporting_api.feeds.formats import JSON, Head
from services.reporting_api.feeds.service import ITEMS, schema_of, trust
from services.reporting_api.points_in_time import PointInTime
from tests.conftest import TestDatabase
from tests.kpi_api.series import STEADY, plant_series
from tests.people import Callers
from tests.reporting_api.feeds.reading import reader_of_all
from tests.reporting_api.feeds.test_what_is_kept import CHANGES, change

ADDRESSES = {
    "trajectory": "trajectory", "root-causes": "root-causes", "findings": "findings", "updates": "updates",
    "change-requests": "change-requests", "escalations": "escalations", "packs": "packs", "kpis": "kpis",
    "observations": "kpis/K-1/observations",
    "changes": "changes",
}  # fmt: skip
UNPACK: dict[str, Any] = {
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}


@pytest.fixture
async def partner(database: TestDatabase, reporting: Callers) -> httpx2.AsyncClient:
    """A partner's system that may read every feed, of a plan with something in each."""
    await plant_series(database, "K-1", STEADY, root_cause="RC-4", target=90)
    for what in ("decided", "a change request", "a pack published"):
        await change(database, CHANGES[what])
    partner = await reader_of_all(database, reporting)
    partner.headers["Accept-Encoding"] = "identity"
    return partner


@pytest.mark.parametrize("feed", ADDRESSES)
async def test_every_item_and_the_example_keep_the_schema(partner: httpx2.AsyncClient, feed: str) -> None:
    schema = await partner.get(f"/feeds/v1/schemas/{feed}")
    assert schema.status_code == 200, schema.text
    items = (await partner.get(f"/feeds/v1/{ADDRESSES[feed]}")).json()["items"]
    assert items
    for item in [*items, EXAMPLES[feed]]:
        jsonschema.validate(item, schema.json(), format_checker=jsonschema.FormatChecker())
        assert set(item) == set(schema.json()["required"])


async def test_what_changes_carries_keeps_the_schema_of_its_feed(partner: httpx2.AsyncClient) -> None:
    for each in (await partner.get("/feeds/v1/changes")).json()["items"]:
        if each["item"] is not None:
            jsonschema.validate(each["item"], schema_of(each["feed"]))


def test_openapi_has_an_example_of_every_feed(reporting_app: FastAPI) -> None:
    paths = reporting_app.openapi()["paths"]
    for feed, address in ADDRESSES.items():
        door = paths["/feeds/v1/" + address.replace("K-1", "{ref}")]["get"]["responses"]["200"]["content"]
        assert door["application/json"]["example"]["items"] == [EXAMPLES[feed]]
        assert {"text/csv", "application/x-ndjson"} <= door.keys()
    assert ITEMS.keys() == ADDRESSES.keys()


@pytest.mark.parametrize("feed", ADDRESSES)
async def test_csv_and_ndjson_hold_the_same_items(partner: httpx2.AsyncClient, feed: str) -> None:
    address = f"/feeds/v1/{ADDRESSES[feed]}"
    items = (await partner.get(address)).json()["items"]
    lines = (await partner.get(address, headers={"Accept": "application/x-ndjson"})).text
    assert [json.loads(line) for line in lines.splitlines()] == items
    rows = list(
        csv.DictReader(
            io.StringIO((await partner.get(address, headers={"Accept": "text/csv"})).text, newline="")
        )
    )
    assert len(rows) == len(items)


@pytest.mark.parametrize("encoding", UNPACK)
@pytest.mark.parametrize("address", ["root-causes", "snapshot"])
async def test_an_answer_is_compressed_as_is_asked_and_has_a_tag_of_its_own(
    partner: httpx2.AsyncClient, address: str, encoding: str
) -> None:
    plain = await partner.get(f"/feeds/v1/{address}")
    async with partner.stream("GET", f"/feeds/v1/{address}", headers={"Accept-Encoding": encoding}) as packed:
        body = b"".join([piece async for piece in packed.aiter_raw()])
    assert packed.headers["Content-Encoding"] == encoding
    unpacked, whole = json.loads(UNPACK[encoding](body)), plain.json()
    assert unpacked.get("items") == whole.get("items")
    assert unpacked.get("parts") == whole.get("parts")
    assert len(body) < len(plain.content)
    assert packed.headers["ETag"] != plain.headers["ETag"]
    for tag in (packed.headers["ETag"], plain.headers["ETag"]):
        known = await partner.get(
            f"/feeds/v1/{address}", headers={"If-None-Match": tag, "Accept-Encoding": encoding}
        )
        assert (known.status_code, known.content) == (304, b"")


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        (None, None), ("", None), ("identity", None), ("gzip", "gzip"), ("zstd, gzip", "zstd"), ("gzip, zstd;q=0.5", "gzip"),
        ("*", "zstd"), ("*;q=0", None), ("br", None), ("gzip;q=0", None), ("identity, gzip;q=0.5", None), ("GZIP", "gzip"),
        ("gzip;q=nonsense", None),
    ],
)  # fmt: skip
def test_accept_encoding_chooses_how_it_is_compressed(accepted: str | None, encoding: str | None) -> None:
    assert encoding_for(accepted) == encoding


async def test_what_caches_need_is_said(partner: httpx2.AsyncClient) -> None:
    for address in (*ADDRESSES.values(), "snapshot"):
        answer = await partner.get(f"/feeds/v1/{address}")
        assert answer.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
        assert answer.headers["Vary"] == "Authorization, Accept, Accept-Encoding"
        known = await partner.get(f"/feeds/v1/{address}", headers={"If-None-Match": answer.headers["ETag"]})
        assert (known.status_code, known.headers["Cache-Control"]) == (304, answer.headers["Cache-Control"])


async def test_a_feed_that_will_go_says_so(
    partner: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = Deprecated(date(2023, 6, 30), date(2024, 6, 30), "/feeds/v2/findings")
    monkeypatch.setitem(deprecation.DEPRECATED, "findings", going)
    for _ in ("made", "kept"):
        answer = await partner.get("/feeds/v1/findings?limit=2")
        assert answer.headers["Deprecation"] == "@1688083200"
        assert answer.headers["Sunset"] == "Sun, 30 Jun 2024 00:00:00 GMT"
        assert answer.links["successor-version"]["url"] == "/feeds/v2/findings"
        assert "next" in answer.links
    assert "Deprecation" not in (await partner.get("/feeds/v1/root-causes")).headers


async def test_a_snapshot_is_all_feeds_at_a_date(partner: httpx2.AsyncClient) -> None:
    for question in ("as_at=2019-05-22", "as_at=2019-05-08", "known_at=2019-05-01T00:00:00Z"):
        snapshot = (await partner.get(f"/feeds/v1/snapshot?{question}")).json()
        for feed, items in snapshot["parts"].items():
            answer = await partner.get(f"/feeds/v1/{ADDRESSES[feed]}?{question}")
            assert items == (answer.json()["items"] if answer.is_success else []), (feed, question)
    assert list(snapshot) == ["trust", "as_at", "generated_at", "changes", "parts"]
    lines = (
        await partner.get("/feeds/v1/snapshot", headers={"Accept": "application/x-ndjson"})
    ).text.splitlines()
    rows = list(
        csv.DictReader(
            io.StringIO((await partner.get("/feeds/v1/snapshot", headers={"Accept": "text/csv"})).text)
        )
    )
    assert [json.loads(row["item"]) for row in rows] == [json.loads(line)["item"] for line in lines]


async def test_a_snapshot_is_written_as_it_is_read(
    database: TestDatabase, partner: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No piece holds more than so many items of a feed, however many there are."""
    monkeypatch.setattr(snapshot, "AT_ONCE", 2)
    whole = await partner.get("/feeds/v1/snapshot")
    head = Head(trust(), date(2019, 5, 22), datetime(2019, 5, 22, tzinfo=UTC), None)
    point = PointInTime(date(2019, 5, 22))
    written = snapshot.written(database.reporting, point, head, JSON, {FeedScope.PLAN_READ})
    pieces = [piece async for piece in written]
    assert max(piece.count(b'"released_at"') for piece in pieces) == 2
    parts = json.loads(b"".join(pieces))["parts"]
    assert parts == {feed: items for feed, items in whole.json()["parts"].items() if feed in parts}
    assert len(parts["root-causes"]) > 2


async def _asked_by_a_slow_reader(
    app: FastAPI, partner: httpx2.AsyncClient, begun: asyncio.Event
) -> list[bytes]:
    """Asks for a snapshot, and takes the first piece alone: what it got."""
    got: list[bytes] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            if got:
                begun.set()
                await asyncio.Event().wait()
            got.append(message["body"])

    async def receive() -> Message:
        await begun.wait()
        await asyncio.Event().wait()
        return {}

    path = "/feeds/v1/snapshot"
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http", "server": ("reporting", 80),
        "client": ("127.0.0.1", 1), "headers": [(b"authorization", partner.headers["Authorization"].encode())],
    }  # fmt: skip
    await app(scope, receive, send)
    return got


async def test_slow_readers_hold_up_themselves_and_not_for_long(
    database: TestDatabase, reporting: Callers, reporting_app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "TAKEN_WITHIN", 2.0)
    partners = [await reader_of_all(database, reporting) for _ in range(snapshot.MOST_AT_ONCE + 1)]
    *slow, another = partners
    events = [asyncio.Event() for _ in slow]
    reading = [
        asyncio.create_task(_asked_by_a_slow_reader(reporting_app, each, event))
        for each, event in zip(slow, events, strict=True)
    ]
    await asyncio.gather(*(event.wait() for event in events))
    its_own = await slow[0].get("/feeds/v1/snapshot")
    assert (its_own.status_code, its_own.headers["Retry-After"]) == (429, "10")
    refused = await another.get("/feeds/v1/snapshot")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert refused.json()["detail"] == "Others are being sent snapshots just now. Ask again in 10 seconds."
    assert (await another.get("/feeds/v1/findings")).status_code == 200
    assert all(await asyncio.gather(*reading))
    async with database.owner.transaction() as db:
        held = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
        )
        assert await db.scalar(held) == 0
    for each in partners:
        assert (await each.get("/feeds/v1/snapshot")).status_code == 200


async def test_an_escalation_of_an_update_is_out_once_that_update_is_released(
    database: TestDatabase, reporting: Callers
) -> None:
    partner = await reader_of_all(database, reporting)
    await change(database, CHANGES["raised by what is not released"])
    assert (await partner.get("/feeds/v1/escalations")).json()["items"] == []
    await change(database, CHANGES["an update released"])
    [item] = (await partner.get("/feeds/v1/escalations")).json()["items"]
    assert (item["ref"], item["root_cause"], item["reasons"], item["state"], item["decision"]) == (
        "ESC-1", "RC-2", ["said_off_track"], "raised", None,
    )  # fmt: skip
    assert (await partner.get("/feeds/v1/escalations?as_at=2019-05-20")).json()["items"] == []


async def test_a_decision_and_a_state_are_as_they_were_on_the_day(partner: httpx2.AsyncClient) -> None:
    then = (await partner.get("/feeds/v1/escalations?as_at=2019-05-21")).json()["items"]
    now = (await partner.get("/feeds/v1/escalations")).json()["items"]
    assert ([each["decision"] for each in then], now[0]["decision"]["decision"]) == ([None], "accept_plan")
