"""People and roles: added, changed, given links; one administrator always stays."""

import pytest
from sqlalchemy import text

from tests.conftest import TestDatabase
from tests.people import Callers

ADMIN, PMO, OTHER = "admin@demo.example", "pmo@demo.example", "other@demo.example"
NEW = {"name": "Nia New", "email": "Nia.New@demo.example", "job_title": "Ward manager"}


async def test_somebody_new_gets_a_role_a_link_and_signs_in(plan: Callers) -> None:
    """The link works once; what is typed wrongly is told."""
    admin, anybody = await plan(ADMIN), await plan.anonymous()
    added = await admin.post("/v1/people", json=NEW)
    assert (added.status_code, added.json()["email"], added.json()["roles"]) == (
        201,
        "nia.new@demo.example",
        [],
    )
    held = {"role": "isg_chair", "isg": "Well-led"}
    given = await admin.post("/v1/people/nia.new@demo.example/roles", json=held)
    assert given.json()["roles"] == [held]
    assert given.json()["held"] == [{"kind": "post", "ref": "well-led", "title": "Chair of Well-led"}]
    link = (await admin.post("/v1/people/nia.new@demo.example/sign-in-link")).json()
    short = await anybody.post("/v1/sign-in/password", json={"secret": link["secret"], "password": "short"})
    assert short.status_code == 422
    chosen = {"secret": link["secret"], "password": "a long enough password"}
    assert (await anybody.post("/v1/sign-in/password", json=chosen)).json() == {
        "email": "nia.new@demo.example"
    }
    assert (await anybody.post("/v1/sign-in/password", json=chosen)).status_code == 409
    signed_in = await anybody.post(
        "/v1/sign-in", json={"email": "nia.new@demo.example", "password": "a long enough password"}
    )
    assert signed_in.status_code == 200


async def test_a_new_link_ends_the_one_before_and_nobody_guesses_one(plan: Callers) -> None:
    admin, anybody = await plan(ADMIN), await plan.anonymous()
    first = (await admin.post(f"/v1/people/{OTHER}/sign-in-link")).json()["secret"]
    await admin.post(f"/v1/people/{OTHER}/sign-in-link")
    for secret in (first, "guessed", ""):
        answer = await anybody.post(
            "/v1/sign-in/password", json={"secret": secret, "password": "a long password"}
        )
        assert answer.status_code == 409


async def test_a_secret_that_is_told_once_is_kept_nowhere(plan: Callers, database: TestDatabase) -> None:
    """Not under an idempotency key either, and not in the trail."""
    admin = await plan(ADMIN)
    keys = {"Idempotency-Key": "the same"}
    link = (await admin.post(f"/v1/people/{OTHER}/sign-in-link", headers=keys)).json()["secret"]
    async with database.owner.transaction() as db:
        kept = " ".join(await db.scalars(text("SELECT body FROM idempotency_key")))
        told = " ".join(await db.scalars(text("SELECT changes::text FROM audit_entry")))
    assert link not in kept
    assert link not in told


async def test_the_list_is_narrowed_by_words_role_isg_and_who_is_here(plan: Callers) -> None:
    admin = await plan(ADMIN)

    async def emails(**asked: str) -> list[str]:
        found = (await admin.get("/v1/people", params=asked)).json()["items"]
        return [each["email"] for each in found]

    assert await emails(q="owner person") == ["owner@demo.example"]
    assert await emails(role="isg_chair") == ["chair@demo.example", "chair2@demo.example"]
    assert await emails(isg="Scheduled Care") == ["chair2@demo.example"]
    assert await emails(active="false") == []
    assert await emails(q="100%") == []


async def test_a_change_is_based_on_what_was_shown_and_an_address_is_one_persons(plan: Callers) -> None:
    admin = await plan(ADMIN)
    etag = (await admin.get(f"/v1/people/{OTHER}")).headers["ETag"]
    wish = {"name": "Other Name", "email": OTHER}
    assert (await admin.post(f"/v1/people/{OTHER}", json=wish, headers={"If-Match": etag})).status_code == 200
    assert (await admin.post(f"/v1/people/{OTHER}", json=wish, headers={"If-Match": etag})).status_code == 412
    taken = await admin.post(f"/v1/people/{OTHER}", json={"name": "O", "email": PMO})
    assert taken.status_code == 409
    for email in ("nobody", "a b@c.d", "@x.y", "x@y"):
        assert (await admin.post("/v1/people", json={"name": "N", "email": email})).status_code == 422


@pytest.mark.parametrize(
    ("held", "field"), [({"role": "isg_chair"}, "isg"), ({"role": "pmo", "isg": "Well-led"}, "isg")]
)
async def test_a_role_of_an_isg_names_it_and_no_other_does(
    plan: Callers, held: dict[str, str], field: str
) -> None:
    refused = await (await plan(ADMIN)).post(f"/v1/people/{OTHER}/roles", json=held)
    assert [each["field"] for each in refused.json()["errors"]] == [field]


async def test_a_role_taken_away_is_gone_at_once(plan: Callers) -> None:
    admin, pmo = await plan(ADMIN), await plan(PMO)
    assert (await pmo.get("/v1/export")).status_code == 200
    assert (await admin.post(f"/v1/people/{PMO}/roles/ending", json={"role": "pmo"})).status_code == 200
    assert (await pmo.get("/v1/export")).status_code == 403
    assert (await admin.post(f"/v1/people/{PMO}/roles/ending", json={"role": "pmo"})).status_code == 409


async def test_an_administrator_always_stays(plan: Callers) -> None:
    """Not from oneself, and never the last."""
    admin = await plan(ADMIN)
    mine = {"role": "administrator"}
    assert (await admin.post(f"/v1/people/{ADMIN}/roles/ending", json=mine)).status_code == 409
    assert (await admin.post(f"/v1/people/{ADMIN}/leaving", json={})).status_code == 409
    assert (await admin.post(f"/v1/people/{OTHER}/roles", json=mine)).status_code == 200
    second = await plan(OTHER)
    assert (await second.post(f"/v1/people/{ADMIN}/roles/ending", json=mine)).status_code == 200
    assert (await admin.get("/v1/people")).status_code == 403


async def test_the_administrator_gives_themselves_nothing(plan: Callers) -> None:
    """No role, no link, no leaver's things: else they could do everything."""
    admin = await plan(ADMIN)
    assert (await admin.post(f"/v1/people/{ADMIN}/roles", json={"role": "pmo"})).status_code == 409
    assert (await admin.post(f"/v1/people/{ADMIN}/sign-in-link")).status_code == 409
    taken = await admin.post("/v1/people/owner@demo.example/leaving", json={"successor": ADMIN})
    assert [each["field"] for each in taken.json()["errors"]] == ["successor"]


async def test_an_owner_keeps_the_role_while_they_own_something(plan: Callers) -> None:
    """Else nobody could report on it."""
    held = {"role": "root_cause_owner"}
    refused = await (await plan(ADMIN)).post("/v1/people/owner@demo.example/roles/ending", json=held)
    assert refused.status_code == 409
    assert "hand them over first" in refused.json()["detail"]


async def test_a_post_has_one_holder(plan: Callers) -> None:
    """A new chair takes it over, with its rights."""
    admin = await plan(ADMIN)
    held = {"role": "isg_chair", "isg": "Unscheduled Care"}
    assert (await admin.post(f"/v1/people/{OTHER}/roles", json=held)).status_code == 200
    before = (await admin.get("/v1/people/chair@demo.example")).json()
    assert held not in before["roles"]


async def test_sessions_are_listed_and_ended(plan: Callers) -> None:
    admin, pmo = await plan(ADMIN), await plan(PMO)
    (session,) = (await admin.get(f"/v1/people/{PMO}")).json()["sessions"]
    assert session["this_one"] is False
    ended = await admin.post(f"/v1/people/{PMO}/sessions/ending", params={"session": session["id"]})
    assert ended.status_code == 204
    assert (await pmo.get("/v1/me")).status_code == 401
    assert (await admin.post(f"/v1/people/{PMO}/sessions/ending")).status_code == 409
