"""Escalating by hand, handing over, and settling actions, by the pages."""

from typing import Any

import pytest

from tests.people import Callers
from tests.web.conftest import Visits

ESCALATION, OWNER = "/root-causes/RC-1/escalation", "/root-causes/RC-1/owner"
ACTION = "/root-causes/RC-1/actions/A-1"


def on_day(day: str) -> dict[str, Any]:
    """A day of May 2019, typed into the form of an action."""
    return {"completed_date.day": day}


async def test_the_chair_escalates_with_a_reason(visit_either_way: Visits, plan: Callers) -> None:
    chair = await visit_either_way("chair@demo.example")
    page = await chair.get(ESCALATION)
    assert "RC-1 goes into the ECIB queue at once" in page.text
    refused = await chair.submit(page, ESCALATION)
    assert refused.errors == ["Say why ECIB should look at this root cause."]
    done = await chair.submit(refused, ESCALATION, reason="The agency has nobody.")
    assert done.goes_to == "/root-causes/RC-1"
    (queued,) = (await (await plan("ecib@demo.example")).get("/v1/escalations?root_cause=RC-1")).json()[
        "items"
    ]
    assert queued["reasons_shown"][0]["detail"] == "The agency has nobody."
    again = await chair.get(ESCALATION)
    assert f"as {queued['ref']}: your reason is added to it." in again.text


async def test_a_root_cause_is_handed_to_a_colleague(visit_either_way: Visits) -> None:
    chair = await visit_either_way("chair@demo.example")
    page = await chair.submit(await chair.get(OWNER), OWNER)
    assert page.errors == ["Enter the email address of the new owner."]
    page = await chair.submit(page, OWNER, owner="nobody@demo.example")
    assert page.errors == [
        "There is nobody here with the email address nobody@demo.example. Give a colleague's work email."
    ]
    done = await chair.submit(page, OWNER, owner="other@demo.example")
    assert done.goes_to == "/root-causes/RC-1"
    assert "Other Person, Matron" in (await chair.get("/root-causes/RC-1")).text


async def test_the_owner_completes_an_action(visit_either_way: Visits) -> None:
    owner = await visit_either_way("owner@demo.example")
    page = await owner.get(ACTION)
    assert "A-1: Recruit two children's nurses. It is due on 1 June 2019." in page.text
    assert "It is the last open action" in page.text
    assert "It is withdrawn" not in page.text
    future = await owner.submit(page, ACTION, **on_day("23"))
    assert future.errors == ["23 May 2019 is in the future: give the day on which it was done."]
    assert (await owner.submit(future, ACTION, **on_day("21"))).goes_to == "/root-causes/RC-1"
    assert "Done on 21 May 2019" in (await owner.get("/root-causes/RC-1?view=actions")).text


async def test_the_chair_withdraws_an_action_with_a_reason(visit: Visits) -> None:
    chair = await visit("chair@demo.example")
    page = await chair.submit(await chair.get(ACTION), ACTION)
    assert page.errors == ["Say why this action is withdrawn."]
    assert (await chair.submit(page, ACTION, reason="Overtaken")).goes_to == "/root-causes/RC-1"
    page = await chair.get("/root-causes/RC-1?view=actions")
    assert "Withdrawn on 22 May 2019: Overtaken" in page.text


async def test_the_pmo_says_what_became_of_an_action(visit: Visits) -> None:
    pmo = await visit("pmo@demo.example")
    page = await pmo.submit(await pmo.get(ACTION), ACTION)
    assert page.errors == ["Choose what became of the action."]
    undated = {f"completed_date.{part}": "" for part in ("day", "month", "year")}
    page = await pmo.post(ACTION, {**page.fields(ACTION), **undated, "outcome": "done"})
    assert page.errors == ["Enter the day on which it was done."]


async def test_what_has_changed_since_is_shown_and_what_was_typed_is_kept(visit: Visits) -> None:
    chair, pmo = await visit("chair@demo.example"), await visit("pmo@demo.example")
    form = await chair.get(ESCALATION)
    await pmo.submit(await pmo.get(OWNER), OWNER, owner="other@demo.example")
    page = await chair.submit(form, ESCALATION, reason="Seen today")
    assert page.status == 412
    assert "Other Person owns it." in page.text
    assert page.fields(ESCALATION)["reason"] == ["Seen today"]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (ESCALATION, "Escalating RC-1 is for the chair or the executive of its ISG, or the PMO."),
        ("/root-causes/RC-4/escalation", "RC-4 is closed: only an open root cause can be escalated."),
        (OWNER, "Changing the owner of RC-1 is for the chair of its ISG or the PMO."),
        (ACTION, "The actions of RC-1 are for its owner, a deputy, the chair of its ISG or the PMO."),
        ("/root-causes/RC-1/reopening", "RC-1 is open: only a closed root cause can be reopened."),
        ("/root-causes/RC-4/reopening", "Reopening RC-4 is for the chair or the executive of its ISG, or the PMO."),
        ("/root-causes/RC-1/closing", "RC-1 is open, and nobody has asked for closing"),
        ("/root-causes/RC-4/closing", "RC-4 is closed already."),
    ],
)  # fmt: skip
async def test_why_it_cannot_be_done_is_said_before_they_type(visit: Visits, path: str, why: str) -> None:
    page = await (await visit("board@demo.example")).get(path)
    assert page.status == 409
    assert why in page.text


async def test_an_action_of_another_root_cause_is_not_there(visit: Visits) -> None:
    assert (await (await visit("pmo@demo.example")).get("/root-causes/RC-2/actions/A-1")).status == 404
