"""What a pack says, apart from how it looks: a pack has sections, a section has blocks, a block has inlines.

A number in a sentence is a `Figure`, never pasted into the text: it keeps its value, and the page that lists
what it counts. HTML, PDF and JSON are drawn from these classes alone, and so can be every later format.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from string import Formatter
from typing import Any, ClassVar, Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """Words; `strong` ones carry weight, `typed` ones are somebody's own: no rule has drafted them."""

    kind: ClassVar[str] = "text"
    text: str
    strong: bool = False
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """What a number counts, when, of which ISG (`part`; None: the whole); `of_kinds`: what it makes up with others of its kind.

    `Count("Must Do Root Causes complete", date(2019, 4, 30), "Workforce", ("Must Do Root Causes",))`
    """

    kind: ClassVar[str] = "count"
    figure: str
    as_at: date | None = None
    part: str | None = None
    of_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """What a percentage is of: its numerator and its denominator, by name. Their values stand where these are stated."""

    kind: ClassVar[str] = "share"
    figure: str
    numerator: Count
    denominator: Count


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is printed, its value, the path of the page that lists what it counts, and what it claims to be."""

    kind: ClassVar[str] = "figure"
    value: int | Decimal | None
    text: str
    counted: str | None = None
    claims: Count | Share | None = None


Inline: TypeAlias = Text | Figure
Inlines: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One or more sentences."""

    kind: ClassVar[str] = "paragraph"
    inlines: Inlines
    key: str | None = None
    """Names what was drafted from one assembly to the next: what an editor writes over it stays with it."""


@dataclass(frozen=True, slots=True)
class BulletList:
    """Items in no order."""

    kind: ClassVar[str] = "bullets"
    items: tuple[Inlines, ...]
    key: str | None = None
    of_sections: bool = False
    """It lists the sections of the very pack that it stands in, and so follows them (`writing.py`)."""


@dataclass(frozen=True, slots=True)
class NumberedList:
    """Items that are referred to by their number."""

    kind: ClassVar[str] = "numbers"
    items: tuple[Inlines, ...]
    key: str | None = None


LONGEST_FIGURE: Final = 40
"""Characters of a cell; what is longer is a sentence."""


@dataclass(frozen=True, slots=True)
class Table:
    """A header row, and rows whose first cell is the row's heading."""

    kind: ClassVar[str] = "table"
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    key: str | None = None

    @property
    def is_worded(self) -> bool:
        """It holds sentences, or no number: words are read from the left; figures stand under each other."""
        cells = [cell for row in self.rows for cell in row[1:]]
        has_numbers = any(_has_number(cell) for cell in cells)
        return any(len(plain(cell)) > LONGEST_FIGURE for cell in cells) or (bool(cells) and not has_numbers)


class Shape(StrEnum):
    """What a chart is drawn for: a page, or a phone's narrow screen."""

    PAGE = "page"
    NARROW = "narrow"


@dataclass(frozen=True, slots=True)
class Series:
    """One number for each category, None where there is none."""

    name: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """The numbers of a chart, for programs that draw it themselves: categories in groups (an ISG: its months)."""

    groups: tuple[tuple[str, tuple[str, ...]], ...]
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A numbered chart: as Vega-Lite for each shape of page, in words, as a table, and as numbers."""

    kind: ClassVar[str] = "chart"
    number: int
    title: str
    reading: str
    alt: str
    drawings: Mapping[Shape, Mapping[str, Any]]
    table: Table
    plot: Plot | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A numbered SPC or run chart of a KPI: what it is drawn from, in words, and as a table.

    `judged` has what the drawing needs: the kept `result`, the `unit` and the `marks` (`control_charts.py` makes it).
    The table is printed in HTML and workbook; on paper and slides the picture's words stand for it.
    """

    kind: ClassVar[str] = "control_chart"
    number: int
    title: str
    reading: str
    alt: str
    judged: Mapping[str, Any]
    table: Table
    key: str | None = None


NO_KPIS: Final[tuple[Inlines, ...]] = ((Text("None"),),)
"""What stands in a cell of the matrix that no KPI is in."""


@dataclass(frozen=True, slots=True)
class IconHeading:
    """A heading with its icon, by the name that `services/shared/charts/icons.py` knows it by (None: it has none)."""

    icon: str | None
    words: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A heading, and in each column the KPIs that are both."""

    heading: IconHeading
    cells: tuple[tuple[Inlines, ...], ...]


@dataclass(frozen=True, slots=True)
class KpiMatrix:
    """The matrix of Making Data Count: assurance down, variation across, KPIs by name where both meet."""

    kind: ClassVar[str] = "kpi_matrix"
    caption: str
    corner: str
    columns: tuple[IconHeading, ...]
    rows: tuple[MatrixRow, ...]
    key: str | None = None

    @property
    def as_table(self) -> Table:
        """Without icons, the names in a cell one under the other."""
        header = (self.corner, *(column.words for column in self.columns))
        rows = [
            ((Text(row.heading.words),), *(_under_each_other(cell) for cell in row.cells))
            for row in self.rows
        ]
        return Table(self.caption, header, tuple(rows))


@dataclass(frozen=True, slots=True)
class Story:
    """Something that somebody tells, in their own words."""

    kind: ClassVar[str] = "story"
    title: str
    paragraphs: tuple[Inlines, ...]
    who: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class TickBox:
    """A box of a form: what it stands for, whether it is ticked, and what it means where that needs saying."""

    label: str
    ticked: bool
    meaning: str = ""

    @property
    def line(self) -> str:
        """☑ Note (ticked): for the intelligence of the Board. A sign alone would say nothing to who does not see it."""
        sign, word = ("☑", "ticked") if self.ticked else ("☐", "not ticked")
        return f"{sign} {self.label} ({word}){f': {self.meaning}' if self.meaning else ''}"


@dataclass(frozen=True, slots=True)
class FilledField:
    """A field of a form: its label, and what was written in it, or its boxes. `name`: what people give it under."""

    label: str
    lines: tuple[Inlines, ...] = ()
    boxes: tuple[TickBox, ...] = ()
    name: str = ""

    @property
    def all_lines(self) -> tuple[Inlines, ...]:
        """What stands in the field, its boxes after its words."""
        return (*self.lines, *((Text(box.line),) for box in self.boxes))


@dataclass(frozen=True, slots=True)
class FilledForm:
    """Labelled fields with what is in them, as on a cover page."""

    kind: ClassVar[str] = "form"
    fields: tuple[FilledField, ...]
    key: str | None = None


@dataclass(frozen=True, slots=True)
class ToWrite:
    """A place that people write in, in a draft alone: `printed` (`writing.py`) leaves out what nobody has written.

    `block`: which kind of block makes something of it; `given`: what the kind of pack has there for every paper; `drafted`: the
    form that is there while nobody has given anything.
    """

    kind: ClassVar[str] = "to_write"
    block: str
    title: str
    given: Mapping[str, str]
    drafted: tuple[FilledForm, ...] = ()
    key: str | None = None


Block: TypeAlias = (
    Paragraph
    | BulletList
    | NumberedList
    | Table
    | Chart
    | ControlChart
    | KpiMatrix
    | Story
    | FilledForm
    | ToWrite
)


class Numbering(StrEnum):
    """How a section of a draft is numbered; once its number stands in its title it says nothing of it."""

    BELOW = "below"
    """Those below it are: 1, 2, and below these 1a, 1b."""
    NEVER = "never"
    """It bears none: it is one of several, of an ISG each."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it. `key` names the section from paper to paper."""

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()
    numbering: Numbering | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """A line of the title block."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A document for a forum, at a date."""

    kind: str
    title: str
    trust: str
    as_at: date
    details: tuple[Detail, ...]
    sections: tuple[Section, ...]

    @property
    def full_title(self) -> str:
        """The title that tells this paper from the one before."""
        return f"{self.title}, {self.as_at.day} {self.as_at:%B %Y}"

    @property
    def headings(self) -> Iterator[tuple[int, Section]]:
        """Every section with its level (1: the highest), in the order of the paper."""
        return _below(self.sections, 1)

    @property
    def blocks(self) -> Iterator[Block]:
        """Every block, in the order of the paper."""
        return (block for _, section in self.headings for block in section.blocks)

    @property
    def tables(self) -> Iterator[tuple[str, Table]]:
        """Every table, those of charts and the matrix included, with the chart or section that it belongs to."""
        for _, section in self.headings:
            for block in section.blocks:
                match block:
                    case Table():
                        yield section.title, block
                    case Chart() | ControlChart():
                        yield f"Figure {block.number}", block.table
                    case KpiMatrix():
                        yield section.title, block.as_table

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Every chart of the plan's figures, in the order of the paper."""
        return tuple(block for block in self.blocks if isinstance(block, Chart))

    @property
    def numbered(self) -> tuple[Chart | ControlChart, ...]:
        """Every chart, those of KPIs included, in the order of the paper."""
        return tuple(block for block in self.blocks if isinstance(block, Chart | ControlChart))


def _below(sections: tuple[Section, ...], level: int) -> Iterator[tuple[int, Section]]:
    for section in sections:
        yield level, section
        yield from _below(section.sections, level + 1)


def sentence(template: str, /, **parts: Inline | str) -> Inlines:
    """The template with its parts put in place; figures stay figures. Its first letter is a capital.

    `sentence("{done} Must Do {causes} were completed.", done=Figure(8, "eight"), causes="Root Causes")`
    """
    inlines: list[Inline] = []
    for words, name, _spec, _conversion in Formatter().parse(template):
        _add(inlines, words)
        if name is not None:
            _add(inlines, parts[name])
    return _capitalised(tuple(inlines))


def paragraph(*sentences: Inlines) -> Paragraph:
    """Sentences one after the other; those with nothing to say are left out."""
    inlines: list[Inline] = []
    for each in filter(None, sentences):
        if inlines:
            _add(inlines, " ")
        for inline in each:
            _add(inlines, inline)
    return Paragraph(tuple(inlines))


def _has_number(cell: Inlines) -> bool:
    return any(isinstance(inline, Figure) and inline.value is not None for inline in cell)


def plain(inlines: Inlines) -> str:
    """As text alone."""
    return "".join(inline.text for inline in inlines)


def as_data(node: Any) -> Any:
    """A pack, or any part of one, as JSON has it: what has a kind says so, figures are numbers."""
    match node:
        case Decimal():
            return float(node)
        case date():
            return node.isoformat()
        case tuple() | list():
            return [as_data(each) for each in node]
        case Mapping():
            return {key: as_data(value) for key, value in node.items()}
        case _ if is_dataclass(node):
            kind = {"kind": node.kind} if hasattr(node, "kind") else {}
            said = {"all_lines": as_data(node.all_lines)} if isinstance(node, FilledField) else {}
            return kind | {each.name: as_data(getattr(node, each.name)) for each in fields(node)} | said
    return node


def _under_each_other(lines: tuple[Inlines, ...]) -> Inlines:
    inlines: list[Inline] = []
    for line in lines or NO_KPIS:
        inlines += [*([Text("\n")] if inlines else []), *line]
    return tuple(inlines)


def _add(inlines: list[Inline], part: Inline | str) -> None:
    """Adds a part; plain words join the plain words before them."""
    added = Text(part) if isinstance(part, str) else part
    if not added.text:
        return
    last = inlines[-1] if inlines else None
    if isinstance(added, Text) and isinstance(last, Text) and last == replace(added, text=last.text):
        inlines[-1] = replace(last, text=last.text + added.text)
    else:
        inlines.append(added)


def _capitalised(inlines: Inlines) -> Inlines:
    if not inlines:
        return inlines
    first = inlines[0]
    return (replace(first, text=first.text[:1].upper() + first.text[1:]), *inlines[1:])
