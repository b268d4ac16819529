"""A pack as a Word document that people can go on writing: real styles, contents, header rows, alternative texts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from services.reporting_api.packs.columns import shares
from services.reporting_api.packs.content import (
    NO_KPIS,
    Block,
    BulletList,
    Chart,
    ControlChart,
    Figure,
    FilledForm,
    IconHeading,
    Inlines,
    KpiMatrix,
    NumberedList,
    Pack,
    Paragraph,
    Section,
    Shape,
    Story,
    Table,
    Text,
)
from services.reporting_api.packs.drawings import drawing_of
from services.reporting_api.packs.legible import legible
from services.reporting_api.packs.pictures import pictures
from services.reporting_api.packs.same_bytes import with_fixed_dates
from services.shared.charts import icons

if TYPE_CHECKING:
    from docx.document import Document
    from docx.shape import InlineShape
    from docx.table import Table as WordTable
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph as WordParagraph
    from docx.text.run import Run

FONT: Final = "Arial"
"""What every Word has: a document that is gone on with in another font than it was made in falls apart."""
PAGE_IN_MM, MARGIN_IN_MM = (210, 297), 20
MANY_COLUMNS: Final = 5
"""So many need smaller letters, lest words be broken."""
BETWEEN_NAMES: Final = 90
"""Before each name in a cell of the matrix."""
LINK: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


CONTENTS_LEVELS: Final = 4
AFTER_UPDATE_FIELDS: Final = ("hdrShapeDefaults", "footnotePr", "endnotePr", "compat")
"""What a document's settings have behind it: their order is fixed."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the pack: where its figures open, and its drawings as pictures."""

    address: str
    charts: Mapping[int, bytes]
    icons: Mapping[str, bytes]


def docx(pack: Pack, address: str) -> bytes:
    """The paper as .docx, the same bytes for the same pack. Figures open pages at `address`."""
    from docx import Document

    pack = legible(pack)
    document = Document()
    _describe(document, pack)
    document.add_heading(pack.title, 0)
    for detail in pack.details:
        line = document.add_paragraph()
        line.add_run(f"{detail.label}: ").bold = True
        line.add_run(detail.value)
    _contents(document, pack)
    beside = _beside(pack, address)
    for number, (level, section) in enumerate(pack.headings):
        _write_heading(document, section, level, number)
        for block in section.blocks:
            _write_block(document, block, beside)
    _number_pages(document)
    written = BytesIO()
    document.save(written)
    return with_fixed_dates(written.getvalue())


def _beside(pack: Pack, address: str) -> Beside:
    charts = pack.numbered
    named = {
        heading.icon: icons.named(heading.icon)
        for block in pack.blocks
        if isinstance(block, KpiMatrix)
        for heading in (*block.columns, *(row.heading for row in block.rows))
        if heading.icon is not None
    }
    drawn = pictures([*(drawing_of(chart, Shape.PAGE) for chart in charts), *named.values()])
    numbers = [chart.number for chart in charts]
    return Beside(
        address,
        dict(zip(numbers, drawn[: len(numbers)], strict=True)),
        dict(zip(named, drawn[len(numbers) :], strict=True)),
    )


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
    """The contents: each heading leads to its place, with its page as a field.

    Only who sets the document knows the pages: LibreOffice works them out as it opens it, Word once it may update the fields.
    They stand in no field of a whole table of contents, of which LibreOffice shows what was written last.
    """
    from docx.oxml.ns import qn

    _style_contents(document)
    _update_fields(document)
    document.add_paragraph("Contents", style="TOC Heading")
    entries = [
        (number, level, section.title)
        for number, (level, section) in enumerate(pack.headings)
        if level <= CONTENTS_LEVELS
    ]
    for number, level, title in entries:
        entry = document.add_paragraph(style=f"toc {level}")
        link = _element("w:hyperlink")
        link.set(qn("w:anchor"), _mark_of(number))
        for run in (entry.add_run(title), entry.add_run("\t"), *_page_of(entry, number)):
            link.append(run._r)  # noqa: SLF001 - as above
        entry._p.append(link)  # noqa: SLF001 - as above


def _style_contents(document: "Document") -> None:
    """The styles that Word itself gives to entries of contents: its template leaves them out until they are used."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Mm, Pt

    heading: Any = document.styles["TOC Heading"]
    heading.font.name = FONT
    for level in range(1, CONTENTS_LEVELS + 1):
        style: Any = document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.paragraph_format.left_indent = Mm(6 * (level - 1))
        style.paragraph_format.space_after = Pt(3)
        style.paragraph_format.tab_stops.add_tab_stop(
            Mm(PAGE_IN_MM[0] - 2 * MARGIN_IN_MM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
        )


def _page_of(entry: "WordParagraph", number: int) -> Iterable["Run"]:
    """The page of a heading, by its bookmark; none is written until somebody sets the document."""
    return (
        _field(entry, "begin"),
        _code(entry, f"PAGEREF {_mark_of(number)} \\h"),
        _field(entry, "separate"),
        _field(entry, "end"),
    )


def _update_fields(document: "Document") -> None:
    """Word offers to update them when it opens the document."""
    from docx.oxml.ns import qn

    update = _element("w:updateFields")
    update.set(qn("w:val"), "true")
    settings = document.settings.element
    after = (settings.find(qn(f"w:{name}")) for name in AFTER_UPDATE_FIELDS)
    first = next((each for each in after if each is not None), None)
    settings.append(update) if first is None else first.addprevious(update)


def _mark_of(number: int) -> str:
    """The name of a heading's bookmark, to which its entry in the contents leads."""
    return f"_Toc{number:06}"


def _element(tag: str) -> Any:
    """An element of WordprocessingML, for what python-docx has no words of its own for."""
    from docx.oxml import OxmlElement

    return OxmlElement(tag)


def _field(paragraph: "WordParagraph", kind: str) -> "Run":
    from docx.oxml.ns import qn

    character = _element("w:fldChar")
    character.set(qn("w:fldCharType"), kind)
    run = paragraph.add_run()
    run._r.append(character)  # noqa: SLF001 - python-docx has no fields of its own
    return run


def _code(paragraph: "WordParagraph", said: str) -> "Run":
    """What a field is of, between its beginning and what it came to."""
    from docx.oxml.ns import qn

    code = _element("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = said
    run = paragraph.add_run()
    run._r.append(code)  # noqa: SLF001 - as above
    return run


def _number_pages(document: "Document") -> None:
    """The page's number at its foot, as a field."""
    foot = document.sections[0].footer.paragraphs[0]
    foot.add_run("Page ")
    _field(foot, "begin")
    _code(foot, "PAGE")
    _field(foot, "separate")
    foot.add_run("1")
    _field(foot, "end")


def _write_heading(document: "Document", section: Section, level: int, number: int) -> None:
    from docx.oxml.ns import qn

    heading = document.add_heading("", level)
    heading.add_run(section.title)
    start, end = _element("w:bookmarkStart"), _element("w:bookmarkEnd")
    for each in (start, end):
        each.set(qn("w:id"), str(number))
    start.set(qn("w:name"), _mark_of(number))
    heading.runs[0]._r.addprevious(start)  # noqa: SLF001 - as above
    heading._p.append(end)  # noqa: SLF001 - as above


def _write_block(document: "Document", block: Block, beside: Beside) -> None:
    match block:
        case Paragraph(inlines):
            _write_line(document.add_paragraph(), inlines, beside.address)
        case BulletList(items):
            for item in items:
                _write_line(_styled(document, "ListBullet"), item, beside.address)
        case NumberedList(items):
            _write_numbers(document, items, beside.address)
        case Table():
            _write_table(document, block, beside.address)
        case Chart():
            _write_chart(document, block, beside)
            _write_table(document, block.table, beside.address)
        case ControlChart():
            _write_chart(document, block, beside)
        case KpiMatrix():
            _write_matrix(document, block, beside)
        case Story():
            _write_story(document, block, beside.address)
        case FilledForm():
            _write_form(document, block, beside.address)


def _styled(document: "Document", style: str, words: str = "") -> "WordParagraph":
    """A paragraph in the style of this id: to look styles up by name, one by one, takes a quarter of all the time."""
    paragraph = document.add_paragraph(words)
    element: Any = paragraph._p  # noqa: SLF001 - as above
    element.style = style
    return paragraph


def _write_numbers(document: "Document", items: tuple[Inlines, ...], address: str) -> None:
    """Each list counts from one: it has a numbering of its own, made from that of the style."""
    from docx.oxml.ns import qn

    style: Any = document.styles["List Number"]
    numbering: Any = document.part.numbering_part.element
    wanted = style.element.pPr.numPr.numId.val
    abstract = next(each for each in numbering.num_lst if each.numId == wanted).abstractNumId.val
    own = numbering.add_num(abstract)
    own.add_lvlOverride(0).add_startOverride(1)
    for item in items:
        paragraph = _styled(document, "ListNumber")
        properties: Any = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - as above
        numbered = properties.get_or_add_numPr()
        numbered.get_or_add_ilvl().set(qn("w:val"), "0")
        numbered.get_or_add_numId().set(qn("w:val"), str(own.numId))
        _write_line(paragraph, item, address)


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
    table = _table_under(document, data.caption, len(data.header))
    for cell, words in zip(table.rows[0].cells, data.header, strict=True):
        cell.paragraphs[0].add_run(words).bold = True
    for row in data.rows:
        for cell, inlines in zip(table.add_row().cells, row, strict=True):
            _write_line(cell.paragraphs[0], inlines, address)
    _lay_out(table, shares(data))
    if len(data.header) >= MANY_COLUMNS:
        _write_smaller(table)
    document.add_paragraph()


def _table_under(document: "Document", caption: str, columns: int) -> Any:
    """A table under its caption, with an empty header row that each page repeats; no row is broken between pages."""
    from docx.oxml.ns import qn

    above = _styled(document, "Caption", caption)
    above.paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=columns, style="Table Grid")
    described = _element("w:tblCaption")
    described.set(qn("w:val"), caption)
    table._tbl.tblPr.append(described)  # noqa: SLF001 - as above
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))  # noqa: SLF001 - as above
    return table


def _lay_out(table: Any, parts: Sequence[float], before: int = 30) -> None:
    """Its columns as wide as these shares of the page; a row that fits on a page is not broken between two.

    `before`: what stands before each paragraph, in twentieths of a point.
    """
    from docx.oxml.ns import qn
    from docx.shared import Mm

    table.autofit = False
    share = (PAGE_IN_MM[0] - 2 * MARGIN_IN_MM) / sum(parts)
    widths = [Mm(share * part) for part in parts]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table._tbl.tr_lst:  # noqa: SLF001 - a row's own list of cells is made anew at each look
        row.get_or_add_trPr().append(_element("w:cantSplit"))
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = width
    for paragraph in table._tbl.iter(qn("w:p")):  # noqa: SLF001 - as above
        spacing = paragraph.get_or_add_pPr().get_or_add_spacing()
        spacing.set(qn("w:before"), str(before))
        spacing.set(qn("w:after"), "30")


def _write_smaller(table: "WordTable") -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt
    from docx.text.run import Run

    for row in table.rows:
        for cell in row.cells:
            paragraph = cell.paragraphs[0]
            for run in paragraph._p.iter(qn("w:r")):  # noqa: SLF001 - links hold runs too
                Run(run, paragraph).font.size = Pt(9)


def _write_chart(document: "Document", chart: Chart | ControlChart, beside: Beside) -> None:
    from docx.shared import Mm

    title = _styled(document, "Caption", f"Figure {chart.number}: {chart.title}")
    title.paragraph_format.keep_with_next = True
    width = Mm(PAGE_IN_MM[0] - 2 * MARGIN_IN_MM)
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    _tell(
        paragraph.add_run().add_picture(BytesIO(beside.charts[chart.number]), width=width),
        chart.alt,
        chart.title,
    )
    document.add_paragraph(chart.reading)


def _tell(picture: "InlineShape", alt: str, title: str) -> None:
    """In words, for whoever can't see it."""
    properties = picture._inline.docPr  # noqa: SLF001 - as above
    properties.set("descr", alt)
    properties.set("title", title)


def _write_matrix(document: "Document", matrix: KpiMatrix, beside: Beside) -> None:
    table = _table_under(document, matrix.caption, len(matrix.columns) + 1)
    head = table.rows[0].cells
    head[0].paragraphs[0].add_run(matrix.corner).bold = True
    for cell, column in zip(head[1:], matrix.columns, strict=True):
        _write_icon(cell, column, beside, bold=True)
    for row in matrix.rows:
        first, *cells = table.add_row().cells
        _write_icon(first, row.heading, beside)
        for cell, names in zip(cells, row.cells, strict=True):
            for number, name in enumerate(names or NO_KPIS):
                paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
                _write_line(paragraph, name, beside.address)
    _lay_out(table, [1] * (len(matrix.columns) + 1), before=BETWEEN_NAMES)
    document.add_paragraph()


def _write_icon(cell: "_Cell", heading: IconHeading, beside: Beside, *, bold: bool = False) -> None:
    """The icon above its words; it has them as its text as well, since Word asks for one."""
    from docx.shared import Mm

    paragraph = cell.paragraphs[0]
    if heading.icon is not None:
        shape = paragraph.add_run().add_picture(BytesIO(beside.icons[heading.icon]), width=Mm(9))
        _tell(shape, heading.words, heading.words)
        paragraph = cell.add_paragraph()
    paragraph.add_run(heading.words).bold = bold or None


def _write_form(document: "Document", form: FilledForm, address: str) -> None:
    """A label, and under it what is in its field: reads in order, where a table would be read across."""
    for field in form.fields:
        label = document.add_paragraph()
        label.add_run(field.label).bold = True
        label.paragraph_format.keep_with_next = True
        for inlines in field.all_lines:
            _write_line(document.add_paragraph(), inlines, address)


def _write_story(document: "Document", story: Story, address: str) -> None:
    title = document.add_paragraph()
    title.add_run(story.title).bold = True
    title.paragraph_format.keep_with_next = True
    for inlines in story.paragraphs:
        _write_line(_styled(document, "Quote"), inlines, address)
    document.add_paragraph(story.who)
