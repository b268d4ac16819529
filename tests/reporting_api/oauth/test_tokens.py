"""The token endpoint, by RFC 6749."""

import asyncio
import base64
from datetime import timedelta

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text

from services.domain.errors import RuleBroken
from services.domain.words import FeedScope
from services.reporting_api.rate_limit import RateLimit
from services.shared.api_clients import create_client, replace_secret
from services.shared.models import ApiClient, Person
from services.shared.tokens import read
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.oauth.partners import ask_for_token, new_client

BOTH = (FeedScope.PLAN_READ, FeedScope.KPI_READ)


async def test_id_and_secret_by_http_basic_give_a_token_for_an_hour_with_all_scopes(
    database: TestDatabase, reporting: Callers
) -> None:
    credentials = await new_client(database, *BOTH)
    answer = await ask_for_token(await reporting.anonymous(), credentials)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, "kpi:read plan:read")
    claims = read(body["access_token"])
    assert claims is not None
    assert (claims.subject, claims.scopes) == (f"client:{credentials.client_id}", frozenset(BOTH))
    assert answer.headers["Cache-Control"] == "no-store"


async def test_id_and_secret_in_the_form_give_a_token_with_the_scope_asked_for(
    database: TestDatabase, reporting: Callers
) -> None:
    client_id, secret = await new_client(database, *BOTH)
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": secret,
        "scope": "plan:read",
    }
    answer = await (await reporting.anonymous()).post("/oauth/token", data=form)
    assert answer.status_code == 200, answer.text
    assert answer.json()["scope"] == "plan:read"


async def test_a_wrong_secret_and_an_unknown_client_are_refused_alike(
    database: TestDatabase, reporting: Callers
) -> None:
    credentials = await new_client(database, *BOTH)
    anonymous = await reporting.anonymous()
    answers = [
        await ask_for_token(anonymous, credentials._replace(secret="guessed")),
        await ask_for_token(anonymous, credentials._replace(client_id="nobody")),
        await ask_for_token(anonymous, credentials._replace(client_id="nul\0byte")),
    ]
    for answer in answers:
        assert answer.status_code == 401
        assert answer.json() == answers[0].json()
        assert answer.json()["error"] == "invalid_client"
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("authorization", ["Bearer abc", "Basic ???", "Basic", "Basic bm9jb2xvbg=="])
async def test_what_is_no_http_basic_is_an_invalid_client(reporting: Callers, authorization: str) -> None:
    answer = await (await reporting.anonymous()).post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": authorization},
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_no_credentials_at_all_are_an_invalid_client(reporting: Callers) -> None:
    answer = await (await reporting.anonymous()).post(
        "/oauth/token", data={"grant_type": "client_credentials"}
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"scope": "packs:read"}, "invalid_scope"),
        ({"scope": "plan:read nonsense"}, "invalid_scope"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
        ({"client_id": "another"}, "invalid_request"),
        ({"client_secret": "in the form too"}, "invalid_request"),
    ],
)
async def test_what_else_is_wrong_is_said_in_the_words_of_the_rfc(
    database: TestDatabase, reporting: Callers, fields: dict[str, str], error: str
) -> None:
    credentials = await new_client(database, *BOTH)
    answer = await ask_for_token(await reporting.anonymous(), credentials, **fields)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["error_description"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"grant_type": "client_credentials"}', "application/json"),
        (b"grant_type=client_credentials&grant_type=password", "application/x-www-form-urlencoded"),
        (b"grant_type=\xff", "application/x-www-form-urlencoded"),
    ],
)
async def test_a_request_that_is_no_plain_form_is_an_invalid_request(
    reporting: Callers, body: bytes, content_type: str
) -> None:
    answer = await (await reporting.anonymous()).post(
        "/oauth/token", content=body, headers={"Content-Type": content_type}
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "ending",
    ["UPDATE api_client SET revoked_at = now()", "UPDATE api_client SET expires_on = current_date - 1"],
)
async def test_a_revoked_or_expired_client_gets_no_token_and_its_old_one_stops_working(
    database: TestDatabase, reporting: Callers, ending: str
) -> None:
    credentials = await new_client(database, FeedScope.PLAN_READ)
    anonymous = await reporting.anonymous()
    token = (await ask_for_token(anonymous, credentials)).json()["access_token"]
    partner = await reporting.bearer(token)
    assert (await partner.get("/feeds/v1/findings")).status_code == 200
    async with database.owner.transaction() as db:
        await db.execute(text(ending))
    assert (await ask_for_token(anonymous, credentials)).json()["error"] == "invalid_client"
    assert (await partner.get("/feeds/v1/findings")).status_code == 401


async def test_failures_are_throttled_for_that_client_alone(
    database: TestDatabase, reporting: Callers, reporting_app: FastAPI
) -> None:
    reporting_app.state.failed_tokens = RateLimit(2, "failed requests", clock=lambda: 45.0)
    guessed, other = await new_client(database, *BOTH), await new_client(database, *BOTH)
    anonymous = await reporting.anonymous()
    answers = [await ask_for_token(anonymous, guessed._replace(secret="guessed")) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[-1].headers["Retry-After"] == "15"
    assert (await ask_for_token(anonymous, other)).status_code == 200
    assert (await ask_for_token(anonymous, guessed)).status_code == 200


@pytest.mark.parametrize("scopes", [BOTH, BOTH[:1]], ids=["known", "asked for again"])
async def test_a_token_ends_with_the_secret_that_it_was_got_with(
    database: TestDatabase, reporting: Callers, scopes: tuple[FeedScope, ...]
) -> None:
    old = await new_client(database, *BOTH)
    anonymous = await reporting.anonymous()
    asked = {"scope": " ".join(scopes)}
    partner = await reporting.bearer((await ask_for_token(anonymous, old, **asked)).json()["access_token"])
    assert (await partner.get("/feeds/v1/findings")).status_code == 200
    new = old._replace(secret=await _renewed(database, old.client_id, timedelta(days=1)))
    assert (await partner.get("/feeds/v1/findings")).status_code == 200
    changed = await reporting.bearer((await ask_for_token(anonymous, new, **asked)).json()["access_token"])
    await _renewed(database, old.client_id, timedelta())
    for each in (partner, changed):
        assert (await each.get("/feeds/v1/findings")).status_code == 401
        assert (await each.get("/feeds/v1/status")).status_code == 401


async def test_a_token_ends_when_its_secrets_overlap_is_over(
    database: TestDatabase, reporting: Callers
) -> None:
    old = await new_client(database, *BOTH)
    anonymous = await reporting.anonymous()
    partner = await reporting.bearer((await ask_for_token(anonymous, old)).json()["access_token"])
    await _renewed(database, old.client_id, timedelta(seconds=2))
    assert (await partner.get("/feeds/v1/findings")).status_code == 200
    await asyncio.sleep(2)
    assert (await partner.get("/feeds/v1/findings")).status_code == 401


async def _renewed(database: TestDatabase, client_id: str, overlap: timedelta) -> str:
    async with database.owner.transaction() as db:
        client = (await db.scalars(select(ApiClient).where(ApiClient.client_id == client_id))).one()
        by = (await db.scalars(select(Person.id).limit(1))).one()
        return await replace_secret(db, client, overlap, by)


async def test_a_token_is_never_kept_under_an_idempotency_key(
    database: TestDatabase, reporting: Callers
) -> None:
    """Else whoever repeats the key and the body, without the secret in the header, would be given the token."""
    credentials = await new_client(database, *BOTH)
    anonymous = await reporting.anonymous()
    first = await _with_key(anonymous, credentials.client_id, credentials.secret)
    assert first.status_code == 200
    assert (await _with_key(anonymous, credentials.client_id, "guessed")).status_code == 401
    async with database.owner.transaction() as db:
        assert not await db.scalar(text("SELECT count(*) FROM idempotency_key"))


async def _with_key(client: httpx2.AsyncClient, client_id: str, secret: str) -> httpx2.Response:
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return await client.post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {basic}", "Idempotency-Key": "once"},
    )


async def test_the_secret_is_kept_as_a_digest_only(database: TestDatabase) -> None:
    credentials = await new_client(database, FeedScope.PLAN_READ)
    async with database.owner.transaction() as db:
        kept = (await db.execute(text("SELECT api_client::text FROM api_client"))).scalar_one()
    assert credentials.client_id in kept
    assert credentials.secret not in kept


@pytest.mark.parametrize(
    ("name", "scopes"), [(" ", ["plan:read"]), ("ICB", []), ("ICB", ["plan:read", "plan:write"])]
)
async def test_a_client_needs_a_name_and_scopes_that_there_are(
    database: TestDatabase, name: str, scopes: list[str]
) -> None:
    async with database.owner.transaction() as db:
        with pytest.raises(RuleBroken):
            await create_client(db, name, scopes)
