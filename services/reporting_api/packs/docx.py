"""A pack as a Word document that people can go on writing: real styles, contents, header rows, alternative texts."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from services.reporting_api.packs.content import (
    Block,
    BulletList,
    Chart,
    Figure,
    Inlines,
    NumberedList,
    Pack,
    Paragraph,
    Section,
    Shape,
    Table,
    Text,
)
from services.reporting_api.packs.drawings import picture_of
from services.reporting_api.packs.same_bytes import with_fixed_dates

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as WordTable
    from docx.text.paragraph import Paragraph as WordParagraph

FONT: Final = "Arial"
"""What every Word has: a document that is gone on with in another font than it was made in falls apart."""
PAGE_IN_MM, MARGIN_IN_MM = (210, 297), 20
MANY_COLUMNS: Final = 6
"""So many need smaller letters, lest words be broken."""
LINK: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def docx(pack: Pack, address: str) -> bytes:
    """The paper as .docx, the same bytes for the same pack. Figures open pages at `address`."""
    from docx import Document

    document = Document()
    _describe(document, pack)
    document.add_heading(pack.title, 0)
    for detail in pack.details:
        line = document.add_paragraph()
        line.add_run(f"{detail.label}: ").bold = True
        line.add_run(detail.value)
    _contents(document, pack)
    for section in pack.sections:
        _write_section(document, section, 1, address)
    _number_pages(document)
    written = BytesIO()
    document.save(written)
    return with_fixed_dates(written.getvalue())


def _describe(document: "Document", pack: Pack) -> None:
    """Page, title, language, font and date of the document: the date is the pack's, so that the same pack is the same bytes."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    page = document.sections[0]
    page.page_width, page.page_height = (Mm(length) for length in PAGE_IN_MM)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(MARGIN_IN_MM)
    at = datetime.combine(pack.as_at, time(), UTC).replace(tzinfo=None)
    properties = document.core_properties
    properties.title, properties.author, properties.language = pack.full_title, pack.trust, "en-GB"
    properties.created = properties.modified = at
    properties.last_modified_by, properties.comments = pack.trust, ""
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(11)
    run_properties = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if run_properties is not None:
        for language in run_properties.findall(qn("w:lang")):
            language.set(qn("w:val"), "en-GB")
    for name in ("Title", *(f"Heading {level}" for level in range(1, 5))):
        heading: Any = document.styles[name]
        heading.font.name = FONT
        fonts = heading.element.rPr.rFonts
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(attribute), None)


def _contents(document: "Document", pack: Pack) -> None:
    """The table of contents as a field, with its entries written inside: Word puts the pages in when it is opened."""
    from docx.oxml.ns import qn

    document.add_paragraph("Contents", style="TOC Heading" if "TOC Heading" in document.styles else None)
    entries = list(_headings(pack.sections, 1))
    for number, (level, title) in enumerate(entries):
        entry = document.add_paragraph(
            style="List Paragraph" if "List Paragraph" in document.styles else None
        )
        entry.paragraph_format.left_indent = (level - 1) * 228600
        if number == 0:
            _field(entry, "begin")
            code = _element("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = 'TOC \\o "1-3" \\h \\z \\u'
            entry.add_run()._r.append(code)  # noqa: SLF001 - python-docx has no fields of its own
            _field(entry, "separate")
        entry.add_run(title)
        if number == len(entries) - 1:
            _field(entry, "end")


def _headings(sections: tuple[Section, ...], level: int) -> Iterator[tuple[int, str]]:
    for section in sections:
        yield level, section.title
        yield from _headings(section.sections, level + 1)


def _element(tag: str) -> Any:
    """An element of WordprocessingML, for what python-docx has no words of its own for."""
    from docx.oxml import OxmlElement

    return OxmlElement(tag)


def _field(paragraph: "WordParagraph", kind: str) -> None:
    from docx.oxml.ns import qn

    character = _element("w:fldChar")
    character.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(character)  # noqa: SLF001 - as above


def _number_pages(document: "Document") -> None:
    """The page's number at its foot, as a field."""
    from docx.oxml.ns import qn

    foot = document.sections[0].footer.paragraphs[0]
    foot.add_run("Page ")
    _field(foot, "begin")
    code = _element("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = "PAGE"
    foot.add_run()._r.append(code)  # noqa: SLF001 - as above
    _field(foot, "separate")
    foot.add_run("1")
    _field(foot, "end")


def _write_section(document: "Document", section: Section, level: int, address: str) -> None:
    document.add_heading(section.title, level)
    for block in section.blocks:
        _write_block(document, block, address)
    for below in section.sections:
        _write_section(document, below, level + 1, address)


def _write_block(document: "Document", block: Block, address: str) -> None:
    match block:
        case Paragraph(inlines):
            _write_line(document.add_paragraph(), inlines, address)
        case BulletList(items):
            for item in items:
                _write_line(document.add_paragraph(style="List Bullet"), item, address)
        case NumberedList(items):
            for item in items:
                _write_line(document.add_paragraph(style="List Number"), item, address)
        case Table():
            _write_table(document, block, address)
        case Chart():
            _write_chart(document, block, address)


def _write_line(paragraph: "WordParagraph", inlines: Inlines, address: str) -> None:
    for inline in inlines:
        match inline:
            case Figure(counted=str(counted)):
                _write_link(paragraph, inline.text, address + counted)
            case Text(text, strong):
                paragraph.add_run(text).bold = strong or None
            case _:
                paragraph.add_run(inline.text)


def _write_link(paragraph: "WordParagraph", words: str, target: str) -> None:
    from docx.oxml.ns import qn

    link = _element("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(target, LINK, is_external=True))
    run = paragraph.add_run(words)
    run.font.underline = True
    link.append(run._r)  # noqa: SLF001 - as above
    paragraph._p.append(link)  # noqa: SLF001 - as above


def _write_table(document: "Document", data: Table, address: str) -> None:
    from docx.oxml.ns import qn

    caption = document.add_paragraph(data.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=len(data.header), style="Table Grid")
    described = _element("w:tblCaption")
    described.set(qn("w:val"), data.caption)
    table._tbl.tblPr.append(described)  # noqa: SLF001 - as above
    head = table.rows[0]
    for cell, words in zip(head.cells, data.header, strict=True):
        cell.paragraphs[0].add_run(words).bold = True
    repeated = _element("w:tblHeader")
    head._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001 - as above
    for row in data.rows:
        for cell, inlines in zip(table.add_row().cells, row, strict=True):
            _write_line(cell.paragraphs[0], inlines, address)
    if len(data.header) >= MANY_COLUMNS:
        _write_smaller(table)
    document.add_paragraph()


def _write_smaller(table: "WordTable") -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt
    from docx.text.run import Run

    for row in table.rows:
        for cell in row.cells:
            paragraph = cell.paragraphs[0]
            for run in paragraph._p.iter(qn("w:r")):  # noqa: SLF001 - links hold runs too
                Run(run, paragraph).font.size = Pt(9)


def _write_chart(document: "Document", chart: Chart, address: str) -> None:
    from docx.shared import Mm

    title = document.add_paragraph(f"Figure {chart.number}: {chart.title}", style="Caption")
    title.paragraph_format.keep_with_next = True
    picture = document.add_picture(
        BytesIO(picture_of(chart, Shape.PAGE)), width=Mm(PAGE_IN_MM[0] - 2 * MARGIN_IN_MM)
    )
    properties = picture._inline.docPr  # noqa: SLF001 - as above
    properties.set("descr", chart.alt)
    properties.set("title", chart.title)
    document.add_paragraph(chart.reading)
    _write_table(document, chart.table, address)
