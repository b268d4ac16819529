"""A private address: told once, replaced, ended; and whose days stand in the calendar behind it."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from services.plan_api.cycles.service import run_day
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.small_plan import TODAY

OWNER, DEPUTY, CHAIR, ECIB, PMO, ADMIN = (
    "owner@demo.example",
    "deputy@demo.example",
    "chair@demo.example",
    "ecib@demo.example",
    "pmo@demo.example",
    "admin@demo.example",
)


async def address(plan: Callers, email: str) -> str:
    """The secret of a new address."""
    made = await (await plan(email)).post("/v1/me/calendar-address")
    assert made.status_code == 201, made.text
    secret: str = made.json()["secret"]
    return secret


async def at(plan: Callers, secret: str) -> Any:
    """What is at an address, for anybody who has it."""
    return await (await plan.anonymous()).post("/v1/calendar", json={"secret": secret})


async def events(plan: Callers, email: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await at(plan, await address(plan, email))).json()["events"]
    return found


async def test_the_address_is_told_once_and_only_its_digest_is_kept(
    database: TestDatabase, plan: Callers
) -> None:
    owner = await plan(OWNER)
    assert (await owner.get("/v1/me/calendar-address")).json() == {"made_at": None}
    made = await owner.post("/v1/me/calendar-address", headers={"Idempotency-Key": "a"})
    secret = made.json()["secret"]
    assert len(secret) >= 43
    assert "secret" not in (await owner.get("/v1/me/calendar-address")).text
    async with database.owner.transaction() as db:
        for table in ("calendar_address", "audit_entry", "idempotency_key"):
            rows = (await db.execute(text(f"SELECT t::text FROM {table} AS t"))).all()  # noqa: S608 - our own names
            assert not any(secret in row[0] for row in rows)
        images = await db.scalar(
            text(
                "SELECT string_agg(changes::text, '') FROM audit_entry WHERE table_name = 'calendar_address'"
            )
        )
        assert "secret_digest" not in images or "(secret)" in images


@pytest.mark.parametrize("secret", ["", "nobody", "x" * 200])
async def test_at_an_address_that_is_nobodys_there_is_nothing(plan: Callers, secret: str) -> None:
    assert (await at(plan, secret)).status_code == 401


async def test_a_replaced_or_ended_address_leads_nowhere(plan: Callers) -> None:
    first = await address(plan, OWNER)
    assert (await at(plan, first)).status_code == 200
    second = await address(plan, OWNER)
    assert [(await at(plan, each)).status_code for each in (first, second)] == [401, 200]
    owner = await plan(OWNER)
    assert (await owner.post("/v1/me/calendar-address/ending")).status_code == 204
    assert (await at(plan, second)).status_code == 401
    assert (await owner.post("/v1/me/calendar-address/ending")).status_code == 409


async def test_the_address_of_who_has_left_leads_nowhere(plan: Callers) -> None:
    secret = await address(plan, OWNER)
    left = await (await plan(ADMIN)).post(f"/v1/people/{OWNER}/leaving", json={"successor": CHAIR})
    assert left.status_code == 200, left.text
    assert (await at(plan, secret)).status_code == 401


async def test_an_owner_and_their_deputy_have_their_deadlines_and_due_dates_and_no_texts(
    plan: Callers,
) -> None:
    for email in (OWNER, DEPUTY):
        found = await events(plan, email)
        assert {each["kind"] for each in found} == {"deadline", "due"}
        by_key = {each["key"]: each for each in found}
        assert by_key["deadline-unscheduled-care-5"]["day"] == "2019-05-20"
        assert by_key["due-RC-1"]["day"] == "2019-06-30"
        assert by_key["due-RC-1"]["summary"] == "Due: RC-1"
        assert not any("nurses" in str(each) or "Scheduled Care 5" in each["summary"] for each in found)
        assert "deadline-scheduled-care-5" not in by_key


async def test_a_chair_has_the_meetings_of_their_isg_half_a_year_ahead(plan: Callers) -> None:
    found = [each for each in await events(plan, CHAIR) if each["kind"] == "meeting"]
    days = [date.fromisoformat(each["day"]) for each in found]
    assert {each["key"].rpartition("-")[0] for each in found} == {"meeting-unscheduled-care"}
    assert date(2019, 5, 23) in days
    assert max(days) > date(2019, 11, 1)


async def test_what_is_closed_is_due_no_more_and_keys_stay_the_same(
    database: TestDatabase, plan: Callers
) -> None:
    before = {each["key"] for each in await events(plan, OWNER)}
    await database.set_today(date(2019, 5, 23))
    assert {each["key"] for each in await events(plan, OWNER)} == before
    assert not any(each["key"] == "due-RC-4" for each in await events(plan, "other@demo.example"))


async def test_ecib_has_its_agenda_and_the_pmo_everything(database: TestDatabase, plan: Callers) -> None:
    async with database.plan.transaction() as db:
        await run_day(db, TODAY)
    pmo = await plan(PMO)
    for item in (await pmo.get("/v1/escalations")).json()["items"][:2]:
        await pmo.post(f"/v1/escalations/{item['ref']}/agenda", json={"meeting_date": "2019-05-29"})
    (agenda,) = await events(plan, ECIB)
    assert (agenda["key"], agenda["summary"]) == ("ecib-2019-05-29", "ECIB: 2 escalations on the agenda")
    assert {each["kind"] for each in await events(plan, PMO)} == {"deadline", "meeting", "ecib"}


async def test_an_administrators_calendar_is_empty(plan: Callers) -> None:
    assert await events(plan, ADMIN) == []


async def test_a_leavers_address_stays_dead_when_they_come_back(plan: Callers) -> None:
    admin = await plan(ADMIN)
    secret = await address(plan, "reader@demo.example")
    assert (await at(plan, secret)).is_success
    left = await admin.post("/v1/people/reader@demo.example/leaving", json={})
    assert left.is_success, left.text
    assert (await at(plan, secret)).status_code == 401
    assert (await admin.post("/v1/people/reader@demo.example/return")).is_success
    assert (await at(plan, secret)).status_code == 401
