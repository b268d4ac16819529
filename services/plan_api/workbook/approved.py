"""Once the plan is approved an import adds updates, completed dates and KPI data. No more."""

from collections.abc import Iterator, Mapping

from services.plan_api.workbook.changes import ExistingPlan, differing
from services.plan_api.workbook.kinds import in_words
from services.plan_api.workbook.parse import ParsedRow, Table
from services.plan_api.workbook.read import CellProblem
from services.plan_api.workbook.rows import Row
from services.plan_api.workbook.sheets import ACTIONS, KPI_DATA, UPDATES, Column

GROWING = {UPDATES, KPI_DATA}
"""The sheets that may still have new rows."""


def refused_once_approved(tables: Mapping[str, Table], existing: ExistingPlan) -> Iterator[CellProblem]:
    """The cells that would change what is approved, or what has been reported."""
    for table in tables.values():
        stored = existing.of(table.sheet)
        for row in table.rows:
            key = table.key_of(row)
            if key is None:
                continue
            if key in stored:
                yield from _refused_changes(table, row, stored[key])
            elif table.sheet not in GROWING:
                sentence = (
                    f"the plan is approved and has no {table.named(row)}: adding it needs a change request"
                )
                yield table.problem(row, table.sheet.key[0], sentence)


def _refused_changes(table: Table, row: ParsedRow, stored: Row) -> Iterator[CellProblem]:
    if table.sheet is KPI_DATA:
        return
    for column in differing(table, row, stored):
        before = getattr(stored, column.field)
        if _may_be_added(table, column) and before is None:
            continue
        yield table.problem(row, column.field, _sentence(table, row, column, before))


def _may_be_added(table: Table, column: Column) -> bool:
    return table.sheet in {ACTIONS, UPDATES} and column.field == "completed_date"


def _sentence(table: Table, row: ParsedRow, column: Column, before: object) -> str:
    was = "blank" if before in (None, ()) else f"“{in_words(column.kind.show(before))}”"
    if table.sheet is UPDATES:
        return f"{column.heading} of this update is already stored as {was} and stays: report on a later date"
    return f"{column.heading} of {table.named(row)} is approved as {was}: changing it needs a change request"
