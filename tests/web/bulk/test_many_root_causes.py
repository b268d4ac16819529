"""Choosing root causes in the list and changing them together."""

from tests.web.conftest import Visits

PMO, CHAIR, OTHER, OWNER = (
    "pmo@demo.example",
    "chair@demo.example",
    "other@demo.example",
    "owner@demo.example",
)
HERE, TWO = "/root-causes/bulk", "/root-causes/bulk?ref=RC-1&ref=RC-2"


async def test_the_list_offers_ticks_to_those_who_may_change_and_to_nobody_else(visit: Visits) -> None:
    assert "change-many" in (await (await visit(PMO)).get("/root-causes")).response.text
    assert "change-many" not in (await (await visit(OWNER)).get("/root-causes")).response.text
    assert (await (await visit(OWNER)).get(TWO)).status == 403


async def test_two_root_causes_get_one_owner(visit: Visits) -> None:
    pmo = await visit(PMO)
    form = await pmo.get(TWO)
    assert form.h1 == "Change 2 root causes"
    empty = await pmo.submit(form, HERE, what="owner")
    assert empty.errors == ["Enter the email address of the new owner."]
    sent = await pmo.submit(empty, HERE, owner=OTHER)
    assert sent.goes_to == "/root-causes"
    assert (await pmo.get("/root-causes?owner=" + OTHER)).text.count("RC-2") > 0


async def test_a_root_cause_that_has_changed_is_named_nothing_typed_is_lost_and_it_can_be_sent_again(
    visit: Visits,
) -> None:
    pmo, chair = await visit(PMO), await visit(CHAIR)
    form = await pmo.get(TWO)
    await chair.submit(await chair.get("/root-causes/RC-2/owner"), "/root-causes/RC-2/owner", owner=OTHER)
    late = await pmo.submit(form, HERE, what="theme", theme="Workforce")
    assert late.status == 422
    assert [each[:21] for each in late.errors] == ["RC-2 has changed sinc"]
    assert late.fields(HERE)["theme"] == ["Workforce"]
    assert (await pmo.submit(late, HERE)).goes_to == "/root-causes"


async def test_a_chair_is_told_which_are_of_another_isg(visit: Visits) -> None:
    chair = await visit(CHAIR)
    refused = await chair.submit(await chair.get(HERE + "?ref=RC-1&ref=RC-4"), HERE, owner=OTHER)
    assert refused.status == 422
    assert [each[:5] for each in refused.errors] == ["RC-4:"]


async def test_a_root_cause_that_there_is_not_is_named(visit: Visits) -> None:
    missing = await (await visit(PMO)).get(HERE + "?ref=RC-1&ref=RC-99")
    assert missing.status == 404
    assert "There is no root cause RC-99." in missing.text
