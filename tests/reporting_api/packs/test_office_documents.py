"""The paper as Word document, slides and workbook is made as these programs make them, and can be gone on with by everybody.

That each says what the paper says is in `test_read_back.py`.
"""

import io
import re
from collections import Counter
from dataclasses import replace
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph
from openpyxl import load_workbook
from pptx import Presentation

from services.reporting_api.packs.content import Figure, KpiMatrix, Pack, Section, Table
from services.reporting_api.packs.docx import docx
from services.reporting_api.packs.pptx import pptx
from services.reporting_api.packs.slides import NAMES_A_ROW
from services.reporting_api.packs.xlsx import xlsx
from tests.reporting_api.packs.board_paper import board_paper
from tests.reporting_api.packs.every_block import PAPER
from tests.reporting_api.packs.papers import MAY_2019
from tests.reporting_api.packs.test_board_paper import lines

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
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


def words(paragraph: WordParagraph) -> str:
    return "".join(node.text or "" for node in paragraph._p.iter(qn("w:t")))


def test_headings_are_word_s_own_and_stand_in_the_contents(pack: Pack, document: WordDocument) -> None:
    headings = [
        (each.style.name, each.text)
        for each in document.paragraphs
        if each.style is not None and each.style.name is not None and each.style.name.startswith("Heading")
    ]
    meant = [(f"Heading {level}", section.title) for level, section in pack.headings]
    assert headings == meant
    pages = [node.text for node in document.element.iter(qn("w:instrText"))]
    assert pages == [f"PAGEREF _Toc{number:06} \\h" for number in range(len(meant))]
    known = [each.tag.partition("}")[2] for each in document.settings.element]
    assert known.index("updateFields") < known.index("compat"), "Word takes settings in their order alone"
    first = next(index for index, each in enumerate(document.paragraphs) if each.text == "Contents")
    entries = [words(each) for each in document.paragraphs[first + 1 : first + 1 + len(meant)]]
    assert entries == [title for _, title in meant]


def test_each_table_has_a_header_row_and_a_caption(pack: Pack, document: WordDocument) -> None:
    meant = [table for _, table in pack.tables]
    assert len(document.tables) == len(meant)
    for table, wanted in zip(document.tables, meant, strict=True):
        assert [cell.text for cell in table.rows[0].cells] == list(wanted.header)
        assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
        assert caption_of(table) == wanted.caption


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
        if link.get(qn("r:id"))
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


def test_names_of_sheets_are_such_as_excel_allows(pack: Pack) -> None:
    names = load_workbook(io.BytesIO(xlsx(pack))).sheetnames
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


@pytest.mark.parametrize(
    "title",
    [
        f"{'x' * 30}'y",
        f"{'x' * 29}😀😀",
        "'",
        "It's [all] of it: a/b",
        f"'{'y' * 40}'",
    ],
)
def test_a_sheet_has_a_name_that_excel_allows_whatever_the_title(title: str, pack: Pack) -> None:
    table = next(block for block in pack.blocks if isinstance(block, Table))
    twice = Section("one", title, (table,)), Section("two", title, (table,))
    named = load_workbook(io.BytesIO(xlsx(replace(pack, sections=twice))))
    contents, *names = named.sheetnames
    assert len({contents, *names}) == 3
    for row, name in enumerate(names, start=3):
        assert len(name.encode("utf-16-le")) <= 2 * 31
        assert not name.startswith("'")
        assert not name.endswith("'")
        quoted = name.replace("'", "''")
        link: Any = named[contents].cell(row, 1).hyperlink
        assert link.location == f"'{quoted}'!A1"


def test_each_entry_of_the_contents_leads_to_its_heading(document: WordDocument) -> None:
    marks = {
        str(mark.get(qn("w:name"))): words(WordParagraph(mark.getparent(), document))
        for mark in document.element.iter(qn("w:bookmarkStart"))
    }
    entries = {
        str(link.get(qn("w:anchor"))): "".join(node.text or "" for node in link.iter(qn("w:t")))
        for link in document.element.iter(qn("w:hyperlink"))
        if link.get(qn("w:anchor"))
    }
    assert entries
    assert entries == marks


def test_each_numbered_list_of_the_word_document_counts_from_one() -> None:
    document = Document(io.BytesIO(docx(PAPER, ADDRESS)))
    numbers = document.element.xpath(".//w:p/w:pPr/w:numPr/w:numId/@w:val")
    lists = Counter(int(number) for number in numbers)
    assert sorted(lists.values()) == [2, 3]
    kept: Any = document.part.numbering_part.element
    for own in kept.num_lst:
        if own.numId in lists:
            assert own.lvlOverride_lst[0].startOverride.val == 1


def test_pictures_of_the_matrix_and_of_kpis_are_told_in_words() -> None:
    document = Document(io.BytesIO(docx(PAPER, ADDRESS)))
    told = [str(node.get("descr")) for node in document.element.iter(qn("wp:docPr"))]
    (matrix,) = [block for block in PAPER.blocks if isinstance(block, KpiMatrix)]
    headings = [*matrix.columns, *(row.heading for row in matrix.rows)]
    assert told == [
        *(each.words for each in headings if each.icon),
        *(chart.alt for chart in PAPER.numbered),
    ]


@pytest.fixture(scope="module", params=["May 2019", "every block"])
def slides(request: pytest.FixtureRequest) -> tuple[Pack, Any]:
    """Two packs as slides."""
    of = {"May 2019": board_paper(MAY_2019), "every block": PAPER}[request.param]
    return of, Presentation(io.BytesIO(pptx(of, ADDRESS)))


def test_each_slide_has_a_title_of_its_own_and_its_number(slides: tuple[Pack, Any]) -> None:
    _, deck = slides
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    for number, slide in enumerate(list(deck.slides)[1:], start=2):
        (shape,) = [each for each in slide.shapes if each.name == "Slide number"]
        assert "".join(node.text for node in shape._element.xpath(".//a:fld/a:t")) == str(number)


def test_what_a_slide_shows_stands_on_it(slides: tuple[Pack, Any]) -> None:
    _, deck = slides
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width
            height = sum(row.height for row in shape.table.rows) if shape.has_table else shape.height
            assert shape.top + height <= deck.slide_height


def test_charts_tables_and_icons_of_slides_are_told_in_words(slides: tuple[Pack, Any]) -> None:
    pack, deck = slides
    told: dict[bool, list[str]] = {True: [], False: []}
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or not shape.has_text_frame:
                alt = shape._element.xpath(".//p:cNvPr")[0].get("descr")
                assert alt
                told[shape.has_chart].append(alt)
    native = [chart.alt for chart in pack.numbered if not chart.reading.endswith("has no values yet.")]
    assert told[True] == native
    captions = {table.caption for _, table in pack.tables if not table.caption.startswith("Figure ")}
    assert captions <= set(told[False])


def test_each_table_of_slides_has_its_header_row(slides: tuple[Pack, Any]) -> None:
    pack, deck = slides
    headers = {tuple(table.header) for _, table in pack.tables}
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert tables
    for table in tables:
        assert table.first_row
        assert tuple(cell.text_frame.text for cell in table.rows[0].cells) in headers
        assert len(table.rows) > 1


def test_a_slide_of_a_chart_is_spoken_to_by_its_notes(slides: tuple[Pack, Any]) -> None:
    pack, deck = slides
    notes = [slide.notes_slide.notes_text_frame.text for slide in deck.slides if slide.has_notes_slide]
    assert notes == [f"{chart.reading}\n{chart.alt}" for chart in pack.numbered]


def test_slides_are_in_british_english_and_say_their_title(slides: tuple[Pack, Any]) -> None:
    pack, deck = slides
    runs = [run for slide in deck.slides for run in slide._element.iter(f"{A}r")]
    assert runs
    assert {run.find(f"{A}rPr").get("lang") for run in runs} == {"en-GB"}
    assert deck.core_properties.title == pack.full_title
    assert deck.core_properties.language == "en-GB"


def test_figures_of_slides_open_what_they_count(slides: tuple[Pack, Any]) -> None:
    """Those of sentences and tables; names in the matrix alone open nothing."""
    pack, deck = slides
    found = Counter(
        relation.target_ref
        for slide in deck.slides
        for relation in slide.part.rels.values()
        if relation.is_external
    )
    meant = {
        ADDRESS + inline.counted
        for line in lines(pack)
        for inline in line
        if isinstance(inline, Figure) and inline.counted
    }
    assert set(found) == meant


def test_no_row_of_the_matrix_is_higher_than_a_slide_can_hold() -> None:
    deck = Presentation(io.BytesIO(pptx(PAPER, ADDRESS)))
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_table and shape.table.cell(0, 0).text_frame.text == "Assurance":
                cells = [cell for row in shape.table.rows for cell in row.cells]
                assert max(len(cell.text_frame.paragraphs) for cell in cells) <= NAMES_A_ROW


def test_workbooks_inside_slides_say_no_time_either() -> None:
    """What makes the workbook writes the time into it: a second later it would be other bytes."""
    with ZipFile(io.BytesIO(pptx(PAPER, ADDRESS))) as deck:
        inside = [deck.read(name) for name in deck.namelist() if name.endswith(".xlsx")]
    assert inside
    for workbook in inside:
        with ZipFile(io.BytesIO(workbook)) as opened:
            assert b"1980-01-01T00:00:00Z" in opened.read("docProps/core.xml")
            assert {member.date_time for member in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://evil.example/")', "=1+1", "{=1}", "http://evil.example/", "+1"]
)
def test_names_in_workbooks_inside_slides_are_words_and_no_formulas(name: str) -> None:
    isgs = (replace(MAY_2019.isgs[0], name=name), MAY_2019.isgs[1])
    with ZipFile(io.BytesIO(pptx(board_paper(replace(MAY_2019, isgs=isgs)), ADDRESS))) as deck:
        inside = [deck.read(member) for member in deck.namelist() if member.endswith(".xlsx")]
    cells = [
        cell
        for workbook in inside
        for row in load_workbook(io.BytesIO(workbook)).worksheets[0].iter_rows()
        for cell in row
    ]
    assert {cell.data_type for cell in cells if cell.value == name} == {"s"}
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
