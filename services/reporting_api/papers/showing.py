"""A pack as its page shows it: the paper in its order, and beside each block what people did to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound, RuleBroken
from services.domain.lifecycle import PACK_MOVES, may_move
from services.domain.packs import (
    FIXED,
    ISSUED,
    PLACEHOLDER,
    Change,
    FigureChange,
    Fit,
    Stated,
    compare,
    figures_moved,
)
from services.domain.permissions import Action, Person, allowed
from services.domain.reconciliation import Discrepancy
from services.domain.words import Audience, PackState
from services.reporting_api.packs.blocks import BLOCKS
from services.reporting_api.packs.content import Block, Pack, Section, ToWrite
from services.reporting_api.packs.editing import (
    Placed,
    Words,
    block_called,
    is_editable,
    name_of,
    names_in,
    placed,
    words_of,
)
from services.reporting_api.packs.html import block_html
from services.reporting_api.packs.schemas import AskedShown
from services.reporting_api.packs.stating import stated
from services.reporting_api.packs.writing import place_of
from services.reporting_api.papers import assembling, queries, service
from services.reporting_api.papers.schemas import (
    BlockShown,
    CommentShown,
    ComparisonShown,
    DetailShown,
    DiscrepancyShown,
    EditShown,
    FigureChangeShown,
    FigureInWords,
    FileShown,
    KindRow,
    PaperList,
    PaperRow,
    PaperShown,
    PartShown,
    PlaceShown,
    PublishingShown,
    RedactedShown,
    StatedShown,
    StepShown,
    WritingShown,
    WrittenShown,
)
from services.shared.models import PackEdit, PackExplanation, PackFile, PackRow
from services.shared.paging import cursor_after

MOVES = {
    "assemble": (Action.ASSEMBLE_PACK, PackState.ASSEMBLED),
    "put_back": (Action.ASSEMBLE_PACK, PackState.DRAFT),
    "approve": (Action.APPROVE_PACK, PackState.APPROVED),
    "publish": (Action.PUBLISH_PACK, PackState.PUBLISHED),
}


@dataclass(frozen=True, slots=True)
class Margin:
    """What stands beside the blocks and sections of a pack."""

    edits: Mapping[str, EditShown]
    comments: Mapping[str, list[CommentShown]]
    exempt: Mapping[str, str]
    may_edit: bool
    places: Mapping[str, ToWrite]
    written: Mapping[str, queries.Written]
    unreconciled: Sequence[DiscrepancyShown] = ()


async def list_papers(
    db: AsyncSession, person: Person, wanted: queries.Wanted, start: int, limit: int
) -> PaperList:
    """The packs that fit, as far as the person may see them, the newest first."""
    if not allowed(Action.VIEW_PACKS, person):
        wanted = queries.Wanted(kind=wanted.kind, state=wanted.state, outside=True)
    rows = await queries.papers(db, wanted, start=start, limit=limit)
    total = await queries.count_papers(db, wanted)
    begins = allowed(Action.ASSEMBLE_PACK, person)
    return PaperList(
        items=await _rows(db, rows),
        kinds=[
            KindRow(kind=each.kind, title=each.title, outline_version=each.outline_version)
            for each in await assembling.kinds(db)
        ],
        total=total, can=["begin"] if begins else [], next=cursor_after(start, limit, total),
    )  # fmt: skip


async def one_paper(db: AsyncSession, person: Person, caller_id: int, reference: str) -> PaperShown:
    """A pack with its margin; for readers a published one as it was issued to anybody. Raises NotFound."""
    row = await queries.paper_called(db, reference)
    if allowed(Action.VIEW_PACKS, person):
        return await _whole(db, person, caller_id, await service.standing(db, reference))
    if row.inside_only or PackState(row.state) not in ISSUED:
        raise NotFound(queries.MISSING.format(reference))
    return await _as_issued(db, row)


async def one_block(db: AsyncSession, reference: str, block: str) -> tuple[BlockShown, int]:
    """A block's words for its form, and the version of them (0: nobody has changed them)."""
    words, standing = await service.words_to_edit(db, reference, block)
    row = await queries.paper_called(db, reference)
    earlier = [
        EditShown(
            block=block, fit=Fit.STANDS, words=spoken(each.words, words), edited_by=name, edited_at=each.recorded_at,
            drafted_then=spoken(each.drafted, words), drafted_now=spoken(words.template, words),
            figures_moved=figures_moved(each.drafted, each.words),
        )
        for each, name in await queries.edits_of(db, row.id, block)
    ]  # fmt: skip
    shown = BlockShown(
        block=block, drafted=words.template, words=standing.words if standing else words.template,
        figures=[
            FigureInWords(placeholder=f"{{{number}}}", text=figure.text)
            for number, figure in enumerate(words.figures, start=1)
        ],
        earlier=earlier,
    )  # fmt: skip
    return shown, standing.id if standing else 0


async def one_place(db: AsyncSession, reference: str, block: str) -> tuple[PlaceShown, int]:
    """A place to write in for its form, and the version of what was written there (0: nothing yet)."""
    place, written, found = await service.place_to_write(db, reference, block)
    fields = service.asked_in_paper(place, written.given if written else {})
    labels = {each.name: each.label for each in fields}
    earlier = [
        WritingShown(
            label=labels.get(row.field, row.field),
            words=row.words,
            written_by=name,
            written_at=row.recorded_at,
        )
        for row, name in await queries.writings(db, found.row.id, block)
    ]
    kind = BLOCKS[place.block]
    shown = PlaceShown(
        block=block, title=kind.title, help=kind.help, fields=[AskedShown.of(each) for each in fields], earlier=earlier
    )  # fmt: skip
    return shown, written.version if written else 0


async def compared(db: AsyncSession, before: str, after: str) -> ComparisonShown:
    """Two packs of a kind, figure by figure. Raises RuleBroken for packs of two kinds."""
    earlier, later = await service.standing(db, before), await service.standing(db, after)
    if earlier.row.kind != later.row.kind:
        raise RuleBroken.at("with", "These packs are of two kinds: choose two of one kind.")
    changes = compare(stated(earlier.edited), stated(later.edited))
    rows = await _rows(db, [earlier.row, later.row])
    counted = {change: sum(each.change is change for each in changes) for change in Change}
    return ComparisonShown(
        before=rows[0], after=rows[-1], figures=[_change(each) for each in changes],
        changed=counted[Change.CHANGED], added=counted[Change.ADDED], gone=counted[Change.GONE],
        same=counted[Change.SAME],
    )  # fmt: skip


def spoken(words: str, of: Words) -> str:
    """The words with their figures as they are printed, for whoever only reads them."""

    def figure(number: int) -> str:
        return of.figures[number - 1].text if 0 < number <= len(of.figures) else f"{{{number}}}"

    return PLACEHOLDER.sub(lambda found: figure(int(found[1])), words).replace("**", "")


async def _whole(db: AsyncSession, person: Person, caller_id: int, found: service.Standing) -> PaperShown:
    row, pack_id = found.row, found.row.id
    edits = await _edits(db, found)
    comments = await _comments(db, pack_id)
    known = set(names_in(found.edited))
    state = PackState(row.state)
    found_discrepancies = await _discrepancies(db, found)
    margin = Margin(
        {each.block: each for each in edits if each.block},
        comments,
        {key: each.reason for key, each in (await queries.exemptions(db, pack_id)).items()},
        may_edit=state not in FIXED and allowed(Action.EDIT_PACK, person),
        unreconciled=found_discrepancies,
        places=found.places,
        written=found.written,
    )
    return PaperShown(
        **await _heading(db, row, found.edited, Audience.INSIDE),
        parts=list(_parts(found.edited.sections, margin, 2)),
        set_aside=[each for each in edits if each.block is None],
        comments=[each for key, alike in comments.items() if key not in known for each in alike],
        discrepancies=found_discrepancies,
        history=[
            StepShown(
                deed=step.deed, reason=step.reason, digest=step.digest, done_by=name, done_at=step.recorded_at
            )
            for step, name in await queries.steps(db, pack_id)
        ],
        authors=await queries.names_of(db, await queries.authors(db, pack_id)),
        files=await _files(db, pack_id, Audience.INSIDE),
        **await _publishing(db, row),
        can=await _can(db, person, caller_id, row),
    )


async def _as_issued(db: AsyncSession, row: PackRow) -> PaperShown:
    """What anybody may read of it."""
    pack = await service.as_anybody_has_it(db, row)
    return PaperShown(
        **await _heading(db, row, pack, Audience.PUBLIC),
        parts=list(_parts(pack.sections, Margin({}, {}, {}, may_edit=False, places={}, written={}), 2)),
        set_aside=[], comments=[], discrepancies=[], history=[], authors=[], files=[], can=[],
    )  # fmt: skip


async def _heading(db: AsyncSession, row: PackRow, pack: Pack, audience: Audience) -> dict[str, object]:
    successor = await queries.successor_of(db, row.id)
    before = await db.get(PackRow, row.supersedes_id) if row.supersedes_id else None
    superseded_by = successor.reference if successor and row.state == PackState.SUPERSEDED else None
    return {
        "ref": row.reference, "kind": row.kind, "title": pack.title, "edition": row.edition, "state": row.state,
        "as_at": pack.as_at, "details": [DetailShown(label=each.label, value=each.value) for each in pack.details],
        "inside_only": row.inside_only, "supersedes": before.reference if before else None, "superseded_by": superseded_by,
        "chain_position": row.chain_position, "chain_digest": row.chain_digest,
        "public_files": await _files(db, row.id, Audience.PUBLIC),
    } | await _redacted(db, row, audience)  # fmt: skip


async def _redacted(db: AsyncSession, row: PackRow, audience: Audience) -> dict[str, object]:
    """What a redaction did to what is frozen, for whom the files are."""
    newest = await queries.contents(db, row.id, 1)
    found = await queries.redactions(db, newest[0].id) if newest else []
    named = await queries.newest_files(db, row.id, audience) if found else []
    there = await queries.known_contents(db, [each.digest for each in named])
    return {
        "redacted": [
            RedactedShown(at=each.done_at, asked_by=each.asked_by, approved_by=each.approved_by) for each in found
        ],
        "files_as_issued": _files_shown(await queries.files_as_issued(db, row.id, audience)) if found else [],
        "files_missing": any(each.digest not in there for each in named),
    }  # fmt: skip


async def _publishing(db: AsyncSession, row: PackRow) -> dict[str, Any]:
    if row.state != PackState.APPROVED:
        return {}
    asked = await queries.publication_under_way(db, row.id)
    if asked is None:
        return {"not_published": await queries.refused_publication(db, row.id)}
    return {"publishing": PublishingShown(asked_at=asked.asked_at, made=asked.made, to_make=asked.to_make)}


async def _can(db: AsyncSession, person: Person, caller_id: int, row: PackRow) -> list[str]:
    state = PackState(row.state)
    can = [
        deed
        for deed, (action, to) in MOVES.items()
        if may_move(PACK_MOVES, state, to) and allowed(action, person)
    ]
    if await queries.publication_under_way(db, row.id) is not None:
        can = []
    if "approve" in can and caller_id in await queries.authors(db, row.id):
        can.remove("approve")
    if state not in FIXED:
        can += [
            deed
            for deed, action in (
                ("edit", Action.EDIT_PACK), ("explain", Action.EDIT_PACK), ("exempt", Action.PUBLISH_PACK),
            )
            if allowed(action, person)
        ]  # fmt: skip
    if state not in ISSUED and allowed(Action.COMMENT_ON_PACK, person):
        can.append("comment")
    is_newest = state is PackState.PUBLISHED and await queries.successor_of(db, row.id) is None
    if is_newest and allowed(Action.ASSEMBLE_PACK, person):
        can.append("new_version")
    return can


async def _edits(db: AsyncSession, found: service.Standing) -> list[EditShown]:
    rows = await queries.current_edits(db, found.row.id)
    places = placed(found.drafted, await service.edits_over(db, found.row.id))
    return [
        _edit_shown(found.drafted, row, name, place) for (row, name), place in zip(rows, places, strict=True)
    ]


def _edit_shown(drafted: Pack, row: PackEdit, name: str, place: Placed) -> EditShown:
    block = block_called(drafted, place.key) if place.key else None
    words = words_of(block) if block is not None and is_editable(block) else Words("", ())
    return EditShown(
        block=place.key, fit=place.fit, words=spoken(row.words, words), edited_by=name, edited_at=row.recorded_at,
        drafted_then=spoken(row.drafted, words), drafted_now=spoken(words.template, words) if block else None,
        figures_moved=figures_moved(row.drafted, row.words),
    )  # fmt: skip


async def _comments(db: AsyncSession, pack_id: int) -> Mapping[str, list[CommentShown]]:
    found: dict[str, list[CommentShown]] = {}
    for row, writer, resolver in await queries.comments(db, pack_id):
        found.setdefault(row.block, []).append(
            CommentShown(
                id=row.id, words=row.words, written_by=writer, written_at=row.recorded_at, resolved_by=resolver,
                resolved_at=row.resolved_at,
            )
        )  # fmt: skip
    return found


async def _discrepancies(db: AsyncSession, found: service.Standing) -> list[DiscrepancyShown]:
    known = await queries.explanations(db, found.row.id)
    every = await service.found_discrepancies(db, found)
    inside = await service.stay_inside(db, found, every)
    return [discrepancy(each, known.get(each.key), stays_inside=each.key in inside) for each in every]


def discrepancy(
    found: Discrepancy, explanation: tuple[PackExplanation, str] | None = None, *, stays_inside: bool = False
) -> DiscrepancyShown:
    """What does not agree, and with whose words it was explained."""
    blocks = [getattr(place, "block", "") for place in found.places]
    return DiscrepancyShown(
        key=found.key, sentence=found.sentence, places=list(dict.fromkeys(map(str, found.places))),
        blocks=list(dict.fromkeys(filter(None, blocks))),
        explanation=explanation[0].words if explanation else None, explained_by=explanation[1] if explanation else None,
        stays_inside=stays_inside,
    )  # fmt: skip


def _parts(
    sections: Sequence[Section], margin: Margin, level: int, exempt: str | None = None
) -> Iterator[PartShown]:
    for section in sections:
        why = exempt or margin.exempt.get(section.key)
        yield PartShown(
            key=section.key, label=section.title, level=min(level, 6), title=section.title, exempt=why
        )
        for place, block in enumerate(section.blocks, start=1):
            yield _part(section, place, block, margin)
        yield from _parts(section.sections, margin, level + 1, why)


def _part(section: Section, place: int, block: Block, margin: Margin) -> PartShown:
    key = name_of(section, place, block)
    written_in, is_empty = place_of(key, margin.places), isinstance(block, ToWrite)
    written = margin.written.get(key)
    return PartShown(
        label=f"part {place} of “{section.title}”", place=margin.may_edit and written_in == key, to_write=is_empty,
        written=WrittenShown(written_by=written.by, written_at=written.at) if written else None,
        key=key, html=block_html(block), editable=margin.may_edit and is_editable(block) and not written_in,
        edit=margin.edits.get(key),
        comments=margin.comments.get(key, []),
        unreconciled=[each for each in margin.unreconciled if key in each.blocks],
    )  # fmt: skip


async def _files(db: AsyncSession, pack_id: int, audience: Audience) -> list[FileShown]:
    return _files_shown(await queries.files_of(db, pack_id, audience))


def _files_shown(files: Sequence[PackFile]) -> list[FileShown]:
    return [
        FileShown(format=each.format, name=each.name, digest=each.digest, size=each.size) for each in files
    ]


async def _rows(db: AsyncSession, rows: Sequence[PackRow]) -> list[PaperRow]:
    ids = [row.id for row in rows]
    counts, published = await queries.counts_of(db, ids), await queries.published_at(db, ids)
    return [
        PaperRow(
            ref=row.reference, kind=row.kind, title=row.title, edition=row.edition, state=PackState(row.state),
            as_at=row.as_at, recorded_at=row.recorded_at, published_at=published.get(row.id), edits=counts[row.id][0],
            open_comments=counts[row.id][1],
        )
        for row in rows
    ]  # fmt: skip


def _change(change: FigureChange) -> FigureChangeShown:
    return FigureChangeShown(
        place=change.said.place, label=change.said.label, change=change.change, before=_stated(change.before),
        after=_stated(change.after), difference=change.difference,
    )  # fmt: skip


def _stated(one: Stated | None) -> StatedShown | None:
    return StatedShown(value=one.value, text=one.text, opens=one.opens) if one else None
