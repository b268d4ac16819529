"""What goes into a person's digest, for whom one is made, and when."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text

from services.plan_api.cycles import routes as the_days_door
from services.plan_api.cycles.service import run_day
from services.plan_api.reminders import digests
from services.shared.settings import Settings
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.small_plan import TODAY

OWNER, DEPUTY, PMO = "owner@demo.example", "deputy@demo.example", "pmo@demo.example"
MORNING = datetime(2019, 5, 22, 6, 30, tzinfo=UTC)
"""Half past seven in London."""


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a mail server."""
    settings = Settings(
        _env_file=None, demo=True, smtp_host="127.0.0.1", smtp_from="qip@trust.example", public_url="https://qip.trust.example/"
    )  # fmt: skip
    monkeypatch.setattr(digests, "settings", lambda: settings)


async def make(database: TestDatabase, day: date = TODAY, at: datetime = MORNING) -> int:
    """The day's work and then its digests."""
    await database.set_today(day)
    async with database.plan.transaction() as db:
        await run_day(db, day)
        return await digests.make_digests(db, day, at)


async def made(database: TestDatabase, email: str = OWNER) -> list[Any]:
    """Somebody's digests."""
    async with database.owner.transaction() as db:
        return list(
            (await db.execute(text("SELECT * FROM digest WHERE sent_to = :email ORDER BY id"), {"email": email})).all()
        )  # fmt: skip


async def sent(database: TestDatabase) -> None:
    """The worker has sent what was made."""
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE digest SET sent_at = now() WHERE sent_at IS NULL"))


@pytest.mark.usefixtures("mail")
async def test_a_digest_tells_everything_that_waits_with_where_and_by_when(database: TestDatabase) -> None:
    assert await make(database) > 0
    (digest,) = await made(database)
    assert digest.subject == (
        "Quality Improvement Plan: 2 updates to give that were due by 20 May 2019, and 1 more thing"
    )
    lines = digest.body.splitlines()
    assert lines[:3] == [
        "Dear Owner Person,",
        "",
        "This is what the Quality Improvement Plan needs from you on Wednesday 22 May 2019.",
    ]
    assert "Update to give: 2" in lines
    assert "  https://qip.trust.example/root-causes/RC-1/update" in lines
    assert any(
        line.startswith("- Report on RC-1 ") and line.endswith("It was due by Monday 20 May 2019.")
        for line in lines
    )
    assert "Recovery plan wanted: 1" in lines
    assert "All of it on one page: https://qip.trust.example/notices" in lines
    assert digest.message_id.startswith("<digest-20190522-")
    assert digest.message_id.endswith("@qip.trust.example>")


@pytest.mark.usefixtures("mail")
async def test_one_digest_a_person_and_day_and_the_next_only_for_news(
    database: TestDatabase, plan: Callers
) -> None:
    assert await make(database) > 0
    assert await make(database) == 0
    await sent(database)
    await make(database, date(2019, 5, 23))
    assert len(await made(database)) == 1
    await (await plan(PMO)).post("/v1/root-causes/RC-5/owner", json={"owner": OWNER})
    await make(database, date(2019, 5, 24))
    _, second = await made(database)
    assert "RC-5" in second.body


@pytest.mark.usefixtures("mail")
async def test_while_one_waits_to_be_sent_no_further_one_is_made(database: TestDatabase) -> None:
    await make(database)
    await make(database, date(2019, 5, 28))
    assert len(await made(database)) == 1
    await sent(database)
    await make(database, date(2019, 5, 28))
    assert len(await made(database)) == 2


@pytest.mark.usefixtures("mail")
async def test_none_before_the_hour(database: TestDatabase) -> None:
    assert await make(database, at=datetime(2019, 5, 22, 5, 59, tzinfo=UTC)) == 0
    assert await make(database, at=datetime(2019, 5, 22, 6, 0, tzinfo=UTC)) > 0


async def test_none_without_a_mail_server(database: TestDatabase) -> None:
    assert await make(database) == 0
    assert await made(database) == []


@pytest.mark.usefixtures("mail")
async def test_who_turned_mail_off_gets_none_and_the_others_do(database: TestDatabase, plan: Callers) -> None:
    chosen = await (await plan(OWNER)).post("/v1/me/mail-rhythm", json={"rhythm": "off"})
    assert chosen.status_code == 200
    await make(database)
    assert await made(database) == []
    assert len(await made(database, DEPUTY)) == 1


@pytest.mark.usefixtures("mail")
async def test_a_long_list_is_cut_and_leads_to_the_page(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.plan_api.reminders.wording.MOST_OF_A_KIND", 1)
    await make(database)
    (digest,) = await made(database)
    assert "Update to give: 2" in digest.body
    assert "- and 1 more: https://qip.trust.example/notices" in digest.body


@pytest.mark.usefixtures("mail")
async def test_the_workers_door_makes_them(plan: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(the_days_door, "real_now", lambda: MORNING)
    worker = await plan.machine("worker")
    done = (await worker.post("/v1/days")).json()
    assert done["reminders_raised"] > 0
    assert done["digests_made"] > 0
    again = (await worker.post("/v1/days")).json()
    assert (again["reminders_raised"], again["reminders_stopped"], again["digests_made"]) == (0, 0, 0)


@pytest.mark.usefixtures("mail")
async def test_a_redacted_text_is_gone_from_digests_too(database: TestDatabase, plan: Callers) -> None:
    async with database.owner.transaction() as db:
        await db.execute(
            text("UPDATE root_cause SET title = 'Mrs Jones fell out of bed 7' WHERE reference = 'RC-1'")
        )
        entry = await db.scalar(
            text("SELECT max(id) FROM audit_entry WHERE table_name = 'root_cause' AND changes ? 'title'")
        )
    await make(database)
    assert "Mrs Jones" in (await made(database))[0].body
    pmo, executive = await plan(PMO), await plan("executive@demo.example")
    asked = await pmo.post("/v1/redactions", json={"entry": entry, "column": "title", "reason": "A patient"})
    assert asked.status_code in {200, 201}, asked.text
    decided = await executive.post(f"/v1/redactions/{asked.json()['id']}/decision", json={"approve": True})
    assert decided.status_code == 200, decided.text
    (digest,) = await made(database)
    assert "Mrs Jones" not in digest.body
    assert "[redacted]" in digest.body
