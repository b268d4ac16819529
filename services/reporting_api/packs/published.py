"""Published packs for whoever is outside: what there is, with digests, and the files without what is exempt from FOI."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.errors import Conflict, NotFound
from services.domain.packs import ISSUED
from services.domain.words import Audience, PackDeed
from services.reporting_api.papers.queries import BEING_MADE, is_newest_file, newest_files
from services.shared.models import PackFile, PackFileContent, PackRow, PackStep


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file as anybody may have it; `digest`: SHA-256 of its bytes."""

    format: str
    name: str
    media_type: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class PublishedPack:
    """A pack that was published. `superseded_by`: the one that has taken its place; `chain_*`: the audit chain at that moment."""

    ref: str
    kind: str
    title: str
    edition: int
    as_at: date
    published_at: datetime
    supersedes: str | None
    superseded_by: str | None
    chain_position: int
    chain_digest: str
    files: Sequence[PublishedFile]


async def published_packs(
    db: AsyncSession, *, known_at: datetime | None = None, kind: str | None = None
) -> list[PublishedPack]:
    """Every published pack, the oldest first. `known_at`: those that were published by then, as they stood then."""
    earlier, later, step = aliased(PackRow), aliased(PackRow), aliased(PackStep)
    superseded = (
        select(later.reference)
        .join(step, step.pack_id == PackRow.id)
        .where(later.supersedes_id == PackRow.id, step.deed == PackDeed.SUPERSEDED)
        .correlate(PackRow)
    )
    if known_at is not None:
        superseded = superseded.where(step.recorded_at <= known_at)
    query = (
        select(PackRow, PackStep.recorded_at, earlier.reference, superseded.scalar_subquery())
        .join(PackStep, (PackStep.pack_id == PackRow.id) & (PackStep.deed == PackDeed.PUBLISHED))
        .outerjoin(earlier, earlier.id == PackRow.supersedes_id)
        .where(PackRow.state.in_(ISSUED), PackRow.inside_only.is_(False))
        .order_by(PackStep.id)
    )
    if known_at is not None:
        query = query.where(PackStep.recorded_at <= known_at)
    if kind is not None:
        query = query.where(PackRow.kind == kind)
    rows = (await db.execute(query)).all()
    files = await _public_files(db, [row.id for row, *_ in rows])
    return [
        PublishedPack(
            row.reference, row.kind, row.title, row.edition, row.as_at, published_at, supersedes, superseded_by,
            row.chain_position, row.chain_digest, files.get(row.id, ()),
        )
        for row, published_at, supersedes, superseded_by in rows
    ]  # fmt: skip


async def public_file(db: AsyncSession, reference: str, format_: str) -> tuple[PublishedFile, bytes]:
    """The bytes of a published pack as anybody may have them. Raises NotFound."""
    row = (
        await db.execute(
            select(PackFile, PackFileContent.content)
            .join(PackRow, PackRow.id == PackFile.pack_id)
            .join(PackFileContent, PackFileContent.digest == PackFile.digest)
            .where(
                PackRow.reference == reference,
                PackRow.inside_only.is_(False),
                PackFile.format == format_,
                PackFile.audience == Audience.PUBLIC,
                is_newest_file(),
            )
        )
    ).one_or_none()
    if row is None:
        pack = await db.scalar(select(PackRow).where(PackRow.reference == reference))
        named = await newest_files(db, pack.id, Audience.PUBLIC) if pack else ()
        if any(each.format == format_ for each in named):
            raise Conflict(BEING_MADE)
        raise NotFound(f"There is no published pack {reference} in the format {format_}.")
    return _shown(row[0]), row[1]


async def _public_files(db: AsyncSession, pack_ids: Sequence[int]) -> dict[int, list[PublishedFile]]:
    found: dict[int, list[PublishedFile]] = {}
    query = (
        select(PackFile)
        .join(PackFileContent, PackFileContent.digest == PackFile.digest)
        .where(PackFile.pack_id.in_(pack_ids), PackFile.audience == Audience.PUBLIC, is_newest_file())
    )
    for file in await db.scalars(query.order_by(PackFile.id)):
        found.setdefault(file.pack_id, []).append(_shown(file))
    return found


def _shown(file: PackFile) -> PublishedFile:
    return PublishedFile(file.format, file.name, file.media_type, file.digest, file.size)
