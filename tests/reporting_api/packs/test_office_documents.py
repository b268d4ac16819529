"""The paper as Word document and workbook says what its content says, word by word and number by number."""

import io
import re
from collections.abc import Iterator

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph
from openpyxl import load_workbook

from services.reporting_api.packs.board_figures import BoardPaperFigures
from services.reporting_api.packs.board_paper import board_paper
from services.reporting_api.packs.content import Chart, Figure, Inlines, Pack, Section, Table, plain
from services.reporting_api.packs.docx import docx
from services.reporting_api.packs.xlsx import xlsx
from tests.reporting_api.packs.papers import MAY_2019, WELL_LED, paper_of
from tests.reporting_api.packs.test_board_paper import lines

ADDRESS = "https://qip.example"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return board_paper(MAY_2019)


@pytest.fixture(scope="module")
def written(pack: Pack) -> bytes:
    return docx(pack, ADDRESS)


@pytest.fixture(scope="module")
def document(written: bytes) -> WordDocument:
    return Document(io.BytesIO(written))


def said_by(document: WordDocument) -> Iterator[str]:
    """Every paragraph and cell in the order of the document, links included."""
    for part in document.iter_inner_content():
        if isinstance(part, WordParagraph):
            yield words(part)
        else:
            for row in part.rows:
                yield from (words(cell.paragraphs[0]) for cell in row.cells)


def words(paragraph: WordParagraph) -> str:
    return "".join(node.text or "" for node in paragraph._p.iter(qn("w:t")))


def sections_of(sections: tuple[Section, ...], level: int = 1) -> Iterator[tuple[int, Section]]:
    for section in sections:
        yield level, section
        yield from sections_of(section.sections, level + 1)


def tables_of(pack: Pack) -> list[Table]:
    found = []
    for _, section in sections_of(pack.sections):
        for block in section.blocks:
            if isinstance(block, Table):
                found.append(block)
            elif isinstance(block, Chart):
                found.append(block.table)
    return found


def test_the_document_says_every_line_of_the_paper_in_its_order(pack: Pack, document: WordDocument) -> None:
    said = iter(list(said_by(document)))
    for line in lines(pack):
        wanted = plain(line)
        assert any(wanted == each for each in said), wanted


def test_headings_are_word_s_own_and_stand_in_the_contents(pack: Pack, document: WordDocument) -> None:
    headings = [
        (each.style.name, each.text)
        for each in document.paragraphs
        if each.style is not None and each.style.name is not None and each.style.name.startswith("Heading")
    ]
    meant = [(f"Heading {level}", section.title) for level, section in sections_of(pack.sections)]
    assert headings == meant
    code = "".join(node.text or "" for node in document.element.iter(qn("w:instrText")))
    assert code.startswith("TOC ")
    first = next(index for index, each in enumerate(document.paragraphs) if each.text == "Contents")
    entries = [words(each) for each in document.paragraphs[first + 1 : first + 1 + len(meant)]]
    assert entries == [title for _, title in meant]


def test_each_table_has_a_header_row_and_a_caption(pack: Pack, document: WordDocument) -> None:
    meant = tables_of(pack)
    assert len(document.tables) == len(meant)
    for table, wanted in zip(document.tables, meant, strict=True):
        assert [cell.text for cell in table.rows[0].cells] == list(wanted.header)
        assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
        assert caption_of(table) == wanted.caption
        rows = [[words(cell.paragraphs[0]) for cell in row.cells] for row in list(table.rows)[1:]]
        assert rows == [[plain(cell) for cell in row] for row in wanted.rows]


def caption_of(table: WordTable) -> str | None:
    caption = table._tbl.find(f".//{qn('w:tblCaption')}")
    value = None if caption is None else caption.get(qn("w:val"))
    return None if value is None else str(value)


def test_each_chart_has_an_alternative_text(pack: Pack, document: WordDocument) -> None:
    told = [str(node.get("descr")) for node in document.element.iter(qn("wp:docPr"))]
    assert told == [chart.alt for chart in pack.charts]


def test_every_figure_opens_what_it_counts(pack: Pack, document: WordDocument) -> None:
    links = [
        ("".join(node.text or "" for node in link.iter(qn("w:t"))), document.part.rels[link.get(qn("r:id"))].target_ref)
        for link in document.element.iter(qn("w:hyperlink"))
    ]  # fmt: skip
    meant = [
        (inline.text, ADDRESS + inline.counted)
        for line in lines(pack)
        for inline in line
        if isinstance(inline, Figure) and inline.counted
    ]
    assert links == meant


def test_it_says_its_title_language_and_date(pack: Pack, document: WordDocument) -> None:
    properties = document.core_properties
    assert (properties.title, properties.language, properties.author) == (
        pack.full_title,
        "en-GB",
        pack.trust,
    )
    assert properties.created is not None
    assert properties.created.date() == pack.as_at


def test_the_same_paper_is_the_same_bytes(pack: Pack, written: bytes) -> None:
    assert docx(pack, ADDRESS) == written
    assert xlsx(pack) == xlsx(pack)


def test_the_workbook_has_every_table_with_numbers_as_numbers(pack: Pack) -> None:
    workbook = load_workbook(io.BytesIO(xlsx(pack)))
    assert workbook.sheetnames[0] == "Contents"
    sheets = [workbook[name] for name in workbook.sheetnames[1:]]
    for sheet, wanted in zip(sheets, tables_of(pack), strict=True):
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        assert rows[0][0] == wanted.caption
        assert rows[1] == list(wanted.header)
        assert rows[2:] == [[value_of(cell) for cell in row] for row in wanted.rows]


def value_of(cell: Inlines) -> object:
    match cell:
        case (Figure(value=value),) if value is not None:
            return float(value)
        case _:
            return plain(cell) or None


def test_names_of_sheets_are_such_as_excel_allows(pack: Pack) -> None:
    names = load_workbook(io.BytesIO(xlsx(pack))).sheetnames
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


@pytest.mark.parametrize("figures", [paper_of(), paper_of(WELL_LED)])
def test_papers_of_other_plans_can_be_written_too(figures: BoardPaperFigures) -> None:
    other = board_paper(figures)
    assert Document(io.BytesIO(docx(other, ADDRESS))).paragraphs
    assert load_workbook(io.BytesIO(xlsx(other))).sheetnames
