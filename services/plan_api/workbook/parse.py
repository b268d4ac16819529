"""Raw cells as values of their columns; a cell that does not hold what its column is for is a problem."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.plan_api.workbook.kinds import Fault, Raw, Several, Unreadable, in_words
from services.plan_api.workbook.read import CellProblem, RawSheet, Workbook
from services.plan_api.workbook.sheets import SHEETS, Column, Sheet


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row's values by column, without those of columns that the sheet lacks and of unreadable cells."""

    number: int
    values: Mapping[str, object]

    def text(self, column: str) -> str | None:
        """The column's text; None when it is blank, absent or unreadable."""
        value = self.values.get(column)
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet's rows as values, and where they stand."""

    sheet: Sheet
    raw: RawSheet
    rows: tuple[ParsedRow, ...]

    def key_of(self, row: ParsedRow) -> tuple[object, ...] | None:
        """What tells the row from others; None when a part of it is blank or unreadable."""
        key = tuple(row.values.get(column) for column in self.sheet.key)
        return None if None in key else key

    def named(self, row: ParsedRow) -> str:
        """The row as a sentence names it: "RC-001", "RC-001 of 28/03/2019"."""
        kinds = self.sheet.by_field
        return " of ".join(in_words(kinds[name].kind.show(row.values[name])) for name in self.sheet.key)

    def is_blank(self, row: ParsedRow, column: str) -> bool:
        """The cell is blank or the sheet has no such column; a cell that can't be read is not blank."""
        return column not in self.raw.letters or (column in row.values and row.values[column] is None)

    def problem(self, row: ParsedRow, column: str, sentence: str) -> CellProblem:
        """A problem of one cell of a row."""
        return CellProblem(self.sheet.name, self.raw.cell(row.number, column), sentence)


def parse(workbook: Workbook) -> tuple[dict[str, Table], list[CellProblem]]:
    """All eight sheets by name (empty where the workbook lacks them), and what is wrong with single cells."""
    tables, problems = {}, []
    for sheet in SHEETS:
        raw = workbook.sheet(sheet)
        problems += raw.problems
        tables[sheet.name] = Table(sheet, raw, tuple(_parsed(raw, problems)))
    return tables, problems


def _parsed(raw: RawSheet, problems: list[CellProblem]) -> Iterator[ParsedRow]:
    columns = [
        (column.field, column, () if isinstance(column.kind, Several) else None)
        for column in raw.sheet.columns
        if column.field in raw.letters
    ]
    for row in raw.rows:
        values: dict[str, object] = {}
        for name, column, blank in columns:
            cell = row.cells.get(name)
            try:
                values[name] = blank if cell is None and not column.required else _value(column, cell)
            except Unreadable as problem:
                problems.append(CellProblem(raw.sheet.name, raw.cell(row.number, name), str(problem)))
        yield ParsedRow(row.number, values)


def _value(column: Column, raw: Raw | None) -> object:
    if raw is None:
        raise Unreadable(f"{column.heading} is blank: fill it in")
    if isinstance(raw, Fault):
        raise Unreadable(raw.sentence)
    return column.kind.read(raw)
