"""What kinds of pack are made of: changed part by part, each change a new version with who, when and why."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound, RuleBroken
from services.domain.wording import is_blank
from services.reporting_api.outlines import queries
from services.reporting_api.outlines.schemas import (
    BlockKindShown,
    ChangeWish,
    CopyWish,
    Deed,
    OutlineList,
    OutlineRow,
    OutlineShown,
    PartShown,
    VersionShown,
)
from services.reporting_api.packs.block_kind import TEXT, Asked
from services.reporting_api.packs.block_kind import checked as checked_given
from services.reporting_api.packs.blocks import BLOCKS
from services.reporting_api.packs.outline import (
    BlockPlan,
    Outline,
    SectionPlan,
    as_json,
    checked,
    copy_as,
    moved,
    retitled,
    rewritten,
    shown,
    with_block,
    with_section,
    without,
)
from services.reporting_api.packs.schemas import AskedShown
from services.reporting_api.packs.writing import given_to
from services.shared.auth import Caller
from services.shared.clock import business_now
from services.shared.db import lock
from services.shared.models import PackOutline
from services.shared.preconditions import CHANGED_SINCE, names_version
from services.shared.problems import Stale

SAID = {
    Deed.UP: "Moved “{}” up.", Deed.DOWN: "Moved “{}” down.", Deed.HIDE: "Hid “{}”.", Deed.SHOW: "Shows “{}” again.",
    Deed.RENAME: "Renamed “{}”.", Deed.WRITE: "Wrote “{}”.", Deed.ADD_BLOCK: "Added a block to “{}”.",
    Deed.ADD_SECTION: "Added a section.", Deed.REMOVE: "Took “{}” out.",
}  # fmt: skip


async def list_outlines(db: AsyncSession) -> OutlineList:
    """Every kind of pack."""
    found = await queries.newest(db)
    return OutlineList(items=[_row(version, outline) for version, outline in found.values()])


async def one_outline(db: AsyncSession, kind: str) -> OutlineShown:
    """A kind of pack with its parts and its history. Raises NotFound."""
    version, outline = await queries.newest_of(db, kind)
    return OutlineShown(
        **_row(version, outline).model_dump(),
        parts=list(_parts(outline.sections, 1)),
        blocks=[
            BlockKindShown(block=each.name, title=each.title, help=each.help, of_isg=each.of_isg)
            for each in BLOCKS.values()
        ],
        history=[
            VersionShown(
                version=row.version, reason=row.reason, changed_by=name, changed_at=row.recorded_at,
                copied_from=row.copied_from,
            )
            for row, name in await queries.history(db, kind)
        ],
    )  # fmt: skip


async def change(
    db: AsyncSession, caller: Caller, kind: str, wish: ChangeWish, *, if_match: str | None = None
) -> None:
    """One change, kept as a new version. Packs that are begun keep the version that they were begun with."""
    await lock(db, f"outline {kind}")
    version, before = await queries.newest_of(db, kind)
    if not names_version(if_match, version):
        newest = next(iter(await queries.history(db, kind)), None)
        raise Stale(CHANGED_SINCE, newest[1] if newest else None, newest[0].recorded_at if newest else None)
    after = checked(_changed(before, wish), BLOCKS.keys())
    said = SAID[wish.deed].format(_title_of(before, wish.key))
    reason = said if is_blank(wish.reason) else f"{said} {str(wish.reason).strip()}"
    if after != before:
        await _keep(db, caller, version + 1, after, reason)


async def copy(db: AsyncSession, caller: Caller, wish: CopyWish) -> str:
    """A new kind that begins as another is now; its code."""
    _, before = await queries.newest_of(db, wish.copy_of)
    kind = wish.kind.strip()
    await lock(db, f"outline {kind}")
    if kind in {*(await queries.newest(db)), "papers", "outlines"}:
        raise RuleBroken.at("kind", f"There is a kind of pack called {kind} already: choose another name.")
    copied = copy_as(before, kind, wish.title.strip(), (wish.forum or "").strip() or None)
    after = checked(copied, BLOCKS.keys())
    reason = f"Copied from {wish.copy_of}." if is_blank(wish.reason) else str(wish.reason).strip()
    await _keep(db, caller, 1, after, reason, copied_from=wish.copy_of)
    return kind


async def _keep(
    db: AsyncSession, caller: Caller, version: int, outline: Outline, reason: str, *, copied_from: str | None = None
) -> None:  # fmt: skip
    db.add(
        PackOutline(
            kind=outline.kind, version=version, outline=as_json(outline), copied_from=copied_from, reason=reason,
            changed_by=caller.id, recorded_at=await business_now(db),
        )
    )  # fmt: skip
    await db.flush()


def _changed(outline: Outline, wish: ChangeWish) -> Outline:  # noqa: PLR0911 - one for each deed
    match wish.deed:
        case Deed.UP | Deed.DOWN:
            return moved(outline, wish.key, -1 if wish.deed is Deed.UP else 1)
        case Deed.HIDE | Deed.SHOW:
            return shown(outline, wish.key, yes=wish.deed is Deed.SHOW)
        case Deed.RENAME:
            return retitled(outline, wish.key, _given(wish.text, "Give the section a title."))
        case Deed.WRITE:
            return _written(outline, wish)
        case Deed.ADD_BLOCK:
            block = _given(wish.block, "Choose what is added.", "block")
            return with_block(
                outline, wish.key, BlockPlan(_free_key(outline, block), block, (wish.text or "").strip())
            )
        case Deed.ADD_SECTION:
            title = _given(wish.text, "Give the section a title.")
            return with_section(outline, SectionPlan(_free_key(outline, title), title), wish.key or None)
        case Deed.REMOVE:
            return without(outline, wish.key)


def _written(outline: Outline, wish: ChangeWish) -> Outline:
    """The block with what was given in its fields; what is as it would be without is not kept."""
    block = next((each for each in outline.all_blocks() if each.key == wish.key), None)
    if block is None or block.block not in BLOCKS:
        raise NotFound(f"The outline has no block {wish.key}.")
    given = checked_given(_asked(block), wish.given or {TEXT: wish.text or ""})
    unwritten = {each.name: each.value for each in _asked(BlockPlan(block.key, block.block))}
    options = {name: words for name, words in given.items() if name != TEXT and words != unwritten[name]}
    return rewritten(
        outline, wish.key, given.get(TEXT), {name: value for name, value in block.options.items() if name not in given} | options
    )  # fmt: skip


def _asked(block: BlockPlan) -> tuple[Asked, ...]:
    """What people are asked to write in a block for every paper of the kind."""
    kind = BLOCKS.get(block.block)
    return kind.asks((), given_to(block)) if kind else ()


def _given(text: str | None, sentence: str, field: str = "text") -> str:
    if is_blank(text):
        raise RuleBroken.at(field, sentence)
    return str(text).strip()


def _free_key(outline: Outline, name: str) -> str:
    """A key that says what it names, and that nothing has yet."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:50]
    stem = stem if stem[:1].isalpha() else f"part-{stem}".rstrip("-")
    taken = {each.key for each in outline.all_sections()} | {each.key for each in outline.all_blocks()}
    numbered = (f"{stem}-{number}" for number in range(2, 10_000))
    return next(key for key in (stem, *numbered) if key not in taken)


def _title_of(outline: Outline, key: str) -> str:
    sections = {each.key: each.title for each in outline.all_sections()}
    blocks = {each.key: BLOCKS[each.block].title for each in outline.all_blocks() if each.block in BLOCKS}
    return (sections | blocks).get(key, key)


def _row(version: int, outline: Outline) -> OutlineRow:
    return OutlineRow(kind=outline.kind, title=outline.title, forum=outline.forum, version=version)


def _parts(sections: tuple[SectionPlan, ...], level: int) -> Iterator[PartShown]:
    for place, section in enumerate(sections, start=1):
        yield PartShown(
            key=section.key, level=level, is_section=True, title=section.title, help="", text="",
            **_standing(section, place, len(sections)), fields=[],
        )  # fmt: skip
        for at, block in enumerate(section.blocks, start=1):
            kind = BLOCKS.get(block.block)
            yield PartShown(
                key=block.key, level=level, is_section=False, title=kind.title if kind else block.block,
                help=kind.help if kind else "", text=block.text, **_standing(block, at, len(section.blocks)),
                fields=[AskedShown.of(each) for each in _asked(block)],
            )  # fmt: skip
        yield from _parts(section.sections, level + 1)


def _standing(part: SectionPlan | BlockPlan, place: int, of: int) -> dict[str, Any]:
    return {"shown": part.shown, "first": place == 1, "last": place == of}
