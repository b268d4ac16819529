"""The paper as HTML and PDF says what its content says, and can be read by everybody."""

import io
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import html5lib
import pikepdf
import pytest
from lxml import etree
from pypdf import PdfReader

from services.reporting_api.packs.board_figures import BoardPaperFigures
from services.reporting_api.packs.board_paper import board_paper
from services.reporting_api.packs.content import Figure, Pack, plain
from services.reporting_api.packs.html import article, whole_page
from services.reporting_api.packs.pdf import pdf
from tests.reporting_api.packs.papers import MAY_2019, WELL_LED, paper_of
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


def one_line(text: str) -> str:
    """With every run of white space as one space."""
    return " ".join(text.split())


def test_the_page_is_valid_and_has_one_h1_in_its_title(page: str) -> None:
    root = parsed(page)
    (heading,) = root.iter("h1")
    assert (root.findtext("head/title") or "").startswith(str(heading.text))
    assert root.get("lang") == "en-GB"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_the_page_says_every_line_of_the_paper(pack: Pack, page: str) -> None:
    said = one_line("".join(parsed(page).itertext()))
    for line in lines(pack):
        assert one_line(plain(line)) in said


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
            assert [item.title for item in outline.root] == [section.title for section in pack.sections]


def test_the_pdf_tells_its_charts_in_words_and_has_header_cells(pack: Pack, document: bytes) -> None:
    with pikepdf.open(io.BytesIO(document)) as opened:
        nodes = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each]
        alternatives = {str(each.Alt) for each in nodes if "/Alt" in each}
        tags = [str(each.S) for each in nodes]
    assert alternatives >= {chart.alt for chart in pack.charts}
    assert tags.count("/Table") == 4
    assert tags.count("/TH") >= sum(len(chart.table.header) for chart in pack.charts)


def test_the_pdf_says_every_line_of_the_paper_and_numbers_its_pages(pack: Pack, document: bytes) -> None:
    reader = PdfReader(io.BytesIO(document))
    pages = [page.extract_text() for page in reader.pages]
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
    said = re.sub(r"\s|Page\d+of\d+", "", "".join(pages)).replace(MAY_2019.trust_name.replace(" ", ""), "")
    for line in lines(pack):
        assert re.sub(r"\s", "", plain(line)) in said


def test_the_pdf_uses_the_one_font_of_document_and_charts(document: bytes) -> None:
    with pikepdf.open(io.BytesIO(document)) as opened:
        fonts = {
            str(each.BaseFont)
            for each in opened.objects
            if isinstance(each, pikepdf.Dictionary) and "/BaseFont" in each
        }
    assert fonts
    assert all("SourceSansPro" in font for font in fonts)


def test_the_same_paper_is_the_same_bytes(pack: Pack, page: str, document: bytes) -> None:
    assert whole_page(pack, ADDRESS) == page
    assert pdf(pack, ADDRESS) == document


@pytest.mark.parametrize(
    "figures", [paper_of(), paper_of(WELL_LED), paper_of(*MAY_2019.isgs, as_at=date(2019, 4, 22))]
)
def test_papers_of_other_plans_can_be_set_too(figures: BoardPaperFigures) -> None:
    other = board_paper(figures)
    parsed(whole_page(other, ADDRESS))
    assert pdf(other, ADDRESS).startswith(b"%PDF")
