"""ISGs: each with its sentence, its charts, and what its next meeting has before it."""

from tests.people import Callers
from tests.web.conftest import Visits

CHAIR, READER = "chair@demo.example", "reader@demo.example"


async def test_every_isg_is_listed_with_its_sentence_and_its_meeting(visit: Visits) -> None:
    page = await (await visit(READER)).get("/isgs")
    assert page.h1 == "3 Improvement Steering Groups"
    assert "1 of the 1 Must Do root cause due by 22 May 2019 is closed: 100.0% of trajectory." in page.text
    assert "No Must Do root cause was due by 22 May 2019." in page.text
    assert page.links["Unscheduled Care"] == "/isgs/unscheduled-care"


async def test_an_isgs_page_says_where_it_stands_and_who_has_not_reported(visit: Visits) -> None:
    page = await (await visit(CHAIR)).get("/isgs/unscheduled-care")
    assert page.h1 == (
        "Unscheduled Care: 0 of the 1 Must Do root cause due by 22 May 2019 are closed: 0.0% of trajectory"
    )
    assert "1 of 4 open root causes reported in this cycle" in page.text
    assert "3 root causes not reported on yet" in page.text
    assert "Chair Person" in page.text
    assert "RC-2 Children wait too long to be seen (RC-2)" in page.links
    assert page.links["What is before ECIB"] == "/escalations?isg=Unscheduled%20Care"
    assert page.links["The pack for its meeting"] == "/packs/isg?isg=unscheduled-care"
    home = await (await visit(CHAIR)).get("/")
    assert home.links["The pack for its meeting: Unscheduled Care"] == "/packs/isg?isg=unscheduled-care"


async def test_a_class_without_root_causes_has_no_chart(visit: Visits) -> None:
    page = await (await visit(CHAIR)).get("/isgs/well-led")
    assert "/figures/" not in page.response.text
    assert page.h1 == "Well-led: No Must Do root cause was due by 22 May 2019"


async def test_readers_see_the_figures_but_not_the_meeting(visit: Visits) -> None:
    page = await (await visit(READER)).get("/isgs/unscheduled-care")
    assert "This cycle" in page.text
    assert "not reported on yet" not in page.text


async def test_an_isg_that_there_is_not_is_not_found(visit: Visits) -> None:
    assert (await (await visit(CHAIR)).get("/isgs/nonsense")).status == 404


async def test_what_has_changed_since_the_last_meeting_is_listed_with_links(
    visit: Visits, plan: Callers
) -> None:
    chair = await visit("chair@demo.example")
    empty = await chair.get("/isgs/unscheduled-care")
    assert "What has changed since the meeting that was planned for 9 May 2019" in empty.text
    assert "Nothing: no status has moved" in empty.text
    said = {"status": "at_risk", "progress": "Slow.", "reason": "Two posts are empty."}
    owner = await plan("owner@demo.example")
    assert (await owner.post("/v1/root-causes/RC-1/updates", json=said)).status_code == 201
    page = await chair.get("/isgs/unscheduled-care")
    assert "Reported otherwise than before: 1" in page.text
    assert "On track, now at risk, 22 May 2019, Owner Person: “Two posts are empty.”" in page.text
    assert page.links["RC-1 Children wait too long to be seen (RC-1)"] == "/root-causes/RC-1"
