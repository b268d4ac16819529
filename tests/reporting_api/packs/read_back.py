"""What a pack says by its model, and what each format of it says by its file: line by line, in the order of the document.

Formats differ in little: paper leaves out the values of control charts, slides put the name of a section beside other titles.
"""

import io
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

import html5lib
from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as WordParagraph
from openpyxl import load_workbook
from pptx import Presentation

from services.reporting_api.packs.content import (
    Block,
    BulletList,
    Chart,
    ControlChart,
    Figure,
    FilledForm,
    Inlines,
    KpiMatrix,
    NumberedList,
    Pack,
    Paragraph,
    Section,
    Story,
    Table,
    plain,
)
from tests.reporting_api.packs.tagged_pdf import elements

APART = frozenset({
    "address", "article", "blockquote", "br", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h1", "h2",
    "h3", "h4", "h5", "h6", "li", "main", "ol", "p", "section", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip
MARK = re.compile(r"[•‣–]|\d+\.")
CONTINUED = re.compile(r" \(\d+ of \d+\)$")


class Form(StrEnum):
    """The formats that have a text in an order."""

    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"


def words(lines: Iterable[str]) -> list[str]:
    """Words and numbers, apart from how they are broken into lines."""
    return " ".join(lines).split()


def letters(lines: Iterable[str]) -> str:
    """All letters one after the other, for files that don't say where a word ends when a line does."""
    return re.sub(r"[\s\u2060]", "", "".join(lines))


def model_lines(pack: Pack, form: Form, *, notes: bool = True) -> list[str]:
    """What the pack says; `notes`: those of slides too."""
    said = [pack.title, *(f"{detail.label}: {detail.value}" for detail in pack.details)]
    if form in {Form.PDF, Form.DOCX}:
        said.append("Contents")
    if form is Form.DOCX:
        said += [section.title for _, section in pack.headings]
    for _, section in pack.headings:
        said += _section_lines(section, form, notes=notes)
    return said


def _section_lines(section: Section, form: Form, *, notes: bool) -> Iterator[str]:
    """On slides a section's title is said where text of it begins, and under the title of what has one of its own."""
    under_own_title = False
    if not section.blocks or form is not Form.PPTX:
        yield section.title
        under_own_title = True
    for block in section.blocks:
        is_text = isinstance(block, Paragraph | BulletList | NumberedList | FilledForm)
        if form is Form.PPTX:
            if is_text and not under_own_title:
                yield section.title
            under_own_title = is_text
            for title, *shown in _slides_of(block, notes=notes):
                yield title
                yield from ([] if is_text else [section.title])
                yield from shown
        else:
            yield from _block_lines(block, form)


def _slides_of(block: Block, *, notes: bool) -> Iterator[list[str]]:
    match block:
        case Chart(table=table):
            yield [*_figure_lines(block), *(_notes(block) if notes else [])]
            yield list(_table_lines(table))
        case ControlChart():
            yield [*_figure_lines(block), *(_notes(block) if notes else [])]
        case _:
            yield list(_block_lines(block, Form.PPTX))


def _figure_lines(chart: Chart | ControlChart) -> list[str]:
    return [f"Figure {chart.number}: {chart.title}", chart.reading]


def _notes(chart: Chart | ControlChart) -> list[str]:
    return [chart.reading, chart.alt]


def _block_lines(block: Block, form: Form) -> Iterator[str]:
    match block:
        case Paragraph(inlines):
            yield plain(inlines)
        case BulletList(items) | NumberedList(items):
            yield from map(plain, items)
        case Table():
            yield from _table_lines(block)
        case Chart(table=table):
            yield from [*_figure_lines(block), *_table_lines(table)]
        case ControlChart(number=number, table=table):
            yield from _figure_lines(block)
            if form is Form.HTML:
                yield from [f"The values of Figure {number}", *_table_lines(table)]
        case KpiMatrix(caption=caption, corner=corner, columns=columns, rows=rows):
            yield from [caption, corner, *(column.words for column in columns)]
            for row in rows:
                yield row.heading.words
                for cell in row.cells:
                    yield from map(plain, cell) if cell else ["None"]
        case FilledForm(fields=fields):
            for field in fields:
                label = f"{field.label}:" if form is Form.HTML else field.label
                yield from [label, *map(plain, field.all_lines)]
        case Story(title=title, paragraphs=paragraphs, who=who):
            yield from [title, *map(plain, paragraphs), who]


def _table_lines(table: Table) -> Iterator[str]:
    yield from [table.caption, *table.header]
    for row in table.rows:
        yield from map(plain, row)


def html_lines(page: str) -> list[str]:
    """The text of the page, but for drawings and what is said twice for narrow screens."""
    root = html5lib.parse(page, treebuilder="lxml", namespaceHTMLElements=False).getroot()
    said = ["".join(_html_parts(root.find("body")))]
    return [line for each in said for line in each.split("\n") if line.strip()]


def _html_parts(node: Any) -> Iterator[str]:
    tag = node.tag if isinstance(node.tag, str) else ""
    if tag.endswith("svg") or node.get("aria-hidden") == "true":
        return
    text = " ".join((node.text or "").split("\n"))
    yield ("\n" if tag in APART else "") + text
    for child in node:
        yield from _html_parts(child)
        yield " ".join((child.tail or "").split("\n"))
    if tag == "dt":
        yield ":"
    yield "\n" if tag in APART - {"dt"} else ""


def pdf_lines(document: bytes) -> list[str]:
    """The text by the tags, in their order: what is drawn, decoration, and the contents are left out."""
    said = []
    for each in elements(document):
        if "TOC" in each.tags or "Figure" in each.tags:
            continue
        is_label = "Lbl" in each.tags and bool(each.text.strip())
        if not is_label:
            said.append(each.text)
        elif not MARK.fullmatch(each.text.strip()):
            said.append(f"{each.text}:")
    return said


def docx_lines(document: bytes) -> list[str]:
    """Every paragraph, those of cells included, in order."""
    said: list[str] = []
    for part in Document(io.BytesIO(document)).iter_inner_content():
        if isinstance(part, WordParagraph):
            said.append(_said_in(part._p))
        else:
            said += [_said_in(paragraph) for cell in _cells(part) for paragraph in cell.p_lst]
    return [line for line in said if line.strip()]


def _cells(table: Any) -> Iterator[Any]:
    yield from table._tbl.iter_tcs()


def _said_in(paragraph: Any) -> str:
    return "".join(node.text or "" for node in paragraph.iter(qn("w:t")))


def pptx_lines(document: bytes) -> list[str]:
    """Slide after slide: title, section, what it shows, notes. What goes on from the slide before begins where it broke off."""
    said: list[str] = []
    before: tuple[str, str] = ("", "")
    tables: list[list[list[str]]] = []
    for slide in Presentation(io.BytesIO(document)).slides:
        shapes = {shape.name: shape for shape in slide.shapes}
        title = CONTINUED.sub("", slide.shapes.title.text_frame.text)
        section = shapes["Section"].text_frame.text if "Section" in shapes else ""
        goes_on = (section, title) == before
        before = (section, title)
        if not goes_on:
            said += _ended(tables)
            said += [title, section]
        for shape in slide.shapes:
            if shape.has_table:
                _join(tables, [[cell.text_frame.text for cell in row.cells] for row in shape.table.rows])
            elif shape.has_text_frame and shape.name not in {
                slide.shapes.title.name,
                "Section",
                "Slide number",
            }:
                said += [paragraph.text for paragraph in shape.text_frame.paragraphs]
        if slide.has_notes_slide:
            said += slide.notes_slide.notes_text_frame.text.split("\n")
    said += _ended(tables)
    return [line for line in said if line.strip()]


def _join(tables: list[list[list[str]]], rows: list[list[str]]) -> None:
    """Rows that go on under the same header: a row's heading that stands there again is the same row."""
    if not tables:
        tables.append(rows)
        return
    (known,) = tables
    assert rows[0] == known[0]
    for row in rows[1:]:
        if row[0] == known[-1][0]:
            known[-1][1:] = [
                _both(first, second) for first, second in zip(known[-1][1:], row[1:], strict=True)
            ]
        else:
            known.append(row)


def _both(first: str, second: str) -> str:
    return first if second == "None" else second if first == "None" else f"{first}\n{second}"


def _ended(tables: list[list[list[str]]]) -> list[str]:
    lines = [line for table in tables for row in table for cell in row for line in cell.split("\n")]
    tables.clear()
    return lines


def xlsx_tables(workbook: bytes) -> list[list[list[object]]]:
    """Every sheet but the contents: caption, header and rows, numbers as numbers."""
    opened = load_workbook(io.BytesIO(workbook))
    sheets = [opened[name].iter_rows(values_only=True) for name in opened.sheetnames[1:]]
    return [[[as_excel_has_it(value) for value in row] for row in sheet] for sheet in sheets]


def as_excel_has_it(value: object) -> object:
    """Numbers have fifteen digits there."""
    return float(f"{value:.15g}") if isinstance(value, int | float) else value


def model_tables(pack: Pack) -> list[list[list[object]]]:
    """The same by the model."""
    found: list[list[list[object]]] = []
    for _, table in pack.tables:
        width = len(table.header)
        rows = [[_value_of(cell) for cell in row] for row in table.rows]
        found.append([[table.caption, *[None] * (width - 1)], list(table.header), *rows])
    return found


def _value_of(cell: Inlines) -> object:
    match cell:
        case (Figure(value=value),) if value is not None:
            return as_excel_has_it(float(value))
        case _:
            return plain(cell) or None
