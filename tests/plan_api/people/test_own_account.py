"""What everybody sees of themselves: deputies and open sessions."""

from tests.people import Callers

OWNER, OTHER, DEPUTIES = "owner@demo.example", "other@demo.example", "/v1/people/owner@demo.example/deputies"


async def test_an_owner_sees_who_reports_for_them(plan: Callers) -> None:
    owner = await plan(OWNER)
    assert (await owner.post(DEPUTIES, json={"deputies": [OTHER]})).status_code == 204
    assert [each["email"] for each in (await owner.get(DEPUTIES)).json()["items"]] == [OTHER]
    assert (await (await plan(OTHER)).get(DEPUTIES)).status_code == 403


async def test_one_ends_ones_own_sessions_and_nobody_elses(plan: Callers) -> None:
    owner, other = await plan(OWNER), await plan(OTHER)
    [mine] = (await owner.get("/v1/me/sessions")).json()["items"]
    assert mine["this_one"]
    ending = {"session": mine["id"]}
    assert (await other.post("/v1/me/sessions/ending", json=ending)).status_code == 409
    assert (await owner.post("/v1/me/sessions/ending", json=ending)).status_code == 204
    assert (await owner.get("/v1/me")).status_code == 401
