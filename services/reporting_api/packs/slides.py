"""What each slide of a pack shows: one idea, as much as there is room for, and the rest on the next."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Final

from services.reporting_api.packs.columns import shares
from services.reporting_api.packs.content import (
    Block,
    BulletList,
    Chart,
    ControlChart,
    FilledForm,
    Inlines,
    KpiMatrix,
    MatrixRow,
    NumberedList,
    Pack,
    Paragraph,
    Story,
    Table,
    Text,
    plain,
)

WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6
"""Of a slide, in inches: 16 to 9."""
TOP, BOTTOM = 1.45, 6.95
"""Between them stands what a slide shows."""
TABLE_SIZE, SMALL_TABLE_SIZE = 14, 12
MANY_COLUMNS: Final = 6
LETTERS_A_LINE: Final = 86
LINES_A_SLIDE: Final = 13
"""Of text in its size, with the space between paragraphs taken off."""
LINES_OF_ONE_IDEA: Final = 7
"""Short paragraphs that together have no more lines than this share a slide."""
NAMES_A_ROW: Final = 7
CELL_MARGIN, MATRIX_HEADER, LEAST_MATRIX_ROW = 0.12, 0.55, 0.6
"""In inches: above and below a cell's text, and heights in which an icon has room."""
_LETTER, _LINE = 0.56, 1.22
"""How wide and how high a letter of a table is at most, for its size."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph on a slide; `mark` is its bullet or number."""

    inlines: Inlines
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Slide:
    """What one slide shows; `section` stands above a title that is another, `notes` are for whoever speaks."""

    title: str
    lines: tuple[Line, ...] = ()
    section: str = ""
    table: Table | None = None
    widths: tuple[float, ...] = ()
    """Of the table's columns, in inches: the same on each slide that it goes on to."""
    matrix: KpiMatrix | None = None
    chart: Chart | ControlChart | None = None
    notes: str = ""


def slides(pack: Pack) -> Iterator[Slide]:
    """What the slides after the first one show, in the order of the pack."""
    for _, section in pack.headings:
        if not section.blocks:
            yield Slide(section.title)
        texts: list[Line] = []
        for block in section.blocks:
            match block:
                case Paragraph(inlines):
                    texts.append(Line(inlines))
                case BulletList(items):
                    texts += [Line(item, "•") for item in items]
                case NumberedList(items):
                    texts += [Line(item, f"{number}.") for number, item in enumerate(items, start=1)]
                case FilledForm(fields):
                    for field in fields:
                        texts.append(Line((Text(field.label, strong=True),)))
                        texts += [Line(each, "•") for each in field.all_lines]
                case _:
                    yield from _texts(section.title, texts)
                    texts = []
                    yield from (replace(slide, section=section.title) for slide in _shown(block))
        yield from _texts(section.title, texts)


def numbered(all_slides: Iterable[Slide]) -> Iterator[Slide]:
    """Slides with the same title say which of them they are: no two titles are alike."""
    found = list(all_slides)
    totals = Counter(each.title for each in found)
    seen: Counter[str] = Counter()
    for each in found:
        seen[each.title] += 1
        total = totals[each.title]
        title = f"{each.title} ({seen[each.title]} of {total})"
        yield each if total == 1 else replace(each, title=title)


def _shown(block: Block) -> Iterator[Slide]:
    match block:
        case Table():
            yield from _tables(block)
        case Chart():
            yield _chart(block)
            yield from _tables(block.table)
        case ControlChart():
            yield _chart(block)
        case KpiMatrix():
            yield from _matrices(block)
        case Story(title, paragraphs, who):
            told = [*(Line(each) for each in paragraphs), Line((Text(who, strong=True),))]
            yield from _texts(title, told, together=True)


def _chart(chart: Chart | ControlChart) -> Slide:
    return Slide(
        f"Figure {chart.number}: {chart.title}",
        lines=(Line((Text(chart.reading),)),),
        chart=chart,
        notes=f"{chart.reading}\n{chart.alt}",
    )


def _texts(title: str, lines: Sequence[Line], *, together: bool = False) -> Iterator[Slide]:
    """Lines over as many slides as they need: a list stays with the sentence before it, an idea has its own slide."""
    held: list[Line] = []
    for line in (part for each in lines for part in _parts(each)):
        joins = bool(line.mark) or together or _height([*held, line]) <= LINES_OF_ONE_IDEA
        if held and (not joins or _height([*held, line]) > LINES_A_SLIDE):
            yield Slide(title, tuple(held))
            held = []
        held.append(line)
    if held:
        yield Slide(title, tuple(held))


def _height(lines: Iterable[Line]) -> float:
    """In lines of text; each paragraph has half a line after it, an item of a list a quarter."""
    return sum(
        ceil(len(plain(line.inlines)) / LETTERS_A_LINE) + (0.25 if line.mark else 0.5) for line in lines
    )


def _parts(line: Line) -> Iterator[Line]:
    """A paragraph that is too long for one slide, at the ends of its sentences."""
    if _height([line]) <= LINES_A_SLIDE:
        yield line
        return
    held: Inlines = ()
    for sentence in _sentences(line.inlines):
        longer = (*held, Text(" "), *sentence) if held else sentence
        if held and _height([Line(longer)]) > LINES_A_SLIDE:
            yield replace(line, inlines=held)
            longer = sentence
        held = longer
    yield replace(line, inlines=held)


def _sentences(inlines: Inlines) -> Iterator[Inlines]:
    held: list[Any] = []
    for inline in inlines:
        if not isinstance(inline, Text):
            held.append(inline)
            continue
        first, *others = re.split(r"(?<=[.!?]) +(?=[A-Z])", inline.text)
        held.append(replace(inline, text=first))
        for other in others:
            yield tuple(held)
            held = [replace(inline, text=other)]
    if held:
        yield tuple(held)


def _tables(table: Table) -> Iterator[Slide]:
    """A table over as many slides as it needs, its header row on each."""
    columns = _widths(table)
    room = BOTTOM - TOP - row_height([(Text(words),) for words in table.header], columns)
    held: list[tuple[Inlines, ...]] = []
    left = room
    for row in table.rows:
        height = row_height(row, columns)
        if held and height > left:
            yield Slide(table.caption, table=replace(table, rows=tuple(held)), widths=columns)
            held, left = [], room
        held.append(row)
        left -= height
    yield Slide(table.caption, table=replace(table, rows=tuple(held)), widths=columns)


def _matrices(matrix: KpiMatrix) -> Iterator[Slide]:
    """The matrix over as many slides as it needs; a row with many names goes on under its heading."""
    pieces = []
    for row in matrix.rows:
        longest = max(1, *(len(cell) for cell in row.cells)) if row.cells else 1
        for start in range(0, longest, NAMES_A_ROW):
            cells = tuple(cell[start : start + NAMES_A_ROW] for cell in row.cells)
            pieces.append(replace(row, cells=cells))
    room = BOTTOM - TOP - MATRIX_HEADER
    held: list[MatrixRow] = []
    left = room
    for piece in pieces:
        height = matrix_row_height(piece, len(matrix.columns))
        if held and height > left:
            yield Slide(matrix.caption, matrix=replace(matrix, rows=tuple(held)))
            held, left = [], room
        held.append(piece)
        left -= height
    yield Slide(matrix.caption, matrix=replace(matrix, rows=tuple(held)))


def _widths(table: Table) -> tuple[float, ...]:
    parts = shares(table)
    return tuple((WIDTH - 2 * MARGIN) * part / sum(parts) for part in parts)


def row_height(row: Sequence[Inlines], widths: Sequence[float]) -> float:
    """In inches, of a row in columns of these widths."""
    size = table_size(len(widths))
    letters = [max(1, int(width * 72 / size / _LETTER)) for width in widths]
    lines = max(ceil(max(1, len(plain(cell))) / letter) for cell, letter in zip(row, letters, strict=True))
    return lines * size * _LINE / 72 + CELL_MARGIN


def table_size(columns: int) -> int:
    """Of its letters, in points."""
    return SMALL_TABLE_SIZE if columns >= MANY_COLUMNS else TABLE_SIZE


def matrix_row_height(row: MatrixRow, columns: int) -> float:
    letters = int((WIDTH - 2 * MARGIN) / (columns + 1) * 72 / SMALL_TABLE_SIZE / _LETTER)
    lines = [sum(ceil(max(1, len(plain(name))) / letters) for name in cell) for cell in row.cells]
    return max(LEAST_MATRIX_ROW, max([1, *lines]) * SMALL_TABLE_SIZE * _LINE / 72 + CELL_MARGIN)
