"""Files as evidence: kept by content, given out as files alone, and redacted until nothing of them is left."""

import asyncio
import hashlib
import io
import os
import tarfile
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.plan_api.evidence import store
from services.plan_api.evidence.service import clear_the_store
from services.shared.audit_chain import verify
from services.shared.db import once_committed
from services.shared.settings import settings
from services.worker.chaining import chain_the_trail
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.plan_api.redaction.test_redaction import dumped

OWNER, PMO, EXECUTIVE, BOARD = (
    "owner@demo.example",
    "pmo@demo.example",
    "executive@demo.example",
    "board@demo.example",
)
DOOR = "/v1/root-causes/RC-1/evidence-files"
SECRET = b"Mrs O'Hara of bed 7 said so, and nobody may read it again.\n"
DIGEST = hashlib.sha256(SECRET).hexdigest()
NAME = "statement of Mrs O'Hara.txt"


def office(main: str, *more: str, kinds: str = "application/xml") -> bytes:
    """A package with these parts, which says that they are of these kinds."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("[Content_Types].xml", f'<Types><Override ContentType="{kinds}"/></Types>')
        for part in (main, *more):
            package.writestr(part, "<x/>")
    return file.getvalue()


def on_disk() -> list[Path]:
    """Every file of evidence in the data folder."""
    return [path for path in settings().data_dir.glob("evidence*/**/*") if path.is_file()]


async def attach(
    plan: Callers, name: str, content: bytes, description: str = "The statement", door: str = DOOR
) -> dict[str, Any]:
    """The answer, with its status."""
    answer = await (await plan(OWNER)).post(
        door, params={"name": name, "description": description}, content=content
    )
    return {"code": answer.status_code, **answer.json()}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7 x"), ("a.PNG", b"\x89PNG\r\n\x1a\n..."), ("a.jpeg", b"\xff\xd8\xff\xe0"),
        ("a.txt", "Grüße".encode()),
        ("a.csv", "a,b\n£1".encode("cp1252")), ("a.docx", office("word/document.xml")), ("a.xlsx", office("xl/workbook.xml")),
        ("a.pptx", office("ppt/presentation.xml")),
    ],
)  # fmt: skip
async def test_a_file_of_each_kind_is_kept_and_comes_back_as_it_was(
    plan: Callers, name: str, content: bytes
) -> None:
    kept = await attach(plan, name, content)
    assert (kept["code"], kept["size"], kept["digest"]) == (
        201,
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    board = await plan(BOARD)
    file = await board.get(f"/v1/evidence-files/{kept['id']}")
    assert file.content == content
    assert file.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    place = settings().data_dir / "evidence" / str(kept["digest"])[:2] / str(kept["digest"])
    assert (place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    trail = (await (await plan(PMO)).get("/v1/audit", params={"kind": "disclosure"})).json()["items"]
    assert (trail[0]["who"], f"evidence file {kept['id']} of RC-1" in trail[0]["thing"]) == (
        "Board Person",
        True,
    )


@pytest.mark.parametrize(
    ("name", "content", "field", "sentence"),
    [
        ("a.exe", b"MZ", "file", "Evidence is a file of the kind"),
        ("pdf", b"%PDF-1.7", "file", "Evidence is a file of the kind"),
        ("a.html", b"<script>", "file", "Evidence is a file of the kind"),
        ("a.svg", b"<svg/>", "file", "Evidence is a file of the kind"),
        ("a.pdf", b"<script>", "file", "not what its name says"),
        ("a.txt", b"MZ\x90\x03", "file", "not what its name says"),
        ("a.txt", b"a\0b", "file", "not what its name says"),
        ("a.docx", office("xl/workbook.xml"), "file", "not what its name says"),
        ("a.docx", office("word/document.xml", "word/vbaProject.bin"), "file", "holds macros"),
        ("a.docx", office("word/document.xml", "word/notes.bin", kinds="vnd.ms-office.vbaProject"), "file", "holds macros"),
        ("a.xlsx", office("xl/workbook.xml", kinds="vnd.ms-excel.sheet.macroEnabled.main+xml"), "file", "holds macros"),
        ("a.pptx", office("ppt/presentation.xml", kinds="vnd.ms-office.activeX+xml"), "file", "holds macros"),
        ("a.docx", b"\xd0\xcf\x11\xe0", "file", "not what its name says"),
        ("a.txt", b"", "file", "empty"),
        (f"{'a' * 300}.txt", b"x", "file", "longer than 200"),
    ],
)  # fmt: skip
async def test_any_other_is_refused_in_a_sentence_and_not_kept(
    plan: Callers, name: str, content: bytes, field: str, sentence: str
) -> None:
    before = on_disk()
    refused = await attach(plan, name, content)
    assert refused["code"] == 422
    (error,) = refused["errors"]
    assert (error["field"], sentence in error["message"]) == (field, True)
    assert on_disk() == before


async def test_one_that_is_too_large_is_refused_while_it_comes(
    plan: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "evidence_max_mb", 1)
    before = on_disk()
    refused = await attach(plan, "a.txt", b"x" * (1024 * 1024 + 1))
    assert (refused["code"], "larger than 1 MB" in str(refused["detail"])) == (422, True)
    assert on_disk() == before


async def test_a_name_can_not_lead_elsewhere_or_hide_what_it_is(plan: Callers) -> None:
    kept = await attach(plan, "..\\..\\etc/\u202epas\r\nswd.txt", b"x")
    assert kept["name"] == "passwd.txt"


async def test_it_is_evidence_for_closing_and_goes_with_the_next_update(plan: Callers) -> None:
    owner = await plan(OWNER)
    await owner.post("/v1/actions/A-1/completion", json={"completed_date": "2019-05-20"})
    done = {"status": "complete", "progress": "All posts are filled.", "evidence": []}
    assert (await owner.post("/v1/root-causes/RC-1/updates", json=done)).status_code == 422
    await attach(plan, "a.txt", b"x")
    assert (await attach(plan, "a.txt", b"x"))["code"] == 201  # a double click is one file
    assert (await owner.post("/v1/root-causes/RC-1/updates", json=done)).status_code == 201
    shown = (await owner.get("/v1/root-causes/RC-1/evidence")).json()
    assert [(each["name"], each["cycle"]) for each in shown["files"]] == [("a.txt", 5)]
    story = (await owner.get("/v1/root-causes/RC-1/timeline")).json()["items"]
    assert any("Evidence: The statement (file a.txt)" in (each["text"] or "") for each in story)


async def test_new_evidence_takes_away_assurance_and_not_the_completion_date(plan: Callers) -> None:
    pmo, other = await plan(PMO), await plan("other@demo.example")
    await pmo.post("/v1/root-causes/RC-4/assurance", json={"decision": "assure", "note": "Seen on the ward."})
    door: dict[str, Any] = {"params": {"name": "b.txt", "description": "More"}, "content": b"y"}
    assert (await other.post("/v1/root-causes/RC-4/evidence-files", **door)).status_code == 201
    now = (await pmo.get("/v1/root-causes/RC-4")).json()
    assert (now["assurance_stage"], now["closed_on"]) == ("closed", "2019-04-25")


async def test_content_that_was_changed_on_disk_is_not_given_out(plan: Callers) -> None:
    kept = await attach(plan, "c.txt", b"what was attached")
    place = settings().data_dir / "evidence" / str(kept["digest"])[:2] / str(kept["digest"])
    place.write_bytes(b"something else")
    assert (await (await plan(BOARD)).get(f"/v1/evidence-files/{kept['id']}")).status_code == 409
    place.unlink()


async def test_nothing_of_a_redacted_file_is_left_and_the_trail_is_whole(
    plan: Callers, database: TestDatabase, tmp_path: Path
) -> None:
    """Attached twice under two names, and put aside by a restore: data folder, database, export and backup have none of it."""
    kept = await attach(plan, NAME, SECRET)
    second = await attach(plan, "O'Hara.txt", SECRET, door="/v1/root-causes/RC-3/evidence-files")
    aside = settings().data_dir / "evidence-before-restore-1" / DIGEST[:2] / DIGEST
    aside.parent.mkdir(parents=True)
    aside.write_bytes(SECRET)
    await chain_the_trail(database.worker, asyncio.Event())
    pmo, executive = await plan(PMO), await plan(EXECUTIVE)
    trail = (await pmo.get("/v1/audit", params={"kind": "evidence_file"})).json()["items"]
    entry = next(each["id"] for each in trail if each["id"] and "RC-1" in each["thing"])
    assert "O'Hara" in dumped(database).replace("''", "'")
    asked = await pmo.post(
        "/v1/redactions", json={"entry": entry, "column": "name", "reason": "Names a patient."}
    )
    assert asked.status_code in (200, 201), asked.text
    decided = await executive.post(f"/v1/redactions/{asked.json()['id']}/decision", json={"approve": True})
    assert decided.status_code == 200, decided.text
    dump = dumped(database)
    assert "O'Hara" not in dump.replace("''", "'")
    assert DIGEST in dump
    assert all(
        SECRET not in path.read_bytes()
        for path in settings().data_dir.glob("evidence*/**/*")
        if path.is_file()
    )
    for number in (kept["id"], second["id"]):
        assert (await pmo.get(f"/v1/evidence-files/{number}")).status_code == 409
    again = await attach(plan, "innocent.txt", SECRET)
    assert (again["code"], "redacted" in str(again["detail"])) == (422, True)
    assert all(SECRET not in path.read_bytes() for path in on_disk())
    with tarfile.open(tmp_path / "backup.tar", "w") as archive:
        archive.add(settings().data_dir / "evidence", "evidence")
    assert SECRET not in (tmp_path / "backup.tar").read_bytes()
    export = (await pmo.get("/v1/export")).content
    with zipfile.ZipFile(io.BytesIO(export)) as workbook:
        assert all(b"O'Hara" not in workbook.read(name) for name in workbook.namelist())
    await chain_the_trail(database.worker, asyncio.Event())
    async with database.owner.transaction() as db:
        assert (await verify(db)).breaks == []


async def fail_at_the_end(database: TestDatabase, digest: str) -> None:
    async with database.plan.transaction() as db:
        once_committed(db, lambda: store.remove(digest))
        raise RuntimeError("at the end")


async def test_a_redaction_that_fails_at_its_end_leaves_the_file(
    plan: Callers, database: TestDatabase
) -> None:
    """What can't be undone is done once everything else is certain; what a killed process left is removed at night."""
    kept = await attach(plan, "late.txt", b"removed last of all")
    digest = str(kept["digest"])
    with pytest.raises(RuntimeError, match="at the end"):
        await fail_at_the_end(database, digest)
    assert store.read(digest) == b"removed last of all"
    async with database.plan.transaction() as db:
        once_committed(db, lambda: store.remove(digest))
        await db.execute(
            text("UPDATE evidence_file SET removed_at = now() WHERE id = :id"), {"id": kept["id"]}
        )
        assert store.read(digest) is not None
    assert store.read(digest) is None
    left = settings().data_dir / "evidence" / digest[:2] / digest
    left.write_bytes(b"left by a process that was killed")
    old = time.time() - 2 * 86_400
    os.utime(left, (old, old))
    async with database.plan.transaction() as db:
        await clear_the_store(db)
    assert not left.exists()


async def test_each_night_what_no_row_knows_goes_a_day_after_it_came(
    plan: Callers, database: TestDatabase
) -> None:
    kept = await attach(plan, "kept.txt", b"kept")
    folder = settings().data_dir / "evidence"
    orphan, cut_off, fresh = folder / "ab" / ("ab" * 32), folder / "coming-1", folder / "coming-2"
    orphan.parent.mkdir(exist_ok=True)
    old = time.time() - 2 * 86_400
    for path in (orphan, cut_off, fresh):
        path.write_bytes(b"x")
    for path in (orphan, cut_off, folder / str(kept["digest"])[:2] / str(kept["digest"])):
        os.utime(path, (old, old))
    async with database.plan.transaction() as db:
        await clear_the_store(db)
    assert (orphan.exists(), cut_off.exists(), fresh.exists()) == (False, False, True)
    fresh.unlink()
    assert store.read(str(kept["digest"])) == b"kept"


async def test_the_service_reads_what_it_stored_and_nothing_that_is_not_there() -> None:
    assert store.read("0" * 64) is None


async def test_the_same_file_described_otherwise_is_refused_so_that_no_word_is_dropped(plan: Callers) -> None:
    content = b"All the ward's rotas of May, one line a shift.\n"
    assert (await attach(plan, "rota.txt", content))["code"] == 201
    assert (await attach(plan, "rota.txt", content))["code"] == 201, "sent twice, attached once"
    again = await attach(plan, "rota.txt", content, "Something else")
    assert (again["code"], again["errors"][0]["field"]) == (422, "description")
    assert "The statement" in again["detail"]


async def test_a_number_that_no_row_has_is_no_server_error(plan: Callers) -> None:
    for number in ("9223372036854775808", "99999999999999999999", "0", "-1"):
        assert (await (await plan(OWNER)).get(f"/v1/evidence-files/{number}")).status_code == 422
