"""Publishing a pack: its files for each audience, with their digests and the head of the audit chain; anew after a redaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.domain.lifecycle import PACK_MOVES, check_move
from services.domain.packs import ISSUED
from services.domain.permissions import Action
from services.domain.words import Audience, PackDeed, PackState, PartnerEventKind, RenderingReason
from services.reporting_api.packs.content import Pack
from services.reporting_api.packs.stored import content_from_data, digest_of
from services.reporting_api.papers import queries, steps
from services.reporting_api.papers.audiences import check_something_is_public, public_digest
from services.reporting_api.papers.nobody_named import check_nobody_is_named
from services.reporting_api.papers.rendering import Files, Rendered, rendered
from services.shared.audit_chain import head_of
from services.shared.auth import Caller
from services.shared.clock import business_now
from services.shared.models import PackFile, PackFileContent, PackRendering, PackRow
from services.shared.outbox import enqueue
from services.shared.webhooks import PartnerEvent, tell_partners


async def publish(db: AsyncSession, caller: Caller, reference: str, *, if_match: str | None = None) -> None:
    """Issues it: files stored as they are served from now on, with their digests and how far the audit chain reaches."""
    row = await steps.to_move(db, caller, Action.PUBLISH_PACK, reference, PackState.PUBLISHED, if_match)
    said = await _to_be_issued(db, row)
    await issue(db, caller, row, said, await rendered(said.pack, said.exempt))


async def ask_to_publish(
    db: AsyncSession, caller: Caller, reference: str, *, if_match: str | None = None
) -> None:
    """The same by the worker: nothing of it is published until all of it is."""
    row = await steps.to_move(db, caller, Action.PUBLISH_PACK, reference, PackState.PUBLISHED, if_match)
    await _to_be_issued(db, row)
    asked = PackRendering(
        pack_id=row.id,
        because=RenderingReason.PUBLICATION,
        asked_by=caller.id,
        asked_at=await business_now(db),
    )
    db.add(asked)
    row.version += 1
    await db.flush()
    await enqueue(db, "reporting", "reporting", f"/v1/packs/papers/renderings/{asked.id}", {})


@dataclass(frozen=True, slots=True)
class Said:
    """What a frozen pack says now, which sections of it are exempt, and the digest of its content."""

    pack: Pack
    exempt: frozenset[str]
    digest: str


async def as_it_stands(db: AsyncSession, row: PackRow) -> Said:
    """The newest content of a frozen pack; its digest is another than was frozen where something was redacted in it."""
    newest = (await queries.contents(db, row.id, 1))[0]
    redacted = await queries.redactions(db, newest.id)
    return Said(
        content_from_data(newest.content),
        frozenset(await queries.exemptions(db, row.id)),
        digest_of(newest.content) if redacted else newest.digest,
    )


async def _to_be_issued(db: AsyncSession, row: PackRow) -> Said:
    """Raises RuleBroken where it names a patient, or nothing of it could leave."""
    said = await as_it_stands(db, row)
    check_nobody_is_named(said.pack)
    if not row.inside_only:
        check_something_is_public(said.pack, said.exempt)
    return said


def told_outside(row: PackRow, said: Said) -> str:
    """The digest of what anybody may have; of a pack that stays inside, of the whole."""
    return said.digest if row.inside_only else public_digest(said.pack, said.exempt)


async def issue(db: AsyncSession, caller: Caller, row: PackRow, said: Said, files: Files) -> None:
    """Publishes it with these files, in one transaction: whoever looks sees all of it or nothing."""
    check_move(PACK_MOVES, PackState(row.state), PackState.PUBLISHED)
    await _store_files(db, row, said, files)
    head = await head_of(db)
    row.state, row.chain_position, row.chain_digest = PackState.PUBLISHED, head.position, head.digest
    await steps.done(db, caller, row, PackDeed.PUBLISHED, digest=told_outside(row, said))
    await _tell_partners(db, row, told_outside(row, said))
    if row.supersedes_id is not None:
        before = await db.get_one(PackRow, row.supersedes_id, with_for_update=True)
        check_move(PACK_MOVES, PackState(before.state), PackState.SUPERSEDED)
        before.state = PackState.SUPERSEDED
        await steps.done(db, caller, before, PackDeed.SUPERSEDED, reason=f"{row.reference} takes its place.")


async def renew(db: AsyncSession, caller: Caller, row: PackRow, said: Said, files: Files) -> None:
    """After a redaction: files without the text take the place of those that had it, whose digests stay on record."""
    now = await business_now(db)
    await _store_contents(db, [each for made in files.values() for each in made])
    for audience, made in files.items():
        issued = {each.format: each for each in await queries.newest_files(db, row.id, audience)}
        for each in made:
            before = issued.get(each.format)
            if before is not None and before.digest != each.digest:
                db.add(
                    PackFile(
                        pack_id=row.id, audience=audience, format=each.format, name=before.name, media_type=each.media_type,
                        digest=each.digest, size=len(each.content), recorded_at=now, number=before.number + 1,
                    )
                )  # fmt: skip
    await steps.done(db, caller, row, PackDeed.REDACTED, digest=told_outside(row, said))


async def file_as_issued(
    db: AsyncSession, reference: str, format_: str, audience: Audience
) -> tuple[PackFile, bytes]:
    """The bytes of a published pack. Raises NotFound, also for whoever is outside a pack that stays inside; Conflict."""
    row = await queries.paper_called(db, reference)
    if audience is Audience.PUBLIC and (row.inside_only or PackState(row.state) not in ISSUED):
        raise NotFound(queries.MISSING.format(reference))
    return await queries.file_with_content(db, row.id, audience, format_)


async def _tell_partners(db: AsyncSession, row: PackRow, digest: str) -> None:
    if row.inside_only:
        return
    assert row.as_at is not None  # it is frozen
    told = {
        "ref": row.reference,
        "kind": row.kind,
        "as_at": row.as_at.isoformat(),
        "edition": row.edition,
        "sha256": digest,
    }
    await tell_partners(db, PartnerEvent(PartnerEventKind.PACK_PUBLISHED, told))


async def _store_files(db: AsyncSession, row: PackRow, said: Said, files: Files) -> None:
    """For those inside, and for anybody unless the pack stays inside."""
    files = {each: made for each, made in files.items() if each is Audience.INSIDE or not row.inside_only}
    await _store_contents(db, [each for made in files.values() for each in made])
    now = await business_now(db)
    stem = f"{row.kind}-{row.as_at}" + (f"-version-{row.edition}" if row.edition > 1 else "")
    for audience, made in files.items():
        told = "-inside" if said.exempt and audience is Audience.INSIDE else ""
        for each in made:
            db.add(
                PackFile(
                    pack_id=row.id, audience=audience, format=each.format, name=f"{stem}{told}.{each.format}",
                    media_type=each.media_type, digest=each.digest, size=len(each.content), recorded_at=now,
                )
            )  # fmt: skip
    await db.flush()


async def _store_contents(db: AsyncSession, files: Sequence[Rendered]) -> None:
    contents = {each.digest: each.content for each in files}
    known = await queries.known_contents(db, list(contents))
    db.add_all(
        PackFileContent(digest=digest, content=content)
        for digest, content in contents.items()
        if digest not in known
    )
    await db.flush()
