"""Deciding on an escalation: in the queue's row with htmx, on a page of its own without."""

from datetime import date
from typing import Any

from tests.conftest import TestDatabase
from tests.people import Callers
from tests.web.conftest import Visits
from tests.web.escalations.conftest import reference_of
from tests.web.page_checks import Browser, Page

ECIB, ECIB2, PMO, OWNER = (f"{who}@demo.example" for who in ("ecib", "ecib2", "pmo", "owner"))


async def opened(browser: Browser, plan: Callers, root_cause: str) -> Page:
    """The form for a decision."""
    return await browser.get(f"/escalations/{await reference_of(plan, root_cause)}")


async def send(browser: Browser, page: Page, **typed: Any) -> Page:
    """Fills in the form and sends it."""
    action = page.path.partition("?")[0]
    return await browser.submit(page, action, **typed)


async def test_a_decision_is_recorded_and_the_row_or_the_banner_says_what_follows(
    visit_either_way: Visits, queue: Callers
) -> None:
    browser = await visit_either_way(ECIB)
    form = await opened(browser, queue, "RC-1")
    done = await send(browser, form, decision="accept_plan", reason="The plan is sound.")
    if browser.htmx:
        assert done.status == 200
        assert "Recorded: accept the recovery plan." in done.text
        assert "“The plan is sound.” Ecib Person, meeting of 22 May 2019" in done.text
        return
    assert (done.status, done.goes_to.partition("#")[0]) == (303, "/escalations")
    page = await browser.open("/escalations")
    assert "RC-1: Accept the recovery plan" in page.text
    assert "ECIB monitors it. It is due on 30 June 2019." in page.text
    assert page.h1 == "3 escalations wait for a decision"
    assert page.links["1 decided and monitored"] == "/escalations?state=monitored"


async def test_the_form_says_what_each_decision_brings_about(visit: Visits, queue: Callers) -> None:
    with_plan = await opened(await visit(ECIB), queue, "RC-1")
    assert (
        "Owner Person gets it back on track by 20 June 2019. The due date stays 30 June 2019"
        in with_plan.text
    )
    assert "The due date moves from 30 June 2019 to the new one below" in with_plan.text
    without = await opened(await visit(ECIB), queue, "RC-2")
    assert "There is no recovery plan to accept: sending back asks for one." in without.text
    assert "Accept the recovery plan" not in without.text


async def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(
    visit_either_way: Visits, queue: Callers
) -> None:
    browser = await visit_either_way(ECIB)
    form = await opened(browser, queue, "RC-2")
    page = await send(browser, form, decision="rebaseline", reason="Builders are late.")
    assert page.status == 422
    assert page.errors == ["Give the new due date."]
    fields = page.fields(form.path)
    assert (fields["decision"], fields["reason"]) == (["rebaseline"], ["Builders are late."])
    again = await send(browser, form)
    assert again.errors == ["Choose what ECIB decided.", "Say why ECIB decided so."]


async def test_a_rebaseline_moves_the_due_date(visit: Visits, queue: Callers) -> None:
    browser = await visit(ECIB)
    new_date = {"new_due_date.day": "31", "new_due_date.month": "7", "new_due_date.year": "2019"}
    form = await opened(browser, queue, "RC-2")
    await send(browser, form, decision="rebaseline", reason="Builders are late.", **new_date)
    assert "RC-2 is now due on 31 July 2019. ECIB monitors it." in (await browser.open("/escalations")).text


async def test_the_meeting_is_remembered_for_the_next_decision(
    visit: Visits, queue: Callers, database: TestDatabase
) -> None:
    await database.set_today(date(2019, 5, 24))
    browser = await visit(ECIB)
    form = await opened(browser, queue, "RC-2")
    assert form.fields(form.path)["meeting_date.day"] == ["24"]
    await send(browser, form, decision="step_down", reason="Not for ECIB.", **{"meeting_date.day": "22"})
    following = await opened(browser, queue, "RC-6")
    assert following.fields(following.path)["meeting_date.day"] == ["22"]


async def test_the_pmo_names_the_member_whose_decision_it_was(visit: Visits, queue: Callers) -> None:
    browser = await visit(PMO)
    form = await opened(browser, queue, "RC-2")
    nobody = await send(browser, form, decision="send_back", reason="No plan.")
    assert nobody.errors == ["Name the ECIB member whose decision it is."]
    named = await send(browser, nobody, decided_by=ECIB2)
    assert named.status == 303
    page = await browser.open("/escalations")
    assert "Ecib2 Person, meeting of 22 May 2019, recorded by Pmo Person" in page.text
    assert "Owner Person is asked for a recovery plan." in page.text


async def test_an_ecib_member_decides_in_their_own_name(visit: Visits, queue: Callers) -> None:
    form = await opened(await visit(ECIB), queue, "RC-2")
    assert "decided_by" not in form.fields(form.path)


async def test_what_has_changed_since_is_said_and_the_form_comes_back_filled(
    visit_either_way: Visits, queue: Callers
) -> None:
    browser = await visit_either_way(ECIB)
    form = await opened(browser, queue, "RC-1")
    update = {"status": "on_track", "progress": "Both posts filled."}
    await (await queue(OWNER)).post("/v1/root-causes/RC-1/updates", json=update)
    page = await send(browser, form, decision="extra_support", reason="Agency money until July.")
    assert page.status == 412
    assert "has changed this since you opened it" in page.errors[0]
    assert page.fields(form.path)["reason"] == ["Agency money until July."]
    once_more = await send(browser, page)
    assert once_more.status in {200, 303}


async def test_two_who_decide_at_once_are_told_and_only_one_decision_holds(
    visit_either_way: Visits, queue: Callers
) -> None:
    first, second = await visit_either_way(ECIB), await visit_either_way(ECIB2)
    theirs, mine = await opened(first, queue, "RC-2"), await opened(second, queue, "RC-2")
    await send(first, theirs, decision="step_down", reason="Not for ECIB.")
    late = await send(second, mine, decision="extra_support", reason="Agency money.")
    assert late.status == 412
    assert len(late.errors) == 1
    assert "What is there now (Ecib Person" in late.text
    assert "Step down" in late.text
    assert "Send mine over it" not in late.text
    assert late.fields(mine.path)["reason"] == ["Agency money."]


async def test_a_form_is_closed_without_a_decision(visit: Visits, queue: Callers) -> None:
    browser = await visit(ECIB)
    reference = await reference_of(queue, "RC-2")
    row = await browser.get(f"/escalations/{reference}/item", htmx=True)
    assert "RC-2" in row.text
    assert not row.by_class("nhsuk-radios")
    assert (await browser.get(f"/escalations/{reference}/item")).goes_to == f"/escalations/{reference}"


async def test_the_pmo_puts_it_on_the_agenda_of_a_meeting(visit: Visits, queue: Callers) -> None:
    browser = await visit(PMO)
    address = f"/escalations/{await reference_of(queue, 'RC-2')}/agenda"
    past: dict[str, Any] = {"meeting_date.day": "1", "meeting_date.month": "5", "meeting_date.year": "2019"}
    refused = await browser.submit(await browser.get(address), address, **past)
    assert refused.errors == ["1 May 2019 has passed: give a meeting from today on."]
    assert (await browser.submit(refused, address, **past | {"meeting_date.day": "30"})).status == 303
    page = await browser.open("/escalations")
    assert "RC-2 is on the agenda of 30 May 2019" in page.text
    assert "On an ECIB agenda for 30 May 2019, in 8 days" in page.text


async def test_a_step_says_what_will_happen_before_it_happens(visit: Visits, queue: Callers) -> None:
    page = await (await visit(PMO)).get(f"/escalations/{await reference_of(queue, 'RC-2')}/plan-request")
    assert "Owner Person is asked for a recovery plan: what will be done, by whom and by when." in page.text


async def test_the_pmo_asks_for_a_recovery_plan_once(visit: Visits, queue: Callers) -> None:
    browser = await visit(PMO)
    address = f"/escalations/{await reference_of(queue, 'RC-2')}/plan-request"
    form, open_beside_it = await browser.get(address), await browser.get(address)
    assert (await browser.submit(form, address)).status == 303
    page = await browser.open("/escalations")
    assert "Owner Person is asked for a recovery plan for RC-2" in page.text
    again = await browser.submit(open_beside_it, address)
    assert again.status == 412
    assert len(again.errors) == 1
    assert (await browser.get(address)).status == 409


async def test_back_on_track_is_confirmed_once_two_updates_say_so(
    visit: Visits, queue: Callers, database: TestDatabase
) -> None:
    browser, owner = await visit(ECIB), await queue(OWNER)
    form = await opened(browser, queue, "RC-1")
    address = f"{form.path}/recovery"
    await send(browser, form, decision="accept_plan", reason="Sound.")
    too_early = await browser.get(address)
    assert (too_early.status, too_early.h1) == (409, "Confirm that RC-1 is back on track")
    for day in (date(2019, 5, 27), date(2019, 6, 11)):
        await database.set_today(day)
        said = {"status": "on_track", "progress": "Both posts are filled."}
        assert (await owner.post("/v1/root-causes/RC-1/updates", json=said)).status_code == 201
    monitored = await browser.open("/escalations?state=monitored")
    offered = next(href for text, href in monitored.links.items() if "back on track" in text)
    page = await browser.get(offered)
    assert "The escalation ends." in page.text
    assert (await browser.submit(page, page.path)).status == 303


async def test_who_may_not_decide_gets_the_row_without_a_form(
    visit_either_way: Visits, queue: Callers
) -> None:
    page = await opened(await visit_either_way(OWNER), queue, "RC-2")
    assert page.status == 200
    assert not page.by_class("nhsuk-radios")
