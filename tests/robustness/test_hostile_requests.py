"""What somebody with bad intentions sends: each is refused in a sentence, and what is taken is kept letter for letter."""

import base64
import json
from datetime import timedelta
from typing import Any

import httpx2
import jwt
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text, update

from services.shared.clock import real_now
from services.shared.models import Person, ProgressUpdate, SignInSession
from services.shared.tokens import ALGORITHM, AUDIENCE
from tests.conftest import TestDatabase
from tests.people import Callers, token_for

OWNER, OTHER, PMO = "owner@demo.example", "other@demo.example", "pmo@demo.example"
UPDATES = "/v1/root-causes/RC-1/updates"
ON_TRACK = {"status": "on_track", "progress": "Well"}
OPEN_TO_ALL = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/v1/sign-in",
    "/v1/sign-in/password",
    "/v1/access-token",
    "/oauth/token",
    "/v1/spc",
}
KEY = "a key for tests alone, 32 characters long"


_promised: dict[str, dict[str, Any]] = {}
"""By service: worked out once, for it takes a second."""


def operations(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path of a service that asks who is there, with something in each placeholder."""
    filled = {"{ref}": "RC-1", "{slug}": "unscheduled-care", "{email}": OWNER}
    found = []
    if app.title not in _promised:
        _promised[app.title] = app.openapi()["paths"]
    for path, methods in _promised[app.title].items():
        if path not in OPEN_TO_ALL:
            address = path
            for placeholder, value in filled.items():
                address = address.replace(placeholder, value)
            found += [(method.upper(), address) for method in methods]
    return found


def claims(**changed: Any) -> dict[str, Any]:
    """What a good token of ours says, with something changed."""
    now = real_now()
    return {
        "sub": "person:1",
        "sid": "a-session",
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + timedelta(hours=1),
    } | changed


def unsigned(said: dict[str, Any]) -> str:
    """A token of the algorithm `none`."""

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value, default=str).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(said)}."


FORGED = {
    "signed with another key": jwt.encode(claims(), "another key that is long enough for it", ALGORITHM),
    "unsigned": unsigned(claims(iat=0, exp=9_999_999_999)),
    "expired": jwt.encode(claims(exp=real_now() - timedelta(seconds=1)), KEY, ALGORITHM),
    "for another audience": jwt.encode(claims(aud="elsewhere"), KEY, ALGORITHM),
    "without an end": jwt.encode({k: v for k, v in claims().items() if k != "exp"}, KEY, ALGORITHM),
    "of a session that never was": jwt.encode(claims(), KEY, ALGORITHM),
    "of a service that there is not": jwt.encode(claims(sub="service:plan"), KEY, ALGORITHM),
    "of a client that there is not": jwt.encode(claims(sub="client:x", scope="plan:read"), KEY, ALGORITHM),
    "no token at all": "; DROP TABLE person",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
@pytest.mark.parametrize("service", ["plan", "kpi", "reporting"])
async def test_no_door_opens_to_a_forged_token(
    request: pytest.FixtureRequest, service: str, forged: str, database: TestDatabase
) -> None:
    """401 in a sentence, at every door of the service."""
    app: FastAPI = request.getfixturevalue(f"{service}_app")
    async with Callers(database.owner, app) as callers:
        nobody = await callers.bearer(forged)
        for method, path in operations(app):
            answer = await nobody.request(method, path, json={} if method == "POST" else None)
            assert answer.status_code in {401, 422}, (method, path, answer.text)
            assert answer.headers["Content-Type"] == "application/problem+json", (method, path)


@pytest.mark.parametrize("gone", ["signed out", "left the trust", "session ran out"])
async def test_a_token_ends_with_its_session_and_its_person(
    plan: Callers, database: TestDatabase, gone: str
) -> None:
    """At once, although the token itself would last longer."""
    owner = await plan(OWNER)
    assert (await owner.get("/v1/root-causes")).status_code == 200
    async with database.owner.transaction() as db:
        match gone:
            case "signed out":
                await db.execute(update(SignInSession).values(ended_at=real_now()))
            case "left the trust":
                await db.execute(
                    update(Person).where(Person.email == OWNER).values(deactivated_at=real_now())
                )
            case _:
                await db.execute(update(SignInSession).values(expires_at=real_now() - timedelta(seconds=1)))
    assert (await owner.get("/v1/root-causes")).status_code == 401
    assert (await owner.post(UPDATES, json=ON_TRACK)).status_code == 401


async def test_a_role_that_has_ended_opens_nothing_at_once(plan: Callers, database: TestDatabase) -> None:
    """Roles are read at every request."""
    pmo = await plan(PMO)
    assert (await pmo.get("/v1/export")).status_code == 200
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE role_grant SET ended_at = now() WHERE role = 'pmo'"))
    assert (await pmo.get("/v1/export")).status_code == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (UPDATES, ON_TRACK),
        ("/v1/root-causes/RC-1/draft", {"fields": {"progress": ["Mine now"]}}),
        ("/v1/actions/A-1/completion", {"completed_date": "2019-05-20"}),
        ("/v1/root-causes/RC-1/closing", {"decision": "close", "meeting_date": "2019-05-22"}),
        ("/v1/root-causes/RC-4/reopening", {"reason": "No"}),
        ("/v1/root-causes/RC-1/owner", {"owner": OTHER}),
        ("/v1/root-causes/RC-1/escalations", {"reason": "No"}),
        (f"/v1/people/{OWNER}/deputies", {"deputies": [OTHER]}),
    ],
)
async def test_another_owner_reaches_nothing_of_mine(
    plan: Callers, path: str, body: dict[str, object]
) -> None:
    """A reference that one may read is not one that one may write."""
    answer = await (await plan(OTHER)).post(path, json=body)
    assert answer.status_code == 403, answer.text
    assert answer.json()["detail"].endswith(".")


async def test_fields_that_nobody_may_give_are_not_taken(plan: Callers, database: TestDatabase) -> None:
    """Mass assignment: who said it, when, for which cycle and whether it is released are the system's to know."""
    wish = ON_TRACK | {
        "id": 1, "version": 9, "cycle": 0, "cycle_number": 0, "late": False, "imported": True, "root_cause_id": 2,
        "released_at": "2019-01-01T00:00:00Z", "recorded_at": "2019-01-01T00:00:00Z", "reported_on": "2019-01-01",
        "submitted_by": 1, "owner_id": 3, "decided_on": "2019-01-01",
    }  # fmt: skip
    answer = await (await plan(OWNER)).post(UPDATES, json=wish)
    assert answer.status_code == 201, answer.text
    async with database.owner.transaction() as db:
        said = (await db.scalars(select(ProgressUpdate).order_by(ProgressUpdate.id.desc()).limit(1))).one()
    assert (said.version, said.cycle_number, said.late, said.imported) == (1, 5, True, False)
    assert (said.released_at, str(said.reported_on)) == (None, "2019-05-22")


@pytest.mark.parametrize("size", [2 * 1024 * 1024 + 1, 10 * 1024 * 1024])
async def test_a_text_that_is_too_large_is_refused_before_it_is_read(plan: Callers, size: int) -> None:
    """2 MB for any door but the import and evidence files."""
    answer = await (await plan(OWNER)).post(UPDATES, json=ON_TRACK | {"progress": "x" * size})
    assert (answer.status_code, answer.json()["detail"]) == (413, "What was sent is too large. Send less.")


@pytest.mark.parametrize("length", [20_001, 1_000_000])
async def test_a_text_that_is_too_long_is_refused_by_its_field(plan: Callers, length: int) -> None:
    """And names it."""
    answer = await (await plan(OWNER)).post(UPDATES, json=ON_TRACK | {"progress": "x" * length})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["progress"]


@pytest.mark.parametrize("deep", ['{"a":' * 3000 + "1" + "}" * 3000, "[" * 100_000 + "]" * 100_000])
async def test_json_without_a_bottom_is_refused(plan: Callers, deep: str) -> None:
    """Without taking the service down."""
    owner = await plan(OWNER)
    answer = await owner.post(UPDATES, content=deep, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}, answer.text
    assert (await owner.get("/v1/root-causes/RC-1")).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        "Ward 🏥 is 𝒻ully staffed",
        "\u202egnp.exe\u202c goes right to left, عربى and עברית",
        "Zero\u200bwidth, com\u0301bining, \ufeffmark",
        "<script>alert(1)</script> & ' \" {{ 7*7 }} ${7*7} %s",
        "Robert'); DROP TABLE root_cause;--",
        "=1+1",
    ],
)
async def test_what_people_write_comes_back_letter_for_letter(plan: Callers, said: str) -> None:
    """Right to left, beyond the first plane, like markup, like SQL: it is text."""
    owner = await plan(OWNER)
    taken = await owner.post(UPDATES, json=ON_TRACK | {"progress": said})
    assert taken.status_code == 201, taken.text
    root_cause = (await owner.get("/v1/root-causes/RC-1")).json()
    assert root_cause["latest_update"]["progress"] == said


async def test_one_session_never_serves_two_people(plan: Callers, database: TestDatabase) -> None:
    """A token that names a session and somebody else than its person is that session's person at most."""
    token = await token_for(database.owner, OTHER)
    said = jwt.decode(token, KEY, [ALGORITHM], audience=AUDIENCE)
    async with database.owner.transaction() as db:
        owner_id = await db.scalar(select(Person.id).where(Person.email == OWNER))
    swapped = jwt.encode(said | {"sub": f"person:{owner_id}"}, KEY, ALGORITHM)
    client: httpx2.AsyncClient = await plan.bearer(swapped)
    assert (await client.post(UPDATES, json=ON_TRACK)).status_code in {401, 403}


async def test_a_number_of_thousands_of_digits_is_named_as_what_cannot_be_read(plan: Callers) -> None:
    """Not as a wrong encoding, nor as nesting."""
    owner = await plan(OWNER)
    number = b'{"status": ' + b"9" * 5_000 + b"}"
    kind = {"Content-Type": "application/json"}
    answer = await owner.post(UPDATES, content=number, headers=kind)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "A number in what was sent has too many digits to be read: shorten it."
    for unreadable in (b'{"status": "\xff"}', b"[" * 100_000):
        answer = await owner.post(UPDATES, content=unreadable, headers=kind)
        assert answer.status_code in {400, 422}
        assert "digits" not in answer.json()["detail"]
