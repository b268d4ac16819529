"""Closing and reopening by HTTP. RC-1 is asked to be closed on 22 May; its ISG met on 23 May (Thursday of cycle 5)."""

from datetime import date

import httpx2
import pytest

from tests.conftest import TestDatabase
from tests.people import Callers

OWNER, DEPUTY, CHAIR, PMO = (
    "owner@demo.example",
    "deputy@demo.example",
    "chair@demo.example",
    "pmo@demo.example",
)
MEMBER, EXECUTIVE = "member@demo.example", "executive@demo.example"
EVIDENCE = [{"description": "Rota", "url": "https://example.org/rota"}]
COMPLETE = {"status": "complete", "progress": "Done.", "evidence": EVIDENCE}


async def ask(client: httpx2.AsyncClient, reference: str = "RC-1") -> httpx2.Response:
    """A closure request."""
    await client.post("/v1/actions/A-1/completion", json={"completed_date": "2019-05-20"})
    return await client.post(f"/v1/root-causes/{reference}/updates", json=COMPLETE)


async def decide(
    client: httpx2.AsyncClient, meeting: str, decision: str = "close", reason: str | None = None
) -> httpx2.Response:
    """The ISG's decision on RC-1."""
    wish = {"decision": decision, "meeting_date": meeting, "reason": reason}
    return await client.post("/v1/root-causes/RC-1/closing", json=wish)


async def status_of(client: httpx2.AsyncClient, reference: str = "RC-1") -> str:
    """Its delivery status today."""
    return str((await client.get(f"/v1/root-causes/{reference}")).json()["delivery_status"])


async def test_awaiting_closure_lasts_until_the_isg_has_met(plan: Callers, database: TestDatabase) -> None:
    """At the end of the meeting's day it has met, and the owner's `complete` is good news still."""
    owner = await plan(OWNER)
    assert (await ask(owner)).status_code == 201
    assert await status_of(owner) == "awaiting_closure"
    await database.set_today(date(2019, 5, 23))
    assert await status_of(owner) == "on_track"


async def test_sent_back_needs_a_reason_which_the_owner_reads_on_the_form(plan: Callers) -> None:
    """And the request is decided: another one is needed."""
    owner, chair = await plan(OWNER), await plan(CHAIR)
    await ask(owner)
    assert (await decide(chair, "2019-05-22", "send_back")).status_code == 422
    assert (await decide(chair, "2019-05-22", "send_back", "Show the rota for June.")).status_code == 200
    form = (await owner.get("/v1/root-causes/RC-1/updates/form")).json()
    assert form["sent_back_because"] == "Show the rota for June."
    assert (await decide(chair, "2019-05-22")).status_code == 409
    assert (await ask(owner)).status_code == 201
    assert await status_of(owner) == "awaiting_closure"
    assert (await decide(chair, "2019-05-22")).status_code == 200


@pytest.mark.parametrize(
    ("meeting", "status"), [("2019-05-21", 422), ("2019-05-22", 200), ("2019-05-23", 422)]
)
async def test_closing_is_dated_between_the_request_and_today(
    plan: Callers, meeting: str, status: int
) -> None:
    """Asked for on 22 May, which is today."""
    await ask(await plan(OWNER))
    assert (await decide(await plan(CHAIR), meeting)).status_code == status


async def test_earlier_than_the_last_meeting_is_the_pmos_with_a_reason(
    plan: Callers, database: TestDatabase
) -> None:
    """The ISG has met on 23 May; that it closed RC-1 on the 22nd is recorded late."""
    await ask(await plan(OWNER))
    await database.set_today(date(2019, 5, 24))
    assert (await decide(await plan(CHAIR), "2019-05-22", reason="Told late")).status_code == 422
    assert (await decide(await plan(PMO), "2019-05-22")).status_code == 422
    assert (await decide(await plan(PMO), "2019-05-23", reason="Told late")).status_code == 403
    assert (await decide(await plan(PMO), "2019-05-22", reason="Told late")).status_code == 200


async def test_what_the_chair_owns_another_member_closes(plan: Callers) -> None:
    """Nobody decides on what they themselves submitted."""
    chair, member = await plan(CHAIR), await plan(MEMBER)
    assert (await ask(chair, "RC-6")).status_code == 201
    wish = {"decision": "close", "meeting_date": "2019-05-22"}
    assert (await chair.post("/v1/root-causes/RC-6/closing", json=wish)).status_code == 403
    assert (await member.post("/v1/root-causes/RC-6/closing", json=wish)).status_code == 200


async def test_a_newer_update_takes_the_place_of_the_request(plan: Callers) -> None:
    """The owner has thought better of it."""
    owner = await plan(OWNER)
    await ask(owner)
    await owner.post(
        "/v1/root-causes/RC-1/updates", json={"status": "on_track", "progress": "Not quite yet."}
    )
    assert (await decide(await plan(CHAIR), "2019-05-22")).status_code == 409


async def test_a_closed_root_cause_takes_no_update_until_it_is_reopened_with_a_reason(plan: Callers) -> None:
    """And its actions stand still."""
    owner, executive = await plan(OWNER), await plan(EXECUTIVE)
    await ask(owner)
    await decide(await plan(CHAIR), "2019-05-22")
    update = {"status": "on_track", "progress": "More."}
    assert (await owner.post("/v1/root-causes/RC-1/updates", json=update)).status_code == 409
    assert (
        await owner.post("/v1/actions/A-1/completion", json={"completed_date": "2019-05-21"})
    ).status_code == 409
    assert (await executive.post("/v1/root-causes/RC-1/reopening", json={"reason": " "})).status_code == 422
    assert (
        await executive.post("/v1/root-causes/RC-1/reopening", json={"reason": "Again."})
    ).status_code == 200
    assert (await owner.post("/v1/root-causes/RC-1/updates", json=update)).status_code == 201


async def test_a_stale_tag_is_refused_and_changes_nothing(plan: Callers) -> None:
    """If-Match: 412 when it has changed since it was read."""
    owner, deputy = await plan(OWNER), await plan(DEPUTY)
    read = await owner.get("/v1/root-causes/RC-1")
    tag = {"If-Match": read.headers["ETag"]}
    update = {"status": "on_track", "progress": "Mine."}
    assert (await deputy.post("/v1/root-causes/RC-1/updates", json=update)).status_code == 201
    stale = await owner.post("/v1/root-causes/RC-1/updates", json=update, headers=tag)
    assert stale.status_code == 412
    fresh = {"If-Match": (await owner.get("/v1/root-causes/RC-1")).headers["ETag"]}
    assert (await owner.post("/v1/root-causes/RC-1/updates", json=update, headers=fresh)).json()[
        "version"
    ] == 2


async def test_an_unchanged_root_cause_is_answered_with_304(plan: Callers) -> None:
    """By its tag."""
    owner = await plan(OWNER)
    tag = (await owner.get("/v1/root-causes/RC-1")).headers["ETag"]
    assert (await owner.get("/v1/root-causes/RC-1", headers={"If-None-Match": tag})).status_code == 304


async def test_the_chair_can_list_what_waits_for_their_decision(plan: Callers) -> None:
    """`?can=close` and `?can=send_back`, by the same rule as the root cause's own `can`."""
    await ask(await plan(OWNER))
    for can in ("close", "send_back"):
        for who, expected in ((CHAIR, ["RC-1"]), (MEMBER, []), (OWNER, [])):
            listed = (await (await plan(who)).get(f"/v1/root-causes?can={can}")).json()["items"]
            assert [item["ref"] for item in listed] == expected, (can, who)
    assert (await (await plan(CHAIR)).get("/v1/root-causes?can=anything")).status_code == 422
