"""A file of values, CSV or Excel, as rows of texts and numbers with the place of each cell. Not trusted: it comes from outside.

A workbook's sheet is the one called "KPI data", else its first. A CSV file is in UTF-8 or Windows-1252, its columns separated
by commas, semicolons or tabs.
"""

import csv
import io
import re
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from services.domain.errors import RuleBroken
from services.domain.observations import number_in

MOST_BYTES: Final = 5 * 1024**2
MOST_UNPACKED: Final = 64 * 1024**2
MOST_ROWS: Final = 20_000
MOST_NUMBER: Final = 200_000
"""Rows below are not looked at: a sheet whose last row stands there is made to keep us busy."""
MOST_COLUMNS: Final = 50
SHEET: Final = "kpi data"
HEADINGS: Final = {
    "kpi": "kpi", "reference": "kpi", "period": "period", "value": "value", "numerator": "numerator",
    "denominator": "denominator", "state": "state", "note": "note",
}  # fmt: skip
REQUIRED: Final = ("kpi", "period")
DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
OTHERS: Final = "|:^~"
_COMPOUND_FILE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_DAY: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
_MONTH: Final = re.compile(r"([A-Za-z]{3,9})[ -](\d{4})")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip

TOO_LARGE: Final = "This file is larger than 5 MB: split it into smaller ones."
TOO_MANY_ROWS: Final = f"This file has more than {MOST_ROWS:,} rows: split it into smaller ones."
NOT_READABLE: Final = (
    "This file is neither an Excel workbook (.xlsx) nor a CSV text: save it as one of them and try again."
)
EMPTY: Final = "This file is empty: its first row holds the headings KPI, Period and Value."
OLD_OR_PROTECTED: Final = (
    "This workbook is protected by a password or in the old .xls format: save it as .xlsx without one."
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is not empty: its number in the file, and its cells by column, each with where it stands."""

    number: int
    cells: dict[str, Any]
    astray: str | None = None

    def blank(self, column: str) -> bool:
        """Nothing is written there."""
        value = self.cells.get(column)
        return value is None or (isinstance(value, str) and not value.strip())


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, and how it calls the place of a cell."""

    lines: Sequence[Line]
    letters: dict[str, str]
    sheet: str | None
    ignored: Sequence[str]

    def place(self, line: int, column: str) -> str:
        """`KPI data!C5` of a workbook, `row 5, Value` of a CSV file."""
        if self.sheet is not None:
            return f"{self.sheet}!{self.letters.get(column, 'A')}{line}"
        return f"row {line}, {self.letters.get(column, column.capitalize())}"


def read(data: bytes) -> Table:
    """The file's rows. Raises RuleBroken with one sentence for what can't be read as a whole."""
    if len(data) > MOST_BYTES:
        raise refused(TOO_LARGE)
    if not data.strip():
        raise refused(EMPTY)
    if data.startswith(_COMPOUND_FILE):
        raise refused(OLD_OR_PROTECTED)
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data)
    return _csv(data)


def refused(sentence: str) -> RuleBroken:
    """Of the file as a whole."""
    return RuleBroken.at("file", sentence)


def period_in(raw: Any) -> date:
    """The day that a cell stands for: a date, 2019-03-01, 01/03/2019, March 2019 or Mar-2019. Raises ValueError."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = str(raw).strip()
    try:
        if found := _DAY.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if (found := _MONTH.fullmatch(text)) and (month := _month_called(found[1])):
            return date(int(found[2]), month, 1)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return date.fromisoformat(text)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]00:00(:00)?", text, re.ASCII):
            return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f"“{text[:40]}” is no day that there is: check it") from None
    raise ValueError(f"“{text[:40]}” is not a date: write it as 01/03/2019 or 2019-03-01")


def figure_in(raw: Any) -> Decimal | None:
    """The number that a cell holds; None where it is blank. Raises ValueError."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return Decimal(str(raw))
    return number_in(str(raw))


def _month_called(word: str) -> int | None:
    low = word.casefold()
    return next(
        (number for number, month in enumerate(_MONTHS, 1) if low in {month, month[:3]}),
        9 if low == "sept" else None,
    )


def _csv(data: bytes) -> Table:
    text = _text(data)
    delimiter = _delimiter(text)
    try:
        rows = list(_within(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)))
    except csv.Error as error:
        raise refused(
            "This CSV file can't be read: a quotation mark is opened and not closed, or stands inside a value."
        ) from error
    if not rows:
        raise refused(EMPTY)
    (_, headings), *others = rows
    return _table(list(headings), [(number, list(cells)) for number, cells in others], None)


def _within(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows by the number of the line that they begin on; too many are refused while they are read."""
    begins = 1
    for count, cells in enumerate(reader):
        if count > MOST_ROWS:
            raise refused(TOO_MANY_ROWS)
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise refused(NOT_READABLE) from error
    if b"\0" in data:
        raise refused(NOT_READABLE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise refused(NOT_READABLE) from error


def _delimiter(text: str) -> str:
    """What separates the headings: told by the headings themselves, in the first row that holds anything."""
    first = next(line for line in text.splitlines() if line.strip())
    for delimiter in DELIMITERS:
        found = {_comparable(cell) for cell in first.replace('"', "").split(delimiter)}
        if set(REQUIRED) <= {HEADINGS.get(word) for word in found}:
            return delimiter
    for other in OTHERS:
        found = {_comparable(cell) for cell in first.replace('"', "").split(other)}
        if set(REQUIRED) <= {HEADINGS.get(word) for word in found}:
            raise refused(
                f"The columns of this file are separated by “{other}”: separate them by commas, semicolons or tabs."
            )
    return ","


def _workbook(data: bytes) -> Table:
    _measure(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's remarks on charts and extensions: none is read
            title, rows = _sheet(data)
    except Exception as error:  # whatever is broken in a file from outside, the answer is one sentence
        raise refused(NOT_READABLE) from error
    if len(rows) > MOST_ROWS + 1:
        raise refused(TOO_MANY_ROWS)
    if not rows:
        raise refused(EMPTY)
    if rows[0][0] != 1:
        raise refused("The first row of the sheet is empty: it holds the headings KPI, Period and Value.")
    return _table(rows[0][1], rows[1:], title)


def _sheet(data: bytes) -> tuple[str, list[tuple[int, list[Any]]]]:
    """The name of the sheet, and its rows that are not empty: one more than may be, at most."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheets = book.worksheets
    sheet = next((each for each in sheets if _comparable(each.title) == SHEET), sheets[0])
    sheet.reset_dimensions()
    rows = []
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
        if any(cell is not None and str(cell).strip() for cell in cells):
            rows.append((number, list(cells)))
        if len(rows) > MOST_ROWS + 1 or number > MOST_NUMBER:
            break
    return sheet.title, rows


def _measure(data: bytes) -> None:
    """Refuses what unpacks to too much, and any part that could declare entities, before anything is parsed."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            encrypted = any(entry.flag_bits & 0x1 for entry in entries)
            large = sum(entry.file_size for entry in entries) > MOST_UNPACKED
            sound = encrypted or large or all(_is_plain(archive, entry.filename) for entry in entries)
    except Exception as error:  # a broken archive fails in many ways
        raise refused(NOT_READABLE) from error
    if encrypted:
        raise refused(OLD_OR_PROTECTED)
    if large:
        raise refused("This workbook is larger than 64 MB when unpacked: split it into smaller ones.")
    if not sound:
        raise refused(NOT_READABLE)


def _is_plain(archive: ZipFile, name: str) -> bool:
    """Whether a part, where it is XML, is in UTF-8 and declares no document type."""
    if not name.casefold().endswith((".xml", ".rels", ".vml")):
        return True
    part = archive.read(name).removeprefix(b"\xef\xbb\xbf").lstrip()
    return part.startswith(b"<") and b"<!DOCTYPE" not in part and b"<!ENTITY" not in part


def _table(headings: list[Any], rows: list[tuple[int, list[Any]]], sheet: str | None) -> Table:
    columns: dict[int, str] = {}
    letters: dict[str, str] = {}
    ignored = []
    for position, heading in enumerate(headings):
        written = str(heading or "").strip()
        field = HEADINGS.get(_comparable(written))
        if not written:
            continue
        if field is None:
            ignored.append(written[:60])
        elif field in letters:
            raise refused(f"There are two columns “{written}”: keep one of them.")
        else:
            columns[position] = field
            letters[field] = get_column_letter(position + 1) if sheet is not None else written
    missing = [name for name in REQUIRED if name not in letters]
    if missing:
        wanted = " and ".join("KPI" if name == "kpi" else name.capitalize() for name in missing)
        raise refused(
            f"The first row has no heading {wanted}: it holds KPI, Period, Value and, if you have them, Numerator, "
            "Denominator, State and Note, separated by commas, semicolons or tabs in a CSV file."
        )
    if not letters.keys() & {"value", "numerator"}:
        raise refused("The first row has no heading Value: add the column with the values.")
    named = {position for position, heading in enumerate(headings) if str(heading or "").strip()}
    lines = [
        Line(
            number,
            {columns[at]: cell for at, cell in enumerate(cells) if at in columns},
            _astray(cells, named, in_a_sheet=sheet is not None),
        )
        for number, cells in rows
    ]
    return Table([line for line in lines if not all(line.blank(c) for c in letters)], letters, sheet, ignored)


def _astray(cells: Sequence[Any], named: Collection[int], *, in_a_sheet: bool) -> str | None:
    """Of a row in which something stands under no heading: in a CSV file a comma inside a number has made two cells of it."""
    astray = [at for at, cell in enumerate(cells) if at not in named and not _is_empty(cell)]
    if not astray:
        return None
    if in_a_sheet:
        return f"column {get_column_letter(astray[0] + 1)} has no heading: give it one, or empty this cell"
    return f"this row has {len(cells)} cells and there are {len(named)} headings: put a number with a comma in quotation marks"


def _is_empty(cell: Any) -> bool:
    return cell is None or not str(cell).strip()


def _comparable(heading: str) -> str:
    return " ".join(heading.split()).casefold()
