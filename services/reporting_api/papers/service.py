"""Packs from draft to published: begun, assembled, edited, commented on, approved, published, superseded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, NotFound, RuleBroken
from services.domain.packs import (
    FIXED,
    check_approver,
    check_as_at,
    check_explained,
    check_reason,
    check_words,
    tidied,
)
from services.domain.permissions import Action, require
from services.domain.reconciliation import Discrepancy
from services.domain.wording import is_blank
from services.domain.words import PackDeed, PackState
from services.reporting_api.packs.block_kind import Asked, Given, checked
from services.reporting_api.packs.blocks import BLOCKS
from services.reporting_api.packs.content import Pack, ToWrite
from services.reporting_api.packs.editing import (
    Edit,
    Words,
    block_called,
    edited,
    is_editable,
    words_of,
)
from services.reporting_api.packs.stored import content_from_data, digest_of, frozen
from services.reporting_api.packs.writing import as_written, place_of, places, printed
from services.reporting_api.papers import assembling, queries, steps
from services.reporting_api.papers.audiences import (
    check_something_is_public,
    explained_in,
    public_of,
)
from services.reporting_api.papers.reconciling import discrepancies
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.models import (
    PackComment,
    PackContent,
    PackEdit,
    PackExemption,
    PackExplanation,
    PackRow,
    PackWriting,
    Person,
)
from services.shared.preconditions import CHANGED_SINCE, check_if_match, names_version
from services.shared.problems import Stale


@dataclass(frozen=True, slots=True)
class Standing:
    """A pack as it stands: as drafted by the rules and written by people, and as its editors have it.

    `places`: where people write in it, and `written` what they did, by block.
    """

    row: PackRow
    drafted: Pack
    edited: Pack
    places: Mapping[str, ToWrite]
    written: Mapping[str, queries.Written]


async def begin(db: AsyncSession, caller: Caller, kind: str) -> str:
    """A draft of this kind, live until it is assembled; its reference."""
    found = await assembling.kind_called(db, kind)
    row = await _begun(db, caller, found, edition=1, supersedes=None)
    return row.reference


async def standing(db: AsyncSession, reference: str) -> Standing:
    """The pack as it stands: live while it is a draft, frozen afterwards. Raises NotFound."""
    return await _standing(db, await queries.paper_called(db, reference))


async def words_to_edit(db: AsyncSession, reference: str, block: str) -> tuple[Words, PackEdit | None]:
    """A block's drafted words, and the edit that stands over them. Raises NotFound."""
    found = await standing(db, reference)
    return _words(found, block), await _current_edit(db, found.row.id, block)


async def edit(
    db: AsyncSession, caller: Caller, reference: str, block: str, words: str | None, *, if_match: str | None = None
) -> None:  # fmt: skip
    """Somebody's words for a block: every figure stays. Raises RuleBroken, Stale."""
    row = await steps.to_change(db, caller, Action.EDIT_PACK, reference)
    found = await _standing(db, row)
    drafted = _words(found, block)
    before = await _current_edit(db, row.id, block)
    await _check_same(db, before, if_match)
    said = tidied(words)
    check_words(drafted.template, said)
    await _end(db, caller, before)
    if said != drafted.template:
        db.add(
            PackEdit(
                pack_id=row.id, block=block, drafted=drafted.template, figures=drafted.counted, words=said,
                edited_by=caller.id, recorded_at=await business_now(db),
            )
        )  # fmt: skip
    await steps.reads_differently(db, row)


async def undo_edit(
    db: AsyncSession, caller: Caller, reference: str, block: str, *, if_match: str | None = None
) -> None:
    """Back to the drafted words. Raises NotFound where they stand already."""
    row = await steps.to_change(db, caller, Action.EDIT_PACK, reference)
    before = await _current_edit(db, row.id, block)
    if before is None:
        raise NotFound("Nobody has changed the words of this block: they are the drafted ones.")
    await _check_same(db, before, if_match)
    await _end(db, caller, before)
    await steps.reads_differently(db, row)


async def place_to_write(
    db: AsyncSession, reference: str, block: str
) -> tuple[ToWrite, queries.Written | None, Standing]:
    """A place that people write in, and what they did, with the pack. Raises NotFound."""
    found = await standing(db, reference)
    return _place(found, block), found.written.get(block), found


async def write(
    db: AsyncSession, caller: Caller, reference: str, block: str, given: Mapping[str, str], *, if_match: str | None = None
) -> None:  # fmt: skip
    """Somebody's words in the fields of a block, for this pack alone. Raises RuleBroken, Stale."""
    row = await steps.to_change(db, caller, Action.EDIT_PACK, reference)
    found = await _standing(db, row)
    place, before = _place(found, block), found.written.get(block)
    if not names_version(if_match, before.version if before else 0):
        raise Stale(CHANGED_SINCE, before.by if before else None, before.at if before else None)
    unwritten = {each.name: each.value for each in asked_in_paper(place, {})}
    stands = {**unwritten, **(before.given if before else {})}
    said = checked(asked_in_paper(place, {}), given)
    changed = {name: words for name, words in said.items() if words != stands[name]}
    if not changed:
        return
    now = await business_now(db)
    for each in await queries.current_writing(db, row.id, block, changed):
        each.ended_by, each.ended_at = caller.id, now
    await db.flush()
    db.add_all(
        PackWriting(pack_id=row.id, block=block, field=name, words=words, written_by=caller.id, recorded_at=now)
        for name, words in changed.items()
        if words != unwritten[name]
    )  # fmt: skip
    for edit_, _ in await queries.current_edits(db, row.id):
        if place_of(edit_.block, {block}):
            await _end(db, caller, edit_)
    await steps.reads_differently(db, row)


def asked_in_paper(place: ToWrite, given: Given) -> list[Asked]:
    """What people are asked to write in a place of one pack, over what the kind of pack has there."""
    asks = BLOCKS[place.block].asks
    return [each for each in asks(place.drafted, {**place.given, **given}) if not each.for_every_paper]


async def comment(db: AsyncSession, caller: Caller, reference: str, block: str, words: str | None) -> None:
    """Says something to the others; not printed. Taken until the pack is published."""
    row = await queries.paper_called(db, reference)
    require(Action.COMMENT_ON_PACK, caller.who)
    if PackState(row.state) in {PackState.PUBLISHED, PackState.SUPERSEDED}:
        raise Conflict("This pack is published: comment on the next one, or begin a new version of it.")
    if is_blank(words):
        raise RuleBroken.at("words", "Say what you think of this.")
    if block and block_called((await _standing(db, row)).drafted, block) is None:
        raise NotFound("This pack has no such block any more. Open the pack again to find it.")
    db.add(
        PackComment(
            pack_id=row.id, block=block, words=str(words).strip(), written_by=caller.id,
            recorded_at=await business_now(db),
        )
    )  # fmt: skip
    await db.flush()


async def resolve(db: AsyncSession, caller: Caller, reference: str, comment_id: int) -> None:
    """What was said has been seen to."""
    row = await queries.paper_called(db, reference)
    require(Action.COMMENT_ON_PACK, caller.who)
    found = await queries.comment_called(db, row.id, comment_id)
    if found.resolved_at is not None:
        raise Conflict("This comment is resolved already.")
    found.resolved_by, found.resolved_at = caller.id, await business_now(db)
    await db.flush()


async def exempt(db: AsyncSession, caller: Caller, reference: str, section: str, reason: str | None) -> None:
    """The section never leaves the trust, and neither does what stands below it."""
    row = await steps.to_change(db, caller, Action.PUBLISH_PACK, reference)
    found = await _standing(db, row)
    if section not in {each.key for _, each in found.drafted.headings}:
        raise NotFound("This pack has no such section any more. Open the pack again to find it.")
    said = check_reason(reason, "Say which exemption of the Freedom of Information Act applies, and why.")
    before = (await queries.exemptions(db, row.id)).get(section)
    now = await business_now(db)
    if before is not None:
        before.ended_by, before.ended_at = caller.id, now
        await db.flush()
    db.add(PackExemption(pack_id=row.id, section=section, reason=said, set_by=caller.id, recorded_at=now))
    await steps.reads_differently(db, row)


async def end_exemption(db: AsyncSession, caller: Caller, reference: str, section: str) -> None:
    """The section may be seen by anybody. Raises NotFound where it may already."""
    row = await steps.to_change(db, caller, Action.PUBLISH_PACK, reference)
    before = (await queries.exemptions(db, row.id)).get(section)
    if before is None:
        raise NotFound("This section is not exempt.")
    before.ended_by, before.ended_at = caller.id, await business_now(db)
    await steps.reads_differently(db, row)


async def explain(
    db: AsyncSession, caller: Caller, reference: str, discrepancy: str, words: str | None
) -> None:
    """Why two figures do not agree, in words that the pack prints; blank words take the explanation away."""
    row = await steps.to_change(db, caller, Action.EDIT_PACK, reference)
    found = await _standing(db, row)
    if discrepancy not in {each.key for each in await found_discrepancies(db, found)}:
        raise NotFound("This is no discrepancy of the pack any more. Open the pack again to see what is.")
    before = (await queries.explanations(db, row.id)).get(discrepancy)
    now = await business_now(db)
    if before is not None:
        before[0].ended_at = now
        await db.flush()
    if not is_blank(words):
        db.add(
            PackExplanation(
                pack_id=row.id, discrepancy=discrepancy, words=str(words).strip(), written_by=caller.id, recorded_at=now
            )
        )  # fmt: skip
    await steps.reads_differently(db, row)


async def assemble(
    db: AsyncSession, caller: Caller, reference: str, as_at: date | None, *, if_match: str | None = None
) -> None:
    """Freezes the figures of a day. The words may still be changed."""
    row = await steps.to_move(db, caller, Action.ASSEMBLE_PACK, reference, PackState.ASSEMBLED, if_match)
    day = check_as_at(as_at or await business_today(db), await business_today(db))
    pack = await assembling.drafted(db, row.kind, row.outline_version, day)
    digest = await _freeze(db, row, pack)
    row.state, row.as_at, row.title = PackState.ASSEMBLED, day, pack.title
    await steps.done(db, caller, row, PackDeed.ASSEMBLED, digest=digest)


async def put_back(
    db: AsyncSession, caller: Caller, reference: str, reason: str | None, *, if_match: str | None = None
) -> None:
    """A draft again, live: with the reason. What people wrote stays."""
    row = await steps.to_move(db, caller, Action.ASSEMBLE_PACK, reference, PackState.DRAFT, if_match)
    said = check_reason(reason, "Say why this pack goes back to draft.")
    row.state, row.as_at = PackState.DRAFT, None
    await steps.done(db, caller, row, PackDeed.PUT_BACK, reason=said)


async def approve(db: AsyncSession, caller: Caller, reference: str, *, if_match: str | None = None) -> None:
    """Somebody who wrote nothing of it finds it right: words and figures are settled, with every explanation printed."""
    row = await steps.to_move(db, caller, Action.APPROVE_PACK, reference, PackState.APPROVED, if_match)
    check_approver(caller.id, await queries.authors(db, row.id))
    found = await _standing(db, row)
    open_ones, explained = await _explained(db, found)
    check_explained([each.sentence for each in open_ones])
    if not row.inside_only:
        check_something_is_public(printed(found.edited), await queries.exemptions(db, row.id))
    digest = await _freeze(db, row, printed(explained_in(found.edited, explained)))
    row.state = PackState.APPROVED
    await steps.done(db, caller, row, PackDeed.APPROVED, digest=digest)


async def new_version(
    db: AsyncSession, caller: Caller, reference: str, *, if_match: str | None = None
) -> str:
    """A draft that will take the place of a published pack, with its editors' words; the published one stays as it is."""
    require(Action.ASSEMBLE_PACK, caller.who)
    row = await queries.paper_called(db, reference, lock=True)
    await check_if_match(db, if_match, row)
    if row.state != PackState.PUBLISHED:
        raise Conflict("Only a published pack gets a new version: change this one instead.")
    begun = await queries.successor_of(db, row.id)
    if begun is not None:
        raise Conflict(f"{begun.reference} has been begun to take its place already: go on with that one.")
    kind = await assembling.kind_called(db, row.kind)
    successor = await _begun(db, caller, kind, edition=row.edition + 1, supersedes=row.id)
    await _carry_over(db, row, successor)
    return successor.reference


# -- what these are made of ----------------------------------------------------------------------------------------


async def _begun(
    db: AsyncSession, caller: Caller, kind: assembling.Kind, *, edition: int, supersedes: int | None
) -> PackRow:
    require(Action.ASSEMBLE_PACK, caller.who)
    row = PackRow(
        reference=await queries.next_reference(db), kind=kind.kind, title=kind.title, edition=edition,
        outline_version=kind.outline_version, inside_only=kind.inside_only, state=PackState.DRAFT, supersedes_id=supersedes,
        begun_by=caller.id,
        recorded_at=await business_now(db), version=0,
    )  # fmt: skip
    db.add(row)
    await db.flush()
    await steps.done(db, caller, row, PackDeed.BEGUN)
    return row


async def _standing(db: AsyncSession, row: PackRow) -> Standing:
    if row.state == PackState.DRAFT:
        draft = await assembling.drafted(db, row.kind, row.outline_version, None)
        return await _as_people_have_it(db, row, draft)
    newest, *before = await queries.contents(db, row.id)
    if PackState(row.state) in FIXED:
        found = await _as_people_have_it(db, row, content_from_data(before[0].content))
        return replace(found, edited=content_from_data(newest.content))
    return await _as_people_have_it(db, row, content_from_data(newest.content))


async def _as_people_have_it(db: AsyncSession, row: PackRow, draft: Pack) -> Standing:
    """What the rules drafted, with what people wrote in it and changed of it."""
    written = await queries.written(db, row.id)
    given = {block: each.given for block, each in written.items()}
    drafted = as_written(draft, given, frozenset(await queries.exemptions(db, row.id)))
    return Standing(row, drafted, edited(drafted, await edits_over(db, row.id)), places(draft), written)


async def edits_over(db: AsyncSession, pack_id: int) -> list[Edit]:
    """The edits that stand."""
    return [
        Edit(row.block, row.drafted, tuple(row.figures), row.words)
        for row, _ in await queries.current_edits(db, pack_id)
    ]


def _place(found: Standing, block: str) -> ToWrite:
    place = found.places.get(block)
    if place is None:
        raise NotFound(
            "Nobody writes in this part of the pack, or it is gone. Open the pack again to find where to write."
        )
    return place


def _words(standing: Standing, block: str) -> Words:
    found = block_called(standing.drafted, block)
    if place_of(block, standing.places):
        raise NotFound(
            "This part is written here, not drafted from figures: write it, in place of changing words."
        )
    if found is None:
        raise NotFound("This pack has no such block any more. Open the pack again to find it.")
    if not is_editable(found):
        raise NotFound("The words of a table or a chart are its figures’: they can't be changed.")
    return words_of(found)


async def _current_edit(db: AsyncSession, pack_id: int, block: str) -> PackEdit | None:
    found: PackEdit | None = await db.scalar(
        select(PackEdit).where(
            PackEdit.pack_id == pack_id, PackEdit.block == block, PackEdit.ended_at.is_(None)
        )
    )
    return found


async def _check_same(db: AsyncSession, before: PackEdit | None, if_match: str | None) -> None:
    if names_version(if_match, before.id if before else 0):
        return
    by = await db.scalar(select(Person.name).where(Person.id == before.edited_by)) if before else None
    raise Stale(CHANGED_SINCE, by, before.recorded_at if before else None)


async def _end(db: AsyncSession, caller: Caller, edit_: PackEdit | None) -> None:
    if edit_ is not None:
        edit_.ended_by, edit_.ended_at = caller.id, await business_now(db)
        await db.flush()


async def _freeze(db: AsyncSession, row: PackRow, pack: Pack) -> str:
    """Keeps the content for good; its digest."""
    data = frozen(pack)
    before = await queries.contents(db, row.id, 1)
    digest = digest_of(data)
    db.add(
        PackContent(
            pack_id=row.id, number=before[0].number + 1 if before else 1, as_at=pack.as_at, content=data, digest=digest,
            recorded_at=await business_now(db),
        )
    )  # fmt: skip
    await db.flush()
    return digest


async def found_discrepancies(db: AsyncSession, found: Standing) -> Sequence[Discrepancy]:
    """What does not agree in the pack as its editors have it."""
    return discrepancies(found.edited, await _issued_before(db, found))


async def _issued_before(db: AsyncSession, found: Standing) -> Pack | None:
    before = await queries.issued_before(db, found.row)
    return None if before is None else await as_anybody_has_it(db, before)


async def as_anybody_has_it(db: AsyncSession, row: PackRow) -> Pack:
    """A published pack without what is exempt: what was exempt in one pack gets into no sentence of the next."""
    newest = (await queries.contents(db, row.id, 1))[0]
    return public_of(content_from_data(newest.content), await queries.exemptions(db, row.id))


async def stay_inside(db: AsyncSession, found: Standing, every: Sequence[Discrepancy]) -> frozenset[str]:
    """The discrepancies, by their keys, that can't be seen alike in what anybody may read of the pack."""
    exempt_ones = await queries.exemptions(db, found.row.id)
    if not exempt_ones:
        return frozenset()
    seen = discrepancies(public_of(found.edited, exempt_ones), await _issued_before(db, found))
    outside = {(each.key, each.places, each.sentence) for each in seen}
    return frozenset(each.key for each in every if (each.key, each.places, each.sentence) not in outside)


async def _explained(
    db: AsyncSession, found: Standing
) -> tuple[list[Discrepancy], list[tuple[Discrepancy, str, bool]]]:
    """The discrepancies without an explanation, and those with theirs and whether they stay inside."""
    known = await queries.explanations(db, found.row.id)
    every = await found_discrepancies(db, found)
    inside = await stay_inside(db, found, every)
    explained = [(each, known[each.key][0].words, each.key in inside) for each in every if each.key in known]
    return [each for each in every if each.key not in known], explained


async def _carry_over(db: AsyncSession, row: PackRow, successor: PackRow) -> None:
    """A new version begins with the words, the exemptions and the explanations of the one before."""
    now = await business_now(db)
    for each, _ in await queries.current_edits(db, row.id):
        db.add(
            PackEdit(
                pack_id=successor.id, block=each.block, drafted=each.drafted, figures=each.figures, words=each.words,
                edited_by=each.edited_by, recorded_at=now,
            )
        )  # fmt: skip
    for each, _ in reversed(await queries.writings(db, row.id)):
        if each.ended_at is None:
            db.add(
                PackWriting(
                    pack_id=successor.id, block=each.block, field=each.field, words=each.words,
                    written_by=each.written_by, recorded_at=now,
                )
            )  # fmt: skip
    for section, exemption in (await queries.exemptions(db, row.id)).items():
        db.add(
            PackExemption(
                pack_id=successor.id, section=section, reason=exemption.reason, set_by=exemption.set_by,
                recorded_at=now,
            )
        )  # fmt: skip
    for discrepancy, (explanation, _) in (await queries.explanations(db, row.id)).items():
        db.add(
            PackExplanation(
                pack_id=successor.id, discrepancy=discrepancy, words=explanation.words,
                written_by=explanation.written_by, recorded_at=now,
            )
        )  # fmt: skip
    await db.flush()
