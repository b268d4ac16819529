"""Signing in with a local account, and how sessions end."""

import httpx2
import pytest
from sqlalchemy import select

from services.domain.words import Role
from services.plan_api.sign_in import service
from services.plan_api.sign_in.service import hash_password
from services.shared.clock import real_now
from services.shared.models import Person, RoleGrant, SignInSession
from tests.conftest import TestDatabase
from tests.people import Callers

PASSWORD = "a long enough password"


@pytest.fixture
async def door(plan: Callers, database: TestDatabase) -> httpx2.AsyncClient:
    """Nobody yet, at a service where owner@ has a password."""
    async with database.owner.transaction() as db:
        person = (await db.scalars(select(Person).where(Person.email == "owner@demo.example"))).one()
        person.password_hash = hash_password(PASSWORD)
    return await plan.anonymous()


async def sign_in(
    door: httpx2.AsyncClient, email: str = "owner@demo.example", password: str = PASSWORD
) -> httpx2.Response:
    """One attempt."""
    return await door.post("/v1/sign-in", json={"email": email, "password": password})


def bearer(answer: httpx2.Response) -> dict[str, str]:
    """The header that the answer's token goes into."""
    return {"Authorization": f"Bearer {answer.json()['token']}"}


async def test_the_right_password_gives_a_token_for_all_three_services(
    door: httpx2.AsyncClient, reporting: Callers
) -> None:
    """In any case of the email address."""
    answer = await sign_in(door, "Owner@Demo.Example")
    assert answer.status_code == 200
    assert set(answer.json()) >= {"token", "expires_at"}
    me = await door.get("/v1/me", headers=bearer(answer))
    assert me.json()["roles"] == [{"role": "root_cause_owner", "isg": None}]
    assert "submit_update" in me.json()["can"]
    elsewhere = await reporting.anonymous()
    assert (await elsewhere.get("/v1/trajectory", headers=bearer(answer))).status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("owner@demo.example", "wrong"),
        ("nobody@demo.example", PASSWORD),
        ("chair@demo.example", PASSWORD),
        ("", ""),
    ],
)
async def test_a_wrong_password_an_unknown_account_and_one_without_a_password_sound_the_same(
    door: httpx2.AsyncClient, email: str, password: str
) -> None:
    """So that nobody can probe for accounts."""
    answer = await sign_in(door, email, password)
    assert answer.status_code == 401
    assert answer.json()["detail"] == service.WRONG


async def test_after_five_failures_even_the_right_password_has_to_wait(door: httpx2.AsyncClient) -> None:
    """And the answer says for how long."""
    for _ in range(service.FAILURES_ALLOWED_HERE):
        assert (await sign_in(door, password="wrong")).status_code == 401
    throttled = await sign_in(door)
    assert throttled.status_code == 429
    assert throttled.headers["Retry-After"] == "900"


async def test_signing_out_ends_the_token_at_once_and_everywhere_ends_the_others_too(
    door: httpx2.AsyncClient,
) -> None:
    """Sessions end on the server, not in the browser."""
    here, there, elsewhere = [await sign_in(door) for _ in range(3)]
    await door.post("/v1/sign-out", json={"everywhere": False}, headers=bearer(here))
    assert (await door.get("/v1/me", headers=bearer(here))).status_code == 401
    assert (await door.get("/v1/me", headers=bearer(there))).status_code == 200
    await door.post("/v1/sign-out", json={"everywhere": True}, headers=bearer(there))
    for answer in (there, elsewhere):
        assert (await door.get("/v1/me", headers=bearer(answer))).status_code == 401
        renewed = await door.post("/v1/access-token", json={"session": answer.json()["session"]})
        assert renewed.status_code == 401


async def test_a_leaver_and_a_lost_role_take_effect_at_the_next_request(
    door: httpx2.AsyncClient, database: TestDatabase
) -> None:
    """A token says who, the database says what they may do."""
    headers = bearer(await sign_in(door))
    async with database.owner.transaction() as db:
        person = (await db.scalars(select(Person).where(Person.email == "owner@demo.example"))).one()
        grant = (await db.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id))).one()
        assert grant.role == Role.ROOT_CAUSE_OWNER
        grant.ended_at = real_now()
    assert (await door.get("/v1/root-causes", headers=headers)).status_code == 403
    async with database.owner.transaction() as db:
        person = (await db.scalars(select(Person).where(Person.email == "owner@demo.example"))).one()
        person.deactivated_at = real_now()
    assert (await door.get("/v1/root-causes", headers=headers)).status_code == 401


async def test_an_expired_session_is_refused(door: httpx2.AsyncClient, database: TestDatabase) -> None:
    """However good its token looks."""
    headers = bearer(await sign_in(door))
    async with database.owner.transaction() as db:
        for session in await db.scalars(select(SignInSession)):
            session.expires_at = real_now()
    assert (await door.get("/v1/me", headers=headers)).status_code == 401


async def test_the_secrets_are_kept_as_digests_only(door: httpx2.AsyncClient, database: TestDatabase) -> None:
    """A stolen table signs nobody in."""
    answer = await sign_in(door)
    async with database.owner.transaction() as db:
        kept = list(await db.scalars(select(SignInSession.secret_digest)))
    assert answer.json()["session"] not in kept
    assert service.digest(answer.json()["session"]) in kept
