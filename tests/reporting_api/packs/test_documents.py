"""The paper as HTML and PDF says what its content says, and can be read by everybody."""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import html5lib
import pikepdf
import pytest
from lxml import etree
from pypdf import PdfReader

from services.reporting_api.packs.board_figures import BoardPaperFigures
from services.reporting_api.packs.content import ControlChart, Figure, Pack
from services.reporting_api.packs.html import article, whole_page
from services.reporting_api.packs.pdf import pdf
from tests.reporting_api.packs.board_paper import board_paper
from tests.reporting_api.packs.every_block import PAPER
from tests.reporting_api.packs.papers import MAY_2019, WELL_LED, paper_of
from tests.reporting_api.packs.tagged_pdf import Element, elements
from tests.reporting_api.packs.test_board_paper import lines

ADDRESS = "https://qip.example"


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The paper of May 2019."""
    return board_paper(MAY_2019)


@pytest.fixture(scope="module")
def page(pack: Pack) -> str:
    """It as HTML."""
    return whole_page(pack, ADDRESS)


@pytest.fixture(scope="module")
def document(pack: Pack) -> bytes:
    """It as PDF."""
    return pdf(pack, ADDRESS)


def parsed(page: str) -> etree._Element:
    """Strictly parsed: an error of the markup is an error of the test."""
    parser = html5lib.HTMLParser(
        strict=True, tree=html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=False
    )
    root: etree._Element = parser.parse(page).getroot()
    return root


def test_a_page_with_every_kind_of_block_is_valid_too() -> None:
    root = parsed(whole_page(PAPER, ADDRESS))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert [each.findtext("figcaption") for each in root.iter("figure")] == [
        *(f"Figure {chart.number}: {chart.title}" for chart in PAPER.numbered),
        "A quieter night on Ward 22",
        "A short one",
    ]


def test_the_page_is_valid_and_has_one_h1_in_its_title(page: str) -> None:
    root = parsed(page)
    (heading,) = root.iter("h1")
    assert (root.findtext("head/title") or "").startswith(str(heading.text))
    assert root.get("lang") == "en-GB"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_every_figure_of_the_page_opens_what_it_counts(pack: Pack, page: str) -> None:
    printed = [(link.text, link.get("href")) for link in parsed(page).iter("a")]
    meant = [
        (inline.text, ADDRESS + inline.counted)
        for line in lines(pack)
        for inline in line
        if isinstance(inline, Figure) and inline.counted
    ]
    assert printed == meant


def test_the_page_holds_all_it_needs_and_may_fetch_nothing(page: str) -> None:
    root = parsed(page)
    assert not list(root.iter("script", "link", "img", "iframe"))
    assert not [element for element in root.iter() if element.get("style")]
    assert "url(" not in page
    assert "@import" not in page
    (policy,) = [meta.get("content") or "" for meta in root.iter("meta") if meta.get("http-equiv")]
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='", policy)


def test_headings_of_the_page_skip_no_level(page: str) -> None:
    levels = [int(str(each.tag)[1]) for each in parsed(page).iter("h1", "h2", "h3", "h4", "h5")]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_names_are_escaped_wherever_they_stand() -> None:
    named = replace(MAY_2019, isgs=(replace(MAY_2019.isgs[0], name="<b>Care & more</b>"),))
    assert "<b>" not in whole_page(board_paper(named), ADDRESS)


def test_the_article_alone_has_links_without_a_host(pack: Pack) -> None:
    alone = article(pack)
    assert alone.startswith("<article")
    assert 'href="/root-causes?counted=complete&amp;class=must_do' in alone
    assert ADDRESS not in alone


def test_the_pdf_is_tagged_has_a_language_a_title_and_bookmarks(pack: Pack, document: bytes) -> None:
    with pikepdf.open(io.BytesIO(document)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang) == "en-GB"
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        with opened.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == pack.full_title
        with opened.open_outline() as outline:
            assert list(bookmarks(outline.root, 1)) == [
                (level, section.title) for level, section in pack.headings
            ]


def bookmarks(items: Iterable[pikepdf.OutlineItem], level: int) -> Iterator[tuple[int, str]]:
    for item in items:
        yield level, str(item.title)
        yield from bookmarks(item.children, level + 1)


@pytest.fixture(scope="module", params=["May 2019", "every block"])
def tagged(request: pytest.FixtureRequest) -> tuple[Pack, list[Element]]:
    """Two packs as PDF, read by their tags."""
    of = {"May 2019": board_paper(MAY_2019), "every block": PAPER}[request.param]
    return of, elements(pdf(of, ADDRESS))


def test_the_contents_of_the_pdf_lead_to_each_heading_with_its_page(
    tagged: tuple[Pack, list[Element]],
) -> None:
    pack, found = tagged
    entries = "".join(each.text for each in found if "TOCI" in each.tags)
    wanted = r"\W*\d+\W*".join(re.escape(section.title) for _, section in pack.headings)
    assert re.fullmatch(wanted + r"\W*\d+\W*", entries)
    assert all("Link" in each.tags for each in found if "TOCI" in each.tags and each.text)


def test_headings_of_the_pdf_have_their_level(tagged: tuple[Pack, list[Element]]) -> None:
    pack, found = tagged
    headings = [(each.tag, each.text) for each in found if re.fullmatch(r"H\d", each.tag) and each.text]
    assert headings[0] == ("H1", "Contents")
    assert headings[1:] == [(f"H{level}", section.title) for level, section in pack.headings]


def test_the_pdf_tells_its_charts_in_words_and_nothing_else_has_to_be_told(
    tagged: tuple[Pack, list[Element]],
) -> None:
    pack, found = tagged
    assert [each.alt for each in found if each.tag == "Figure"] == [chart.alt for chart in pack.numbered]


def test_tables_of_the_pdf_have_header_cells(tagged: tuple[Pack, list[Element]]) -> None:
    pack, found = tagged
    printed = [
        table for _, table in pack.tables if table not in [
            chart.table for chart in pack.numbered if isinstance(chart, ControlChart)
        ]
    ]  # fmt: skip
    tags = [each.tag for each in found if not each.text]
    assert tags.count("Table") == len(printed)
    assert tags.count("TH") == sum(len(table.header) + len(table.rows) for table in printed)
    assert tags.count("TD") == sum(len(row) - 1 for table in printed for row in table.rows)
    heads = [each for each in found if each.tag == "TH" and not each.text]
    assert sum("THead" in each.tags for each in heads) == sum(len(table.header) for table in printed)


def test_each_cell_of_the_pdf_names_the_headings_of_its_column_and_its_row(document: bytes) -> None:
    with pikepdf.open(io.BytesIO(document)) as opened:
        known = dict(pikepdf.NameTree(opened.Root.StructTreeRoot.IDTree))
        cells = [
            each
            for each in opened.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") in {"/TD", "/TH"} and "/A" in each
        ]
        scopes: dict[str, set[str]] = {"/TD": set(), "/TH": set()}
        for cell in cells:
            said = _of_table(cell)
            scopes[str(cell.S)].add(str(said.get("/Scope")))
            named = [str(_of_table(known[str(name)]).Scope) for name in said.get("/Headers", [])]
            if cell.S == "/TD":
                assert sorted(named) == ["/Column", "/Row"]
                row = known[str(said.Headers[-1])]
                assert row.P.objgen == cell.P.objgen, "the heading is that of its own row"
        assert scopes == {"/TD": {"None"}, "/TH": {"/Column", "/Row"}}


def _of_table(cell: Any) -> Any:
    (said,) = [each for each in cell.A if each.O == "/Table"]
    return said


def test_every_figure_of_the_pdf_opens_what_it_counts(pack: Pack, document: bytes) -> None:
    with pikepdf.open(io.BytesIO(document)) as opened:
        links = [
            str(note.A.URI)
            for page in opened.pages
            for note in page.get("/Annots", [])
            if note.Subtype == "/Link" and "/A" in note and "/URI" in note.A
        ]
    meant = {
        ADDRESS + inline.counted
        for line in lines(pack)
        for inline in line
        if isinstance(inline, Figure) and inline.counted
    }
    assert set(links) == meant


def test_the_pdf_numbers_its_pages(document: bytes) -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(document)).pages]
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text


def test_the_pdf_uses_the_one_font_of_document_and_charts(document: bytes) -> None:
    with pikepdf.open(io.BytesIO(document)) as opened:
        fonts = {
            str(each.BaseFont)
            for each in opened.objects
            if isinstance(each, pikepdf.Dictionary) and "/BaseFont" in each
        }
    assert fonts
    assert all("SourceSansPro" in font for font in fonts)


@pytest.mark.parametrize(
    "figures", [paper_of(), paper_of(WELL_LED), paper_of(*MAY_2019.isgs, as_at=date(2019, 4, 22))]
)
def test_papers_of_other_plans_can_be_set_too(figures: BoardPaperFigures) -> None:
    other = board_paper(figures)
    parsed(whole_page(other, ADDRESS))
    assert pdf(other, ADDRESS).startswith(b"%PDF")
