"""Redaction: two people, one database function, and the proof that nothing is left."""

import asyncio
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from services.shared.audit_chain import verify
from services.shared.models import Base, ProgressUpdate, Redactable
from services.supervisor.embedded_postgres import postgres_programs
from services.worker.chaining import chain_the_trail
from tests.conftest import TestDatabase
from tests.people import Callers

OWNER, PMO, EXECUTIVE, CHAIR = (
    "owner@demo.example", "pmo@demo.example", "executive@demo.example", "chair@demo.example",
)  # fmt: skip
SECRET = 'Mrs “O\'Hara” of bed 7\n\tsaid "never again" ☂'
"""What no one may ever read again: quotes, a line break and a tab, which JSON spells otherwise."""


@pytest.fixture
async def written(plan: Callers, database: TestDatabase) -> int:
    """The secret in every place it can get to; the number of the entry that shows it first."""
    owner = await plan(OWNER)
    keys = {"Idempotency-Key": "kept-answer"}
    said = {"status": "on_track", "progress": f"{SECRET} And all is well."}
    assert (await owner.post("/v1/root-causes/RC-1/updates", json=said, headers=keys)).status_code == 201
    again = {"status": "at_risk", "progress": "As before.", "reason": f"Because {SECRET} asked."}
    assert (await owner.post("/v1/root-causes/RC-1/updates", json=again)).status_code == 201
    exact = {"status": "at_risk", "progress": SECRET, "reason": "Staff."}
    assert (await owner.post("/v1/root-causes/RC-3/updates", json=exact)).status_code == 201
    draft = {"fields": {"progress": [f"Draft: {SECRET}"]}}
    assert (await owner.post("/v1/root-causes/RC-2/draft", json=draft)).status_code == 200
    chair = await plan(CHAIR)
    assert (
        await chair.post("/v1/root-causes/RC-6/escalations", json={"reason": f"See {SECRET}"})
    ).status_code == 201
    await chain_the_trail(database.worker, asyncio.Event())
    async with database.owner.transaction() as db:
        found = await db.scalar(
            text(
                "SELECT e.id FROM audit_entry e JOIN progress_update u ON u.id = e.row_id "
                "WHERE e.table_name = 'progress_update' AND u.progress = :secret"
            ),
            {"secret": SECRET},
        )
    return int(found)


async def asked(plan: Callers, entry: int, **changed: object) -> dict[str, object]:
    wish: dict[str, object] = {"entry": entry, "column": "progress", "reason": "Names a patient."} | changed
    answer = await (await plan(PMO)).post("/v1/redactions", json=wish)
    return {"status": answer.status_code, **answer.json()}


def dumped(database: TestDatabase) -> str:
    """The whole database, as a backup made now has it."""
    url = make_url(database.url)
    program = Path(postgres_programs()) / "pg_dump"
    address = f"postgresql://{url.username}@{url.host}:{url.port}/{url.database}"
    done = subprocess.run(
        [str(program), f"--dbname={address}", "--inserts"],
        env={"PGPASSWORD": url.password or ""}, capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout.decode()


def traces(text_: str) -> list[str]:
    """Whatever gives it away, however it is spelt."""
    return [piece for piece in ("O'Hara", "O''Hara", "bed 7", "never again", "☂") if piece in text_]


async def test_nothing_of_it_is_left_anywhere_and_the_trail_is_whole(
    plan: Callers, database: TestDatabase, written: int
) -> None:
    """Versions, reasons, drafts, kept answers, escalation reasons, audit images: a backup has none of it."""
    assert traces(dumped(database))
    redaction = await asked(plan, written)
    assert redaction["status"] == 201
    done = await (await plan(EXECUTIVE)).post(
        f"/v1/redactions/{redaction['id']}/decision", json={"approve": True}
    )
    assert done.status_code == 200, done.text
    assert done.json()["state"] == "done"
    assert done.json()["places"] >= 4
    assert traces(dumped(database)) == []
    export = await (await plan(PMO)).get("/v1/export")
    assert export.status_code == 200
    whole = await (await plan(OWNER)).get("/v1/root-causes/RC-1/timeline")
    assert "[redacted] And all is well." in whole.text
    await chain_the_trail(database.worker, asyncio.Event())
    async with database.owner.transaction() as db:
        found = await verify(db)
        kept = await db.scalar(select(ProgressUpdate.progress).where(ProgressUpdate.progress == "[redacted]"))
    assert found.breaks == []
    assert kept == "[redacted]"


async def test_the_trail_says_who_when_and_why_but_not_what(plan: Callers, written: int) -> None:
    """For ever."""
    redaction = await asked(plan, written)
    await (await plan(EXECUTIVE)).post(f"/v1/redactions/{redaction['id']}/decision", json={"approve": True})
    (shown,) = (await (await plan(PMO)).get("/v1/redactions")).json()["items"]
    assert (shown["asked_by"], shown["decided_by"], shown["reason"]) == (
        "Pmo Person",
        "Executive Person",
        "Names a patient.",
    )
    assert shown["thing"] == "the update of RC-3 for cycle 5"
    trail = (await (await plan(PMO)).get("/v1/audit", params={"kind": "progress_update", "limit": 5})).json()
    assert any(change["redacted"] for each in trail["items"] for change in each["changes"])


async def test_nobody_approves_their_own_and_nothing_is_decided_twice(plan: Callers, written: int) -> None:
    """A second person, once."""
    redaction = await asked(plan, written)
    address = f"/v1/redactions/{redaction['id']}/decision"
    assert (await (await plan(PMO)).post(address, json={"approve": True})).status_code == 403
    refused = await (await plan(EXECUTIVE)).post(
        address, json={"approve": False, "reason": "It names nobody."}
    )
    assert (refused.status_code, refused.json()["state"]) == (200, "refused")
    assert (await (await plan(EXECUTIVE)).post(address, json={"approve": True})).status_code == 409


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"column": "status"}, "column"),
        ({"column": "banana"}, "column"),
        ({"reason": " "}, "reason"),
        ({"reason": f"It says: {SECRET}"}, "reason"),
    ],
)
async def test_what_cant_be_redacted_is_told_by_its_field(
    plan: Callers, written: int, changed: dict[str, object], field: str
) -> None:
    refused = await asked(plan, written, **changed)
    assert refused["status"] == 422
    assert refused["errors"] == [{"field": field, "message": refused["detail"]}]


async def test_the_same_is_asked_for_once(plan: Callers, written: int) -> None:
    assert (await asked(plan, written))["status"] == 201
    assert (await asked(plan, written))["status"] == 409


@pytest.mark.parametrize("login", ["kpi", "reporting", "worker"])
async def test_no_other_login_may_redact(database: TestDatabase, login: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        async with getattr(database, login).transaction() as db:
            await db.execute(text("SELECT redact(1)"))


async def test_every_text_that_people_write_can_be_redacted(database: TestDatabase) -> None:
    """A new column of free text is added to the list, or named here with the reason why not."""
    named = {
        "action": {"reference"}, "assurance": {"stage"}, "cycle_report": {"outlook"},
        "risk": {"reference", "baf_reference", "state"}, "client_request": {"decision"},
        "change_request": {"reference", "kind", "state"}, "closing_request": {"decision"}, "cycle": set(),
        "escalation": {"reference", "state"}, "escalation_decision": {"decision"}, "escalation_reason": {"reason"},
        "escalation_step": {"state"}, "finding": {"reference", "finding_type", "core_service", "site", "regulation"},
        "digest": {"occasion", "message_id", "sent_to", "subject", "last_error"},
        "evidence_file": {"kind", "digest"}, "progress_update": {"status"},
        "root_cause": {"reference", "theme", "kloe"},
        "kpi": {"reference", "level", "key_question", "unit", "direction", "frequency"},
        "kpi_definition": {"key_question", "unit", "direction", "frequency"},
        "kpi_observation": {"state", "given_through", "client"}, "kpi_decision": {"kind"}, "kpi_benchmark": {"kind"},
        "impact_review": {"verdict", "decision", "ended_because"},
        "pack": {"reference", "kind", "state", "chain_digest"}, "pack_outline": {"kind", "copied_from"},
        "pack_comment": {"block"}, "pack_edit": {"block"}, "pack_exemption": {"section"},
        "pack_explanation": {"discrepancy"}, "pack_step": {"deed", "digest"},
        "pack_writing": {"block", "field"},
    }  # fmt: skip
    async with database.owner.transaction() as db:
        listed = {(row.table_name, row.column_name) for row in await db.scalars(select(Redactable))}
    free = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        if table.name in {name for name, _ in listed}
        for column in table.columns
        if column.type.python_type is str and column.name not in named.get(table.name, set())
    }
    of_blocks = {("pack_outline", "outline")}
    assert free | of_blocks == listed


EARLIER = "Mr Ffoulkes-Smythe of bed 9 fell out of it twice"
"""What was there before somebody put it right by editing it."""


async def edited(plan: Callers, database: TestDatabase) -> int:
    """A risk whose cause named a patient and was then edited; a copy of the earlier words elsewhere. The newest entry."""
    chair = await plan(CHAIR)
    risk = {
        "isg": "Unscheduled Care", "cause": EARLIER, "effect": "Rotas fail.", "likelihood_before": 5, "impact_before": 4,
        "mitigation": "Agency.", "likelihood_after": 3, "impact_after": 4, "owner": OWNER, "root_causes": [],
    }  # fmt: skip
    assert (await chair.post("/v1/risks", json=risk)).status_code == 201
    said = {"status": "on_track", "progress": f"Well. {EARLIER}."}
    assert (await (await plan(OWNER)).post("/v1/root-causes/RC-1/updates", json=said)).status_code == 201
    put_right = {**risk, "cause": "A patient fell."}
    assert (await chair.post("/v1/risks/RISK-001", json=put_right)).status_code == 200
    async with database.owner.transaction() as db:
        return int(await db.scalar(text("SELECT max(id) FROM audit_entry WHERE table_name = 'risk'")) or 0)


async def test_what_a_text_was_before_it_was_edited_goes_too_and_its_copies(
    plan: Callers, database: TestDatabase
) -> None:
    entry = await edited(plan, database)
    redaction = await asked(plan, entry, column="cause")
    places = f"/v1/redactions/{redaction['id']}/places"
    counted = (await (await plan(EXECUTIVE)).get(places)).json()["items"]
    done = await (await plan(EXECUTIVE)).post(
        f"/v1/redactions/{redaction['id']}/decision", json={"approve": True}
    )
    assert done.status_code == 200, done.text
    assert [piece for piece in ("Ffoulkes", "A patient fell") if piece in dumped(database)] == []
    whole = await (await plan(OWNER)).get("/v1/root-causes/RC-1/timeline")
    assert "Well. [redacted]." in whole.text
    assert counted == [
        {"kind": "itself", "where": "cause of risk", "places": 1},
        {"kind": "copy", "where": "progress of update", "places": 1},
        {"kind": "image", "where": "cause of risk", "places": 2},
        {"kind": "image", "where": "progress of update", "places": 1},
    ]
    assert done.json()["places"] == 2
    assert (await (await plan(EXECUTIVE)).get(places)).json()["items"] == []
    async with database.owner.transaction() as db:
        assert (await verify(db)).breaks == []


async def test_a_text_that_was_emptied_can_still_be_redacted_and_its_reason_never_repeats_it(
    plan: Callers, database: TestDatabase
) -> None:
    entry = await edited(plan, database)
    refused = await asked(plan, entry, column="cause", reason=f"It said: {EARLIER}")
    assert (refused["status"], refused["errors"][0]["field"]) == (422, "reason")  # type: ignore[index]
    async with database.plan.transaction() as db:
        await db.execute(
            text("UPDATE risk SET baf_reference = 'RR1', cause = '' WHERE reference = 'RISK-001'")
        )
    redaction = await asked(plan, entry, column="cause")
    assert redaction["status"] == 201
    await (await plan(EXECUTIVE)).post(f"/v1/redactions/{redaction['id']}/decision", json={"approve": True})
    assert "Ffoulkes" not in dumped(database)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("risk", "cause", "Somebody else's words."),
        ("progress_update", "progress", "Well. Never mind."),
        ("progress_update", "progress", None),
    ],
)
async def test_what_was_redacted_and_is_changed_behind_the_systems_back_is_found(
    plan: Callers, database: TestDatabase, table: str, column: str, value: str | None
) -> None:
    """The thing itself, and a copy of which only a part was blanked."""
    redaction = await asked(plan, await edited(plan, database), column="cause")
    await (await plan(EXECUTIVE)).post(f"/v1/redactions/{redaction['id']}/decision", json={"approve": True})
    async with database.owner.transaction() as db:
        row = await db.scalar(text(f"SELECT id FROM {table} WHERE {column} LIKE '%[redacted]%'"))  # noqa: S608
        await db.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER audit_update"))
        await db.execute(
            text(f"UPDATE {table} SET {column} = :value WHERE id = :row"),  # noqa: S608
            {"value": value, "row": row},
        )
        await db.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER audit_update"))
        found = await verify(db)
    assert found.breaks == [
        f"{column} of {table} {row} is not as the trail says: it was changed behind the system's back."
    ]
