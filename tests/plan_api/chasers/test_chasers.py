"""Who has not reported, and chasing them: at most once a person and day, on their page, and by mail."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text

from services.plan_api.chasers import queries, service
from services.plan_api.cycles.service import run_day
from services.plan_api.reminders import digests
from services.shared.settings import Settings
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.small_plan import TODAY

OWNER, CHAIR, CHAIR2, PMO, OTHER, ADMIN = (
    "owner@demo.example",
    "chair@demo.example",
    "chair2@demo.example",
    "pmo@demo.example",
    "other@demo.example",
    "admin@demo.example",
)
NOON = datetime(2019, 5, 22, 12, tzinfo=UTC)
UNSCHEDULED, SCHEDULED = "unscheduled-care", "scheduled-care"


async def days_work(database: TestDatabase, day: date = TODAY) -> None:
    await database.set_today(day)
    async with database.plan.transaction() as db:
        await run_day(db, day)


@pytest.fixture(autouse=True)
async def _the_day_is_done(database: TestDatabase) -> None:
    await days_work(database)


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a mail server."""
    settings = Settings(_env_file=None, demo=True, smtp_host="127.0.0.1", smtp_from="qip@trust.example")
    monkeypatch.setattr(digests, "settings", lambda: settings)
    monkeypatch.setattr(service, "settings", lambda: settings)


async def chase(plan: Callers, by: str, *people: tuple[str, str]) -> Any:
    """Sends a chaser."""
    wish = {"people": [{"email": email, "isg": isg} for email, isg in people]}
    return await (await plan(by)).post("/v1/chasers", json=wish)


async def progress(plan: Callers, email: str = PMO) -> Any:
    answer = await (await plan(email)).get("/v1/cycle-progress")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def mails(database: TestDatabase) -> list[Any]:
    async with database.owner.transaction() as db:
        return list((await db.execute(text("SELECT * FROM digest ORDER BY id"))).all())


async def test_the_pmo_sees_how_many_of_how_many_have_reported_and_who_has_not(plan: Callers) -> None:
    found = await progress(plan)
    assert [(each["isg"], each["reported"], each["expected"]) for each in found["isgs"]] == [
        ("Unscheduled Care", 1, 4),
        ("Scheduled Care", 0, 1),
        ("Well-led", 0, 0),
    ]
    unscheduled = found["isgs"][0]
    assert (unscheduled["cycle"], unscheduled["deadline_on"]) == (5, "2019-05-20")
    owner, chair = unscheduled["owing"]
    assert [each["ref"] for each in owner["root_causes"]] == ["RC-2", "RC-1"]
    assert owner["root_causes"][0]["delivery_status"] == "off_track"
    assert (chair["email"], [each["ref"] for each in chair["root_causes"]]) == (CHAIR, ["RC-6"])


async def test_of_many_who_owe_the_first_are_listed_and_the_next_stand_there_once_these_are_chased(
    plan: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "OWNERS_SHOWN", 1)
    unscheduled = (await progress(plan))["isgs"][0]
    assert ([each["email"] for each in unscheduled["owing"]], unscheduled["owners"]) == ([OWNER], 2)
    assert (await chase(plan, PMO, (OWNER, UNSCHEDULED))).status_code == 201
    unscheduled = (await progress(plan))["isgs"][0]
    assert ([each["email"] for each in unscheduled["owing"]], unscheduled["owners"]) == ([CHAIR], 2)


async def test_the_counts_are_those_of_the_isgs_page(plan: Callers) -> None:
    unscheduled = (await progress(plan))["isgs"][0]
    meeting = (await (await plan(PMO)).get("/v1/isgs/unscheduled-care/meeting")).json()
    assert (unscheduled["expected"], unscheduled["reported"]) == (
        meeting["open_root_causes"],
        meeting["reported"],
    )


async def test_a_chair_sees_and_chases_in_their_own_isg_alone(plan: Callers) -> None:
    assert [each["isg"] for each in (await progress(plan, CHAIR2))["isgs"]] == ["Scheduled Care"]
    refused = await chase(plan, CHAIR2, (OWNER, UNSCHEDULED))
    assert refused.status_code == 403
    assert (await chase(plan, CHAIR2, (OTHER, SCHEDULED))).status_code == 201


async def test_a_chaser_stands_on_the_persons_page_with_who_sent_it_until_they_have_reported(
    database: TestDatabase, plan: Callers
) -> None:
    sent = await chase(plan, PMO, (OWNER, UNSCHEDULED))
    assert sent.json() == {"people": 1, "by_mail": 0}
    owner = await plan(OWNER)
    told = (await owner.get("/v1/me/notices")).json()["items"]
    (chaser,) = [each for each in told if each["kind"] == "chaser"]
    assert chaser["sentence"] == "Pmo Person asks for your updates to Unscheduled Care in cycle 5."
    assert (chaser["path"], chaser["due_by"], chaser["stopped_on"]) == ("/updates", "2019-05-20", None)
    plan_ = {"steps": "S", "owner": OWNER, "recovery_date": "2019-06-30"}
    for ref, said in (
        ("RC-1", {"status": "on_track", "progress": "P"}),
        ("RC-2", {"status": "off_track", "progress": "P", "recovery_plan": plan_}),
    ):
        assert (await owner.post(f"/v1/root-causes/{ref}/updates", json=said)).status_code == 201
    await days_work(database)
    (shown,) = (await progress(plan))["chasers"]
    assert (shown["name"], shown["sent_by"], shown["mail"], shown["stopped_because"]) == (
        "Owner Person",
        "Pmo Person",
        "none",
        "done",
    )


async def test_nobody_is_chased_twice_a_day_whoever_asks_and_then_nobody_of_the_request_is(
    plan: Callers,
) -> None:
    assert (await chase(plan, CHAIR, (OWNER, UNSCHEDULED))).status_code == 201
    again = await chase(plan, PMO, (OWNER, UNSCHEDULED), (OTHER, SCHEDULED))
    assert again.status_code == 422
    assert again.json()["errors"] == [
        {
            "field": f"people.{OWNER}",
            "message": "Owner Person was chased today already, by Chair Person: once a day is enough.",
        }
    ]
    assert len((await progress(plan))["chasers"]) == 1


@pytest.mark.usefixtures("mail")
async def test_one_request_chases_a_person_in_two_isgs_with_one_mail(
    database: TestDatabase, plan: Callers
) -> None:
    await (await plan(PMO)).post("/v1/root-causes/RC-5/owner", json={"owner": OWNER})
    sent = await chase(plan, PMO, (OWNER, UNSCHEDULED), (OWNER, SCHEDULED), (OWNER, UNSCHEDULED))
    assert sent.json() == {"people": 1, "by_mail": 1}
    (made,) = await mails(database)
    assert "Unscheduled Care in cycle 5" in made.body
    assert "Scheduled Care in cycle 5" in made.body


async def test_the_next_day_one_may_be_chased_again_and_the_first_gives_way(
    database: TestDatabase, plan: Callers
) -> None:
    await chase(plan, PMO, (OWNER, UNSCHEDULED))
    await days_work(database, date(2019, 5, 23))
    assert (await chase(plan, PMO, (OWNER, UNSCHEDULED))).status_code == 201
    last, first = (await progress(plan))["chasers"]
    assert (first["stopped_because"], last["stopped_because"]) == ("repeated", None)
    await days_work(database, date(2019, 5, 27))
    assert (await progress(plan))["chasers"][0]["stopped_because"] == "too_late"


@pytest.mark.parametrize(
    ("email", "isg", "status", "says"),
    [
        (OTHER, UNSCHEDULED, 422, "owes Unscheduled Care no update now"),
        (ADMIN, UNSCHEDULED, 422, "owes Unscheduled Care no update now"),
        ("nobody@demo.example", UNSCHEDULED, 422, "is not here any more"),
        (OWNER, "nowhere", 404, "There is no ISG nowhere"),
        (OWNER, "well-led", 422, "owes Well-led no update now"),
    ],
)
async def test_who_owes_nothing_is_not_chased(
    plan: Callers, email: str, isg: str, status: int, says: str
) -> None:
    answer = await chase(plan, PMO, (email, isg))
    assert answer.status_code == status
    assert says in answer.text


@pytest.mark.usefixtures("mail")
async def test_a_chaser_is_the_days_digest_where_there_is_none_yet_and_a_mail_of_its_own_after_it(
    database: TestDatabase, plan: Callers
) -> None:
    await chase(plan, PMO, (OWNER, UNSCHEDULED))
    (first,) = await mails(database)
    assert first.occasion == "day"
    assert "Pmo Person asks for your updates" in first.body
    assert "Update to give: 2" in first.body
    async with database.plan.transaction() as db:
        made = await digests.make_digests(db, TODAY, NOON)
    assert made > 0
    before = len(await mails(database))
    await chase(plan, PMO, (OTHER, SCHEDULED))
    *_, last = await mails(database)
    assert len(await mails(database)) == before + 1
    assert (last.occasion, last.sent_to) == ("chaser", OTHER)
    assert "Update to give" not in last.body


@pytest.mark.usefixtures("mail")
async def test_who_turned_mail_off_is_chased_on_their_page_alone(
    database: TestDatabase, plan: Callers
) -> None:
    await (await plan(OWNER)).post("/v1/me/mail-rhythm", json={"rhythm": "off"})
    assert (await chase(plan, PMO, (OWNER, UNSCHEDULED))).json() == {"people": 1, "by_mail": 0}
    assert await mails(database) == []


@pytest.mark.usefixtures("mail")
async def test_the_pmo_sees_which_mail_never_arrived_until_a_later_one_does(
    database: TestDatabase, plan: Callers
) -> None:
    await chase(plan, PMO, (OWNER, UNSCHEDULED))
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE digest SET given_up_at = now(), last_error = '550 No such mailbox'"))
    assert (await progress(plan))["undelivered"] == [
        {"day": "2019-05-22", "name": "Owner Person", "email": OWNER, "error": "550 No such mailbox"}
    ]
    assert (await progress(plan))["chasers"][0]["mail"] == "given_up"
    assert (await progress(plan, CHAIR))["undelivered"] == []
    own = (await (await plan(OWNER)).get("/v1/me/notices")).json()["mail"]
    assert own["undelivered"] == "550 No such mailbox"
    await days_work(database, date(2019, 5, 23))
    await chase(plan, PMO, (OWNER, UNSCHEDULED))
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE digest SET sent_at = now() WHERE given_up_at IS NULL"))
    assert (await progress(plan))["undelivered"] == []
