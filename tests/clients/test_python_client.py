"""The Python client for partners, against the running service."""

import asyncio
import importlib.util
import time
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import httpx2
import pytest
from qip_feeds import (
    FeedError,
    FeedsClient,
    Finding,
    NotAllowed,
    NotAuthorised,
    NotGenuine,
    RootCause,
    verify,
)
from qip_feeds.models import ROWS
from sqlalchemy import text

from services.domain.webhooks import signature
from services.domain.words import FeedScope
from services.shared.api_clients import create_client
from services.shared.webhooks import signing_secret
from tests.clients.conftest import Service

CLIENT = Path(__file__).parents[2] / "clients" / "python"
T = TypeVar("T")


async def reading(service: Service, read: Callable[[FeedsClient], T], **given: Any) -> T:
    """What a partner's program gets, which runs in a thread beside the service."""

    def run() -> T:
        with FeedsClient(service.address, service.client_id, service.secret, **given) as feeds:
            return read(feeds)

    return await asyncio.to_thread(run)


async def test_every_feed_is_read_into_its_rows(service: Service) -> None:
    def every(feeds: FeedsClient) -> dict[str, list[Any]]:
        return {
            "findings": list(feeds.findings()), "root-causes": list(feeds.root_causes()), "updates": list(feeds.updates()),
            "trajectory": list(feeds.trajectory()), "escalations": list(feeds.escalations()),
            "change-requests": list(feeds.change_requests()), "kpis": list(feeds.kpis()),
        }  # fmt: skip

    found = await reading(service, every)
    for feed in ("findings", "root-causes", "trajectory"):
        assert found[feed], feed
    for feed, rows in found.items():
        assert all(isinstance(row, ROWS[feed]) for row in rows), feed
    first: RootCause = found["root-causes"][0]
    assert (first.ref, first.class_, type(first.due_date)) == ("RC-1", "must_do", date)


async def test_pages_are_followed_to_the_end_each_row_once(service: Service) -> None:
    def both(feeds: FeedsClient) -> tuple[list[str], list[str]]:
        small, cursor = [], None
        while True:
            page = feeds.page("findings", Finding, cursor=cursor, limit=2)
            assert page is not None
            small += [each.ref for each in page.items]
            cursor = page.next
            if cursor is None:
                return small, [each.ref for each in feeds.findings()]

    small, whole = await reading(service, both)
    assert small == whole
    assert len(set(whole)) == len(whole) > 2


async def test_a_page_that_has_not_changed_is_not_sent_again(service: Service) -> None:
    def twice(feeds: FeedsClient) -> tuple[object, object]:
        page = feeds.page("root-causes", RootCause)
        assert page is not None
        return page.etag, feeds.page("root-causes", RootCause, etag=page.etag)

    etag, again = await reading(service, twice)
    assert etag
    assert again is None


async def test_a_snapshot_goes_on_as_changes_and_misses_nothing(service: Service) -> None:
    snapshot = await reading(service, lambda feeds: feeds.snapshot())
    assert {each.ref for each in snapshot.parts["root-causes"]} >= {"RC-1", "RC-2"}
    assert await reading(service, lambda feeds: list(feeds.changes(snapshot.cursor))) == []
    async with service.database.plan.transaction() as db:
        await db.execute(text("UPDATE root_cause SET title = 'Another title' WHERE reference = 'RC-1'"))
    pages = await reading(service, lambda feeds: list(feeds.changes(snapshot.cursor)))
    told = [(item.feed, item.ref, item.change) for page in pages for item in page.items]
    assert ("root-causes", "RC-1", "changed") in told


async def test_polling_waits_between_rounds_and_repeats_nothing(service: Service) -> None:
    waited: list[float] = []

    def poll(feeds: FeedsClient) -> list[str]:
        seen: list[str] = []
        for page in feeds.poll(every=7):
            seen += [f"{item.feed} {item.ref}" for item in page.items]
            if waited:
                break
        return seen

    class EnoughWaited(Exception):
        pass

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            raise EnoughWaited

    with pytest.raises(EnoughWaited):
        await reading(service, poll, sleep=sleep)
    assert waited == [7, 7]


async def test_a_token_is_taken_once_and_renewed_before_it_ends_or_when_it_is_refused(
    service: Service,
) -> None:
    asked: list[str] = []

    class Counting(httpx2.HTTPTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            asked.append(request.url.path)
            return super().handle_request(request)

    def read(feeds: FeedsClient) -> list[int]:
        counts = []
        for spoil in ({}, {"_token": "forged"}, {"_token_ends": time.monotonic() + 30}):
            for name, value in spoil.items():
                setattr(feeds, name, value)
            list(feeds.findings())
            counts.append(asked.count("/oauth/token"))
        list(feeds.findings())
        return [*counts, asked.count("/oauth/token")]

    assert await reading(service, read, transport=Counting()) == [1, 2, 3, 3]


async def test_too_many_requests_are_waited_for_as_the_service_says(service: Service) -> None:
    waited: list[float] = []
    answers = [
        httpx2.Response(429, headers={"Retry-After": "3"}),
        httpx2.Response(503, headers={"Retry-After": "900"}),
    ]

    class Busy(httpx2.HTTPTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            return (
                answers.pop(0) if answers and "feeds" in request.url.path else super().handle_request(request)
            )

    found = await reading(
        service, lambda feeds: list(feeds.findings()), transport=Busy(), sleep=waited.append
    )
    assert found
    assert waited == [3, 60]


async def test_refusals_are_told_apart(service: Service) -> None:
    async with service.database.owner.transaction() as db:
        few = await create_client(db, "Few", [FeedScope.KPI_READ])
    wrong = Service(service.address, service.client_id, "wrong", service.database)
    with pytest.raises(NotAuthorised):
        await reading(wrong, lambda feeds: list(feeds.findings()))
    with pytest.raises(NotAllowed, match="plan:read"):
        await reading(Service(service.address, *few, service.database), lambda feeds: list(feeds.findings()))
    with pytest.raises(FeedError) as refused:
        await reading(service, lambda feeds: list(feeds.findings(as_at=date(2099, 1, 1))))
    assert refused.value.status == 422
    assert refused.value.detail


async def test_its_rows_are_those_of_the_openapi_document(service: Service) -> None:
    """models.py is what generate.py makes of the service as it is."""
    async with httpx2.AsyncClient() as http:
        openapi = (await http.get(f"{service.address}/openapi.json")).json()
    assert (CLIENT / "qip_feeds" / "models.py").read_text() == _generator().models(openapi)


def test_fields_that_are_added_later_are_ignored() -> None:
    from qip_feeds.client import read
    from qip_feeds.models import Change

    given = {
        "feed": "findings",
        "ref": "MD-1",
        "change": "gone",
        "changed_at": "2019-05-22T10:00:00Z",
        "item": None,
    }
    assert read(Change, {**given, "added_later": 1}).ref == "MD-1"
    assert {each.name for each in fields(Change)} == set(given)


def test_a_webhook_is_verified() -> None:
    secret, body, now = signing_secret("salt"), b'{"type": "test"}', 1_700_000_000
    headers = {
        "Webhook-Id": "msg_1", "webhook-timestamp": str(now), "webhook-signature": signature(secret, "msg_1", now, body),
    }  # fmt: skip
    assert verify(secret, headers, body, now=now + 200) == {"type": "test"}
    for spoilt in (
        {**headers, "Webhook-Id": "msg_2"}, {**headers, "webhook-signature": "v1,AAAA"},
        {**headers, "webhook-timestamp": "x"}, {},
    ):  # fmt: skip
        with pytest.raises(NotGenuine):
            verify(secret, spoilt, body, now=now)
    for late in (now + 301, now - 301):
        with pytest.raises(NotGenuine):
            verify(secret, headers, body, now=late)


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", CLIENT / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
