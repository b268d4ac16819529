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


async def test_a_deputy_is_let_into_the_plan_and_out_again(plan: Callers) -> None:
    owner, reader = await plan(OWNER), await plan("reader@demo.example")
    assert (await reader.get("/v1/root-causes")).status_code == 403
    assert (await owner.post(DEPUTIES, json={"deputies": ["reader@demo.example", OTHER]})).status_code == 204
    assert (await reader.get("/v1/root-causes")).status_code == 200
    assert (await owner.post(DEPUTIES, json={"deputies": []})).status_code == 204
    assert (await reader.get("/v1/root-causes")).status_code == 403
    other = await plan(OTHER)
    assert (await other.get("/v1/root-causes")).status_code == 200, "they own some themselves"
