"""Every figure that a pack states, with a name that it keeps from pack to pack: what two packs are compared by."""

import re
from calendar import month_name
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from services.domain.packs import Stated
from services.reporting_api.packs.content import Block, Figure, Inlines, Pack, Section, Table, plain
from services.reporting_api.packs.editing import blocks_of, is_editable, known_as

DAYS = re.compile(rf"(\b\d{{1,2}} )?\b({'|'.join(month_name[1:])})( \d{{4}})?\b|\b\d{{4}}\b")
"""What a heading says of its day: the next paper's says another."""
AROUND = 60
"""How many letters of a sentence stand before and after a figure in its label."""


def stated(pack: Pack) -> list[Stated]:
    """In the order of the paper: those of sentences by what they count, those of tables by row and column."""
    seen: Counter[str] = Counter()
    found = []
    for _, section, block in blocks_of(pack):
        for name, label, figure in _figures(block):
            key = f"{section.key} {name}"
            seen[key] += 1
            found.append(
                Stated(
                    f"{key} {seen[key]}", _place(section), label,
                    None if figure.value is None else Decimal(str(figure.value)), figure.text, figure.counted,
                )
            )  # fmt: skip
    return found


def _place(section: Section) -> str:
    return section.title


def _figures(block: Block) -> Iterator[tuple[str, str, Figure]]:
    """Each figure: its name within the section, what is said of it, and itself."""
    table: Any = block if isinstance(block, Table) else getattr(block, "table", None)
    if isinstance(table, Table):
        yield from _of_table(table)
    elif is_editable(block):
        lines = getattr(block, "items", None) or (getattr(block, "inlines", ()),)
        for inlines in lines:
            yield from _of_words(inlines)


def _of_words(inlines: Inlines) -> Iterator[tuple[str, str, Figure]]:
    for place, inline in enumerate(inlines):
        if isinstance(inline, Figure):
            before, after = plain(inlines[:place]), plain(inlines[place + 1 :])
            yield known_as(inline), _around(before, inline.text, after), inline


def _of_table(table: Table) -> Iterator[tuple[str, str, Figure]]:
    for row in table.rows:
        heading = plain(row[0]) if row else ""
        for column, cell in zip(table.header, row, strict=False):
            for inline in cell:
                if isinstance(inline, Figure):
                    name = DAYS.sub("", f"{table.caption}|{heading}|{column}")
                    yield name, f"{heading}: {column} ({table.caption})", inline


def _around(before: str, text: str, after: str) -> str:
    """The words beside a figure, cut at its sentence."""
    start = before.rsplit(". ", 1)[-1]
    end = after.split(". ", 1)[0]
    if len(start) > AROUND:
        start = f"…{start[-AROUND:].partition(' ')[2]}"
    if len(end) > AROUND:
        end = f"{end[:AROUND].rpartition(' ')[0]}…"
    return f"{start}{text}{end}".strip()
