# ruff: noqa: S608, E501 - the statements of these tests alone
"""What a process keeps of the feeds is what another works out anew, whatever changes; and `changes` names all that differs."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import httpx2
import pytest
from sqlalchemy import event, text

from services.domain.words import FeedScope
from services.reporting_api.feeds import known
from services.shared.db import Database
from tests.apps import create_reporting_app
from tests.conftest import TestDatabase
from tests.kpi_api.series import STEADY, plant_series
from tests.people import Callers
from tests.reporting_api.feeds.reading import everything, follow, items_of, reader_of_all
from tests.reporting_api.oauth.partners import partner_of

RC = "(SELECT id FROM root_cause WHERE reference = '{}')"
AT = "'2019-05-22T10:00:00Z'"
PMO = "(SELECT id FROM person WHERE email = 'pmo@demo.example')"
PLACED = (
    "INSERT INTO root_cause_placement (root_cause_id, holds_from, isg_id, root_cause_class, in_plan, recorded_at)"
    " SELECT p.root_cause_id, '2019-05-15', p.isg_id, p.root_cause_class, {}, "
    + AT
    + " FROM root_cause_placement p"
    " WHERE p.root_cause_id = " + RC.format("RC-6")
)
CLOSE = f"INSERT INTO closing (root_cause_id, closed_on, imported, recorded_at) VALUES ({RC.format('RC-2')}, '2019-05-20', false, {AT})"
RAISE = (
    "WITH e AS (INSERT INTO escalation (reference, root_cause_id, state, raised_on, recorded_at)"
    f" VALUES ('ESC-1', {RC.format('RC-2')}, 'raised', '2019-05-21', {AT}) RETURNING id)"
    f" INSERT INTO escalation_reason (escalation_id, reason, given_on, recorded_at) SELECT id, '{{}}', '2019-05-21', {AT} FROM e"
)
SAY_OFF_TRACK = (
    "INSERT INTO progress_update (root_cause_id, cycle_number, version, reported_on, status, late, imported, recorded_at)"
    f" VALUES ({RC.format('RC-2')}, 5, 1, '2019-05-21', 'off_track', false, false, '2019-05-21T10:00:00Z')"
)
PACK = (
    "INSERT INTO pack (reference, kind, title, edition, outline_version, state, as_at, chain_position, chain_digest, begun_by,"
    f" recorded_at) SELECT 'PACK-9001', 'board', 'Board paper', 1, 0, '{{0}}', '2019-04-30', {{1}}, {{1}}::text, {PMO}, {AT}"
)
STEP = f"INSERT INTO pack_step (pack_id, deed, digest, done_by, recorded_at) SELECT id, '{{}}', 'd', {PMO}, {AT} FROM pack"
PUBLISHED = f"{PACK.format('published', '1')}; {STEP.format('published')}"
CHANGES = {
    "a title": "UPDATE root_cause SET title = 'Another' WHERE reference = 'RC-1'",
    "a theme": "UPDATE root_cause SET theme = 'Workforce', kloe = 'W3' WHERE reference = 'RC-1'",
    "an owner": f"UPDATE person SET job_title = NULL WHERE id = {PMO}; UPDATE root_cause SET owner_id = {PMO} WHERE reference = 'RC-1'",
    "a job title": "UPDATE person SET job_title = 'Ward manager' WHERE email = 'owner@demo.example'",
    "the order": "UPDATE root_cause SET position = 100 WHERE reference = 'RC-2'",
    "a reference": "UPDATE root_cause SET reference = 'RC-1a' WHERE reference = 'RC-1'",
    "the ISG's name": "UPDATE isg SET name = 'Urgent Care' WHERE name = 'Unscheduled Care'",
    "the ISG's calendar": "UPDATE isg SET first_cycle_opens = '2019-05-06'",
    "withdrawn": PLACED.format("false"),
    "moved and back": f"{PLACED.format('false')}; UPDATE root_cause_placement SET in_plan = true",
    "a due date": "UPDATE baseline SET due_date = '2019-05-01'",
    "re-baselined": "INSERT INTO baseline (root_cause_id, version, holds_from, due_date, recorded_at)"
    f" VALUES ({RC.format('RC-2')}, 2, '2019-05-20', '2019-12-01', {AT})",
    "closed": CLOSE,
    "reopened": "UPDATE closing SET reopened_on = '2019-05-20', reopened_reason = 'Not so', reopened_recorded_at = " + AT,
    "assured": "INSERT INTO assurance (root_cause_id, closing_id, stage, signed_by, signed_on, note, recorded_at)"
    f" SELECT root_cause_id, id, 'evidence_assured', {PMO}, '2019-05-20', '', {AT} FROM closing",
    "a link gone": f"UPDATE root_cause_finding SET ended_at = {AT} WHERE root_cause_id = {RC.format('RC-1')}",
    "a link more": "INSERT INTO root_cause_finding (root_cause_id, finding_id, position, recorded_at)"
    f" SELECT {RC.format('RC-1')}, id, 1, {AT} FROM finding WHERE reference = 'SD-1'",
    "a finding's text": "UPDATE finding SET text = 'Otherwise' WHERE reference = 'MD-1'",
    "a source": "UPDATE source SET name = 'Another report' WHERE name = 'Inspection report'",
    "an update released": f"UPDATE progress_update SET released_at = {AT} WHERE released_at IS NULL",
    "a released update redacted": "UPDATE progress_update SET progress = '[redacted]'",
    "an update not released": SAY_OFF_TRACK,
    "an imported update": SAY_OFF_TRACK.replace("recorded_at)", "recorded_at, released_at)").replace("10:00:00Z')", f"10:00:00Z', {AT})"),
    "a KPI linked": "UPDATE kpi SET root_cause_id = NULL, isg_id = (SELECT id FROM isg LIMIT 1) WHERE reference = 'K-1'",
    "a KPI retired": "UPDATE kpi SET retired_on = '2019-05-20', retired_because = 'Done' WHERE reference = 'K-1'",
    "a KPI's definition": "UPDATE kpi_definition SET name = 'Renamed'",
    "a target": f"INSERT INTO kpi_target (kpi_id, holds_from, value, recorded_at) SELECT id, '2019-04-01', 93, {AT} FROM kpi WHERE reference = 'K-1'",
    "a chart decision": "INSERT INTO kpi_decision (kpi_id, kind, period, reason, decided_by, decided_on, recorded_at)"
    f" SELECT id, 'rebase', '2018-10-01', 'New ward', {PMO}, '2019-05-20', {AT} FROM kpi WHERE reference = 'K-1'",
    "a value": "UPDATE kpi_observation SET value = 12 WHERE period = '2019-04-01'",
    "a value drawn back": "UPDATE kpi_observation SET state = 'provisional' WHERE period = '2019-04-01'",
    "raised": RAISE.format("due_date_passed"),
    "raised by what is not released": f"{SAY_OFF_TRACK}; {RAISE.format('said_off_track')}",
    "raised by what is released then": f"{SAY_OFF_TRACK}; {RAISE.format('said_off_track')};"
    f" UPDATE progress_update SET released_at = {AT} WHERE released_at IS NULL",
    "put on an agenda": f"{RAISE.format('by_hand')}; UPDATE escalation SET state = 'on_agenda';"
    " INSERT INTO escalation_step (escalation_id, state, on_day, recorded_at)"
    f" SELECT id, 'on_agenda', '2019-05-21', {AT} FROM escalation",
    "decided": f"{RAISE.format('by_hand')}; INSERT INTO escalation_decision (escalation_id, decision, decided_by, recorded_by,"
    " meeting_date, reason, recorded_at)"
    f" SELECT id, 'accept_plan', {PMO}, {PMO}, '2019-05-22', 'It will do', {AT} FROM escalation",
    "a change request": "INSERT INTO change_request (reference, kind, root_cause_id, state, before, after, reason, submitted_by,"
    " submitted_on, recorded_at)"
    f""" VALUES ('CR-1', 'due_date', {RC.format("RC-2")}, 'submitted', '{{"due_date":"2019-05-10"}}', '{{"due_date":"2019-06-10"}}',"""
    f" 'Late', {PMO}, '2019-05-21', {AT})",
    "a draft of one": "INSERT INTO change_request (reference, kind, root_cause_id, state, before, after, reason, submitted_by,"
    f" submitted_on, recorded_at) VALUES ('CR-1', 'due_date', {RC.format('RC-2')}, 'draft', '{{}}', '{{}}', 'Late', {PMO}, '2019-05-21', {AT})",
    "a pack published": PUBLISHED,
    "a pack superseded": f"{PUBLISHED}; INSERT INTO pack (reference, kind, title, edition, outline_version, state, as_at, supersedes_id,"
    " chain_position, chain_digest, begun_by, recorded_at)"
    f" SELECT 'PACK-9002', kind, title, 2, 0, 'published', as_at, id, 2, 'b', begun_by, {AT} FROM pack;"
    " INSERT INTO pack_step (pack_id, deed, digest, done_by, recorded_at)"
    f" SELECT id, 'published', 'd', {PMO}, {AT} FROM pack WHERE edition = 2;"
    f" INSERT INTO pack_step (pack_id, deed, done_by, recorded_at) SELECT id, 'superseded', {PMO}, {AT} FROM pack WHERE edition = 1;"
    " UPDATE pack SET state = 'superseded' WHERE edition = 1",
    "a pack assembled": f"{PACK.format('assembled', 'NULL')}; {STEP.format('assembled')}",
    "the day": "UPDATE business_clock SET today = '2019-07-01'",
}  # fmt: skip
"""What changes, as SQL past every service: the triggers alone may notice."""
SAME_AGAIN = {"moved and back", "the ISG's calendar"}
"""What comes out as it was."""
SEEN_BY_NOBODY = {
    "an update not released",
    "raised by what is not released",
    "a draft of one",
    "a pack assembled",
}
NOT_TOLD = {"the ISG's name", "the ISG's calendar", "the day", "the order", "a reference"}
"""What changes everything at once, or by time alone: feeds show it, and `changes` need not."""


@pytest.fixture
async def partner(database: TestDatabase, reporting: Callers) -> httpx2.AsyncClient:
    """A partner's system that may read every feed, of a plan with a measure."""
    await plant_series(database, "K-1", STEADY, root_cause="RC-4", target=90)
    return await reader_of_all(database, reporting)


async def change(database: TestDatabase, statements: str) -> None:
    async with database.owner.transaction() as db:
        for statement in statements.split("; "):
            await db.execute(text(statement.replace(":", r"\:")))


@pytest.mark.parametrize("what", CHANGES)
async def test_what_is_kept_is_what_another_process_works_out(
    database: TestDatabase, partner: httpx2.AsyncClient, what: str
) -> None:
    before = await everything(partner)
    trajectory = await items_of(partner, "trajectory")
    _, cursor = await follow(partner, None)
    await change(database, CHANGES[what])
    kept = await everything(partner)
    async with Callers(database.owner, create_reporting_app(database.reporting)) as elsewhere:
        fresh = await elsewhere.bearer(partner.headers["Authorization"].removeprefix("Bearer "))
        assert kept == await everything(fresh)
        assert await items_of(partner, "trajectory") == await items_of(fresh, "trajectory")
    differs = {thing for thing in before.keys() | kept.keys() if before.get(thing) != kept.get(thing)}
    told, _ = await follow(partner, cursor)
    if what in SEEN_BY_NOBODY:
        assert (differs, told, await items_of(partner, "trajectory")) == (set(), [], trajectory)
        return
    assert bool(differs) == (what not in SAME_AGAIN)
    if what not in NOT_TOLD:
        assert differs <= {(each["feed"], each["ref"]) for each in told}
    for each in told:
        assert each["item"] == kept.get((each["feed"], each["ref"]))
        assert each["change"] == ("gone" if each["item"] is None else "changed")


@contextmanager
def statements(database: Database) -> Iterator[list[Any]]:
    """What is sent to the database meanwhile."""
    sent: list[Any] = []

    def note(connection: Any, _record: object, _proxy: object) -> None:
        connection.driver_connection.add_query_logger(sent.append)

    event.listen(database.engine.sync_engine, "checkout", note)
    yield sent
    event.remove(database.engine.sync_engine, "checkout", note)


@pytest.mark.parametrize(
    "feed", ["root-causes", "root-causes?limit=2", "findings", "trajectory", "updates", "changes"]
)
async def test_what_has_not_changed_costs_one_look_and_no_row(
    database: TestDatabase, partner: httpx2.AsyncClient, feed: str
) -> None:
    """Among thousands of changes that were seen: the plan of that one statement reads one row of an index at most."""
    async with database.owner.transaction() as db:
        await db.execute(
            text(
                "INSERT INTO feed_change (transaction_id, feed, ref, row_id)"
                " SELECT 3 + n % 300, 'findings', n, n FROM generate_series(1, 20000) AS n"
            )
        )
        await db.execute(text("ANALYZE feed_change"))
    first = await partner.get(f"/feeds/v1/{feed}")
    with statements(database.reporting) as sent:
        again = await partner.get(f"/feeds/v1/{feed}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    [look] = sent
    assert look.query == known._CHECK
    async with database.owner.transaction() as db:
        explained = await db.execute(
            text("EXPLAIN (ANALYZE, FORMAT JSON) " + look.query.replace("$1", ":seen").replace("::", r"\:\:")), {"seen": look.args[0]}
        )  # fmt: skip
    found = list(scans(explained.scalar_one()[0]["Plan"]))
    assert found
    for scan in found:
        assert scan["Node Type"].startswith("Index"), scan
        assert scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0) <= 1, scan


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The parts of a plan that read a table."""
    if "Relation Name" in plan:
        yield plan
    for part in plan.get("Plans", []):
        yield from scans(part)


async def test_under_a_stream_of_changes_every_answer_holds_what_was_committed_before_it_was_asked_for(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    """From several writers, some of which commit late, and by readers who share one look."""
    await change(database, "UPDATE root_cause SET theme = '0'")
    newest = {f"RC-{number}": 0 for number in range(1, 7)}

    async def write(of: int) -> None:
        for number in range(of, 160, 4):
            ref = f"RC-{number % 6 + 1}"
            async with database.owner.transaction() as db:
                counted = text(
                    "UPDATE root_cause SET theme = theme::int + 1 WHERE reference = :ref RETURNING theme"
                )
                said = int((await db.execute(counted, {"ref": ref})).scalar_one())
                await asyncio.sleep(0.001 * (number % 5))
            newest[ref] = max(newest[ref], said)
            await read()

    async def read() -> None:
        before = dict(newest)
        items = await items_of(partner, "root-causes")
        assert all(int(item["theme"]) >= before[item["ref"]] for item in items), before

    await asyncio.gather(*(write(of) for of in range(4)), *(read() for _ in range(20)))
    assert {item["ref"]: int(item["theme"]) for item in await items_of(partner, "root-causes")} == newest


async def test_those_who_ask_at_once_share_one_look(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    await partner.get("/feeds/v1/root-causes")
    with statements(database.reporting) as sent:
        answers = await asyncio.gather(*(partner.get("/feeds/v1/root-causes") for _ in range(16)))
    assert len({answer.content for answer in answers}) == 1
    assert len(sent) <= 3
    assert json.loads(answers[0].content)["items"]


async def test_after_a_change_only_what_changed_is_worked_out_again(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    await partner.get("/feeds/v1/root-causes")
    await change(database, CHANGES["a title"])
    with statements(database.reporting) as sent:
        await partner.get("/feeds/v1/root-causes")
    [facts] = [each for each in sent if "root_cause_placement" in each.query]
    async with database.owner.transaction() as db:
        changed = await db.scalar(text("SELECT id FROM root_cause WHERE reference = 'RC-1'"))
    assert [each for each in facts.args if isinstance(each, list)] == [[changed]]


async def test_another_client_another_scope_and_a_revoked_client(
    database: TestDatabase, reporting: Callers, partner: httpx2.AsyncClient
) -> None:
    changes = (await partner.get("/feeds/v1/changes")).headers["ETag"]
    snapshot = (await partner.get("/feeds/v1/snapshot")).headers["ETag"]
    other = await partner_of(database, reporting, FeedScope.PLAN_READ)
    assert (await other.get("/feeds/v1/changes")).headers["ETag"] != changes
    assert (await other.get("/feeds/v1/snapshot")).headers["ETag"] != snapshot
    assert (await other.get("/feeds/v1/escalations")).status_code == 403
    assert (await other.get("/feeds/v1/root-causes")).status_code == 200
    await change(database, "UPDATE api_client SET expires_on = '2019-01-01'")
    assert (await other.get("/feeds/v1/root-causes")).status_code == 401
    assert (await partner.get("/feeds/v1/root-causes")).status_code == 401


async def test_deleting_the_newest_changes_the_tag(
    database: TestDatabase, partner: httpx2.AsyncClient
) -> None:
    tags = [(await partner.get("/feeds/v1/updates")).headers["ETag"]]
    await change(database, "DELETE FROM progress_update WHERE root_cause_id = " + RC.format("RC-1"))
    tags.append((await partner.get("/feeds/v1/updates")).headers["ETag"])
    assert tags[0] != tags[1]


async def test_a_new_day_is_another_answer(database: TestDatabase, partner: httpx2.AsyncClient) -> None:
    before = (await partner.get("/feeds/v1/root-causes")).json()
    await database.set_today(date(2019, 7, 5))
    after = (await partner.get("/feeds/v1/root-causes")).json()
    assert (before["as_at"], after["as_at"]) == ("2019-05-22", "2019-07-05")
    assert sum(item["overdue"] for item in after["items"]) > sum(item["overdue"] for item in before["items"])
