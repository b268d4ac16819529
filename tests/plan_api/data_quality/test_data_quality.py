# ruff: noqa: S608 - the statements of these tests alone
"""Every rule of data quality: what breaks it is counted and named; what mends it takes it off the list."""

from datetime import date

import pytest
from sqlalchemy import text

from services.domain.data_quality import RULES
from services.plan_api.data_quality.queries import FOUND
from tests.conftest import TestDatabase
from tests.people import Callers

PMO, OWNER = "pmo@demo.example", "owner@demo.example"
DOOR = "/v1/data-quality"


def update(
    reference: str, cycle: int, day: str, status: str, *, version: int = 1, forecast: str = "NULL"
) -> str:
    """An imported update."""
    return f"""
        INSERT INTO progress_update (root_cause_id, cycle_number, version, reported_on, status, late, imported, recorded_at,
                                     forecast_date, released_at)
        SELECT id, {cycle}, {version}, '{day}', '{status}', false, true, '2019-05-20T09:00Z', {forecast}, '2019-05-20T09:00Z'
          FROM root_cause WHERE reference = '{reference}'"""


def action(
    reference: str, root_cause: str, *, due: str = "'2019-06-01'", done: str = "NULL", owner: str = OWNER
) -> str:
    """One more action."""
    return f"""
        INSERT INTO action (reference, root_cause_id, description, owner_id, due_date, completed_on, position, recorded_at)
        SELECT '{reference}', rc.id, 'One more', p.id, {due}, {done}, 9, '2019-05-01T09:00Z'
          FROM root_cause AS rc, person AS p WHERE rc.reference = '{root_cause}' AND p.email = '{owner}'"""


def kpi(root_cause: str, target: str) -> str:
    """A measure of a root cause."""
    return f"""
        WITH kpi AS (
            INSERT INTO kpi (reference, name, level, root_cause_id, direction, position, recorded_at)
            SELECT 'K-1', 'Waits', 'root_cause', id, 'increase', 0, '2019-05-01T09:00Z'
              FROM root_cause WHERE reference = '{root_cause}' RETURNING id)
        INSERT INTO kpi_target (kpi_id, value, recorded_at) SELECT id, {target}::numeric, '2019-05-01T09:00Z' FROM kpi"""


LEAVES = "UPDATE person SET deactivated_at = '2019-05-20T09:00Z' WHERE email = "
SPOILED = {
    "off_track_without_plan": (update("RC-5", 4, "2019-05-07", "off_track"), "RC-5"),
    "at_risk_without_reason": (update("RC-5", 4, "2019-05-07", "at_risk"), "RC-5"),
    "complete_without_evidence": (update("RC-4", 3, "2019-04-23", "complete"), "RC-4"),
    "on_track_with_late_forecast": (update("RC-5", 4, "2019-05-07", "on_track", forecast="'2019-10-01'"), "RC-5"),
    "not_off_track_after_due_date": (update("RC-2", 5, "2019-05-20", "on_track"), "RC-2"),
    "reported_after_closing": (update("RC-4", 4, "2019-05-07", "on_track"), "RC-4"),
    "two_in_a_cycle": (update("RC-3", 5, "2019-05-21", "on_track", version=2), "RC-3"),
    "never_reported": ("DELETE FROM progress_update "
                       "WHERE root_cause_id = (SELECT id FROM root_cause WHERE reference = 'RC-1')", "RC-1"),
    "root_cause_without_findings": (
        "UPDATE root_cause_finding SET ended_at = '2019-05-20T09:00Z' "
        "WHERE root_cause_id = (SELECT id FROM root_cause WHERE reference = 'RC-3')", "RC-3",
    ),
    "root_cause_of_no_class": (
        "UPDATE root_cause_placement SET root_cause_class = 'none' "
        "WHERE root_cause_id = (SELECT id FROM root_cause WHERE reference = 'RC-3')", "RC-3",
    ),
    "root_cause_without_actions": (
        "UPDATE action SET withdrawn_on = '2019-05-20', withdrawn_reason = 'No' WHERE reference = 'A-1'", "RC-1",
    ),
    "root_cause_without_kpi": (kpi("RC-1", "1"), "-RC-1"),
    "sbar_incomplete": ("UPDATE root_cause SET situation = 's', background = 'b', assessment = 'a', recommendation = 'r' "
                        "WHERE reference = 'RC-1'", "-RC-1"),
    "owner_has_left": (f"{LEAVES} 'chair@demo.example'", "RC-6"),
    "owner_lacks_role": ("UPDATE role_grant SET ended_at = '2019-05-20T09:00Z' WHERE role = 'root_cause_owner' AND person_id = "
                         "(SELECT id FROM person WHERE email = 'chair@demo.example')", "RC-6"),
    "done_but_not_reported": ("UPDATE action SET completed_on = '2019-05-20' WHERE reference = 'A-1'", "RC-1"),
    "due_before_every_action": (action("A-2", "RC-2"), "RC-2"),
    "closed_with_open_actions": (action("A-2", "RC-4"), "A-2"),
    "action_without_owner": (f"{action('A-2', 'RC-2')}; UPDATE action SET owner_id = NULL WHERE reference = 'A-2'", "A-2"),
    "action_without_due_date": (action("A-2", "RC-2", due="NULL"), "A-2"),
    "action_owner_has_left": (f"{LEAVES} '{OWNER}'; {action('A-2', 'RC-2')}", "A-2"),
    "action_due_after_root_cause": (action("A-2", "RC-3", due="'2019-08-01'"), "A-2"),
    "action_done_in_the_future": (action("A-2", "RC-3", done="'2019-05-23'"), "A-2"),
    "action_done_before_the_plan": (action("A-2", "RC-5", done="'2009-05-23'"), "A-2"),
    "finding_without_root_causes": (
        "UPDATE root_cause_finding SET ended_at = '2019-05-20T09:00Z' "
        "WHERE root_cause_id = (SELECT id FROM root_cause WHERE reference = 'RC-4')", "MD-2",
    ),
    "finding_without_key_question": ("UPDATE finding SET key_questions = '{}' WHERE reference = 'MD-2'", "MD-2"),
    "notice_without_kind": ("UPDATE source SET name = 'Section 31x of the Act' WHERE name LIKE 'Section 31%'", "N-1"),
    "isg_without_chair": ("UPDATE isg SET chair_id = NULL WHERE slug = 'unscheduled-care'", "unscheduled-care"),
    "isg_without_executive": (
        "UPDATE isg SET executive_id = NULL WHERE slug = 'unscheduled-care'", "unscheduled-care",
    ),
    "isg_without_open_cycle": (
        "UPDATE isg SET first_cycle_opens = '2019-05-23' WHERE slug = 'scheduled-care'", "scheduled-care",
    ),
    "isg_not_approved": (
        "DELETE FROM plan_approval WHERE isg_id = (SELECT id FROM isg WHERE slug = 'scheduled-care')", "scheduled-care",
    ),
    "owner_email_elsewhere": (
        "UPDATE person SET email = 'other@gmail.example' WHERE email = 'other@demo.example'", "other@gmail.example",
    ),
    "kpi_without_values": (kpi("RC-1", "1"), "K-1"),
    "kpi_without_target": (kpi("RC-1", "NULL"), "K-1"),
}  # fmt: skip
"""What breaks each rule, and what is then named; -RC-1: what mends it, and what is named no more."""


async def refs(plan: Callers, code: str) -> list[str]:
    """What one rule names; its count agrees."""
    answer = (await (await plan(PMO)).get(f"{DOOR}/{code}", params={"limit": 1000})).json()
    assert answer["rule"]["count"] == len(answer["items"])
    every = (await (await plan(PMO)).get(DOOR)).json()
    assert {rule["code"]: rule["count"] for rule in every["rules"]}[code] == len(answer["items"])
    return [item["ref"] for item in answer["items"]]


def test_every_rule_is_looked_for_and_spoiled_here() -> None:
    assert list(RULES) == list(FOUND) == list(SPOILED)


@pytest.mark.parametrize("code", RULES)
async def test_what_breaks_a_rule_is_named_and_nothing_else(
    plan: Callers, database: TestDatabase, code: str
) -> None:
    before = await refs(plan, code)
    sql, ref = SPOILED[code]
    async with database.owner.transaction() as db:
        for statement in sql.split("; "):
            await db.execute(text(statement))
    after = await refs(plan, code)
    expected = [each for each in before if each != ref[1:]] if ref.startswith("-") else sorted([*before, ref])
    assert sorted(after) == expected
    assert after != before


@pytest.mark.parametrize("status", ["off_track", "at_risk"])
async def test_a_report_by_the_rules_takes_the_imported_one_off_the_list(
    plan: Callers, database: TestDatabase, status: str
) -> None:
    code = {"off_track": "off_track_without_plan", "at_risk": "at_risk_without_reason"}[status]
    async with database.owner.transaction() as db:
        await db.execute(text(update("RC-1", 3, "2019-04-23", status)))
    assert await refs(plan, code) == ["RC-1"]
    said = {"status": "on_track", "progress": "Two nurses have begun."}
    assert (await (await plan(OWNER)).post("/v1/root-causes/RC-1/updates", json=said)).status_code == 201
    assert await refs(plan, code) == []


async def test_each_says_where_it_is_what_was_found_and_of_which_root_cause(
    plan: Callers, database: TestDatabase
) -> None:
    async with database.owner.transaction() as db:
        await db.execute(text(action("A-2", "RC-3", due="'2019-08-01'")))
    (item,) = (await (await plan(PMO)).get(f"{DOOR}/action_due_after_root_cause")).json()["items"]
    assert item == {
        "ref": "A-2", "title": "One more", "root_cause": "RC-3", "isg": "Unscheduled Care",
        "detail": "Due on 1 August 2019, RC-3 on 31 July 2019",
    }  # fmt: skip


async def test_a_long_list_comes_a_page_at_a_time(plan: Callers) -> None:
    pmo = await plan(PMO)
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(9):
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = (await pmo.get(f"{DOOR}/root_cause_without_kpi", params=params)).json()
        seen += [item["ref"] for item in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert seen == ["RC-1", "RC-2", "RC-3", "RC-4", "RC-5", "RC-6"]
    assert (await pmo.get(f"{DOOR}/root_cause_without_kpi", params={"cursor": "nonsense"})).status_code == 422


async def test_what_has_left_the_plan_is_nobodys_problem(plan: Callers, database: TestDatabase) -> None:
    async with database.owner.transaction() as db:
        await db.execute(
            text("UPDATE root_cause_placement SET in_plan = false WHERE root_cause_id = "
                 "(SELECT id FROM root_cause WHERE reference = 'RC-1')")
        )  # fmt: skip
    assert "RC-1" not in await refs(plan, "root_cause_without_kpi")


async def test_the_due_date_is_the_one_in_force_when_it_was_said(
    plan: Callers, database: TestDatabase
) -> None:
    """A later re-baseline neither mends nor breaks what was said before."""
    async with database.owner.transaction() as db:
        await db.execute(text(update("RC-5", 4, "2019-05-07", "on_track", forecast="'2019-10-01'")))
        await db.execute(
            text("INSERT INTO baseline (root_cause_id, version, holds_from, due_date, recorded_at) "
                 "SELECT id, 2, '2019-05-15', '2019-12-31', '2019-05-15T09:00Z' FROM root_cause WHERE reference = 'RC-5'")
        )  # fmt: skip
    assert await refs(plan, "on_track_with_late_forecast") == ["RC-5"]


async def test_a_rule_that_there_is_not_is_404(plan: Callers) -> None:
    assert (await (await plan(PMO)).get(f"{DOOR}/nothing")).status_code == 404


async def test_the_home_page_of_the_pmo_has_the_total_and_nobody_elses(
    plan: Callers, database: TestDatabase
) -> None:
    every = (await (await plan(PMO)).get(DOOR)).json()
    assert (await (await plan(PMO)).get("/v1/home")).json()["data_problems"]["total"] == every["total"]
    assert (await (await plan(OWNER)).get("/v1/home")).json()["data_problems"] is None
    await database.set_today(date(2019, 6, 5))
    later = (await (await plan(PMO)).get("/v1/home")).json()["data_problems"]
    assert later["total"] == (await (await plan(PMO)).get(DOOR)).json()["total"]
