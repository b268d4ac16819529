"""Reminders as records: raised by the day's work, stopped when the work is done, reassigned or no longer needed."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.plan_api.cycles.service import run_day
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.small_plan import TODAY

OWNER, DEPUTY, OTHER, CHAIR = (
    "owner@demo.example",
    "deputy@demo.example",
    "other@demo.example",
    "chair@demo.example",
)
EXECUTIVE, ECIB, PMO, ADMIN = (
    "executive@demo.example",
    "ecib@demo.example",
    "pmo@demo.example",
    "admin@demo.example",
)
ON_TRACK = {"status": "on_track", "progress": "Rotas are written."}
COMPLETE = {
    "status": "complete",
    "progress": "Done",
    "evidence": [{"description": "Rota", "url": "https://example.org"}],
}


async def days_work(database: TestDatabase, day: date = TODAY) -> None:
    """As the worker has it done."""
    await database.set_today(day)
    async with database.plan.transaction() as db:
        await run_day(db, day)


@pytest.fixture(autouse=True)
async def _the_day_is_done(database: TestDatabase) -> None:
    await days_work(database)


async def notices(plan: Callers, email: str) -> dict[str, Any]:
    """A person's own, as the page gets them."""
    answer = await (await plan(email)).get("/v1/me/notices")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def still_open(plan: Callers, email: str) -> list[str]:
    """What somebody is reminded of."""
    items = (await notices(plan, email))["items"]
    return [
        f"{each['kind']} {each['path'].split('/')[2] if each['path'].count('/') > 1 else ''}".strip()
        for each in items
        if each["stopped_on"] is None
    ]


async def stopped(plan: Callers, email: str) -> dict[str, str]:
    """What stopped, and why."""
    items = (await notices(plan, email))["items"]
    return {f"{each['kind']} {each['path']}": each["stopped_because"] for each in items if each["stopped_on"]}


async def test_an_owner_and_who_reports_for_them_are_reminded_of_what_they_owe(plan: Callers) -> None:
    expected = ["update_due RC-1", "update_due RC-2", "plan_wanted RC-2"]
    assert await still_open(plan, OWNER) == expected
    assert await still_open(plan, DEPUTY) == expected
    mine, theirs = (await notices(plan, OWNER))["items"][0], (await notices(plan, DEPUTY))["items"][0]
    assert mine["sentence"].startswith("Report on RC-1 ")
    assert (mine["cycle"], mine["due_by"], mine["raised_on"]) == (5, "2019-05-20", "2019-05-22")
    assert theirs["sentence"].endswith("(owned by Owner Person).")


async def test_chairs_the_pmo_and_nobody_are_reminded_of_what_is_theirs(plan: Callers) -> None:
    assert "report_to_write unscheduled-care" in await still_open(plan, CHAIR)
    assert await still_open(plan, ADMIN) == []
    assert await still_open(plan, PMO) == []


async def test_the_days_work_done_again_changes_nothing(database: TestDatabase) -> None:
    async with database.owner.transaction() as db:
        before = (await db.execute(text("SELECT * FROM reminder ORDER BY id"))).all()
    await days_work(database)
    async with database.owner.transaction() as db:
        assert (await db.execute(text("SELECT * FROM reminder ORDER BY id"))).all() == before


async def test_an_update_stops_its_reminder_for_all_at_once(plan: Callers) -> None:
    answer = await (await plan(DEPUTY)).post("/v1/root-causes/RC-1/updates", json=ON_TRACK)
    assert answer.status_code == 201, answer.text
    for email in (OWNER, DEPUTY):
        assert await still_open(plan, email) == ["update_due RC-2", "plan_wanted RC-2"]
        assert await stopped(plan, email) == {"update_due /root-causes/RC-1/update": "done"}


async def test_a_new_owner_is_reminded_and_the_one_before_no_longer(
    database: TestDatabase, plan: Callers
) -> None:
    await (await plan(PMO)).post("/v1/root-causes/RC-1/owner", json={"owner": OTHER})
    assert (await stopped(plan, OWNER)) == {"update_due /root-causes/RC-1/update": "reassigned"}
    await days_work(database)
    assert "update_due RC-1" in await still_open(plan, OTHER)
    assert "update_due RC-1" not in await still_open(plan, DEPUTY)


async def test_a_deputy_who_is_no_longer_one_is_reminded_no_longer(
    database: TestDatabase, plan: Callers
) -> None:
    await (await plan(OWNER)).post(f"/v1/people/{OWNER}/deputies", json={"deputies": []})
    await days_work(database)
    assert await still_open(plan, DEPUTY) == []
    assert set((await stopped(plan, DEPUTY)).values()) == {"reassigned"}


async def test_who_leaves_is_reminded_no_longer_and_who_takes_over_is(
    database: TestDatabase, plan: Callers
) -> None:
    left = await (await plan(ADMIN)).post(f"/v1/people/{OWNER}/leaving", json={"successor": OTHER})
    assert left.status_code == 200, left.text
    await days_work(database)
    async with database.owner.transaction() as db:
        rows = await db.execute(
            text("""
            SELECT stopped_because, count(*) FROM reminder JOIN person ON person.id = person_id
             WHERE email = 'owner@demo.example' GROUP BY 1""")
        )
        assert {because for because, _ in rows} <= {"left", "reassigned"}
    assert {"update_due RC-1", "update_due RC-2"} <= set(await still_open(plan, OTHER))


async def test_a_cycle_that_closes_without_an_update_says_so_and_the_next_is_due(
    database: TestDatabase, plan: Callers
) -> None:
    await days_work(database, date(2019, 5, 27))
    assert (await stopped(plan, OWNER))["update_due /root-causes/RC-1/update"] == "too_late"
    assert {"update_due RC-1", "update_missed RC-1"} <= set(await still_open(plan, OWNER))


async def test_a_request_for_closing_waits_for_the_chair_and_sent_back_for_the_owner(
    database: TestDatabase, plan: Callers
) -> None:
    owner, chair = await plan(OWNER), await plan(CHAIR)
    await owner.post("/v1/actions/A-1/completion", json={"completed_date": "2019-05-20"})
    assert (await owner.post("/v1/root-causes/RC-1/updates", json=COMPLETE)).status_code == 201
    await days_work(database)
    assert "closure_to_decide RC-1" in await still_open(plan, CHAIR)
    await database.set_today(date(2019, 5, 23))
    wish = {"decision": "send_back", "meeting_date": "2019-05-23", "reason": "Show the audit."}
    assert (await chair.post("/v1/root-causes/RC-1/closing", json=wish)).status_code == 200
    assert "closure_to_decide RC-1" not in await still_open(plan, CHAIR)
    await days_work(database, date(2019, 5, 23))
    assert "sent_back RC-1" in await still_open(plan, OWNER)
    await owner.post("/v1/root-causes/RC-1/updates", json=ON_TRACK)
    assert "sent_back RC-1" not in await still_open(plan, OWNER)


async def test_ecib_and_the_pmo_are_reminded_of_what_is_before_the_board(
    database: TestDatabase, plan: Callers
) -> None:
    pmo = await plan(PMO)
    (item,) = [
        each for each in (await pmo.get("/v1/escalations")).json()["items"] if each["root_cause"] == "RC-2"
    ]
    await pmo.post(f"/v1/escalations/{item['ref']}/agenda", json={"meeting_date": "2019-05-29"})
    await days_work(database)
    (told,) = (await notices(plan, ECIB))["items"]
    assert (told["kind"], told["path"], told["due_by"]) == (
        "escalation_to_decide",
        f"/escalations/{item['ref']}",
        "2019-05-29",
    )
    wish = {"decision": "extra_support", "meeting_date": "2019-05-22", "reason": "Agency money."}
    await (await plan(ECIB)).post(f"/v1/escalations/{item['ref']}/decisions", json=wish)
    await days_work(database)
    assert await still_open(plan, ECIB) == []


async def test_a_cycle_report_waits_for_the_chair_then_for_the_executive(
    database: TestDatabase, plan: Callers
) -> None:
    said = {"progress": "Rotas are written.", "outlook": "may_not"}
    report = "/v1/isgs/unscheduled-care/reports/4"
    assert (await (await plan(CHAIR)).post(report, json=said)).status_code == 200
    await days_work(database)
    assert "report_to_write unscheduled-care" not in await still_open(plan, CHAIR)
    assert await still_open(plan, EXECUTIVE) == ["report_to_confirm unscheduled-care"]
    await (await plan(EXECUTIVE)).post(f"{report}/confirmation")
    await days_work(database)
    assert await still_open(plan, EXECUTIVE) == []


async def test_a_risk_that_ecib_has_not_reviewed_waits_for_its_owner_and_the_pmo(
    database: TestDatabase, plan: Callers
) -> None:
    risk = {
        "isg": "Unscheduled Care", "cause": "C", "effect": "E", "likelihood_before": 3, "impact_before": 3, "mitigation": "M",
        "likelihood_after": 2, "impact_after": 2, "owner": OTHER, "root_causes": [],
    }  # fmt: skip
    assert (await (await plan(PMO)).post("/v1/risks", json=risk)).status_code == 201
    await days_work(database, TODAY + timedelta(weeks=6))
    for email in (OTHER, PMO):
        assert "risk_review_due RISK-001" in await still_open(plan, email)


async def test_each_change_of_a_reminder_is_in_the_trail(database: TestDatabase) -> None:
    async with database.owner.transaction() as db:
        entries = await db.scalar(text("SELECT count(*) FROM audit_entry WHERE table_name = 'reminder'"))
        rows = await db.scalar(text("SELECT count(*) FROM reminder"))
    assert entries == rows > 0


async def test_the_list_comes_in_pages(plan: Callers) -> None:
    owner = await plan(OWNER)
    first = (await owner.get("/v1/me/notices?limit=2")).json()
    second = (await owner.get("/v1/me/notices", params={"limit": 2, "cursor": first["next"]})).json()
    assert [len(first["items"]), len(second["items"]), second["next"]] == [2, 1, None]
    assert first["open"] == second["open"] == 3


async def test_a_person_chooses_the_rhythm_of_mail_and_two_windows_are_no_silent_overwrite(
    plan: Callers,
) -> None:
    owner = await plan(OWNER)
    before = await owner.get("/v1/me/mail-rhythm")
    assert before.json() == {"rhythm": "each_working_day", "sends": False}
    chosen = await owner.post(
        "/v1/me/mail-rhythm", json={"rhythm": "mondays"}, headers={"If-Match": before.headers["ETag"]}
    )
    assert chosen.json()["rhythm"] == "mondays"
    late = await owner.post(
        "/v1/me/mail-rhythm", json={"rhythm": "off"}, headers={"If-Match": before.headers["ETag"]}
    )
    assert late.status_code == 412
    assert (await owner.get("/v1/me/mail-rhythm")).json()["rhythm"] == "mondays"
