"""Every table of a pack as a sheet of a workbook: numbers are numbers."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from io import BytesIO
from math import ceil
from typing import Any, Final

from services.reporting_api.packs.content import Figure, Inlines, Pack, Table, plain
from services.reporting_api.packs.legible import legible
from services.reporting_api.packs.same_bytes import with_fixed_dates

LONGEST_SHEET_NAME: Final = 31
LEAST_LETTERS, MOST_LETTERS = 12, 44
"""The width of a column."""
A4: Final = 9
FONT: Final = {"font_name": "Arial", "font_size": 10}
LINE_HEIGHT: Final = 14
_NUMBER: Final = re.compile(r"[-−]?([\d,]+)(?:\.(\d+))?(%?)")
_NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\]")


def xlsx(pack: Pack) -> bytes:
    """The tables in the paper's order, those of its charts included; the first sheet says what they are."""
    import xlsxwriter

    pack = legible(pack)
    written = BytesIO()
    at = datetime.combine(pack.as_at, time(), UTC).replace(tzinfo=None)
    workbook = xlsxwriter.Workbook(
        written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    workbook.set_properties({"title": pack.full_title, "author": pack.trust, "created": at})
    formats = _Formats(workbook)
    found = list(pack.tables)
    names = _sheet_names([title for title, _ in found])
    contents = workbook.add_worksheet("Contents")
    contents.set_column(0, 0, 34)
    contents.set_column(1, 1, 80)
    contents.set_paper(A4)
    contents.fit_to_pages(1, 0)
    contents.write_string(0, 0, pack.full_title, formats.bold)
    for row, (name, (_, table)) in enumerate(zip(names, found, strict=True), start=2):
        contents.write_url(row, 0, "internal:'{}'!A1".format(name.replace("'", "''")), string=name)
        contents.write_string(row, 1, table.caption, formats.words)
    for name, (_, table) in zip(names, found, strict=True):
        _write(workbook.add_worksheet(name), table, formats)
    workbook.close()
    return with_fixed_dates(written.getvalue())


def _sheet_names(titles: list[str]) -> list[str]:
    """As Excel allows them, no two alike."""
    names: list[str] = []
    for title in titles:
        stem = (
            _cut(_NOT_IN_SHEET_NAMES.sub(" ", title).strip("' "), LONGEST_SHEET_NAME).strip("' ") or "Table"
        )
        name, number = stem, 2
        while name.casefold() in {each.casefold() for each in names}:
            ending = f" ({number})"
            name, number = _cut(stem, LONGEST_SHEET_NAME - len(ending)) + ending, number + 1
        names.append(name)
    return names


def _cut(words: str, longest: int) -> str:
    """As Excel counts: a sign beyond the first 65,536 is two."""
    return words.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", "ignore")


def _write(sheet: Any, table: Table, formats: "_Formats") -> None:
    sheet.write_string(0, 0, table.caption, formats.bold)
    widths = [_width(table, column) for column in range(len(table.header))]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(2, 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.set_footer("&L&A&RPage &P of &N")
    sheet.set_row(1, LINE_HEIGHT * _lines(table.header, widths))
    for column, heading in enumerate(table.header):
        sheet.write_string(1, column, heading, formats.head)
    for number, row in enumerate(table.rows, start=2):
        sheet.set_row(number, LINE_HEIGHT * _lines([plain(cell) for cell in row], widths))
        for column, inlines in enumerate(row):
            _write_cell(sheet, number, column, inlines, formats)


def _width(table: Table, column: int) -> float:
    longest = max([len(table.header[column]) / 2, *(_longest_line(row[column]) for row in table.rows)])
    return min(MOST_LETTERS, max(LEAST_LETTERS, longest * 1.1 + 2))


def _lines(cells: Sequence[str], widths: Sequence[float]) -> int:
    """How many lines the highest cell of a row has: not every program finds out by itself."""
    return max(
        sum(ceil(max(1, len(line)) * 1.1 / width) for line in cell.split("\n"))
        for cell, width in zip(cells, widths, strict=True)
    )


def _longest_line(inlines: Inlines) -> int:
    return max(len(line) for line in plain(inlines).split("\n"))


def _write_cell(sheet: Any, row: int, column: int, inlines: Inlines, formats: "_Formats") -> None:
    """A cell that is one figure holds its number, shown as it is printed; anything else its words."""
    match inlines:
        case (Figure(value=value, text=text),) if value is not None:
            sheet.write_number(row, column, float(value), formats.of_number(value, text))
        case _:
            sheet.write_string(row, column, plain(inlines), formats.words)


def _rounded(value: int | Decimal, places: int) -> Decimal:
    """As Excel shows it."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


class _Formats:
    """How cells look."""

    def __init__(self, workbook: Any) -> None:
        self.bold = workbook.add_format({"bold": True, **FONT})
        self.head = workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, **FONT}
        )
        self.words = workbook.add_format({"text_wrap": True, "valign": "top", "indent": 1, **FONT})
        self._numbers = cache(
            lambda shown: workbook.add_format({"num_format": shown, "valign": "top", **FONT})
        )

    def of_number(self, value: int | Decimal, text: str) -> Any:
        """With as many places as are printed, and its percent sign; a number that is printed in words as it is."""
        printed = _NUMBER.fullmatch(text)
        if printed is None:
            return self._numbers("General")
        whole = "#,##0" if "," in printed[1] else "0"
        count = len(printed[2] or "")
        if _rounded(value, count) != Decimal(printed[0].strip("%").replace("−", "-").replace(",", "")):
            count += 1  # a half that Excel rounds up, and the paper to the even digit
        places = f".{'0' * count}" if count else ""
        return self._numbers(f"{whole}{places}" + ('"%"' if printed[3] else ""))
