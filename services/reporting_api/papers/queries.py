"""Packs in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy import Sequence as DatabaseSequence
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.errors import Conflict, NotFound
from services.domain.packs import ISSUED
from services.domain.words import Audience, PackDeed, PackState, RenderingReason
from services.reporting_api.outlines import queries as outlines
from services.shared.models import (
    PackComment,
    PackContent,
    PackEdit,
    PackExemption,
    PackExplanation,
    PackFile,
    PackFileContent,
    PackRendering,
    PackRow,
    PackStep,
    PackWriting,
    Person,
    RedactedPlace,
    Redaction,
)

NUMBER: Final = DatabaseSequence("pack_number")
MISSING: Final = "There is no pack {}. Open the list of packs to find it."
BEING_MADE: Final = "Something was redacted in this pack, and its files are being made anew without it. Try again in a minute."
_Resolver: Final = aliased(Person)


async def next_reference(db: AsyncSession) -> str:
    """PACK-0001, PACK-0002, ... A number that a failed attempt took stays unused."""
    return f"PACK-{await db.scalar(select(NUMBER.next_value())):04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which packs; what is None does not narrow. `outside`: those that are or were published to anybody."""

    kind: str | None = None
    state: PackState | None = None
    outside: bool = False


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
    if wanted.outside:
        fits += [PackRow.state.in_(ISSUED), PackRow.inside_only.is_(False)]
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
    return await issued(db, pack.kind, before=pack.as_at, other_than=(pack.id, pack.supersedes_id))


async def issued(
    db: AsyncSession, kind: str, *, before: date | None, other_than: Sequence[int | None] = ()
) -> PackRow | None:
    """The newest published pack of a kind, of a day before this one (None: of any)."""
    query = (
        select(PackRow)
        .where(PackRow.kind == kind, PackRow.state == PackState.PUBLISHED)
        .where(PackRow.id.not_in([each for each in other_than if each is not None]))
        .order_by(PackRow.as_at.desc(), PackRow.id.desc())
        .limit(1)
    )
    if before is not None:
        query = query.where(PackRow.as_at < before)
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
    """Whoever began or assembled it, wrote in it, changed its words, explained a discrepancy, or wrote what its kind says anew.

    Of the kind, since the pack of it that was published before: what nobody but its writer has read yet.
    """
    written = (
        select(PackRow.begun_by).where(PackRow.id == pack_id),
        select(PackStep.done_by).where(PackStep.pack_id == pack_id, PackStep.deed == PackDeed.ASSEMBLED),
        select(PackEdit.edited_by).where(PackEdit.pack_id == pack_id),
        select(PackExplanation.written_by).where(PackExplanation.pack_id == pack_id),
        select(PackWriting.written_by).where(PackWriting.pack_id == pack_id),
    )
    of_the_kind = await _writers_of_its_kind(db, await db.get_one(PackRow, pack_id))
    return of_the_kind | {person for query in written for person in await db.scalars(query)}


async def _writers_of_its_kind(db: AsyncSession, pack: PackRow) -> set[int]:
    published = await db.scalar(
        select(func.max(PackRow.outline_version)).where(
            PackRow.kind == pack.kind, PackRow.id < pack.id, PackRow.state.in_(ISSUED)
        )
    )
    return await outlines.writers(db, pack.kind, after=published or 0, up_to=pack.outline_version)


async def names_of(db: AsyncSession, ids: Collection[int]) -> list[str]:
    """People by name."""
    rows = await db.scalars(select(Person.name).where(Person.id.in_(ids)).order_by(Person.name))
    return list(rows)


async def files_of(db: AsyncSession, pack_id: int, audience: Audience) -> Sequence[PackFile]:
    """Its files for an audience as they are served, in the order in which they were made; none that a redaction has withdrawn."""
    found = await newest_files(db, pack_id, audience)
    there = await known_contents(db, [each.digest for each in found])
    return [each for each in found if each.digest in there]


async def newest_files(db: AsyncSession, pack_id: int, audience: Audience) -> Sequence[PackFile]:
    """The newest of each format, also those whose bytes are gone."""
    rows = await db.scalars(
        select(PackFile)
        .where(PackFile.pack_id == pack_id, PackFile.audience == audience, is_newest_file())
        .order_by(PackFile.id)
    )
    return rows.all()


async def files_as_issued(db: AsyncSession, pack_id: int, audience: Audience) -> Sequence[PackFile]:
    """Of the files that another took the place of after a redaction: what was issued."""
    rows = await db.scalars(
        select(PackFile)
        .where(
            PackFile.pack_id == pack_id,
            PackFile.audience == audience,
            PackFile.number == 1,
            ~is_newest_file(),
        )
        .order_by(PackFile.id)
    )
    return rows.all()


def is_newest_file() -> ColumnElement[bool]:
    """No file of the pack has taken its place."""
    later = aliased(PackFile)
    return ~exists().where(
        later.pack_id == PackFile.pack_id, later.audience == PackFile.audience, later.format == PackFile.format,
        later.number > PackFile.number,
    )  # fmt: skip


async def file_with_content(
    db: AsyncSession, pack_id: int, audience: Audience, format_: str
) -> tuple[PackFile, bytes]:
    """A file with its bytes as they were issued. Raises NotFound."""
    row = (
        await db.execute(
            select(PackFile, PackFileContent.content)
            .join(PackFileContent, PackFileContent.digest == PackFile.digest)
            .where(
                PackFile.pack_id == pack_id, PackFile.audience == audience, PackFile.format == format_, is_newest_file()
            )
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        if any(each.format == format_ for each in await newest_files(db, pack_id, audience)):
            raise Conflict(BEING_MADE)
        raise NotFound("This pack was not issued in that format. Open the pack to see which files it has.")
    return row[0], row[1]


async def publication_under_way(db: AsyncSession, pack_id: int) -> PackRendering | None:
    """The publication that the worker has in hand."""
    found: PackRendering | None = await db.scalar(
        select(PackRendering).where(
            PackRendering.pack_id == pack_id,
            PackRendering.because == RenderingReason.PUBLICATION,
            PackRendering.ended_at.is_(None),
        )
    )
    return found


async def refused_publication(db: AsyncSession, pack_id: int) -> str | None:
    """Why the last publication that was asked for came to nothing."""
    found: str | None = await db.scalar(
        select(PackRendering.refusal)
        .where(PackRendering.pack_id == pack_id, PackRendering.because == RenderingReason.PUBLICATION)
        .order_by(PackRendering.id.desc())
        .limit(1)
    )
    return found


async def redactions(db: AsyncSession, content_id: int) -> Sequence[Any]:
    """What was redacted in a frozen content: when, and the names of who asked and who approved."""
    asker, decider = aliased(Person), aliased(Person)
    rows = await db.execute(
        select(Redaction.done_at, asker.name.label("asked_by"), decider.name.label("approved_by"))
        .join(RedactedPlace, RedactedPlace.redaction_id == Redaction.id)
        .join(asker, asker.id == Redaction.asked_by)
        .join(decider, decider.id == Redaction.decided_by)
        .where(RedactedPlace.table_name == "pack_content", RedactedPlace.row_id == content_id)
        .order_by(Redaction.id)
    )
    return rows.all()


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
