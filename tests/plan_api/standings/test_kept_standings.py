"""What is kept of each root cause is what the rules say of it: after whatever changes the plan, on whatever day."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import text

from services.shared.clock import business_today
from services.shared.register import load_register, work_out_register
from services.shared.standings import standings_are_current
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.small_plan import TODAY

OWNER, OTHER, CHAIR, ECIB, PMO = (
    f"{name}@demo.example" for name in ("owner", "other", "chair", "ecib", "pmo")
)
RECOVERY = {"steps": "Two nurses.", "owner": OWNER, "recovery_date": "2019-06-20", "support": None}
EVIDENCE = [{"description": "Rota", "url": "https://example.org/rota"}]


async def is_kept_as_worked_out(database: TestDatabase) -> None:
    """All that is committed is in what is kept, without anybody having read in between."""
    async with database.plan.transaction() as db:
        today = await business_today(db)
        assert await standings_are_current(db, today)
        kept = await load_register(db, today)
        assert kept.standings == (await work_out_register(db, today)).standings
        assert kept.standings


async def test_each_step_of_a_root_causes_life_is_kept_in_its_own_transaction(
    plan: Callers, database: TestDatabase
) -> None:
    owner, chair, ecib, pmo = await plan(OWNER), await plan(CHAIR), await plan(ECIB), await plan(PMO)
    steps = [
        (owner, "/v1/root-causes/RC-1/updates", {"status": "on_track", "progress": "Both posts advertised."}),
        (owner, "/v1/root-causes/RC-1/updates", {"status": "off_track", "progress": "None.", "recovery_plan": RECOVERY}),
        (ecib, "/v1/escalations/ESC-0001/decisions", {
            "decision": "rebaseline", "decided_by": None, "meeting_date": "2019-05-22", "reason": "Agreed.",
            "new_due_date": "2019-07-31",
        }),
        (owner, "/v1/actions/A-1/completion", {"completed_date": "2019-05-21"}),
        (owner, "/v1/root-causes/RC-1/updates", {"status": "complete", "progress": "Done.", "evidence": EVIDENCE}),
        (chair, "/v1/root-causes/RC-1/closing", {"decision": "close", "meeting_date": "2019-05-22", "reason": None}),
        (pmo, "/v1/root-causes/RC-1/assurance", {"decision": "assure", "note": "Seen on the ward."}),
        (pmo, "/v1/root-causes/RC-1/reopening", {"reason": "The rota was not kept to."}),
        (pmo, "/v1/root-causes/RC-3/release", {}),
    ]  # fmt: skip
    await is_kept_as_worked_out(database)
    for person, door, wish in steps:
        answer = await person.post(door, json=wish)
        assert answer.is_success, (door, answer.text)
        await is_kept_as_worked_out(database)


@pytest.mark.parametrize("days", [1, 2, 9, 12, 30, 40, 120])
async def test_other_days_are_worked_out_by_the_night_or_by_whoever_reads_first(
    plan: Callers, database: TestDatabase, days: int
) -> None:
    pmo, worker = await plan(PMO), await plan.machine("worker")
    day = date.fromordinal(TODAY.toordinal() + days)
    await database.set_today(day)
    listed = (await pmo.get("/v1/root-causes")).json()["items"]
    await is_kept_as_worked_out(database)
    assert (await worker.post("/v1/days", json={})).is_success
    await is_kept_as_worked_out(database)
    await database.set_today(TODAY)
    assert (await pmo.get("/v1/root-causes")).json()["items"] != listed
    await is_kept_as_worked_out(database)


async def test_nobody_sees_the_day_before_even_where_the_night_has_not_come(
    reporting: Callers, database: TestDatabase
) -> None:
    await database.set_today(date(2019, 7, 1))
    board = await reporting("board@demo.example")
    whole = (await board.get("/v1/dashboard")).json()["whole"]["all"]
    async with database.owner.transaction() as db:
        worked_out = (await work_out_register(db, date(2019, 7, 1))).standings
        assert not await standings_are_current(db, date(2019, 7, 1))
    assert whole["overdue"]["count"] == sum(each.overdue for each in worked_out if each.in_plan)


BEHIND_THE_BACK = [
    "UPDATE finding SET finding_type = 'notice', source_id = (SELECT id FROM source WHERE name LIKE 'Section 31%' LIMIT 1)"
    " WHERE reference = 'SD-1'",
    "UPDATE source SET name = 'Section 29A: ' || name WHERE name LIKE 'Section 31%'",
    "UPDATE isg SET meeting_day = 2, deadline_working_days = 1",
    "UPDATE baseline SET due_date = '2019-05-01' WHERE version = 1",
    "UPDATE root_cause_placement SET in_plan = false",
    "UPDATE root_cause_finding SET ended_at = now()",
    "UPDATE progress_update SET status = 'off_track' WHERE status = 'on_track'",
]


@pytest.mark.parametrize("change", BEHIND_THE_BACK)
async def test_what_is_changed_without_the_services_is_worked_out_before_anybody_reads_it(
    plan: Callers, reporting: Callers, database: TestDatabase, change: str
) -> None:
    async with database.owner.transaction() as db:
        await db.execute(text(change))
        changed = (await work_out_register(db, TODAY)).standings
    listed = (await (await plan(PMO)).get("/v1/root-causes")).json()["items"]
    assert [(each["ref"], each["delivery_status"], each["due_date"]) for each in listed] == [
        (each.reference, each.delivery_status, each.due_date.isoformat()) for each in changed if each.in_plan
    ]
    await is_kept_as_worked_out(database)
    assert (await (await reporting("board@demo.example")).get("/v1/dashboard")).is_success


async def test_a_change_of_a_notice_beside_an_update_is_in_what_is_kept_whoever_commits_first(
    plan: Callers, database: TestDatabase
) -> None:
    """The update waits with its facts until the other's are committed, or the other way round; neither is lost."""
    owner = await plan(OWNER)
    await owner.get("/v1/me")
    async with database.plan.transaction() as db:
        await db.execute(text("UPDATE root_cause_finding SET ended_at = now()"))
        reporting = asyncio.create_task(
            owner.post("/v1/root-causes/RC-1/updates", json={"status": "at_risk", "progress": "Slow.", "reason": "Leave."})
        )  # fmt: skip
        await asyncio.sleep(0.3)
    assert (await reporting).status_code == 201, (await reporting).text
    await is_kept_as_worked_out(database)
    async with database.plan.transaction() as db:
        (kept,) = [each for each in (await load_register(db, TODAY)).standings if each.reference == "RC-1"]
    assert (kept.strongest_notice, kept.delivery_status) == (None, "at_risk")
