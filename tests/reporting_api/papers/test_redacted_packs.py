"""What is redacted goes from what packs froze and issued, and from outlines; files are made anew, and their digests tell."""

import asyncio
import hashlib
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.reporting_api.packs.forum_blocks import LONGEST_CELL
from services.shared.audit_chain import verify
from services.worker.chaining import chain_the_trail
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.plan_api.redaction.test_redaction import dumped
from tests.reporting_api.feeds.reading import follow, items_of, reader_of_all
from tests.reporting_api.papers.issued_files import kept_files, said_in, worked_off
from tests.reporting_api.papers.test_the_life_of_a_pack import (
    EXECUTIVE,
    PAPERS,
    PMO,
    READER,
    begun,
    done,
    first_with_figures,
)

CHAIR, OWNER = "chair@demo.example", "owner@demo.example"
NAME = "O’Hanlon-Featherstonehaugh"
CAUSE = f"Mrs  {NAME} of bed 7\nfell “twice” & nobody noted it"


async def risk_named(plan: Callers, cause: str) -> None:
    """A risk whose cause names a patient: the ECIB pack and the SOAG pack print it."""
    wish = {
        "isg": "Unscheduled Care", "cause": cause, "effect": "Rotas fail.", "likelihood_before": 5, "impact_before": 4,
        "mitigation": "Agency.", "likelihood_after": 3, "impact_after": 4, "owner": OWNER, "root_causes": [],
    }  # fmt: skip
    answer = await (await plan(CHAIR)).post("/v1/risks", json=wish)
    assert answer.status_code == 201, answer.text


async def redacted(
    plan: Callers, database: TestDatabase, table: str, column: str, **of: Any
) -> dict[str, Any]:
    """Asked for and approved: what the newest entry of a table shows."""
    async with database.owner.transaction() as db:
        entry = await db.scalar(
            text("SELECT max(id) FROM audit_entry WHERE table_name = :table"), {"table": table}
        )
    wish = {"entry": entry, "column": column, "reason": "Names a patient."} | of
    asked = await (await plan(PMO)).post("/v1/redactions", json=wish)
    assert asked.status_code == 201, asked.text
    number, executive = asked.json()["id"], await plan(EXECUTIVE)
    counted = (await executive.get(f"/v1/redactions/{number}/places")).json()["items"]
    decided = await executive.post(f"/v1/redactions/{number}/decision", json={"approve": True})
    assert decided.status_code == 200, decided.text
    return {each["kind"]: each["places"] for each in counted}


async def taken_to(reporting: Callers, ref: str, *moves: str) -> None:
    """Assembled, approved, published, as far as is asked for."""
    for move in moves:
        who = EXECUTIVE if move == "approval" else PMO
        await done(await reporting(who), f"{ref}/{move}")


async def soag_pack(reporting: Callers, *moves: str) -> str:
    """A SOAG pack with today's risks."""
    pmo = await reporting(PMO)
    ref = str((await pmo.post(PAPERS, json={"kind": "soag"})).json()["ref"])
    await taken_to(reporting, ref, *moves)
    return ref


async def told_of(client: httpx2.AsyncClient, ref: str) -> dict[str, Any]:
    answer = await client.get(f"{PAPERS}/{ref}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_what_a_pack_froze_and_issued_is_blanked_and_nothing_is_left_of_it(
    plan: Callers, reporting: Callers, database: TestDatabase
) -> None:
    """Of published, superseded, approved and assembled packs: database, dump, and every file, opened."""
    await risk_named(plan, CAUSE)
    first = await soag_pack(reporting, "assembly", "approval", "publication")
    second = (await done(await reporting(PMO), f"{first}/new-version"))["ref"]
    await taken_to(reporting, second, "assembly", "approval", "publication")
    approved = await soag_pack(reporting, "assembly", "approval")
    await soag_pack(reporting, "assembly")
    issued = await told_of(await reporting(PMO), second)
    assert sum(NAME in each for each in await kept_files(database)) >= 6
    assert NAME in dumped(database)

    places = await redacted(plan, database, "risk", "cause")
    assert (places["pack"], places["file"]) == (7, 24)
    assert NAME not in dumped(database)
    assert [each for each in await kept_files(database) if NAME in each] == []
    withdrawn = await told_of(await reporting(PMO), second)
    assert (withdrawn["files"], withdrawn["files_missing"]) == ([], True)
    refused = await (await reporting(READER)).get(f"{PAPERS}/{second}/files/pdf")
    assert refused.status_code == 409
    assert "being made anew without it" in refused.json()["detail"]

    assert await worked_off(database, reporting.app) == 4
    assert NAME not in dumped(database)
    files = await kept_files(database)
    assert len(files) == 6, "six formats; the second version says what the first said, to anybody"
    assert [each for each in files if NAME in each] == []
    assert all("[redacted]" in each for each in files if not each.startswith("%PDF"))
    renewed = await told_of(await reporting(PMO), second)
    assert {each["format"] for each in renewed["files"]} == {each["format"] for each in issued["files"]}
    assert {each["digest"] for each in renewed["files"]}.isdisjoint(
        each["digest"] for each in issued["files"]
    )
    assert renewed["files_as_issued"] == issued["files"]
    (note,) = renewed["redacted"]
    assert (note["asked_by"], note["approved_by"]) == ("Pmo Person", "Executive Person")
    assert [(each["deed"], each["done_by"]) for each in renewed["history"]][-1] == (
        "redacted",
        "Executive Person",
    )
    assert renewed["history"][-1]["digest"] != renewed["history"][-2]["digest"]
    readers = await told_of(await reporting(READER), first)
    assert (readers["state"], readers["files_as_issued"] != [], readers["redacted"]) == (
        "superseded",
        True,
        renewed["redacted"],
    )

    await taken_to(reporting, approved, "publication")
    last = await told_of(await reporting(PMO), approved)
    assert last["history"][-1]["digest"] == last["history"][-2]["digest"], "as it was left by the redaction"
    assert [each for each in await kept_files(database) if NAME in each] == []
    await chain_the_trail(database.worker, asyncio.Event())
    async with database.owner.transaction() as db:
        assert (await verify(db)).breaks == []


async def test_a_text_that_a_pack_cut_short_goes_too(
    plan: Callers, reporting: Callers, database: TestDatabase
) -> None:
    assert LONGEST_CELL == 300, "migration 0034 knows how packs cut a text"
    await risk_named(plan, f"{CAUSE}. " + "And so on, at length. " * 20)
    await soag_pack(reporting, "assembly")
    assert (await redacted(plan, database, "risk", "cause"))["pack"] == 1
    assert NAME not in dumped(database)


async def test_partners_see_the_files_go_and_come_back_with_other_digests(
    plan: Callers, reporting: Callers, database: TestDatabase
) -> None:
    await risk_named(plan, CAUSE)
    partner = await reader_of_all(database, reporting)
    ref = await soag_pack(reporting, "assembly", "approval", "publication")
    _, cursor = await follow(partner, None)
    (before,) = await items_of(partner, "packs")
    assert before["redacted_at"] is None
    listed = await partner.get("/feeds/v1/packs")
    word = next(each for each in before["formats"] if each["format"] == "docx")
    file = await partner.get(word["href"])
    assert NAME in said_in(file.content)

    await redacted(plan, database, "risk", "cause")
    told, cursor = await follow(partner, cursor)
    gone = next(each for each in told if each["ref"] == ref)
    assert gone["item"]["formats"] == []
    assert (
        await partner.get(word["href"], headers={"If-None-Match": file.headers["ETag"]})
    ).status_code == 409
    validated = {"If-None-Match": listed.headers["ETag"]}
    assert (await partner.get("/feeds/v1/packs", headers=validated)).status_code == 200

    await worked_off(database, reporting.app)
    told, _ = await follow(partner, cursor)
    (after,) = await items_of(partner, "packs")
    assert [each["item"] for each in told if each["ref"] == ref] == [after]
    assert after["digest"] != before["digest"]
    assert after["redacted_at"] is not None
    issued = {each["format"]: each["sha256"] for each in before["formats"]}
    for each in after["formats"]:
        got = await partner.get(each["href"], headers={"If-None-Match": file.headers["ETag"]})
        assert (got.status_code, hashlib.sha256(got.content).hexdigest()) == (200, each["sha256"])
        assert each["sha256"] != each["sha256_as_issued"] == issued[each["format"]]
        assert NAME not in said_in(got.content)


async def test_an_edited_block_goes_whole_since_its_figures_stand_between_its_words(
    plan: Callers, reporting: Callers, database: TestDatabase
) -> None:
    """Its words are printed with figures in between, some of them too short to be looked for."""
    pmo = await reporting(PMO)
    ref = await begun(pmo)
    block = first_with_figures((await pmo.get(f"{PAPERS}/{ref}")).json())
    drafted = (await pmo.get(f"{PAPERS}/{ref}/blocks/{block}")).json()["drafted"]
    await done(pmo, f"{ref}/blocks/{block}", words=f"{NAME}: {drafted} **Mr Xu**")
    await done(pmo, f"{ref}/comments", block=block, words=f"Is {NAME} to be named?")
    await taken_to(reporting, ref, "assembly", "approval", "publication")
    untouched = await told_of(pmo, ref)
    await redacted(plan, database, "pack_edit", "words")
    await worked_off(database, reporting.app)
    assert "Mr Xu" not in dumped(database)
    for each in await kept_files(database):
        assert NAME not in each
        assert "Mr Xu" not in each
    shown = await told_of(pmo, ref)
    before = {part["key"]: part["html"] for part in untouched["parts"]}
    changed = [part for part in shown["parts"] if part["html"] != before[part["key"]]]
    assert [(part["key"], part["html"]) for part in changed] == [(block, "<p>[redacted]</p>")]
    assert await redacted(plan, database, "pack_comment", "words")
    assert NAME not in dumped(database)


async def test_the_text_of_a_block_of_an_outline_goes_from_every_version_and_every_pack(
    plan: Callers, reporting: Callers, database: TestDatabase
) -> None:
    pmo = await reporting(PMO)
    told = f"Our story:\n\n- {NAME} came home\n- Ms Ng too"
    await _written(pmo, told, "A story.")
    await _written(pmo, told.replace("Our", "A"), "Put right.")
    ref = str((await pmo.post(PAPERS, json={"kind": "newsletter"})).json()["ref"])
    await taken_to(reporting, ref, "assembly", "approval", "publication")
    assert sum(NAME in each for each in await kept_files(database)) >= 5
    async with database.owner.transaction() as db:
        entry = await db.scalar(text("SELECT min(id) FROM audit_entry WHERE table_name = 'pack_outline'"))
    refused = await (await plan(PMO)).post(
        "/v1/redactions", json={"entry": entry, "column": "outline", "reason": "x"}
    )
    assert "outline: stories-text" in refused.json()["detail"]
    await redacted(plan, database, "pack_outline", "outline: stories-text", entry=entry)
    await worked_off(database, reporting.app)
    assert NAME not in dumped(database)
    assert [each for each in await kept_files(database) if NAME in each] == []
    async with database.owner.transaction() as db:
        assert (await verify(db)).breaks == []


async def _written(pmo: httpx2.AsyncClient, words: str, reason: str) -> None:
    wish = {"deed": "write", "key": "stories-text", "text": words, "reason": reason}
    answer = await pmo.post("/v1/packs/outlines/newsletter", json=wish)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("login", ["reporting", "plan", "worker"])
async def test_no_service_changes_what_was_frozen_by_saying_that_it_redacts(
    plan: Callers, reporting: Callers, database: TestDatabase, login: str
) -> None:
    await risk_named(plan, CAUSE)
    await soag_pack(reporting, "assembly")

    async def changed() -> None:
        async with getattr(database, login).transaction() as db:
            await db.execute(text("SELECT set_config('app.redacting', 'yes', true)"))
            await db.execute(text("UPDATE pack_content SET digest = 'x'"))

    with pytest.raises(DBAPIError, match=r"is never changed|permission denied"):
        await changed()
