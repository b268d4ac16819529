"""Every table of a pack as a sheet of a workbook: numbers are numbers."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any, Final

from services.reporting_api.packs.content import Chart, Figure, Inlines, Pack, Section, Table, plain
from services.reporting_api.packs.same_bytes import with_fixed_dates

LONGEST_SHEET_NAME: Final = 31
_NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\]")


def xlsx(pack: Pack) -> bytes:
    """The tables in the paper's order, those of its charts included; the first sheet says what they are."""
    import xlsxwriter

    written = BytesIO()
    at = datetime.combine(pack.as_at, time(), UTC).replace(tzinfo=None)
    workbook = xlsxwriter.Workbook(
        written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    workbook.set_properties({"title": pack.full_title, "author": pack.trust, "created": at})
    bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    found = list(_tables(pack.sections))
    names = _sheet_names([title for title, _ in found])
    contents = workbook.add_worksheet("Contents")
    contents.set_column(0, 1, 60)
    contents.write_string(0, 0, pack.full_title, bold)
    for row, (name, (_, table)) in enumerate(zip(names, found, strict=True), start=2):
        contents.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        contents.write_string(row, 1, table.caption)
    for name, (_, table) in zip(names, found, strict=True):
        _write(workbook.add_worksheet(name), table, bold)
    workbook.close()
    return with_fixed_dates(written.getvalue())


def _tables(sections: tuple[Section, ...]) -> Iterator[tuple[str, Table]]:
    """Each table with what its sheet is called: the chart that it belongs to, or the section that it stands in."""
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Table):
                yield section.title, block
            elif isinstance(block, Chart):
                yield f"Figure {block.number}", block.table
        yield from _tables(section.sections)


def _sheet_names(titles: list[str]) -> list[str]:
    """As Excel allows them, no two alike."""
    names: list[str] = []
    for title in titles:
        stem = _NOT_IN_SHEET_NAMES.sub(" ", title).strip("' ")[:LONGEST_SHEET_NAME] or "Table"
        name, number = stem, 2
        while name.casefold() in {each.casefold() for each in names}:
            ending = f" ({number})"
            name, number = stem[: LONGEST_SHEET_NAME - len(ending)] + ending, number + 1
        names.append(name)
    return names


def _write(sheet: Any, table: Table, bold: Any) -> None:
    sheet.write_string(0, 0, table.caption)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, max(1, len(table.header) - 1), 16)
    sheet.freeze_panes(2, 1)
    for column, heading in enumerate(table.header):
        sheet.write_string(1, column, heading, bold)
    for number, row in enumerate(table.rows, start=2):
        for column, inlines in enumerate(row):
            _write_cell(sheet, number, column, inlines)


def _write_cell(sheet: Any, row: int, column: int, inlines: Inlines) -> None:
    """A cell that is one figure holds its number; anything else its words."""
    match inlines:
        case (Figure(value=value),) if value is not None:
            sheet.write_number(row, column, float(value))
        case _:
            sheet.write_string(row, column, plain(inlines))
