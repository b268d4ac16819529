"""Did it work? On the root cause's page, on the way to the ISG's review, and at its end: embedded."""

from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI

from services.plan_api.cycles.service import run_day
from tests.closed_and_measured import observe
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.web.conftest import Visits
from tests.web.impact.conftest import hand_on

ONE, REVIEW, EMBEDDING = "/root-causes/RC-4", "/root-causes/RC-4/impact", "/root-causes/RC-4/embedding"
CHAIR, PMO, OWNER = "chair2@demo.example", "pmo@demo.example", "other@demo.example"
REASON = "Nobody followed the new rota."


@pytest.mark.usefixtures("not_moved")
async def test_the_root_cause_says_before_and_since(visit: Visits) -> None:
    page = await (await visit(CHAIR)).get(ONE)
    assert "Did it work? No change yet" in page.text
    assert "51.0%, average of 14 values" in page.text
    assert "51.0%, average of 6 values" in page.text
    assert "No change yet: 6 values since closing on 25 April 2019" in page.text
    assert "Done but not working. Its ISG is asked since 5 November 2019" in page.text
    assert "Not embedded yet. Its evidence is not assured yet" in page.text
    assert page.links["Record the ISG’s review"] == REVIEW


@pytest.mark.usefixtures("not_moved")
@pytest.mark.parametrize("address", ["/", "/isgs/scheduled-care"])
async def test_it_is_before_the_meeting(visit: Visits, address: str) -> None:
    page = await (await visit(CHAIR)).get(address)
    assert "Done but not working: 1" in page.text
    assert page.links["Review RC-4 Children wait too long to be seen (RC-4)"] == REVIEW


async def test_without_a_kpi_it_says_that_nobody_can_tell(visit: Visits) -> None:
    page = await (await visit(CHAIR)).get(ONE)
    assert "No KPI is measured for RC-4" in page.text
    assert "Did it work?" not in (await (await visit(CHAIR)).get("/root-causes/RC-1")).text


@pytest.mark.usefixtures("not_moved")
async def test_the_isg_reopens_it_with_new_actions(visit_either_way: Visits) -> None:
    chair = await visit_either_way(CHAIR)
    form = await chair.get(REVIEW)
    assert form.h1 == "Did RC-4 work?"
    assert "because K-4 says “no change yet”" in form.text
    assert "Before closing 51.0% on average of 14 values; since then 51.0% of 6 values." in form.text
    typed: dict[str, Any] = {
        "decision": "reopen",
        "actions.0.description": "A second nurse",
        "actions.0.owner": OWNER,
    }
    refused = await chair.submit(form, REVIEW, **typed)
    assert refused.errors == ["Say why the ISG decided so."]
    done = await chair.submit(refused, REVIEW, reason=REASON)
    assert done.goes_to == ONE
    page = await chair.open(ONE)
    assert "The review of RC-4 is recorded" in page.text
    assert "The ISG reviewed whether it worked: reopen" in page.text
    assert "Reopened" in page.text
    assert "A second nurse" in (await chair.get(f"{ONE}?view=actions")).text
    again = await chair.get(REVIEW)
    assert (again.status, "RC-4 is open" in again.text) == (409, True)


@pytest.mark.usefixtures("not_moved")
async def test_what_the_isg_adds_to_what_is_closed_is_on_its_owners_home(visit: Visits) -> None:
    chair, owner = await visit(CHAIR), await visit(OWNER)
    typed: dict[str, Any] = {
        "decision": "add_actions",
        "reason": REASON,
        "actions.0.description": "A second nurse",
    }
    done = await chair.submit(await chair.get(REVIEW), REVIEW, **typed)
    assert done.goes_to == ONE
    home = await owner.get("/")
    assert "Further actions on what is closed" in home.text
    there = home.links["RC-4-1 A second nurse"]
    assert there == f"{ONE}/actions/RC-4-1"
    assert (await owner.get(there)).status == 200


@pytest.mark.usefixtures("not_moved")
async def test_what_is_wrong_is_said_at_its_field(visit: Visits) -> None:
    chair = await visit(CHAIR)
    form = await chair.get(REVIEW)
    assert (await chair.submit(form, REVIEW)).errors[0] == "Choose what the ISG decided."
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"decision": "wait_until"}, "Give the day until which the ISG waits."),
        ({"decision": "add_actions"}, "Give at least one new action."),
        ({"decision": "change_kpi"}, "Say what is to be measured instead."),
        (
            {"decision": "change_kpi", "instead.name": "Odd"},
            "Say in which unit it is measured, for example %, days or number.",
        ),
        (
            {
                "decision": "add_actions",
                "actions.0.description": "More",
                "actions.0.owner": "nobody@demo.example",
            },
            "There is nobody here with the email address nobody@demo.example.",
        ),
    ]
    for answer, sentence in refusals:
        page = await chair.submit(form, REVIEW, reason=REASON, **answer)
        assert page.errors == [sentence]
        assert page.fields(REVIEW)["reason"] == [REASON]


@pytest.mark.usefixtures("not_moved")
async def test_the_pmo_says_whose_decision_it_was(visit: Visits) -> None:
    pmo, chair = await visit(PMO), await visit(CHAIR)
    assert "decided_by" not in (await chair.get(REVIEW)).fields(REVIEW)
    form = await pmo.get(REVIEW)
    typed: dict[str, Any] = {
        "decision": "wait_until",
        "reason": REASON,
        "wait_until.day": "1",
        "wait_until.month": "12",
    }
    page = await pmo.submit(form, REVIEW, **(typed | {"wait_until.year": "2019"}))
    assert page.errors == ["Name a member of Scheduled Care whose decision it is."]
    assert (await pmo.submit(page, REVIEW, decided_by=CHAIR)).goes_to == ONE
    assert "The ISG reviewed whether it worked: wait until 1 December 2019" in (await pmo.open(ONE)).text


@pytest.mark.usefixtures("not_moved")
@pytest.mark.parametrize("email", [OWNER, "chair@demo.example", "board@demo.example"])
async def test_others_are_shown_no_form(visit: Visits, email: str) -> None:
    page = await (await visit(email)).get(REVIEW)
    assert (page.status, "for its ISG" in page.text) == (409, True)


@pytest.mark.usefixtures("not_moved")
async def test_who_was_quicker_is_shown_beside_what_was_typed(visit: Visits) -> None:
    chair, pmo = await visit(CHAIR), await visit(PMO)
    form = await chair.get(REVIEW)
    theirs: dict[str, Any] = {"decision": "reopen", "reason": "ECIB wants it.", "decided_by": CHAIR}
    assert (await pmo.submit(await pmo.get(REVIEW), REVIEW, **theirs)).status == 303
    late = await chair.submit(form, REVIEW, decision="reopen", reason=REASON)
    assert late.status == 412
    assert "ECIB wants it." in late.text


@pytest.mark.usefixtures("works")
async def test_somebody_else_confirms_that_it_is_embedded(visit_either_way: Visits) -> None:
    chair = await visit_either_way(CHAIR)
    assert "It may be confirmed as embedded" in (await chair.get(ONE)).text
    form = await chair.get(EMBEDDING)
    assert "6 periods since closing without concern, with the target met in each." in form.text
    empty = await chair.submit(form, EMBEDDING)
    assert empty.errors == ["Say what convinces you."]
    assert (await chair.submit(empty, EMBEDDING, note="Half a year of it.")).goes_to == ONE
    page = await chair.open(ONE)
    assert "RC-4 is embedded" in page.text
    assert "It is embedded: what was changed has become how things are done." in page.text
    back = await chair.get(EMBEDDING)
    assert back.h1 == "RC-4 is embedded no longer"
    assert (await chair.submit(back, EMBEDDING)).errors == ["Say why it is embedded no longer."]
    assert (await chair.submit(back, EMBEDDING, note="Forgotten again.")).goes_to == ONE
    assert "RC-4 is embedded no longer" in (await chair.open(ONE)).text


@pytest.mark.usefixtures("works")
async def test_its_owner_is_shown_no_form(visit: Visits) -> None:
    page = await (await visit(OWNER)).get(EMBEDDING)
    assert (page.status, "who neither owns it" in page.text) == (409, True)


async def test_a_check_in_practice_is_for_somebody_outside(visit: Visits, plan: Callers) -> None:
    pmo = await plan(PMO)
    await pmo.post("/v1/root-causes/RC-4/assurance", json={"decision": "assure", "note": "Seen"})
    assert (await (await visit(CHAIR)).get(EMBEDDING)).status == 409
    outsider = await visit("chair@demo.example")
    form = await outsider.get(EMBEDDING)
    assert "you have checked in practice" in form.text
    assert (await outsider.submit(form, EMBEDDING, note="On the ward, 21 May.")).goes_to == ONE
    assert "Embedded by a check in practice" in (await outsider.open(ONE)).text


@pytest.mark.usefixtures("not_moved")
async def test_ecib_is_offered_what_it_may_decide_on_a_closed_root_cause(
    visit: Visits, plan: Callers, database: TestDatabase
) -> None:
    """Neither a due date nor a recovery plan."""
    await database.set_today(date(2019, 11, 25))
    async with database.plan.transaction() as db:
        await run_day(db, date(2019, 11, 25))
    ecib = await plan("ecib@demo.example")
    (found,) = (await ecib.get("/v1/escalations", params={"root_cause": "RC-4"})).json()["items"]
    page = await (await visit("ecib@demo.example")).get(f"/escalations/{found['ref']}")
    assert "KPI shows no impact" in page.text
    assert "gives the support that you name below" in page.text
    assert "Re-baseline" not in page.text


@pytest.mark.usefixtures("works")
async def test_what_was_embedded_and_works_no_more_is_shown_so(
    visit: Visits, plan: Callers, database: TestDatabase, plan_app: FastAPI, kpi_app: FastAPI
) -> None:
    said = await (await plan(CHAIR)).post(
        "/v1/root-causes/RC-4/embedding", json={"decision": "confirm", "note": "Six good months"}
    )
    assert said.status_code == 200, said.text
    await observe(database, [30], first=6)
    await database.set_today(date(2019, 12, 5))
    await hand_on(database, plan_app, kpi_app)
    chair = await visit(CHAIR)
    page = await chair.get(ONE)
    assert "Embedded, but not working now" in page.text
    assert "It was confirmed as embedded, and is done but not working now." in page.text
    assert "adding actions or reopening takes that back" in (await chair.get(REVIEW)).text
