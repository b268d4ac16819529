"""The page of one's own reminders, and the rhythm of mail."""

import pytest
from sqlalchemy import text

from services.plan_api.cycles.service import run_day
from services.plan_api.reminders import service
from services.shared.settings import Settings
from tests.conftest import TestDatabase
from tests.small_plan import TODAY
from tests.web.conftest import Visits

OWNER, ADMIN, PMO = "owner@demo.example", "admin@demo.example", "pmo@demo.example"
MAIL = Settings(_env_file=None, demo=True, smtp_host="127.0.0.1", smtp_from="qip@trust.example")


@pytest.fixture(autouse=True)
async def _the_day_is_done(database: TestDatabase) -> None:
    async with database.plan.transaction() as db:
        await run_day(db, TODAY)


async def test_what_waits_stands_there_with_a_link_to_what_mends_it_until_it_is_done(visit: Visits) -> None:
    owner = await visit(OWNER)
    home = await owner.get("/")
    assert home.links["3 things wait for you"] == "/notices"
    page = await owner.get("/notices")
    assert page.h1 == "3 things wait for you"
    assert "This system sends no mail, so look here" in page.text
    assert "2 days overdue" in page.text
    (to_do,) = [each for each in page.links if each.startswith("Report on RC-1")]
    form = await owner.get(page.links[to_do])
    sent = await owner.submit(
        form, "/root-causes/RC-1/update", status="on_track", progress="Rotas are written."
    )
    assert sent.status == 303
    after = await owner.get("/notices")
    assert after.h1 == "2 things wait for you"
    assert "What has stopped" in after.text
    assert "Done" in after.text


async def test_every_link_leads_to_a_page(visit: Visits) -> None:
    for email in (OWNER, PMO, "chair@demo.example", "executive@demo.example", "ecib@demo.example"):
        browser = await visit(email)
        page = await browser.get("/notices")
        for name, address in page.links.items():
            if name.endswith("."):
                assert (await browser.get(address)).status == 200, (email, address)


async def test_for_whom_nothing_waits_it_says_so(visit: Visits) -> None:
    admin = await visit(ADMIN)
    page = await admin.get("/notices")
    assert page.h1 == "Nothing waits for you"
    assert "3 things wait for you" not in (await admin.get("/")).links


async def test_a_person_chooses_the_rhythm_and_the_page_says_which_it_is(
    visit: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "settings", lambda: MAIL)
    owner = await visit(OWNER)
    assert "at most one a working day" in (await owner.get("/notices")).text
    account = await owner.get("/account")
    assert account.fields("/account/mail")["rhythm"] == ["each_working_day"]
    sent = await owner.submit(account, "/account/mail", rhythm="off")
    assert sent.goes_to == "/account"
    assert "this page still shows all of them" in (await owner.get("/notices")).text


async def test_two_windows_that_choose_are_no_silent_overwrite(visit: Visits) -> None:
    owner = await visit(OWNER)
    one, other = await owner.get("/account"), await owner.get("/account")
    await owner.submit(one, "/account/mail", rhythm="mondays")
    late = await owner.submit(other, "/account/mail", rhythm="off")
    assert late.status == 412
    assert "has changed since you" in late.errors[0]
    assert late.fields("/account/mail")["rhythm"] == ["off"]
    await owner.submit(late, "/account/mail")
    assert (await owner.get("/account")).fields("/account/mail")["rhythm"] == ["off"]


async def test_a_mail_that_did_not_arrive_is_told_with_what_the_server_said(
    visit: Visits, database: TestDatabase
) -> None:
    async with database.owner.transaction() as db:
        await db.execute(
            text("""
                INSERT INTO digest (person_id, day, occasion, message_id, sent_to, subject, body, recorded_at, made_at,
                                    next_attempt_at, given_up_at, last_error)
                SELECT id, '2019-05-22', 'day', '<1@x>', email, 's', 'b', now(), now(), now(), now(), '550 <script>No such box'
                  FROM person WHERE email = 'owner@demo.example'""")
        )
    page = await (await visit(OWNER)).get("/notices")
    assert "Of 22 May 2019: 550 <script>No such box" in page.text
    assert "<script>No" not in page.response.text
