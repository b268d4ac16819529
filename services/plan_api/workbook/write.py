"""Rows as an .xlsx file: the same rows give the same bytes, and every cell reads back as it was.

Text is written as text, whatever it begins with: what starts with = + - or @ is never a formula.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.plan_api.workbook.kinds import EXCEL_CELL_LIMIT, Day
from services.plan_api.workbook.rows import PlanRows, Row
from services.plan_api.workbook.sheets import NOT_EXPORTED, SHEETS, Column, Sheet

_WRITTEN_AT = datetime(2019, 1, 1)  # noqa: DTZ001 - the file's own date: fixed, so that equal plans are equal files


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A fact that no sheet holds, and why it can't come back by an import."""

    sheet: str
    reference: str
    fact: str
    reason: str


def write_workbook(rows: PlanRows, left_out: Sequence[LeftOut] = ()) -> bytes:
    """All eight sheets, rows in the order given; then, where there is such a fact, a sheet "Not exported"."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": "Quality Improvement Plan", "created": _WRITTEN_AT})
        heading = book.add_format(
            {"bold": True, "bg_color": "#D8DDE0", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"})
        for sheet in SHEETS:
            _write_sheet(book.add_worksheet(sheet.name), sheet, getattr(rows, sheet.field), heading, day)
        if left_out:
            _write_left_out(book.add_worksheet(NOT_EXPORTED), left_out, heading)
    return file.getvalue()


def _write_sheet(page: Worksheet, sheet: Sheet, rows: Iterable[Row], heading: Format, day: Format) -> None:
    _write_headings(page, [column.heading for column in sheet.columns], heading)
    for position, column in enumerate(sheet.columns):
        page.set_column(position, position, _width(column), day if isinstance(column.kind, Day) else None)
    for number, row in enumerate(rows, start=1):
        for position, column in enumerate(sheet.columns):
            value = getattr(row, column.field)
            if value is not None and value != ():
                _write_cell(page, number, position, column.kind.show(value), day)


def _write_cell(page: Worksheet, row: int, column: int, shown: str | date | float, day: Format) -> None:
    if isinstance(shown, date):
        page.write_datetime(row, column, shown, day)
    elif isinstance(shown, float):
        page.write_number(row, column, shown)
    else:
        page.write_string(row, column, shown)


def _write_headings(page: Worksheet, headings: Sequence[str], style: Format) -> None:
    page.freeze_panes(1, 0)
    for position, heading in enumerate(headings):
        page.write_string(0, position, heading, style)


def _write_left_out(page: Worksheet, left_out: Sequence[LeftOut], heading: Format) -> None:
    _write_headings(page, ["Sheet", "Reference", "What", "Why"], heading)
    page.set_column(0, 1, 16)
    page.set_column(2, 3, 60)
    for number, fact in enumerate(left_out, start=1):
        for position, text in enumerate((fact.sheet, fact.reference, fact.fact, fact.reason)):
            page.write_string(number, position, text[:EXCEL_CELL_LIMIT])


def _width(column: Column) -> int:
    """Dates and codes narrow, prose wide, in characters."""
    longest = getattr(column.kind, "longest", 24)
    return 16 if longest <= 50 else 28 if longest <= 254 else 60
