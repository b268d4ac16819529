"""Who may read the feeds, how often, and at which point in time."""

import pytest
from fastapi import FastAPI

from services.domain.words import FeedScope
from services.reporting_api.rate_limit import RateLimit
from services.shared.problems import TooManyRequests
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.oauth.partners import partner_of

FEEDS = ("trajectory", "root-causes", "findings")
DOORS = (*FEEDS, "schemas/trajectory")


@pytest.mark.parametrize("door", DOORS)
async def test_the_anonymous_and_people_are_told_to_get_a_partners_token(
    reporting: Callers, door: str
) -> None:
    for client in (await reporting.anonymous(), await reporting("pmo@demo.example")):
        answer = await client.get(f"/feeds/v1/{door}")
        assert answer.status_code == 401
        assert "/oauth/token" in answer.json()["detail"]
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("door", DOORS)
async def test_a_token_without_the_scope_is_refused(
    database: TestDatabase, reporting: Callers, door: str
) -> None:
    partner = await partner_of(database, reporting, FeedScope.KPI_READ)
    answer = await partner.get(f"/feeds/v1/{door}")
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:qip:problem:insufficient-scope"


async def test_a_partners_token_opens_no_door_of_people(database: TestDatabase, reporting: Callers) -> None:
    partner = await partner_of(database, reporting)
    for door in ("/v1/trajectory", "/v1/dashboard"):
        assert (await partner.get(door)).status_code == 401


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("as_at=2019-05-23", "as_at"),
        ("as_at=2019-02-30", "as_at"),
        ("known_at=2019-05-23T00:00:00Z", "known_at"),
        ("known_at=2019-05-01T00:00:00", "known_at"),
        ("cursor=nonsense", "cursor"),
        ("limit=0", "limit"),
    ],
)
async def test_a_wrong_question_is_a_problem_of_its_field(
    database: TestDatabase, reporting: Callers, feed: str, query: str, field: str
) -> None:
    partner = await partner_of(database, reporting)
    answer = await partner.get(f"/feeds/v1/{feed}?{query}")
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_more_than_a_minutes_requests_are_refused_for_that_client_until_the_next(
    database: TestDatabase, reporting: Callers, reporting_app: FastAPI
) -> None:
    reporting_app.state.feed_requests = RateLimit(2, "requests", clock=lambda: 59.0)
    busy, other = await partner_of(database, reporting), await partner_of(database, reporting)
    answers = [await busy.get("/feeds/v1/findings") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "1"
    assert answers[-1].headers["Content-Type"] == "application/problem+json"
    assert (await other.get("/feeds/v1/findings")).status_code == 200


def test_the_next_minute_begins_anew() -> None:
    now = 0.0
    limit = RateLimit(1, "requests", clock=lambda: now)
    limit.take("a partner")
    with pytest.raises(TooManyRequests, match="Wait 60 seconds"):
        limit.take("a partner")
    now = 60.0
    limit.take("a partner")
