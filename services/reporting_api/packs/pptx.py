"""A pack as slides: native charts whose data people can edit, tables with header rows, titles, notes, alternative texts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

from services.reporting_api.packs.content import (
    NO_KPIS,
    Chart,
    ControlChart,
    Figure,
    Inlines,
    KpiMatrix,
    Pack,
    Shape,
    Table,
    Text,
    plain,
)
from services.reporting_api.packs.drawings import drawing_of
from services.reporting_api.packs.legible import legible
from services.reporting_api.packs.native_charts import (
    BLUE,
    FONT,
    chart_place,
    colour_of,
    tell,
    write_bars,
    write_control_chart,
)
from services.reporting_api.packs.pictures import pictures
from services.reporting_api.packs.same_bytes import with_fixed_dates
from services.reporting_api.packs.slides import (
    BOTTOM,
    HEIGHT,
    MARGIN,
    MATRIX_HEADER,
    SMALL_TABLE_SIZE,
    TOP,
    WIDTH,
    Slide,
    matrix_row_height,
    numbered,
    row_height,
    slides,
    table_size,
)
from services.shared.charts import icons
from services.shared.charts.content import INK, PAPER, QUIET

TITLE_ONLY, TITLE_SLIDE = 5, 0
"""Places of the layouts in the template."""
TEXT_SIZE, READING_SIZE = 22, 16


def pptx(pack: Pack, address: str) -> bytes:
    """The pack as .pptx, the same bytes for the same pack. Figures open pages at `address`."""
    from pptx import Presentation

    pack = legible(pack)
    deck = Presentation()
    _prepare(deck, pack)
    _write_first(deck, pack)
    beside = _drawn(pack)
    for slide in numbered(slides(pack)):
        _write(deck, slide, address, beside)
    written = BytesIO()
    deck.save(written)
    return with_fixed_dates(written.getvalue())


@dataclass(frozen=True, slots=True)
class Drawn:
    """What slides show as pictures: icons by name, charts without numbers of their own by number."""

    icons: Mapping[str, bytes]
    charts: Mapping[int, bytes]


def _drawn(pack: Pack) -> Drawn:
    named = {
        heading.icon: icons.named(heading.icon)
        for block in pack.blocks
        if isinstance(block, KpiMatrix)
        for heading in (*block.columns, *(row.heading for row in block.rows))
        if heading.icon is not None
    }
    bare = {chart.number: drawing_of(chart, Shape.PAGE) for chart in pack.charts if chart.plot is None}
    drawn = pictures([*named.values(), *bare.values()])
    return Drawn(
        dict(zip(named, drawn[: len(named)], strict=True)), dict(zip(bare, drawn[len(named) :], strict=True))
    )


def _prepare(deck: Any, pack: Pack) -> None:
    """Size, fonts, colours and properties: the template of the library is a narrow one of another look."""
    from pptx.util import Inches

    narrow = deck.slide_width
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    for holder in (deck.slide_master, *deck.slide_layouts):
        for shape in holder.placeholders:
            if shape._element.xfrm is not None:  # noqa: SLF001 - whether it has a place of its own
                shape.left = int(shape.left * deck.slide_width / narrow)
                shape.width = int(shape.width * deck.slide_width / narrow)
    theme = next(part for part in deck.part.package.iter_parts() if "/theme/" in str(part.partname))
    theme._blob = _in_our_look(theme.blob)  # noqa: SLF001 - the library has no words for themes
    at = datetime.combine(pack.as_at, time(), UTC).replace(tzinfo=None)
    properties = deck.core_properties
    properties.title, properties.author, properties.language = pack.full_title, pack.trust, "en-GB"
    properties.created = properties.modified = at
    properties.last_modified_by, properties.revision = pack.trust, 1


def _in_our_look(theme: bytes) -> bytes:
    for name, colour in (("dk2", INK), ("accent1", BLUE), ("hlink", BLUE), ("folHlink", BLUE)):
        pattern = rb"(<a:%s>).*?(</a:%s>)" % (name.encode(), name.encode())
        value = b'<a:srgbClr val="%s"/>' % colour.strip("#").upper().encode()
        theme = re.sub(pattern, rb"\g<1>" + value + rb"\g<2>", theme, count=1, flags=re.DOTALL)
    return re.sub(rb'(<a:latin typeface=")[^"]*', rb"\g<1>" + FONT.encode(), theme)


def _write_first(deck: Any, pack: Pack) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_SLIDE])
    slide.shapes.title.text_frame.text = ""
    _write_line(slide.shapes.title.text_frame.paragraphs[0], (Text(pack.title),), "", size=36)
    frame = slide.placeholders[1].text_frame
    for number, detail in enumerate(pack.details):
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        _write_line(paragraph, (Text(f"{detail.label}: {detail.value}"),), "", size=TEXT_SIZE, colour=INK)


def _write(deck: Any, content: Slide, address: str, drawn: Drawn) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Inches

    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = (
        Inches(each) for each in (MARGIN, 0.35, WIDTH - 2 * MARGIN, 0.95)
    )
    title.text_frame.word_wrap, title.text_frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    size = 28 if len(content.title) <= 70 else 22
    _write_line(title.text_frame.paragraphs[0], (Text(content.title),), "", size=size, colour=BLUE)
    title.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    if content.section:
        _write_section(slide, content.section)
    if content.lines:
        _write_lines(slide, content, address)
    if content.table is not None:
        _write_table(slide, content.table, content.widths, address)
    if content.matrix is not None:
        _write_matrix(slide, content.matrix, address, drawn.icons)
    match content.chart:
        case Chart(plot=None, number=number, alt=alt):
            left, top, width, height = chart_place()
            picture = slide.shapes.add_picture(BytesIO(drawn.charts[number]), left, top, height=height)
            if picture.width > width:
                picture.height, picture.width = int(picture.height * width / picture.width), width
            tell(picture, alt, f"Figure {number}")
        case Chart():
            write_bars(slide, content.chart)
        case ControlChart():
            write_control_chart(slide, content.chart)
    _write_number(slide, len(deck.slides))
    if content.notes:
        frame = slide.notes_slide.notes_text_frame
        for number, words in enumerate(content.notes.split("\n")):
            paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
            _write_line(paragraph, (Text(words),), "")


def _write_section(slide: Any, title: str) -> None:
    from pptx.util import Inches

    box = slide.shapes.add_textbox(Inches(MARGIN), Inches(0.12), Inches(WIDTH - 2 * MARGIN), Inches(0.35))
    box.name = "Section"
    _write_line(box.text_frame.paragraphs[0], (Text(title),), "", size=12, colour=QUIET)


def _write_lines(slide: Any, content: Slide, address: str) -> None:
    from pptx.util import Inches, Pt

    height = 0.6 if content.chart is not None else BOTTOM - TOP
    box = slide.shapes.add_textbox(
        Inches(MARGIN), Inches(TOP - 0.15), Inches(WIDTH - 2 * MARGIN), Inches(height)
    )
    box.name = "Text"
    box.text_frame.word_wrap = True
    size = READING_SIZE if content.chart is not None else TEXT_SIZE
    for number, line in enumerate(content.lines):
        paragraph = box.text_frame.add_paragraph() if number else box.text_frame.paragraphs[0]
        paragraph.space_after = Pt(size * (0.3 if line.mark else 0.6))
        if line.mark:
            _mark(paragraph, line.mark)
        _write_line(paragraph, line.inlines, address, size=size)


def _mark(paragraph: Any, mark: str) -> None:
    """A bullet or number of PowerPoint's own, not typed into the text."""
    from pptx.oxml.xmlchemy import OxmlElement

    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - the library has no words for bullets
    properties.set("marL", "342900")
    properties.set("indent", "-342900")
    if mark == "•":
        bullet = OxmlElement("a:buChar")
        bullet.set("char", mark)
    else:
        bullet = OxmlElement("a:buAutoNum")
        bullet.set("type", "arabicPeriod")
        bullet.set("startAt", mark.rstrip("."))
    properties.append(bullet)


def _write_line(
    paragraph: Any, inlines: Inlines, address: str, *, size: int | None = None, colour: str | None = None, bold: bool = False
) -> None:  # fmt: skip
    from pptx.enum.lang import MSO_LANGUAGE_ID
    from pptx.util import Pt

    for inline in inlines:
        run = paragraph.add_run()
        run.text = inline.text
        run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK
        if size is not None:
            run.font.size = Pt(size)
        if bold or (isinstance(inline, Text) and inline.strong):
            run.font.bold = True
        if colour is not None:
            run.font.color.rgb = colour_of(colour)
        if isinstance(inline, Figure) and inline.counted is not None:
            run.hyperlink.address = address + inline.counted


def _write_table(slide: Any, data: Table, widths: Sequence[float], address: str) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches

    size = table_size(len(widths))
    frame = _table_frame(slide, len(data.rows) + 1, widths, data.caption)
    table = frame.table
    heights = [row_height([(Text(words),) for words in data.header], widths)]
    heights += [row_height(row, widths) for row in data.rows]
    for row, height in zip(table.rows, heights, strict=True):
        row.height = Inches(height)
    for column, words in enumerate(data.header):
        _write_cell(table.cell(0, column), ((Text(words),),), address, size=size, bold=True, colour=PAPER)
    for number, cells in enumerate(data.rows, start=1):
        for column, inlines in enumerate(cells):
            _write_cell(table.cell(number, column), (inlines,), address, size=size)
    for row in table.rows if not data.is_worded else ():
        for cell in list(row.cells)[1:]:
            cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _table_frame(slide: Any, rows: int, columns: Sequence[float], caption: str) -> Any:
    from pptx.util import Inches

    frame = slide.shapes.add_table(
        rows, len(columns), Inches(MARGIN), Inches(TOP), Inches(WIDTH - 2 * MARGIN), Inches(0.3 * rows)
    )
    frame.table.first_row, frame.table.first_col, frame.table.horz_banding = True, False, True
    for column, width in zip(frame.table.columns, columns, strict=True):
        column.width = Inches(width)
    tell(frame, caption, "Table")
    return frame


def _write_cell(
    cell: Any, lines: Sequence[Inlines], address: str, *,
    size: int, bold: bool = False, colour: str | None = None, left: float = 0.08,
) -> None:  # fmt: skip
    from pptx.enum.text import MSO_ANCHOR
    from pptx.util import Inches

    cell.margin_top = cell.margin_bottom = Inches(0.04)
    cell.margin_left, cell.margin_right = Inches(left), Inches(0.08)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    for number, inlines in enumerate(lines):
        paragraph = cell.text_frame.add_paragraph() if number else cell.text_frame.paragraphs[0]
        _write_line(paragraph, inlines, address, size=size, bold=bold, colour=colour)


def _write_matrix(slide: Any, matrix: KpiMatrix, address: str, drawn: Mapping[str, bytes]) -> None:
    """Icons stand on the table, in the room that its headings leave: cells themselves hold no pictures.

    Names open nothing here: not every program breaks links of several words into lines.
    """
    from pptx.util import Inches

    columns = len(matrix.columns) + 1
    width = (WIDTH - 2 * MARGIN) / columns
    heights = [MATRIX_HEADER, *(matrix_row_height(row, len(matrix.columns)) for row in matrix.rows)]
    frame = _table_frame(slide, len(matrix.rows) + 1, [width] * columns, matrix.caption)
    table = frame.table
    table.horz_banding = False
    for row, height in zip(table.rows, heights, strict=True):
        row.height = Inches(height)
    size = SMALL_TABLE_SIZE
    _write_cell(table.cell(0, 0), ((Text(matrix.corner),),), address, size=size, bold=True, colour=PAPER)
    placed = []
    for number, column in enumerate(matrix.columns, start=1):
        left = 0.6 if column.icon else 0.08
        words = ((Text(column.words),),)
        _write_cell(table.cell(0, number), words, address, size=size, bold=True, colour=PAPER, left=left)
        placed.append((column, MARGIN + number * width, TOP, heights[0]))
    top = TOP + heights[0]
    for number, row in enumerate(matrix.rows, start=1):
        left = 0.6 if row.heading.icon else 0.08
        words = ((Text(row.heading.words),),)
        _write_cell(table.cell(number, 0), words, address, size=size, bold=True, left=left)
        placed.append((row.heading, MARGIN, top, heights[number]))
        top += heights[number]
        for column_number, names in enumerate(row.cells, start=1):
            told = tuple((Text(plain(name)),) for name in names or NO_KPIS)
            _write_cell(table.cell(number, column_number), told, address, size=size)
    for heading, x, y, height in placed:
        if heading.icon is not None:
            picture = slide.shapes.add_picture(
                BytesIO(drawn[heading.icon]), Inches(x + 0.1), Inches(y + (height - 0.42) / 2), Inches(0.42)
            )
            tell(picture, heading.words, f"Icon: {heading.words}")


def _write_number(slide: Any, number: int) -> None:
    """The slide's number at its foot, as a field."""
    from pptx.enum.text import PP_ALIGN
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls
    from pptx.util import Inches

    box = slide.shapes.add_textbox(Inches(WIDTH - MARGIN - 1), Inches(HEIGHT - 0.45), Inches(1), Inches(0.35))
    box.name = "Slide number"
    paragraph = box.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    field = parse_xml(
        f'<a:fld {nsdecls("a")} id="{{00000000-0000-4000-8000-000000000001}}" type="slidenum">'
        f'<a:rPr lang="en-GB" sz="1100"/><a:t>{number}</a:t></a:fld>'
    )
    paragraph._p.append(field)  # noqa: SLF001 - the library has no words for fields
