"""Once a part of the plan is approved an import adds updates, completed dates and KPI data to it. No more.

The plan is approved ISG by ISG: a row is approved with its ISG's part, and what belongs to none (a person) with the whole.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from services.plan_api.workbook.changes import ExistingPlan, differing, with_implied_roles
from services.plan_api.workbook.kinds import in_words
from services.plan_api.workbook.parse import ParsedRow, Table
from services.plan_api.workbook.read import CellProblem
from services.plan_api.workbook.rows import Row
from services.plan_api.workbook.sheets import ACTIONS, KPI_DATA, UPDATES, Column

GROWING = (UPDATES, KPI_DATA)
"""The sheets that may still have new rows."""


def refused_once_approved(tables: Mapping[str, Table], existing: ExistingPlan) -> Iterator[CellProblem]:
    """The cells that would change what is approved, or what has been reported on it."""
    isgs = _IsgsOfRows(existing)
    tables = dict(tables) | {"People": with_implied_roles(tables, existing)}
    for table in tables.values():
        stored = existing.of(table.sheet)
        for row in table.rows:
            key = table.key_of(row)
            if key is None or not (
                existing.approved or isgs.of(table, row, stored.get(key)) & existing.approved_isgs
            ):
                continue
            if key in stored:
                yield from _refused_changes(table, row, stored[key])
            elif table.sheet not in GROWING:
                sentence = (
                    f"the plan is approved and has no {table.named(row)}: adding it needs a change request"
                )
                yield table.problem(row, table.sheet.key[0], sentence)


class _IsgsOfRows:
    """Whose part of the plan a row belongs to, as it is stored and as the workbook says."""

    def __init__(self, existing: ExistingPlan) -> None:
        self.of_root_cause = {row.reference: row.isg for row in existing.rows.root_causes}
        self.of_finding: defaultdict[object, set[str]] = defaultdict(set)
        for root_cause in existing.rows.root_causes:
            for finding in root_cause.findings:
                self.of_finding[finding].add(root_cause.isg)

    def of(self, table: Table, row: ParsedRow, stored: Row | None) -> set[str]:
        """A finding belongs to its own ISG and to those of its root causes, whose class it decides."""
        isgs = {row.text("isg"), getattr(stored, "isg", None)}
        for root_cause in (row.text("root_cause"), getattr(stored, "root_cause", None)):
            isgs.add(self.of_root_cause.get(root_cause or ""))
        if table.sheet.name == "ISGs":
            isgs.add(row.text("name"))
        if table.sheet.name == "Findings":
            isgs |= self.of_finding[row.text("reference")]
        return {isg for isg in isgs if isg}


def _refused_changes(table: Table, row: ParsedRow, stored: Row) -> Iterator[CellProblem]:
    if table.sheet is KPI_DATA:
        return
    for column in differing(table, row, stored):
        before = getattr(stored, column.field)
        if not (_may_be_added(table, column) and before is None):
            yield table.problem(row, column.field, _sentence(table, row, column, before))


def _may_be_added(table: Table, column: Column) -> bool:
    return table.sheet in {ACTIONS, UPDATES} and column.field == "completed_date"


def _sentence(table: Table, row: ParsedRow, column: Column, before: object) -> str:
    was = "blank" if before in (None, ()) else f"“{in_words(column.kind.show(before))}”"
    if table.sheet is UPDATES:
        return f"{column.heading} of this update is already stored as {was} and stays: report on a later date"
    return f"{column.heading} of {table.named(row)} is approved as {was}: changing it needs a change request"
