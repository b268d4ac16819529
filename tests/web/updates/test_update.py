"""Reporting on a root cause by the form: what it asks, what it keeps, what it says afterwards."""

from datetime import date
from typing import Any

import pytest

from tests.conftest import TestDatabase
from tests.people import Callers
from tests.web.conftest import Visits
from tests.web.page_checks import Page

FORM = "/root-causes/RC-1/update"
OFF_TRACK: dict[str, Any] = {
    "done": "no",
    "status": "off_track",
    "progress": "Two of five nurses have started.\nThe rest <start> in June & July.",
    "reason": "The agency has nobody.",
}
RECOVERY_PLAN: dict[str, Any] = {
    "recovery_plan.steps": "Ask the agency again",
    "recovery_plan.owner": "other@demo.example",
    "recovery_plan.recovery_date.day": "30",
    "recovery_plan.recovery_date.month": "6",
    "recovery_plan.recovery_date.year": "2019",
}
TICKED: dict[str, Any] = {"actions.A-1": "done"}


def kept(page: Page, name: str) -> str:
    """What an input of the form holds."""
    return page.fields(FORM)[name][0].replace("\r\n", "\n")


async def test_the_form_says_the_deadline_who_reads_it_and_what_was_said_last(
    visit_either_way: Visits,
) -> None:
    page = await (await visit_either_way("owner@demo.example")).get(FORM)
    assert page.h1 == "Update RC-1: Children wait too long to be seen (RC-1)"
    assert (
        "Updates for cycle 5 were due by Monday 20 May 2019 at 23:59, 2 days ago: this one will be marked late."
        in page.text
    )
    assert "The Unscheduled Care ISG reads it at its meeting on Thursday 23 May 2019, in 1 day." in page.text
    assert "7 May 2019, cycle 4 On track" in page.text
    assert (kept(page, "status"), kept(page, "progress")) == ("on_track", "Going well")


async def test_before_the_deadline_it_says_by_when(visit: Visits, database: TestDatabase) -> None:
    await database.set_today(date(2019, 5, 20))
    page = await (await visit("owner@demo.example")).get(FORM)
    assert "Updates for cycle 5 are due by Monday 20 May 2019 at 23:59, today." in page.text


async def test_off_track_without_a_recovery_plan_is_sent_back_with_a_sentence_at_each_field(
    visit_either_way: Visits,
) -> None:
    owner = await visit_either_way("owner@demo.example")
    page = await owner.submit(await owner.get(FORM), FORM, **OFF_TRACK)
    assert page.status == 422
    assert page.errors == [
        "Say which steps the recovery plan takes.",
        "Name the owner of the recovery plan.",
        "Give the date by which it will be back on track.",
    ]
    assert (
        page.links["Give the date by which it will be back on track."] == "#recovery-plan-recovery-date-day"
    )
    assert kept(page, "progress") == OFF_TRACK["progress"]


async def test_an_update_off_track_says_what_follows_and_stands_in_the_queue(
    visit_either_way: Visits, plan: Callers
) -> None:
    owner = await visit_either_way("owner@demo.example")
    done = await owner.submit(await owner.get(FORM), FORM, **OFF_TRACK, **RECOVERY_PLAN)
    assert (done.status, done.goes_to) == (303, "/root-causes/RC-1")
    (queued,) = (await (await plan("ecib@demo.example")).get("/v1/escalations?root_cause=RC-1")).json()[
        "items"
    ]
    assert queued["recovery_plan"]["steps"] == "Ask the agency again"
    page = await owner.open(FORM)
    assert "Update sent for cycle 5" in page.text
    assert f"It is off track, so it is in the ECIB queue as {queued['ref']}." in page.text
    assert "marked late" in page.text


async def test_the_recovery_plan_in_force_is_confirmed_or_replaced(visit: Visits) -> None:
    owner = await visit("owner@demo.example")
    await owner.submit(await owner.get(FORM), FORM, **OFF_TRACK, **RECOVERY_PLAN)
    again = await owner.open(FORM)
    assert kept(again, "recovery_plan") == "confirm"
    assert "You have reported once in this cycle." in again.text
    assert (await owner.submit(again, FORM, **OFF_TRACK)).status == 303
    replaced = await owner.submit(await owner.open(FORM), FORM, **OFF_TRACK, recovery_plan="replace")
    assert "Say which steps the recovery plan takes." in replaced.errors


async def test_a_double_click_is_one_update(visit: Visits, plan: Callers) -> None:
    owner = await visit("owner@demo.example")
    form = await owner.get(FORM)
    for _ in range(2):
        done = await owner.submit(form, FORM, **OFF_TRACK, **RECOVERY_PLAN, **TICKED)
        assert done.goes_to == "/root-causes/RC-1"
    story = (await (await plan("owner@demo.example")).get("/v1/root-causes/RC-1/timeline")).json()["items"]
    assert [each["title"] for each in story if each["kind"] == "update" and "cycle 5" in each["title"]] == [
        "Update for cycle 5, late: off track"
    ]


async def test_complete_records_the_ticked_actions_and_asks_for_closing(visit: Visits, plan: Callers) -> None:
    owner = await visit("owner@demo.example")
    typed: dict[str, Any] = {"done": "yes", "progress": "All five have started.", "actions.A-1": "done"}
    refused = await owner.submit(await owner.get(FORM), FORM, **typed)
    assert refused.errors == ["Add evidence: the ISG cannot close a root cause without it."]
    assert "Recorded as done already: A-1." in refused.text
    link: dict[str, Any] = {"evidence.1.description": "The rota", "evidence.1.url": "https://intranet/rota"}
    done = await owner.submit(refused, FORM, **link)
    assert done.goes_to == "/root-causes/RC-1"
    whole = (await (await plan("owner@demo.example")).get("/v1/root-causes/RC-1")).json()
    assert whole["delivery_status"] == "awaiting_closure"
    assert whole["actions"][0]["completed_date"] == "2019-05-22"


async def test_done_with_an_open_action_is_said_at_the_question(visit: Visits) -> None:
    owner = await visit("owner@demo.example")
    page = await owner.submit(await owner.get(FORM), FORM, done="yes", progress="Nearly")
    (sentence,) = [each for each in page.errors if "A-1" in each]
    assert page.links[sentence] == "#done"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("", "Enter the day on which A-1 was done."),
        ("31", "The day on which A-1 was done: “31 2 2019” is not a real date. Enter it like 14 3 2019."),
    ],
)
async def test_an_action_is_ticked_off_with_a_real_day(visit: Visits, day: str, sentence: str) -> None:
    owner = await visit("owner@demo.example")
    name = "actions.A-1.done_on"
    when: dict[str, Any] = {
        f"{name}.day": day,
        f"{name}.month": "2" if day else "",
        f"{name}.year": "2019" if day else "",
    }
    page = await owner.submit(await owner.get(FORM), FORM, **TICKED, **when)
    assert page.errors == [sentence]
    assert page.links[sentence] == "#actions-A-1-done-on-day"


async def test_an_action_cannot_be_done_tomorrow(visit: Visits) -> None:
    owner = await visit("owner@demo.example")
    tomorrow: dict[str, Any] = {**TICKED, "actions.A-1.done_on.day": "23"}
    page = await owner.submit(await owner.get(FORM), FORM, **tomorrow)
    assert page.errors == ["23 May 2019 is in the future: give the day on which it was done."]


async def test_after_the_due_date_only_off_track_and_complete_are_offered(visit: Visits) -> None:
    page = await (await visit("owner@demo.example")).get("/root-causes/RC-2/update")
    assert page.fields("/root-causes/RC-2/update")["status"] == ["off_track"]
    assert "At risk" not in page.text


async def test_what_is_typed_is_saved_meanwhile_and_comes_back(visit: Visits) -> None:
    owner = await visit("owner@demo.example")
    page = await owner.get(FORM)
    typed = {**page.fields(FORM), "progress": "Half a sen", "actions.A-1": "done"}
    saved = await owner.put(FORM, typed)
    assert saved.status == 200
    assert saved.text.startswith("Saved ")
    later = await owner.get(FORM)
    assert kept(later, "progress") == "Half a sen"
    assert later.fields(FORM)["actions.A-1"] == ["done"]
    assert "Saved " in later.text


async def test_the_draft_is_saved_and_discarded_by_buttons_too(visit_either_way: Visits) -> None:
    owner = await visit_either_way("owner@demo.example")
    done = await owner.submit(await owner.get(FORM), FORM, progress="Half", status="off_track", press="save")
    assert done.goes_to == FORM
    page = await owner.open(FORM)
    assert "Draft saved" in page.text
    assert kept(page, "progress") == "Half"
    await owner.submit(page, FORM, press="discard")
    assert kept(await owner.open(FORM), "progress") == "Going well"


async def test_saving_says_why_it_did_not_save_and_leaves_the_page_alone(visit: Visits) -> None:
    deputy, reader = await visit("owner@demo.example"), await visit("other@demo.example")
    fields = (await deputy.get(FORM)).fields(FORM)
    fields["csrf_token"] = (await reader.get("/sign-out")).fields("/sign-out")["csrf_token"]
    page = await reader.put(FORM, fields)
    assert page.text == "Not saved. Only the owner of this root cause or a deputy can report on it."


async def test_another_link_can_be_asked_for_without_losing_what_is_typed(visit: Visits) -> None:
    owner = await visit("owner@demo.example")
    first: dict[str, Any] = {"evidence.1.description": "The rota", "evidence.1.url": "https://intranet/rota"}
    page = await owner.submit(await owner.get(FORM), FORM, done="yes", press="more_links", **first)
    assert page.status == 200
    assert kept(page, "evidence.1.url") == "https://intranet/rota"
    assert kept(page, "evidence.2.url") == ""


async def test_what_has_changed_since_is_shown_beside_what_was_typed(visit: Visits) -> None:
    owner, deputy = await visit("owner@demo.example"), await visit("deputy@demo.example")
    form = await owner.get(FORM)
    await deputy.submit(await deputy.get(FORM), FORM, status="on_track", progress="Said by the deputy")
    page = await owner.submit(form, FORM, **OFF_TRACK, **RECOVERY_PLAN)
    assert page.status == 412
    assert "has changed this since you opened it" in page.errors[0]
    assert "“Said by the deputy”" in page.text
    assert kept(page, "progress") == OFF_TRACK["progress"]
    assert (await owner.submit(page, FORM)).goes_to == "/root-causes/RC-1"


async def test_a_session_lost_while_writing_loses_no_word(visit: Visits) -> None:
    owner = await visit("owner@demo.example")
    form = await owner.get(FORM)
    owner.http.cookies.delete("qip_session")
    page = await owner.submit(form, FORM, **OFF_TRACK, **RECOVERY_PLAN, **TICKED)
    assert page.h1 == "Sign in again to send your form"
    for name, value in {**OFF_TRACK, **RECOVERY_PLAN, "actions.A-1": "done"}.items():
        assert kept(page, name) == value


async def test_a_closed_root_cause_has_nothing_to_report(visit_either_way: Visits) -> None:
    page = await (await visit_either_way("other@demo.example")).get("/root-causes/RC-4/update")
    assert (page.status, page.h1) == (409, "You can’t report on RC-4 now")
    assert "The ISG has closed this root cause" in page.text


async def test_what_was_typed_on_a_root_cause_closed_meanwhile_can_be_copied(visit: Visits) -> None:
    other = await visit("other@demo.example")
    form = await other.get("/root-causes/RC-5/update")
    fields = {**form.fields("/root-causes/RC-5/update"), "progress": "Written for nothing"}
    page = await other.post("/root-causes/RC-4/update", fields)
    assert page.status == 409
    assert "Written for nothing" in page.text


async def test_who_does_not_own_it_is_told_so(visit_either_way: Visits) -> None:
    page = await (await visit_either_way("other@demo.example")).get(FORM)
    assert page.status == 403
    assert "Only the owner of this root cause or a deputy can report on it." in page.text


async def test_nobody_finds_a_root_cause_that_is_not_there(visit: Visits) -> None:
    assert (await (await visit("owner@demo.example")).get("/root-causes/RC-99/update")).status == 404
