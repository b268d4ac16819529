"""What people write in a pack: free text, stories, and tables of the key lines of enquiry.

Free text is plain paragraphs with a blank line between, and lists whose lines begin with a hyphen. A table is a line for each
row, its cells apart with an upright stroke.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from services.reporting_api.packs.block_kind import TEXT, Asked, BlockKind, Entry, Given
from services.reporting_api.packs.content import (
    Block,
    BulletList,
    FilledForm,
    Inlines,
    Paragraph,
    Story,
    Table,
    Text,
)
from services.reporting_api.packs.material import Material
from services.reporting_api.packs.outline import BlockPlan

ITEM: Final = "- "
CELL: Final = "|"
KLOE_TABLE: Final = "Key lines of enquiry"
KLOE_COLUMNS: Final = "Key line of enquiry | Where we are | What comes next"
HINT: Final = "A blank line between paragraphs. Lines that begin with a hyphen and a space are a list."


def blocks_of(text: str) -> tuple[Block, ...]:
    """The paragraphs and lists of a text, in its order."""
    return tuple(_blocks(text.replace("\r\n", "\n")))


def _blocks(text: str) -> Iterator[Block]:
    for part in text.split("\n\n"):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        for is_list, together in groupby(lines, key=lambda line: line.startswith(ITEM)):
            said = list(together)
            yield BulletList(_items(said)) if is_list else Paragraph((Text(" ".join(said), typed=True),))


def _items(lines: Sequence[str]) -> tuple[Inlines, ...]:
    return tuple((Text(line.removeprefix(ITEM).strip(), typed=True),) for line in lines)


def paragraphs_of(text: str) -> tuple[Inlines, ...]:
    """The paragraphs of a text that has no lists."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    return tuple((Text(" ".join(part.split()), typed=True),) for part in parts if part.strip())


def _drafts_nothing(_material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    return ()


def _asks_text(_drafted: tuple[FilledForm, ...], given: Given) -> tuple[Asked, ...]:
    return (Asked(TEXT, "Text", Entry.TEXT, given.get(TEXT, ""), HINT),)


def _writes_text(_drafted: tuple[FilledForm, ...], given: Given) -> tuple[Block, ...]:
    return blocks_of(given.get(TEXT, ""))


def _asks_story(_drafted: tuple[FilledForm, ...], given: Given) -> tuple[Asked, ...]:
    return (
        Asked("title", "What the story is called", Entry.LINE, given.get("title", "")),
        Asked(TEXT, "The story, in their own words", Entry.TEXT, given.get(TEXT, ""), "A blank line between paragraphs."),
        Asked("who", "Who tells it", Entry.LINE, given.get("who", ""), "As they agreed to be called: a ward manager"),
    )  # fmt: skip


def _writes_story(_drafted: tuple[FilledForm, ...], given: Given) -> tuple[Block, ...]:
    paragraphs = paragraphs_of(given.get(TEXT, ""))
    if not paragraphs:
        return ()
    return (
        Story(given.get("title") or "A story", paragraphs, given.get("who") or "Told by somebody of ours"),
    )


def _asks_kloe_table(_drafted: tuple[FilledForm, ...], given: Given) -> tuple[Asked, ...]:
    return (
        Asked("title", "What the table is called", Entry.LINE, given.get("title") or KLOE_TABLE),
        Asked("columns", "Its columns", Entry.LINE, given.get("columns") or KLOE_COLUMNS, "Apart with |"),
        Asked(
            TEXT, "A line for each key line of enquiry", Entry.TEXT, given.get(TEXT, ""),
            "The cells of a line apart with |, for example: W1 Leadership | A full team since March | Board development in June",
        ),
    )  # fmt: skip


def _writes_kloe_table(_drafted: tuple[FilledForm, ...], given: Given) -> tuple[Block, ...]:
    lines = [_cells(line) for line in given.get(TEXT, "").splitlines() if line.strip(f" {CELL}\t")]
    if not lines:
        return ()
    columns = _cells(given.get("columns") or KLOE_COLUMNS)
    width = max(len(columns), *map(len, lines))
    header = (*columns, *(f"Column {number}" for number in range(len(columns) + 1, width + 1)))
    rows = tuple(
        tuple((Text(cell or "–", typed=True),) for cell in (*line, *[""] * (width - len(line))))
        for line in lines
    )
    return (Table(given.get("title") or KLOE_TABLE, header, rows),)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip(CELL).split(CELL))


FREE_TEXT: Final = BlockKind(
    "free-text",
    "Free text",
    "What you write: a blank line between paragraphs; lines that begin with a hyphen and a space are a list.",
    _drafts_nothing,
    asks=_asks_text,
    writes=_writes_text,
)
WRITTEN_BLOCKS: Final = (
    FREE_TEXT,
    BlockKind(
        "story",
        "Story",
        "Something that a patient or a colleague tells, in their own words.",
        _drafts_nothing,
        asks=_asks_story,
        writes=_writes_story,
    ),
    BlockKind(
        "kloe-table",
        "Table of key lines of enquiry",
        "Where the trust stands by key line of enquiry, a row each: what you write, until the system has data of them.",
        _drafts_nothing,
        asks=_asks_kloe_table,
        writes=_writes_kloe_table,
    ),
)
