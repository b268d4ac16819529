"""Files that support closing: attached by owner or deputy, read by whoever may see the root cause, redacted like texts."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, RuleBroken
from services.domain.evidence_files import REDACTED_BEFORE, check_description, kind_of, plain_name
from services.domain.permissions import Action, allowed, require
from services.domain.words import DisclosureKind
from services.plan_api.assurance.service import end_assurance
from services.plan_api.evidence import queries, store
from services.plan_api.evidence.schemas import EvidenceFileShown, EvidenceLinkShown, EvidenceShown
from services.plan_api.imports import kept
from services.plan_api.imports.runs import forget_what_was_found
from services.plan_api.redaction.queries import carry_out
from services.plan_api.root_causes.queries import locked_root_cause, root_cause_id
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.db import lock, once_committed
from services.shared.disclosures import disclosed
from services.shared.models import EvidenceFile, Redaction
from services.shared.register import load_register
from services.shared.settings import settings

A_DAY: Final = 86_400


async def evidence(db: AsyncSession, caller: Caller, reference: str) -> EvidenceShown:
    """All that supports closing it. Raises NotFound."""
    row_id = await root_cause_id(db, reference)
    standing = (await load_register(db, await business_today(db), only=[row_id])).standings[0]
    return EvidenceShown(
        root_cause=reference,
        title=standing.title,
        files=[_shown(*row) for row in await queries.files_of(db, row_id)],
        links=[
            EvidenceLinkShown(
                description=row.description,
                url=row.url,
                cycle=cycle,
                added_by=name,
                recorded_at=row.recorded_at,
            )
            for row, name, cycle in await queries.links_of(db, row_id)
        ],
        may_attach=allowed(Action.SUBMIT_UPDATE, caller.who, standing.subject),
        largest_mb=settings().evidence_max_mb,
    )


async def attach(
    db: AsyncSession, caller: Caller, reference: str, name: str, description: str, parts: AsyncIterator[bytes]
) -> EvidenceFileShown:
    """Keeps a file and what it shows; the same file twice is one. New evidence takes away assurance, not the completion."""
    row_id = await root_cause_id(db, reference)
    standing = (await load_register(db, await business_today(db), only=[row_id])).standings[0]
    require(Action.SUBMIT_UPDATE, caller.who, standing.subject)
    name = plain_name(name)
    kind = kind_of(name)
    check_description(name, description)
    stored = await store.store(parts, kind)
    # What is attached and what is redacted at the same moment wait for each other.
    await lock(db, f"evidence {stored.digest}")
    same = await queries.with_content(db, stored.digest)
    if any(each.removed_at for each in same):
        store.remove(stored.digest)
        raise RuleBroken.at("file", REDACTED_BEFORE)
    root_cause = await locked_root_cause(db, reference)
    before = next((each for each in same if each.root_cause_id == row_id and each.name == name), None)
    if before is None:
        before = EvidenceFile(
            root_cause_id=row_id, name=name, description=description.strip(), kind=kind, size=stored.size,
            digest=stored.digest, added_by=caller.id, recorded_at=await business_now(db),
        )  # fmt: skip
        db.add(before)
        root_cause.version += 1
        await db.flush()
        await end_assurance(db, row_id, caller.id, "New evidence has been attached.")
    elif before.description != description.strip():
        raise RuleBroken.at(
            "description",
            f"This very file is attached already, described as “{before.description}”. Give it another name to attach it again.",
        )
    (row,) = await queries.files_of(db, row_id, only=before.id)
    return _shown(*row)


async def content(db: AsyncSession, caller: Caller, number: int) -> tuple[EvidenceFile, bytes]:
    """A file with its content; who took it is kept. Raises NotFound, Conflict when its content is gone."""
    file, reference = await queries.one(db, number)
    if file.removed_at is not None:
        raise Conflict("This file was redacted: its content is gone.")
    data = await asyncio.to_thread(store.read, file.digest)
    if data is None:
        raise Conflict(
            "This file is missing from the store, or is not what was attached. Tell whoever runs the system."
        )
    await disclosed(db, caller, DisclosureKind.EVIDENCE_DOWNLOADED, f"evidence file {number} of {reference}")
    return file, data


async def redact(db: AsyncSession, redaction: Redaction) -> None:
    """Carries out an approved redaction. A file’s name stands for the file: its content goes from the disk.

    So it does wherever else the same content is attached; the digest stays. A checked workbook that waits may hold the
    same words, and what was found in one may quote them: they go too.
    """
    await carry_out(db, redaction.id)
    kept.forget_all()
    await forget_what_was_found(db)
    if (redaction.table_name, redaction.column_name) != ("evidence_file", "name"):
        return
    file, _ = await queries.one(db, redaction.row_id)
    await lock(db, f"evidence {file.digest}")
    now = await business_now(db)
    for each in await queries.with_content(db, file.digest):
        await db.refresh(each)
        if each.id != file.id and each.removed_at is None and each.name != "[redacted]":
            further = Redaction(
                table_name="evidence_file", row_id=each.id, column_name="name", thing=redaction.thing,
                reason=redaction.reason, asked_by=redaction.asked_by, asked_at=redaction.asked_at, approved=True,
                decided_by=redaction.decided_by, decided_at=redaction.decided_at,
            )  # fmt: skip
            db.add(further)
            await db.flush()
            await carry_out(db, further.id)
            await db.refresh(each)
        each.removed_at = now
    await db.flush()
    digest = file.digest
    once_committed(db, lambda: store.remove(digest))


async def clear_the_store(db: AsyncSession) -> None:
    """Removes what no row knows a day after it came: an upload that was cut off, or whose transaction did not end well.

    A file that was redacted when the process died goes here too.
    """
    known = await queries.digests(db)
    for name, path in await asyncio.to_thread(lambda: list(store.stored_before(time.time() - A_DAY))):
        if name not in known:
            await asyncio.to_thread(path.unlink, missing_ok=True)


def _shown(file: EvidenceFile, added_by: str, cycle: int | None) -> EvidenceFileShown:
    return EvidenceFileShown(
        id=file.id, name=file.name, description=file.description, size=file.size, digest=file.digest, cycle=cycle,
        added_by=added_by, recorded_at=file.recorded_at, removed_at=file.removed_at,
    )  # fmt: skip
