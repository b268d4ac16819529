# ruff: noqa: E501, S608 - statements of our own, a line each
"""What a process keeps of its counts is what is counted anew: after whatever was changed, by whomever, on whatever day."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.domain.errors import Conflict
from services.plan_api.chasers.queries import OWED
from services.plan_api.cycle_reports.queries import UNRELEASED
from services.plan_api.data_quality import queries as data_quality
from services.plan_api.escalations.queries import QUEUE
from services.plan_api.main import COUNTS
from services.plan_api.plan.since import kept_changes
from services.plan_api.root_causes.words import WRITTEN
from services.shared.clock import business_today
from services.shared.findings import FINDINGS
from services.shared.kept_answers import MOST_ROWS
from services.shared.kept_counts import KeptCounts, count_at_once
from services.shared.models import Base
from services.shared.standing_counts import HISTORIES, STANDINGS
from services.shared.standings import bring_standings_up_to
from tests.apps import create_plan_app, create_reporting_app
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.small_plan import TODAY

ALL: Sequence[KeptCounts[Any]] = (
    STANDINGS, HISTORIES, FINDINGS, WRITTEN, QUEUE, OWED, UNRELEASED, *data_quality.KEPT,
    *(kept_changes(isg, datetime(2019, 5, 10, tzinfo=UTC)) for isg in (1, 2, 3)),
)  # fmt: skip

OWNER, OTHER, PMO = "owner@demo.example", "other@demo.example", "pmo@demo.example"
RECOVERY = {"steps": "Two nurses.", "owner": OWNER, "recovery_date": "2019-06-20", "support": None}

RC = "(SELECT id FROM root_cause ORDER BY id OFFSET {n} % (SELECT count(*) FROM root_cause) LIMIT 1)"
FINDING = "(SELECT id FROM finding ORDER BY id OFFSET {m} % (SELECT count(*) FROM finding) LIMIT 1)"
PERSON = "(SELECT id FROM person WHERE email IN ('owner@demo.example', 'other@demo.example') ORDER BY id OFFSET {m} % 2 LIMIT 1)"
SAID = (
    "INSERT INTO progress_update (root_cause_id, cycle_number, version, reported_on, status, forecast_date, late, imported, "
    f"recorded_at) SELECT {RC}, {{m}} % 5, {{k}} % 2 + 1, DATE '2019-03-20' + {{k}}, "
    "(ARRAY['not_started', 'on_track', 'at_risk', 'off_track', 'complete'])[{m} % 5 + 1], DATE '2019-06-01' + {k}, false, true, now()"
)
CHANGES = (
    SAID, SAID, SAID,
    f"UPDATE progress_update SET status = 'at_risk', reason = NULL WHERE root_cause_id = {RC} AND cycle_number = {{m}} % 5",
    f"UPDATE baseline SET due_date = DATE '2019-05-01' + {{k}} WHERE root_cause_id = {RC}",
    f"UPDATE root_cause_placement SET in_plan = NOT in_plan WHERE root_cause_id = {RC}",
    f"UPDATE root_cause_placement SET root_cause_class = 'none' WHERE root_cause_id = {RC}",
    f"INSERT INTO closing (root_cause_id, closed_on, imported, recorded_at) VALUES ({RC}, DATE '2019-04-01' + {{k}} % 30, true, now())",
    f"UPDATE closing SET reopened_on = closed_on + 3 WHERE root_cause_id = {RC}",
    f"UPDATE root_cause_finding SET ended_at = now() WHERE root_cause_id = {RC} AND ended_at IS NULL",
    f"INSERT INTO root_cause_finding (root_cause_id, finding_id, position, recorded_at) VALUES ({RC}, {FINDING}, 9, now())",
    f"UPDATE finding SET key_questions = '{{{{}}}}', site = 'PRH' WHERE id = {FINDING}",
    f"UPDATE finding SET finding_type = 'notice', source_id = NULL WHERE id = {FINDING}",
    "UPDATE source SET name = 'Section 31 of ' || {k} WHERE id = (SELECT min(id) FROM source)",
    f"UPDATE action SET completed_on = DATE '2019-05-01' + {{k}}, owner_id = NULL WHERE root_cause_id = {RC}",
    f"UPDATE action SET due_date = NULL, completed_on = NULL, owner_id = {PERSON}",
    "INSERT INTO action (reference, root_cause_id, description, due_date, position, recorded_at) "
    f"VALUES ('A-{{m}}{{k}}', {RC}, 'More.', DATE '2019-05-20' + {{k}}, 5, now())",
    f"UPDATE person SET deactivated_at = CASE WHEN deactivated_at IS NULL THEN now() END WHERE id = {PERSON}",
    f"UPDATE person SET email = 'somebody{{k}}@elsewhere.example' WHERE id = {PERSON}",
    f"UPDATE role_grant SET ended_at = now() WHERE person_id = {PERSON}",
    f"UPDATE root_cause SET owner_id = {PERSON}, situation = NULL WHERE id = {RC}",
    f"UPDATE root_cause SET background = 'b', situation = 's', assessment = 'a', recommendation = 'r' WHERE id = {RC}",
    f"INSERT INTO kpi (reference, name, level, root_cause_id, direction, position, recorded_at) "
    f"VALUES ('K-{{m}}{{k}}', 'A KPI', 'root_cause', {RC}, 'increase', 1, now())",
    "INSERT INTO kpi_observation (kpi_id, period, version, value, recorded_at) SELECT max(id), DATE '2019-03-01', 1, {k}, now() FROM kpi "
    "HAVING max(id) IS NOT NULL",
    "UPDATE kpi_observation SET value = NULL",
    "INSERT INTO kpi_target (kpi_id, value, recorded_at) SELECT max(id), {k}, now() FROM kpi HAVING max(id) IS NOT NULL",
    "UPDATE kpi_target SET superseded_at = now()",
    "UPDATE isg SET first_cycle_opens = first_cycle_opens + {k} % 3, chair_id = NULL WHERE position = (SELECT min(position) FROM isg)",
    "UPDATE isg SET name = name || ' {k}' WHERE position = (SELECT max(position) FROM isg)",
    "DELETE FROM plan_approval WHERE id = (SELECT min(id) FROM plan_approval)",
    f"DELETE FROM progress_update WHERE root_cause_id = {RC} AND cycle_number = 1",
    f"UPDATE progress_update SET released_at = now() WHERE root_cause_id = {RC}",
    f"UPDATE root_cause_placement SET isg_id = (SELECT min(id) FROM isg) WHERE root_cause_id = {RC}",
    "UPDATE escalation SET state = (ARRAY['plan_asked', 'plan_submitted', 'ended'])[{m} % 3 + 1] "
    f"WHERE root_cause_id = {RC} AND state <> 'ended'",
    f"INSERT INTO recovery_plan (root_cause_id, version, steps, owner_id, recovery_date, submitted_by, recorded_at) "
    f"VALUES ({RC}, 1, 'Steps', {PERSON}, DATE '2019-06-20', {PERSON}, now())",
    "INSERT INTO evidence (root_cause_id, progress_update_id, description, url, added_by, recorded_at) "
    f"SELECT root_cause_id, id, 'Rota', 'https://example.org', {PERSON}, now() FROM progress_update WHERE root_cause_id = {RC} LIMIT 1",
)  # fmt: skip


async def is_what_is_counted_anew(database: TestDatabase) -> None:
    """Every count that the plan service keeps, beside one that keeps nothing."""
    async with database.plan.transaction(reading=True) as db:
        today = await business_today(db)
        await bring_standings_up_to(db, today)
        kept = {each.name: await each.alike(db, today) for each in ALL}
        problems = await data_quality.counts(db, today)
        db.info["kept_counts"] = {}
        for each in ALL:
            assert kept[each.name] == await each.alike(db, today), each.name
        assert dict(problems) == dict(await data_quality.count_all(db, today))


@pytest.mark.parametrize("seed", range(6))
async def test_after_any_sequence_of_changes(plan: Callers, database: TestDatabase, seed: int) -> None:
    chance, owner, done = Random(seed), await plan(OWNER), 0
    await is_what_is_counted_anew(database)
    for _ in range(40):
        change = chance.choice((*CHANGES, "an update", "a day"))
        if change == "an update":
            said = chance.choice(({"status": "on_track"}, {"status": "off_track", "recovery_plan": RECOVERY}))
            ref = chance.choice(("RC-1", "RC-2", "RC-3"))
            await owner.post(f"/v1/root-causes/{ref}/updates", json={"progress": "Said.", **said})
        elif change == "a day":
            await database.set_today(TODAY + timedelta(days=chance.randrange(30)))
        else:
            drawn = {name: chance.randrange(60) for name in "nmk"}
            try:
                async with database.owner.transaction() as db:
                    await db.execute(text(change.format(**drawn)))
            except (Conflict, IntegrityError):  # a constraint forbids it this time
                continue
        done += 1
        if chance.random() < 0.6:  # sometimes several changes are brought up at once
            await is_what_is_counted_anew(database)
    await is_what_is_counted_anew(database)
    assert done > 25


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_kept_until_a_few_tables_change_is_what_a_process_that_has_just_started_answers(
    plan: Callers, reporting: Callers, database: TestDatabase, seed: int
) -> None:
    chance, owner, answers = Random(seed), await plan(OWNER), set()
    for _ in range(40):
        async with (
            Callers(database.owner, create_plan_app(database.plan)) as plan_anew,
            Callers(database.owner, create_reporting_app(database.reporting)) as reporting_anew,
        ):
            for kept, anew, path in (
                (plan, plan_anew, "/v1/isgs"),
                (reporting, reporting_anew, "/v1/trajectory"),
            ):
                answer = await (await kept(PMO)).get(path)
                assert answer.content == (await (await anew(PMO)).get(path)).content, path
                answers.add(answer.content)
        if chance.random() < 0.2:
            await owner.post("/v1/root-causes/RC-1/updates", json={"status": "on_track", "progress": "Said."})
            continue
        drawn = {name: chance.randrange(60) for name in "nmk"}
        try:
            async with database.owner.transaction() as db:
                await db.execute(text(chance.choice(CHANGES).format(**drawn)))
        except (Conflict, IntegrityError):  # a constraint forbids it this time
            continue
    assert len(answers) > 3  # more than one of each


async def test_a_process_that_has_just_started_counts_before_it_is_asked(database: TestDatabase) -> None:
    async with database.plan.transaction(reading=True) as db:
        today = await business_today(db)
        await bring_standings_up_to(db, today)
    await count_at_once(database.plan, COUNTS)
    held = {name: each.state for name, each in database.plan.kept_counts.items()}
    assert held.keys() == {each.name for each in COUNTS}
    assert all(state is not None for state in held.values())
    await is_what_is_counted_anew(database)


async def test_what_commits_late_is_counted_though_others_were_before_it(
    plan: Callers, database: TestDatabase
) -> None:
    """Its entries in the trail are numbered before those of what was seen meanwhile."""
    owner = await plan(OWNER)
    async with database.owner.transaction() as slow:
        await slow.execute(text("UPDATE finding SET site = 'Committed late'"))
        said = {"status": "on_track", "progress": "Both posts advertised."}
        assert (await owner.post("/v1/root-causes/RC-1/updates", json=said)).is_success
        await is_what_is_counted_anew(database)
    async with database.plan.transaction(reading=True) as db:
        counted = await FINDINGS.alike(db, await business_today(db))
    assert counted is not None
    assert {what[4] for what in counted} == {"Committed late"}


async def test_a_change_of_more_rows_than_are_told_is_all_read_anew(
    database: TestDatabase, plan: Callers
) -> None:
    await plan(PMO)
    await is_what_is_counted_anew(database)
    async with database.owner.transaction() as db:
        await db.execute(
            text(
                "INSERT INTO action (reference, root_cause_id, description, position, recorded_at) "
                "SELECT 'A-' || n, (SELECT min(id) FROM root_cause), 'Much to do.', n, now() FROM generate_series(1000, :last) AS n"
            ),
            {"last": 1000 + MOST_ROWS},
        )
    await is_what_is_counted_anew(database)


async def test_under_a_stream_of_changes_every_count_holds_what_was_committed_before_it_was_asked_for(
    plan: Callers, database: TestDatabase
) -> None:
    await plan(PMO)

    async def change(number: int) -> None:
        async with database.owner.transaction() as db:
            await db.execute(text("UPDATE finding SET site = :n WHERE id = (SELECT id FROM finding ORDER BY id OFFSET :of LIMIT 1)"),
                             {"n": str(number), "of": number % 4})  # fmt: skip
            await asyncio.sleep(0.001 * (number % 7))
        async with database.plan.transaction(reading=True) as db:
            await bring_standings_up_to(db, await business_today(db))
            counted = await FINDINGS.alike(db, await business_today(db))
        assert counted is not None
        assert max(int(what[4]) for what in counted if (what[4] or "").isdigit()) >= number

    async def stream(of: int) -> None:
        for number in range(of, 120, 4):
            await change(number)

    await asyncio.gather(*(stream(of) for of in range(4)))


async def test_another_process_keeps_its_own(plan: Callers, database: TestDatabase) -> None:
    pmo = await plan(PMO)
    before = (await pmo.get("/v1/data-quality")).json()["total"]
    async with Callers(database.owner, create_plan_app(database.plan)) as elsewhere:
        owner = await elsewhere(OWNER)
        said = {"status": "on_track", "progress": "Both posts advertised."}
        assert (await owner.post("/v1/root-causes/RC-1/updates", json=said)).is_success
    async with database.owner.transaction() as db:
        await db.execute(
            text("UPDATE finding SET key_questions = '{}' WHERE id = (SELECT min(id) FROM finding)")
        )
    assert (await pmo.get("/v1/data-quality")).json()["total"] == before + 1


async def test_standings_depend_on_all_that_makes_them_due(database: TestDatabase) -> None:
    async with database.owner.transaction() as db:
        watched = await db.scalars(
            text(
                "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'standing_due_on%'"
            )
        )
        assert set(watched) == STANDINGS.tables.keys()


@pytest.mark.parametrize(
    ("kept", "query"),
    [
        (
            data_quality.PROBLEMS_OF_ROOT_CAUSES,
            data_quality._OF_ROOT_CAUSES.replace("{said}", data_quality.SAID),
        ),
        (data_quality.OWNERS_OF_OPEN, data_quality._OF_OWNERS),
        (data_quality.PROBLEMS_OF_FINDINGS, data_quality._OF_FINDINGS),
        (data_quality.PROBLEMS_OF_KPIS, data_quality._OF_KPIS),
    ],
)
def test_each_names_the_tables_that_it_reads(kept: KeptCounts[Any], query: str) -> None:
    """But for those of the plan's standing that decide nothing of what is counted."""
    named = Counter(re.findall(r"(?:FROM|JOIN)\s+([a-z_]+)", query))
    read = {name for name in named if name in Base.metadata.tables}
    unread = {
        "owners of what is open": {"plan_approval"},
        "data problems of findings": {"plan_approval", "baseline", "closing", "root_cause", "progress_update", "recovery_plan",
                                      "evidence", "evidence_file"},
        "data problems of KPIs": {"plan_approval", "baseline", "closing", "root_cause", "progress_update", "recovery_plan",
                                  "evidence", "evidence_file", "isg", "root_cause_placement"},
    }  # fmt: skip
    beside = (
        {"progress_update", "recovery_plan", "evidence", "evidence_file"}
        if kept.name.startswith("owners")
        else set()
    )
    assert (
        read - {"standing"} - kept.tables.keys() - unread.get(kept.name, set()) == beside - kept.tables.keys()
    )
