"""The table of updates: row by row, nothing typed lost, two people at once."""

from typing import Any

from tests.people import Callers
from tests.web.conftest import Visits

OWNER, DEPUTY, OTHER, READER = (
    "owner@demo.example",
    "deputy@demo.example",
    "other@demo.example",
    "reader@demo.example",
)
SEND_1: dict[str, Any] = {
    "RC-1.status": "on_track",
    "RC-1.progress": "Rotas are written.",
    "press": "send RC-1",
}


def typed(**fields: str) -> dict[str, Any]:
    """RC_1__progress: the field progress of the row RC-1."""
    return {name.replace("__", ".").replace("RC_", "RC-"): value for name, value in fields.items()}


async def test_a_row_is_sent_and_what_was_typed_into_the_others_is_kept(visit: Visits) -> None:
    owner = await visit(OWNER)
    table = await owner.get("/updates")
    assert table.h1 == "2 updates were due by Monday 20 May 2019"
    sent = await owner.submit(table, "/updates", **SEND_1, **typed(RC_2__progress="Half a sen"))
    assert sent.status == 303
    assert sent.goes_to == "/updates#RC-2-status"
    after = await owner.get("/updates")
    assert after.h1 == "1 update was due by Monday 20 May 2019"
    assert "Your update of RC-1 is sent" in after.text
    assert after.fields("/updates")["RC-2.progress"] == ["Half a sen"]
    full = await owner.get("/root-causes/RC-2/update")
    assert full.fields("/root-causes/RC-2/update")["progress"] == ["Half a sen"]


async def test_what_is_wrong_stands_in_its_row_and_nothing_is_lost(visit: Visits) -> None:
    owner = await visit(OWNER)
    table = await owner.get("/updates")
    again = await owner.submit(
        table,
        "/updates",
        **typed(RC_1__status="at_risk", RC_1__progress="Late.", press="send RC-1", RC_2__progress="Kept"),
    )
    assert again.status == 422
    assert again.errors == ["RC-1: Say why it is at risk."]
    assert again.fields("/updates")["RC-1.progress"] == ["Late."]
    assert again.fields("/updates")["RC-2.progress"] == ["Kept"]
    empty = await owner.submit(again, "/updates", **typed(RC_1__status="", press="send RC-1"))
    assert empty.errors == ["RC-1: Choose how it stands."]
    odd = await owner.submit(empty, "/updates", **SEND_1, **typed(RC_1__forecast_date="31 June"))
    assert "is not a real date" in odd.errors[0]


async def test_off_track_without_a_plan_leads_to_the_full_form(visit: Visits) -> None:
    owner = await visit(OWNER)
    table = await owner.get("/updates")
    refused = await owner.submit(
        table, "/updates", **typed(RC_2__status="off_track", RC_2__progress="Late.", press="send RC-2")
    )
    assert refused.errors == [
        "RC-2: Give a recovery plan: what is off track needs steps, an owner and a date."
    ]
    assert refused.links["Full form of RC-2"] == "/root-causes/RC-2/update"


async def test_two_people_at_once_see_what_the_other_said_beside_their_own(
    visit: Visits, plan: Callers
) -> None:
    owner = await visit(OWNER)
    table = await owner.get("/updates")
    deputys = {"status": "on_track", "progress": "The deputy was quicker."}
    assert (await (await plan(DEPUTY)).post("/v1/root-causes/RC-1/updates", json=deputys)).status_code == 201
    late = await owner.submit(table, "/updates", **SEND_1)
    assert late.status == 422
    assert "What is there now (Deputy Person" in late.text
    assert "The deputy was quicker." in late.text
    assert late.fields("/updates")["RC-1.progress"] == ["Rotas are written."]
    sent = await owner.submit(late, "/updates", press="send RC-1")
    assert sent.status == 303


async def test_nothing_changed_is_said_with_one_button(visit: Visits) -> None:
    owner = await visit(OWNER)
    table = await owner.get("/updates")
    assert (await owner.submit(table, "/updates", press="unchanged RC-1")).status == 303
    assert "nothing changed, and that is reported" in (await owner.get("/updates")).text
    refused = await owner.submit(table, "/updates", press="unchanged RC-2")
    assert refused.status == 422
    assert "can't stand as it is" in refused.errors[0]


async def test_those_far_off_are_confirmed_together_once_named(visit: Visits) -> None:
    other = await visit(OTHER)
    confirm = await other.get("/updates/unchanged")
    assert confirm.h1 == "Nothing changed on 1 root cause?"
    await other.submit(confirm, "/updates/unchanged")
    assert (await other.get("/updates")).h1 == "You have reported on everything"


async def test_a_deputy_sees_whose_each_is(visit: Visits) -> None:
    deputy = await visit(DEPUTY)
    page = await deputy.get("/updates?whose=deputised")
    assert "For Owner Person" in page.text
    assert (await deputy.get("/updates?whose=own")).h1 == "You have reported on everything"
    assert (await (await visit(READER)).get("/updates")).status == 403


async def test_drafts_are_saved_without_sending(visit: Visits) -> None:
    owner = await visit(OWNER)
    saved = await owner.submit(
        await owner.get("/updates"), "/updates", **typed(RC_1__progress="So far", press="save")
    )
    assert saved.status == 303
    page = await owner.get("/updates")
    assert "1 draft kept; nothing is sent yet." in page.text
    assert page.fields("/updates")["RC-1.progress"] == ["So far"]
