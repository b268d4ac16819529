"""The ECIB queue's page: what waits, in which order, why, and what it is narrowed to."""

import pytest

from tests.people import Callers
from tests.web.conftest import Visits
from tests.web.escalations.conftest import reference_of
from tests.web.page_checks import Page

ECIB, PMO, OWNER, READER = (f"{who}@demo.example" for who in ("ecib", "pmo", "owner", "reader"))


def rows(page: Page) -> list[str]:
    """The text of each row, in order."""
    return [" ".join("".join(row.itertext()).split()) for row in page.by_class("qip-queue__item")]


@pytest.mark.usefixtures("queue")
async def test_the_heading_says_how_many_wait_and_the_rows_stand_in_the_queues_order(
    visit: Visits,
) -> None:
    page = await (await visit(ECIB)).get("/escalations")
    assert page.h1 == "4 escalations wait for a decision"
    assert [row[:4] for row in rows(page)] == ["RC-1", "RC-2", "RC-6", "RC-5"]


@pytest.mark.usefixtures("queue")
async def test_a_row_says_why_it_is_here_how_late_it_is_and_what_the_recovery_plan_is(
    visit: Visits,
) -> None:
    first, second, *_ = rows(await (await visit(ECIB)).get("/escalations"))
    assert "Section 31 notice" in first
    assert "Reported off track, 22 May 2019" in first
    assert "Back on track by 20 June 2019, in 29 days, Owner Person" in first
    assert "Support asked for: Money for agency nurses" in first
    assert "Due date passed" in second
    assert "10 May 2019, 12 days overdue" in second
    assert "Recovery plan None yet" in second


@pytest.mark.usefixtures("queue")
async def test_the_queue_is_narrowed_in_its_address(visit: Visits) -> None:
    page = await (await visit(ECIB)).get("/escalations?isg=Scheduled+Care&state=all")
    assert page.h1 == "1 escalation waits for a decision"
    assert page.fields("/escalations") == {"isg": ["Scheduled Care"], "state": ["all"]}
    assert any(href.endswith("?isg=Scheduled+Care&state=all") for href in page.links.values())


@pytest.mark.usefixtures("queue")
async def test_filters_that_nothing_fits_say_so_and_lead_back(visit: Visits) -> None:
    page = await (await visit(ECIB)).get("/escalations?state=ended&isg=Well-led")
    assert page.h1 == "No escalation waits for a decision"
    assert "No escalation fits these filters." in page.text
    assert page.links["Show what waits for a decision"] == "/escalations"


async def test_an_empty_queue_says_what_brings_a_root_cause_here(
    visit: Visits,
) -> None:
    page = await (await visit(ECIB)).get("/escalations?state=nonsense")
    assert page.h1 == "No escalation waits for a decision"
    assert "A root cause comes here when its due date passes" in page.text


@pytest.mark.usefixtures("queue")
async def test_each_person_is_offered_only_what_they_may_do(visit: Visits) -> None:
    member = " ".join((await (await visit(ECIB)).get("/escalations")).links)
    office = " ".join((await (await visit(PMO)).get("/escalations")).links)
    owner = await (await visit(OWNER)).get("/escalations")
    assert "Decide on RC-2" in member
    assert "Put on an agenda" not in member
    assert "Put on an agenda: RC-2" in office
    assert "Ask for a recovery plan for RC-2" in office
    assert [row[:4] for row in rows(owner)] == ["RC-1", "RC-2"]
    assert owner.h1 == "2 of your root causes wait for ECIB"
    assert not {"Decide", "agenda"} & set(" ".join(owner.links).split())


async def test_an_owner_reads_whether_anything_of_theirs_waits(visit: Visits) -> None:
    assert (await (await visit(OWNER)).get("/escalations")).h1 == "None of your root causes waits for ECIB"


async def test_what_has_been_decided_is_a_link_away(visit: Visits, queue: Callers) -> None:
    wish = {"decision": "extra_support", "meeting_date": "2019-05-22", "reason": "Agency money."}
    member = await queue(ECIB)
    decided = await member.post(f"/v1/escalations/{await reference_of(queue, 'RC-2')}/decisions", json=wish)
    assert decided.status_code == 200
    browser = await visit(ECIB)
    opened = await browser.get("/escalations")
    assert [row[:4] for row in rows(opened)] == ["RC-1", "RC-6", "RC-5"]
    monitored = await browser.get(opened.links["1 decided and monitored"])
    assert [row[:4] for row in rows(monitored)] == ["RC-2"]
    everything = await browser.get("/escalations?state=all")
    assert len(rows(everything)) == 4


@pytest.mark.usefixtures("queue")
async def test_readers_may_not_open_the_queue(visit: Visits) -> None:
    assert (await (await visit(READER)).get("/escalations")).status == 403
