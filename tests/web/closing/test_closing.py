"""The ISG's decision by the pages: closing, sending back, reopening. Each form says what follows before it happens."""

from datetime import date
from typing import Any

import pytest

from tests.conftest import TestDatabase
from tests.people import Callers
from tests.web.conftest import Visits
from tests.web.page_checks import Page

CLOSING, REOPENING = "/root-causes/RC-3/closing", "/root-causes/RC-4/reopening"
TODAY: dict[str, Any] = {"meeting_date.day": "22", "meeting_date.month": "5", "meeting_date.year": "2019"}
COMPLETE = {
    "status": "complete",
    "progress": "Done",
    "evidence": [{"description": "The rota", "url": "https://intranet/rota"}],
}


@pytest.fixture
async def asked(plan: Callers) -> None:
    """The owner of RC-3 has asked for closing."""
    owner = await plan("owner@demo.example")
    assert (await owner.post("/v1/root-causes/RC-3/updates", json=COMPLETE)).status_code == 201


def day_of(page: Page, name: str, action: str) -> list[str]:
    """Day, month and year of a date in a form."""
    return [page.fields(action)[f"{name}.{part}"][0] for part in ("day", "month", "year")]


@pytest.mark.usefixtures("asked")
async def test_the_form_says_what_closing_changes(visit_either_way: Visits) -> None:
    page = await (await visit_either_way("chair@demo.example")).get(CLOSING)
    assert page.h1 == "Close RC-3 or send it back"
    assert "Closing was asked for on 22 May 2019 by Owner Person." in page.text
    assert (
        "Unscheduled Care goes from 0 to 1 Should Do root causes complete; none was due by 22 May 2019."
        in page.text
    )
    assert "The ISG has not met since. It meets next on Thursday 23 May 2019, in 1 day." in page.text
    assert day_of(page, "meeting_date", CLOSING) == ["", "", ""]


@pytest.mark.usefixtures("asked")
async def test_the_meeting_since_the_request_is_there_already(visit: Visits, database: TestDatabase) -> None:
    await database.set_today(date(2019, 5, 24))
    page = await (await visit("chair@demo.example")).get(CLOSING)
    assert day_of(page, "meeting_date", CLOSING) == ["23", "5", "2019"]
    assert "It meets next" not in page.text


@pytest.mark.usefixtures("asked")
async def test_the_chair_closes_it_and_a_double_click_is_one_closing(
    visit_either_way: Visits, plan: Callers
) -> None:
    chair = await visit_either_way("chair@demo.example")
    form = await chair.get(CLOSING)
    for _ in range(2):
        done = await chair.submit(form, CLOSING, decision="close", **TODAY)
        assert (done.status, done.goes_to) == (303, "/root-causes/RC-3")
    page = await chair.open("/root-causes/RC-3")
    assert "RC-3 is closed" in page.text
    whole = (await (await plan("chair@demo.example")).get("/v1/root-causes/RC-3")).json()
    assert (whole["delivery_status"], whole["closed_on"]) == ("complete", "2019-05-22")


@pytest.mark.usefixtures("asked")
async def test_what_is_sent_back_needs_a_reason_that_the_owner_reads(visit: Visits) -> None:
    chair, owner = await visit("chair@demo.example"), await visit("owner@demo.example")
    page = await chair.submit(await chair.get(CLOSING), CLOSING, decision="send_back", **TODAY)
    assert page.errors == ["Say why it is sent back, so that the owner knows what is missing."]
    done = await chair.submit(page, CLOSING, reason="The rota has gaps.")
    assert done.goes_to == "/root-causes/RC-3"
    assert "“The rota has gaps.”" in (await owner.get("/root-causes/RC-3/update")).text


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        ({"decision": ""}, ["Choose what the ISG decided."]),
        ({"meeting_date.day": "31", "meeting_date.month": "2"},
         ["The date of the meeting: “31 2 2019” is not a real date. Enter it like 14 3 2019."]),
        ({"meeting_date.day": "23"}, ["23 May 2019 is in the future: give a meeting up to today."]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("asked")
async def test_what_is_wrong_is_said_at_its_field_and_the_rest_kept(
    visit: Visits, typed: dict[str, Any], sentences: list[str]
) -> None:
    chair = await visit("chair@demo.example")
    page = await chair.submit(
        await chair.get(CLOSING), CLOSING, **{"decision": "close", "reason": "Well done", **TODAY, **typed}
    )
    assert (page.status, page.errors) == (422, sentences)
    assert page.fields(CLOSING)["reason"] == ["Well done"]


@pytest.mark.usefixtures("asked")
async def test_what_has_changed_since_is_shown_and_what_was_typed_is_kept(
    visit: Visits, plan: Callers
) -> None:
    chair = await visit("chair@demo.example")
    form = await chair.get(CLOSING)
    owner = await plan("owner@demo.example")
    assert (await owner.post("/v1/root-causes/RC-3/updates", json=COMPLETE)).status_code == 201
    page = await chair.submit(form, CLOSING, decision="close", reason="As agreed", **TODAY)
    assert page.status == 412
    assert "has changed this since you opened it" in page.errors[0]
    assert page.fields(CLOSING)["reason"] == ["As agreed"]
    assert (await chair.submit(page, CLOSING)).status == 303


async def test_nothing_can_be_closed_that_nobody_asked_to_close(visit_either_way: Visits) -> None:
    page = await (await visit_either_way("chair@demo.example")).get("/root-causes/RC-1/closing")
    assert (page.status, page.h1) == (409, "Close RC-1 or send it back")
    assert page.links["Open RC-1"] == "/root-causes/RC-1"


@pytest.mark.usefixtures("asked")
async def test_who_may_not_decide_is_told_so(visit: Visits) -> None:
    chair, owner = await visit("chair@demo.example"), await visit("owner@demo.example")
    fields = (await chair.get(CLOSING)).fields(CLOSING)
    fields["csrf_token"] = (await owner.get("/sign-out")).fields("/sign-out")["csrf_token"]
    page = await owner.post(CLOSING, {**fields, **TODAY, "decision": "close"})
    assert page.status == 403


async def test_reopening_needs_a_reason_and_says_what_it_changes(visit_either_way: Visits) -> None:
    pmo = await visit_either_way("pmo@demo.example")
    page = await pmo.get(REOPENING)
    assert "RC-4 is open again from today, due on 30 April 2019 as before." in page.text
    assert "Scheduled Care goes from 1 to 0 of 1 Must Do root cause due by 22 May 2019." in page.text
    refused = await pmo.submit(page, REOPENING)
    assert refused.errors == ["Say why it is reopened."]
    done = await pmo.submit(refused, REOPENING, reason="It came back.")
    assert done.goes_to == "/root-causes/RC-4"
    assert "RC-4 is open again" in (await pmo.open("/root-causes/RC-4")).text


@pytest.mark.usefixtures("asked")
async def test_a_session_lost_at_the_decision_loses_no_word(visit: Visits, database: TestDatabase) -> None:
    await database.set_today(date(2019, 5, 23))
    chair = await visit("chair@demo.example")
    form = await chair.get(CLOSING)
    chair.http.cookies.delete("qip_session")
    page = await chair.submit(form, CLOSING, decision="send_back", reason="The rota has gaps.")
    assert page.h1 == "Sign in again to send your form"
    assert page.fields(CLOSING)["reason"] == ["The rota has gaps."]
