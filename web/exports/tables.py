"""A list as a file: the rows and columns of a page, as CSV or as an Excel workbook.

What people typed stays text in both: no cell of it is ever run as a formula (OWASP, CSV injection).
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

Value: TypeAlias = str | int | date | None

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES: Final = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RISKY_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a text begins that a spreadsheet would run as a formula."""
LONGEST_CELL: Final = 32_767
"""Characters that a cell of Excel holds."""
CUT: Final = " … (cut: a cell holds no more)"


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and what stands under it for one item of the list."""

    heading: str
    value: Callable[[Any], Value]


@dataclass(frozen=True, slots=True)
class Table:
    """What is written: a name for file and sheet, the headings, and the rows in the page's order."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Value]]

    @classmethod
    def of(cls, name: str, columns: Sequence[Column], items: Sequence[Any]) -> "Table":
        """The items of a list under these columns."""
        return cls(
            name,
            [column.heading for column in columns],
            [[column.value(item) for column in columns] for item in items],
        )

    def written_as(self, kind: str) -> bytes:
        """As `csv` or `xlsx`."""
        return self._csv() if kind == CSV else self._xlsx()

    def _csv(self) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(self.headings)
        writer.writerows([_harmless(value) for value in row] for row in self.rows)
        # With the mark that tells Excel that this is UTF-8.
        return text.getvalue().encode("utf-8-sig")

    def _xlsx(self) -> bytes:
        from xlsxwriter import Workbook

        file = io.BytesIO()
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with Workbook(file, {**options, "in_memory": True}) as workbook:
            sheet = workbook.add_worksheet(self.name[:31])
            bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True})
            as_day = workbook.add_format({"num_format": "dd/mm/yyyy", "align": "left", "valign": "top"})
            wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
            sheet.write_row(0, 0, self.headings, bold)
            for number, row in enumerate(self.rows, start=1):
                for place, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(number, place, value, as_day)
                    elif isinstance(value, int):
                        sheet.write_number(number, place, value, wrapped)
                    elif value:
                        sheet.write_string(number, place, _fitting(value), wrapped)
            sheet.freeze_panes(1, 0)
            if self.rows:
                sheet.autofilter(0, 0, len(self.rows), len(self.headings) - 1)
            for place in range(len(self.headings)):
                sheet.set_column(place, place, _width(self, place))
        return file.getvalue()


def _harmless(value: Value) -> Value:
    if isinstance(value, str) and value.startswith(RISKY_STARTS):
        return f"'{value}"
    return value


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT


def _width(table: Table, place: int) -> int:
    longest = max(
        (len(str(row[place] or "")) for row in table.rows[:200]), default=len(table.headings[place])
    )
    return min(max(longest, len(table.headings[place])) + 2, 60)
