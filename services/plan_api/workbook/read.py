"""An .xlsx file as raw cells under known headings. What can't be read as a whole is refused.

The file comes from outside: its unpacked size is measured before any of it is parsed, a part that could declare entities
is refused, and no formula, macro or link in it is ever followed.
"""

import re
import warnings
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any
from xml.etree.ElementTree import XMLPullParser
from xml.parsers.expat import ParserCreate
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from defusedxml.common import DTDForbidden
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from services.domain.errors import RuleBroken
from services.plan_api.workbook.kinds import Fault, Raw
from services.plan_api.workbook.progress import Say, nobody
from services.plan_api.workbook.sheets import NOT_EXPORTED, SHEETS, Column, Sheet

MAX_BYTES = 100 * 1024**2
MAX_UNPACKED_BYTES = 1024**3
MAX_ROWS = 500_000
PART_BYTES = 16 * 1024
"""Parsed at once. Few rows' elements are alive at a time, so that collecting garbage costs little."""

_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_IS_ENCRYPTED = 0x1

STRING_TAG, TEXT_TAG = f"{{{SHEET_MAIN_NS}}}si", f"{{{SHEET_MAIN_NS}}}t"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_COLUMNS = {get_column_letter(position): position for position in range(1, 101)}
"""The letters of the first hundred columns: no sheet of ours is wider."""

NOT_A_WORKBOOK = "This file is not an Excel workbook (.xlsx): save it as one and try again."
PROTECTED = "This workbook is protected by a password: remove the password and try again."
TOO_LARGE = "This workbook is larger than 100 MB: split it into smaller ones."
TOO_LARGE_UNPACKED = "This workbook is larger than 1 GB when unpacked: split it into smaller ones."
TOO_MANY_ROWS = "This workbook has more than 500,000 rows: split it into smaller ones."
NO_KNOWN_SHEET = (
    f"This workbook has none of the sheets {', '.join(sheet.name for sheet in SHEETS)}: name its sheets so."
)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with a cell, or what is ignored in it: printed as `Root causes!J5: what is wrong`."""

    sheet: str
    cell: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row that is not empty: its number on the sheet, and its cells that are not blank, by column."""

    number: int
    cells: Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A heading of a known sheet, or (`sheet` is blank) a sheet, that is none of ours."""

    sheet: str
    theirs: str


@dataclass(slots=True)
class RawSheet:
    """A known sheet as it was found: the letter of each known column that it has, and its rows."""

    sheet: Sheet
    letters: dict[str, str] = field(default_factory=dict)
    rows: list[RawRow] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    ignored: list[CellProblem] = field(default_factory=list)
    mapped: list[CellProblem] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    has_cells_below: bool = False

    def cell(self, row: int, column: str) -> str:
        """Where a column of a row is, or, where the sheet has no such column, where the row begins."""
        return f"{self.letters.get(column, 'A')}{row}"


Renamed = Mapping[tuple[str, str], str]
"""A tracker's own words (`comparable`) as ours: (our sheet, its heading) -> our heading; ("", its sheet) -> our sheet."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """The known sheets of a workbook, in the contract's order, and what of it is ignored."""

    sheets: tuple[RawSheet, ...]
    ignored: tuple[CellProblem, ...]
    mapped: tuple[CellProblem, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    def sheet(self, sheet: Sheet) -> RawSheet:
        """The sheet as found; without columns and rows where the workbook has none such."""
        return next((found for found in self.sheets if found.sheet is sheet), RawSheet(sheet))


def read_workbook(
    data: bytes, renamed: Renamed | None = None, *, needs_a_sheet: bool = True, say: Say = nobody
) -> Workbook:
    """The workbook's cells; `RuleBroken` with one sentence when it can't be read as a whole, or has no known sheet.

    `say` hears of each sheet.
    """
    with _opened(data) as archive:
        _measure(archive)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # openpyxl's remarks on charts, extensions and odd dates: none is read
            workbook = _read(data, renamed or {}, say)
    except RuleBroken:
        raise
    except (
        Exception
    ) as error:  # the file is from outside: whatever is broken in it, the answer is the same sentence
        raise _refused(NOT_A_WORKBOOK) from error
    if needs_a_sheet and not workbook.sheets:
        raise _refused(NO_KNOWN_SHEET)
    return workbook


def _refused(sentence: str) -> RuleBroken:
    return RuleBroken.at("workbook", sentence)


def _opened(data: bytes) -> ZipFile:
    if len(data) > MAX_BYTES:
        raise _refused(TOO_LARGE)
    if data.startswith(_COMPOUND_FILE):
        raise _refused(PROTECTED if _ENCRYPTED_PACKAGE in data else NOT_A_WORKBOOK)
    try:
        return ZipFile(BytesIO(data))
    except (BadZipFile, ValueError, OSError) as error:
        raise _refused(NOT_A_WORKBOOK) from error


def _measure(archive: ZipFile) -> None:
    """Refuse a file that unpacks to more than 1 GB: by its directory, then by unpacking.

    No part is unpacked beyond the size that the directory states; one that is cut short fails its checksum.
    """
    entries = archive.infolist()
    if any(entry.flag_bits & _IS_ENCRYPTED for entry in entries):
        raise _refused(PROTECTED)
    if any(entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for entry in entries):
        raise _refused(NOT_A_WORKBOOK)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise _refused(TOO_LARGE_UNPACKED)
    try:
        broken = archive.testzip()
    except (BadZipFile, zlib.error, ValueError, OSError, EOFError) as error:
        raise _refused(NOT_A_WORKBOOK) from error
    if broken:
        raise _refused(NOT_A_WORKBOOK)


def _read(data: bytes, renamed: Renamed, say: Say) -> Workbook:
    package = ExcelReader(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    with package.archive:
        package.read_manifest()
        package.shared_strings = _shared_strings(package)
        package.read_workbook()
        apply_stylesheet(package.archive, package.wb)
        return _known_sheets(package, renamed, say)


def _shared_strings(package: ExcelReader) -> list[str]:
    """The texts that cells share. (openpyxl's own table drops "x005F_" from texts that hold it.)"""
    manifest: Any = package.package
    part = manifest.find(SHARED_STRINGS)
    if part is None:
        return []
    with package.archive.open(part.PartName[1:]) as source:
        strings = []
        read_text: Any = Text.from_tree
        for element in _elements(source):
            if element.tag == STRING_TAG:
                plain = element[0].text if len(element) == 1 and element[0].tag == TEXT_TAG else None
                strings.append(_unescaped(read_text(element).content if plain is None else plain))
                element.clear()
        return strings


def _elements(source: Any) -> Iterator[Any]:
    """A part's elements, each as it ends. One with a document type is refused: without it no entity can be declared.

    It stands before the first element or nowhere, so that what is read up to there is read twice, first for that alone.
    """
    prolog = ParserCreate()
    prolog.StartDoctypeDeclHandler = _refuse_document_type
    begun: list[str] = []
    prolog.StartElementHandler = lambda name, _attributes: begun.append(name)
    elements: Any = XMLPullParser(["end"])
    while part := source.read(PART_BYTES):
        if not begun:
            prolog.Parse(part)
        elements.feed(part)
        for _, element in elements.read_events():
            yield element
    elements.close()


def _refuse_document_type(name: str, system: str | None, public: str | None, _internal: bool) -> None:
    raise DTDForbidden(name, system, public)


def _unescaped(text: str) -> str:
    """Excel writes what XML can't hold as _x000D_, and such a text itself as _x005F_x000D_."""
    return _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text) if "_x" in text else text


def _known_sheets(package: ExcelReader, renamed: Renamed, say: Say) -> Workbook:
    by_name = {comparable(sheet.name): sheet for sheet in SHEETS}
    listed_names = {comparable(listed.name) for listed, _ in package.parser.find_sheets()}
    mapped: list[CellProblem] = []
    unknown: list[Unknown] = []
    found: dict[str, RawSheet] = {}
    ignored: list[CellProblem] = []
    rows_left = MAX_ROWS
    for listed, relation in package.parser.find_sheets():
        if listed.name == NOT_EXPORTED:
            continue
        name = comparable(listed.name)
        sheet = by_name.get(name)
        ours = renamed.get(("", name))
        if sheet is None and ours is not None and comparable(ours) not in listed_names and ours not in found:
            sheet = by_name[comparable(ours)]
            mapped.append(CellProblem(listed.name, "A1", f"this sheet is read as “{ours}”"))
        elif sheet is None and relation.Type.endswith("/worksheet"):
            unknown.append(Unknown("", listed.name))
        if sheet is None or sheet.name in found or not relation.Type.endswith("/worksheet"):
            ignored.append(
                CellProblem(listed.name, "A1", "this sheet is not one of the eight and is ignored")
            )
            continue
        with package.archive.open(relation.target) as source:
            found[sheet.name] = _raw_sheet(sheet, _CellReader(source, package), rows_left, renamed)
        rows = len(found[sheet.name].rows)
        rows_left -= rows
        say(f"Read the sheet {sheet.name}: {rows:,} rows")
    in_order = tuple(found[sheet.name] for sheet in SHEETS if sheet.name in found)
    return Workbook(
        in_order,
        tuple(ignored) + tuple(note for sheet in in_order for note in sheet.ignored),
        tuple(mapped) + tuple(note for sheet in in_order for note in sheet.mapped),
        tuple(unknown) + tuple(each for sheet in in_order for each in sheet.unknown),
    )


def _raw_sheet(sheet: Sheet, rows: "_CellReader", rows_left: int, renamed: Renamed) -> RawSheet:
    raw = RawSheet(sheet)
    fields: dict[int, str] = {}
    for number, cells in rows.rows():
        if number == 1:
            fields = _headings(raw, cells, renamed)
            continue
        raw.has_cells_below = raw.has_cells_below or bool(cells)
        known = {fields[column]: value for column, value in cells.items() if column in fields}
        if known:
            raw.rows.append(RawRow(number, known))
        if len(raw.rows) > rows_left:
            raise _refused(TOO_MANY_ROWS)
    if raw.has_cells_below:
        raw.problems += [
            CellProblem(sheet.name, "A1", f"the column “{column.heading}” is missing: add it")
            for column in sheet.columns
            if column.required and column.field not in raw.letters
        ]
    return raw


def _headings(raw: RawSheet, cells: Mapping[int, Raw], renamed: Renamed) -> dict[int, str]:
    """Which column of the sheet is which of ours: by our heading, else by what the PMO has chosen."""
    by_heading: dict[str, Column] = {comparable(column.heading): column for column in raw.sheet.columns}
    own = {comparable(str(heading)) for heading in cells.values()} & by_heading.keys()
    fields: dict[int, str] = {}
    for position, heading in cells.items():
        letter = get_column_letter(position)
        theirs = comparable(str(heading))
        column = by_heading.get(theirs)
        ours = comparable(renamed.get((raw.sheet.name, theirs), ""))
        if column is None and ours in by_heading.keys() - own:
            column = by_heading[ours]
            note = f"the column “{str(heading)[:60]}” is read as “{column.heading}”"
            raw.mapped.append(CellProblem(raw.sheet.name, f"{letter}1", note))
        if column is None:
            raw.unknown.append(Unknown(raw.sheet.name, str(heading)))
            note = f"the column “{str(heading)[:60]}” is not known and is ignored"
            raw.ignored.append(CellProblem(raw.sheet.name, f"{letter}1", note))
        elif column.field in raw.letters:
            sentence = f"a second column “{column.heading}”: keep one of the two"
            raw.problems.append(CellProblem(raw.sheet.name, f"{letter}1", sentence))
        else:
            fields[position] = column.field
            raw.letters[column.field] = letter
    return fields


def comparable(heading: str) -> str:
    """As headings and names of sheets are compared: without case, spaces as one."""
    return " ".join(heading.split()).casefold()


class _CellReader(WorkSheetParser):
    """openpyxl's conversion of a cell to a value, and what it leaves out: what a formula or error lacks."""

    def __init__(self, source: IO[bytes], package: ExcelReader) -> None:
        book: Any = package.wb
        super().__init__(
            source,
            package.shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001 - openpyxl passes them to its parser in the same way
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )
        self._numbers: dict[tuple[str, str | None], Raw] = {}

    def rows(self) -> Iterator[tuple[int, dict[int, Raw]]]:
        """Each row's number and its cells that are not blank, by column from 1; gaps are not filled."""
        for element in _elements(self.source):
            if element.tag == ROW_TAG:
                self.row_counter = int(element.get("r", self.row_counter + 1))
                self.col_counter = 0
                cells = {}
                for cell in element:
                    value = self._value(cell)
                    if not _is_blank(value):
                        cells[self.col_counter] = value
                yield self.row_counter, cells
                element.clear()
            elif element.tag == DATA_TAG:
                return

    def _value(self, cell: Any) -> Raw:
        """What nearly all cells are, a shared text, a number or a day, without ado; whatever else as openpyxl reads it."""
        column = _COLUMNS.get(cell.get("r", "").rstrip("0123456789"))
        written = cell[0].text if len(cell) == 1 and cell[0].tag == VALUE_TAG else None
        if column is None or not written:
            return self._in_full(cell)
        self.col_counter = column
        kind = cell.get("t", "n")
        if kind == "s":
            text: str = self.shared_strings[int(written)]
            return text
        if kind != "n":
            return self._in_full(cell)
        number = (written, cell.get("s"))
        if number not in self._numbers:
            self._numbers[number] = self._in_full(cell)
        return self._numbers[number]

    def _in_full(self, cell: Any) -> Raw:
        value: Raw = self.parse_cell(cell)["value"]
        return value

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell = super().parse_cell(element)
        if cell["data_type"] == "inlineStr" or element.get("t") in {"inlineStr", "str"}:
            cell["value"] = _unescaped(cell["value"] or "")
        if cell["data_type"] == "e":
            cell["value"] = Fault(f"holds the error {cell['value']}: write the value")
        if element.find(FORMULA_TAG) is not None and not _has_stored_value(element):
            cell["value"] = Fault(
                "holds a formula without a stored value: save the workbook in Excel, or write the value"
            )
        return cell


def _has_stored_value(element: Any) -> bool:
    """An empty text is a value; an empty number is none."""
    return element.find(VALUE_TAG) is not None and bool(
        element.findtext(VALUE_TAG) or element.get("t") == "str"
    )


def _is_blank(value: Raw | None) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
