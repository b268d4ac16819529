"""Packs in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy import Sequence as DatabaseSequence
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.errors import NotFound
from services.domain.packs import ISSUED
from services.domain.words import Audience, PackDeed, PackState
from services.shared.models import (
    PackComment,
    PackContent,
    PackEdit,
    PackExemption,
    PackExplanation,
    PackFile,
    PackFileContent,
    PackRow,
    PackStep,
    PackWriting,
    Person,
)

NUMBER: Final = DatabaseSequence("pack_number")
MISSING: Final = "There is no pack {}. Open the list of packs to find it."
_Resolver: Final = aliased(Person)


async def next_reference(db: AsyncSession) -> str:
    """PACK-0001, PACK-0002, ... A number that a failed attempt took stays unused."""
    return f"PACK-{await db.scalar(select(NUMBER.next_value())):04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which packs; what is None does not narrow. `issued_only`: those that are or were published."""

    kind: str | None = None
    state: PackState | None = None
    issued_only: bool = False


async def papers(db: AsyncSession, wanted: Wanted, *, start: int, limit: int) -> Sequence[PackRow]:
    """Those that fit, the newest first."""
    rows = await db.scalars(
        select(PackRow).where(*_fit(wanted)).order_by(PackRow.id.desc()).offset(start).limit(limit)
    )
    return rows.all()


async def count_papers(db: AsyncSession, wanted: Wanted) -> int:
    """How many fit."""
    return (await db.execute(select(func.count()).select_from(PackRow).where(*_fit(wanted)))).scalar_one()


def _fit(wanted: Wanted) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        fits.append(PackRow.kind == wanted.kind)
    if wanted.state is not None:
        fits.append(PackRow.state == wanted.state)
    if wanted.issued_only:
        fits.append(PackRow.state.in_(ISSUED))
    return fits


async def paper_called(db: AsyncSession, reference: str, *, lock: bool = False) -> PackRow:
    """One pack; `lock`: until this transaction ends. Raises NotFound."""
    query = select(PackRow).where(PackRow.reference == reference)
    found = await db.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(MISSING.format(reference))
    return found


async def successor_of(db: AsyncSession, pack_id: int) -> PackRow | None:
    """The pack that takes this one's place, published or not."""
    found: PackRow | None = await db.scalar(select(PackRow).where(PackRow.supersedes_id == pack_id))
    return found


async def issued_before(db: AsyncSession, pack: PackRow) -> PackRow | None:
    """The newest published pack of its kind, other than itself and the one that it takes the place of."""
    query = (
        select(PackRow)
        .where(PackRow.kind == pack.kind, PackRow.state == PackState.PUBLISHED, PackRow.id != pack.id)
        .where(PackRow.id.is_distinct_from(pack.supersedes_id))
        .order_by(PackRow.as_at.desc(), PackRow.id.desc())
        .limit(1)
    )
    if pack.as_at is not None:
        query = query.where(PackRow.as_at < pack.as_at)
    found: PackRow | None = await db.scalar(query)
    return found


async def contents(db: AsyncSession, pack_id: int, number: int = 2) -> Sequence[PackContent]:
    """What was frozen of it, newest first."""
    rows = await db.scalars(
        select(PackContent).where(PackContent.pack_id == pack_id).order_by(PackContent.number.desc()).limit(number)
    )  # fmt: skip
    return rows.all()


async def current_edits(db: AsyncSession, pack_id: int) -> Sequence[Any]:
    """The edits that stand, each with its editor's name, in the order in which they were made."""
    rows = await db.execute(
        select(PackEdit, Person.name)
        .join(Person, Person.id == PackEdit.edited_by)
        .where(PackEdit.pack_id == pack_id, PackEdit.ended_at.is_(None))
        .order_by(PackEdit.id)
    )
    return rows.all()


async def edits_of(db: AsyncSession, pack_id: int, block: str) -> Sequence[Any]:
    """Every edit of a block, newest first."""
    rows = await db.execute(
        select(PackEdit, Person.name)
        .join(Person, Person.id == PackEdit.edited_by)
        .where(PackEdit.pack_id == pack_id, PackEdit.block == block)
        .order_by(PackEdit.id.desc())
    )
    return rows.all()


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the fields of a pack's block, and who wrote last there. `version` grows with each change of it."""

    given: Mapping[str, str]
    version: int
    by: str
    at: datetime


async def written(db: AsyncSession, pack_id: int) -> Mapping[str, Written]:
    """What people wrote for this pack alone, by block."""
    rows = await db.execute(
        select(PackWriting, Person.name)
        .join(Person, Person.id == PackWriting.written_by)
        .where(PackWriting.pack_id == pack_id)
        .order_by(PackWriting.id)
    )
    found: dict[str, list[tuple[PackWriting, str]]] = {}
    for row, name in rows:
        found.setdefault(row.block, []).append((row, name))
    return {block: _written(alike) for block, alike in found.items()}


def _written(rows: Sequence[tuple[PackWriting, str]]) -> Written:
    newest, name = rows[-1]
    ended = sum(row.ended_at is not None for row, _ in rows)
    given = {row.field: row.words for row, _ in rows if row.ended_at is None}
    return Written(given, len(rows) + ended, name, newest.recorded_at)


async def current_writing(
    db: AsyncSession, pack_id: int, block: str, fields: Collection[str]
) -> Sequence[PackWriting]:
    """What stands in these fields of a block."""
    rows = await db.scalars(
        select(PackWriting).where(
            PackWriting.pack_id == pack_id, PackWriting.block == block, PackWriting.field.in_(fields),
            PackWriting.ended_at.is_(None),
        )
    )  # fmt: skip
    return rows.all()


async def writings(db: AsyncSession, pack_id: int, block: str | None = None) -> Sequence[Any]:
    """Each time that somebody wrote in a field, newest first, with who it was; of one block, or of all."""
    query = (
        select(PackWriting, Person.name)
        .join(Person, Person.id == PackWriting.written_by)
        .where(PackWriting.pack_id == pack_id)
        .order_by(PackWriting.id.desc())
    )
    rows = await db.execute(query if block is None else query.where(PackWriting.block == block))
    return rows.all()


async def comments(db: AsyncSession, pack_id: int) -> Sequence[Any]:
    """The comments, oldest first, with who wrote and who resolved each."""
    rows = await db.execute(
        select(PackComment, Person.name, _Resolver.name)
        .join(Person, Person.id == PackComment.written_by)
        .outerjoin(_Resolver, _Resolver.id == PackComment.resolved_by)
        .where(PackComment.pack_id == pack_id)
        .order_by(PackComment.id)
    )
    return rows.all()


async def comment_called(db: AsyncSession, pack_id: int, comment_id: int) -> PackComment:
    """One comment of a pack. Raises NotFound."""
    found = await db.get(PackComment, comment_id)
    if found is None or found.pack_id != pack_id:
        raise NotFound("There is no such comment on this pack.")
    return found


async def exemptions(db: AsyncSession, pack_id: int) -> Mapping[str, PackExemption]:
    """Its exempt sections."""
    rows = await db.scalars(
        select(PackExemption).where(PackExemption.pack_id == pack_id, PackExemption.ended_at.is_(None))
    )
    return {row.section: row for row in rows}


async def explanations(db: AsyncSession, pack_id: int) -> Mapping[str, tuple[PackExplanation, str]]:
    """Its explanations by what they explain, each with its writer's name."""
    rows = await db.execute(
        select(PackExplanation, Person.name)
        .join(Person, Person.id == PackExplanation.written_by)
        .where(PackExplanation.pack_id == pack_id, PackExplanation.ended_at.is_(None))
    )
    return {row.discrepancy: (row, name) for row, name in rows}


async def steps(db: AsyncSession, pack_id: int) -> Sequence[Any]:
    """Its history, oldest first, with who did each."""
    rows = await db.execute(
        select(PackStep, Person.name)
        .join(Person, Person.id == PackStep.done_by)
        .where(PackStep.pack_id == pack_id)
        .order_by(PackStep.id)
    )
    return rows.all()


async def authors(db: AsyncSession, pack_id: int) -> set[int]:
    """Whoever began or assembled it, wrote in it, changed its words or explained a discrepancy of it."""
    written = (
        select(PackRow.begun_by).where(PackRow.id == pack_id),
        select(PackStep.done_by).where(PackStep.pack_id == pack_id, PackStep.deed == PackDeed.ASSEMBLED),
        select(PackEdit.edited_by).where(PackEdit.pack_id == pack_id),
        select(PackExplanation.written_by).where(PackExplanation.pack_id == pack_id),
        select(PackWriting.written_by).where(PackWriting.pack_id == pack_id),
    )
    return {person for query in written for person in await db.scalars(query)}


async def names_of(db: AsyncSession, ids: Collection[int]) -> list[str]:
    """People by name."""
    rows = await db.scalars(select(Person.name).where(Person.id.in_(ids)).order_by(Person.name))
    return list(rows)


async def files_of(db: AsyncSession, pack_id: int, audience: Audience) -> Sequence[PackFile]:
    """Its files for an audience, in the order in which they were made."""
    rows = await db.scalars(
        select(PackFile)
        .where(PackFile.pack_id == pack_id, PackFile.audience == audience)
        .order_by(PackFile.id)
    )
    return rows.all()


async def file_with_content(
    db: AsyncSession, pack_id: int, audience: Audience, format_: str
) -> tuple[PackFile, bytes]:
    """A file with its bytes as they were issued. Raises NotFound."""
    row = (
        await db.execute(
            select(PackFile, PackFileContent.content)
            .join(PackFileContent, PackFileContent.digest == PackFile.digest)
            .where(
                PackFile.pack_id == pack_id, PackFile.audience == audience, PackFile.format == format_
            )
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound("This pack was not issued in that format. Open the pack to see which files it has.")
    return row[0], row[1]


async def known_contents(db: AsyncSession, digests: Collection[str]) -> set[str]:
    """Of these digests, those whose bytes are kept already."""
    rows = await db.scalars(select(PackFileContent.digest).where(PackFileContent.digest.in_(digests)))
    return set(rows)


async def counts_of(db: AsyncSession, pack_ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """Of each pack: how many edits stand, how many comments are open."""
    edits = await db.execute(
        select(PackEdit.pack_id, func.count().label("number"))
        .where(PackEdit.pack_id.in_(pack_ids), PackEdit.ended_at.is_(None))
        .group_by(PackEdit.pack_id)
    )
    open_comments = await db.execute(
        select(PackComment.pack_id, func.count().label("number"))
        .where(PackComment.pack_id.in_(pack_ids), PackComment.resolved_at.is_(None))
        .group_by(PackComment.pack_id)
    )
    of_edits = {row.pack_id: row.number for row in edits}
    of_comments = {row.pack_id: row.number for row in open_comments}
    return {each: (of_edits.get(each, 0), of_comments.get(each, 0)) for each in pack_ids}


async def published_at(db: AsyncSession, pack_ids: Collection[int]) -> Mapping[int, datetime]:
    """When each was published."""
    rows = await db.execute(
        select(PackStep.pack_id, PackStep.recorded_at).where(
            PackStep.pack_id.in_(pack_ids), PackStep.deed == PackDeed.PUBLISHED
        )
    )
    return {row.pack_id: row.recorded_at for row in rows}
