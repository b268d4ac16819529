"""What a workbook that is right would add to the stored plan, change in it, or leave as it is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from services.domain.facts import Closing
from services.domain.words import Role, UpdateStatus
from services.plan_api.workbook.kinds import Several
from services.plan_api.workbook.parse import ParsedRow, Table
from services.plan_api.workbook.rows import IsgRow, PlanRows, RootCauseRow, Row, UpdateRow
from services.plan_api.workbook.sheets import ISGS, ROOT_CAUSES, SHEETS, Column, Sheet


@dataclass(frozen=True, slots=True)
class ExistingPlan:
    """What is stored: its rows, the ISGs whose part of the plan is approved, and what was closed when."""

    rows: PlanRows = field(default_factory=PlanRows)
    approved_isgs: frozenset[str] = frozenset()
    closings: Mapping[str, tuple[Closing, ...]] = field(default_factory=dict)

    @property
    def approved(self) -> bool:
        """Every ISG's part is: the plan as a whole."""
        return bool(self.rows.isgs) and self.approved_isgs.issuperset(isg.name for isg in self.rows.isgs)

    def of(self, sheet: Sheet) -> dict[tuple[object, ...], Row]:
        """A sheet's stored rows by key."""
        return {sheet.key_of(row): row for row in getattr(self.rows, sheet.field)}


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """One sheet against what is stored: rows to add, (before, after) of rows to change, and how many stay."""

    added: tuple[Row, ...] = ()
    changed: tuple[tuple[Row, Row], ...] = ()
    unchanged: int = 0


Changes = Mapping[str, SheetChanges]


def compare(tables: Mapping[str, Table], existing: ExistingPlan, today: date) -> Changes:
    """The changes, by sheet, of a workbook without problems. A column that a sheet lacks says nothing."""
    tables = dict(tables) | {"People": with_implied_roles(tables, existing)}
    changes = {sheet.name: _compare(tables[sheet.name], existing.of(sheet)) for sheet in SHEETS}
    changes["ISGs"] = _with_first_cycles(changes, existing, today)
    return changes


def with_implied_roles(tables: Mapping[str, Table], existing: ExistingPlan) -> Table:
    """The sheet People with the roles that other sheets give: an ISG's chair and executive, a root cause's owner.

    Once the plan is approved roles are given elsewhere, and a workbook made before takes none of them away.
    """
    people, implied = tables["People"], _implied_roles(tables, existing)
    if existing.approved:
        for person in existing.rows.people:
            implied[person.email] += person.roles
    rows = (_with_roles(row, implied[row.text("email")]) for row in people.rows)
    return replace(people, rows=tuple(rows))


def _with_roles(row: ParsedRow, given: Iterable[Role]) -> ParsedRow:
    said = row.values.get("roles")
    if not isinstance(said, tuple) or not said:
        return row
    return ParsedRow(row.number, dict(row.values) | {"roles": tuple(dict.fromkeys((*said, *given)))})


def _implied_roles(tables: Mapping[str, Table], existing: ExistingPlan) -> defaultdict[object, list[Role]]:
    """By email, once the workbook is imported."""
    implied: defaultdict[object, list[Role]] = defaultdict(list)
    for sheet, column, role in (
        (ISGS, "chair_email", Role.ISG_CHAIR),
        (ISGS, "accountable_executive_email", Role.ACCOUNTABLE_EXECUTIVE),
        (ROOT_CAUSES, "owner_email", Role.ROOT_CAUSE_OWNER),
    ):
        table = tables[sheet.name]
        emails = {key: getattr(row, column) for key, row in existing.of(sheet).items()}
        emails |= {table.key_of(row) or (): row.values[column] for row in table.rows if column in row.values}
        for email in dict.fromkeys(emails.values()):
            implied[email].append(role)
    return implied


def differing(table: Table, row: ParsedRow, stored: Row) -> list[Column]:
    """The columns in which a row says something else than what is stored."""
    return [
        column
        for column in table.sheet.columns
        if _says_something(column, row) and not _same(row.values[column.field], getattr(stored, column.field))
    ]


def monday_of(day: date) -> date:
    """The Monday of a day's week: Wednesday 6 March 2019 -> Monday 4 March 2019."""
    return day - timedelta(days=day.weekday())


def _compare(table: Table, stored: Mapping[tuple[object, ...], Row]) -> SheetChanges:
    added: list[Row] = []
    changed: list[tuple[Row, Row]] = []
    for row in table.rows:
        before = stored.get(table.key_of(row) or ())
        if before is None:
            added.append(_new_row(table.sheet, row))
        elif columns := differing(table, row, before):
            said: dict[str, Any] = {column.field: row.values[column.field] for column in columns}
            changed.append((before, _with(before, said)))
    return SheetChanges(tuple(added), tuple(changed), len(table.rows) - len(added) - len(changed))


def _new_row(sheet: Sheet, row: ParsedRow) -> Row:
    blank = {column.field: () if isinstance(column.kind, Several) else None for column in sheet.columns}
    new: Any = sheet.row
    made: Row = new(**blank | dict(row.values))
    return made


def _with(row: Row, said: dict[str, Any]) -> Row:
    """The stored row with what is said; an update that no longer says Complete has no completed date."""
    if isinstance(row, UpdateRow) and said.get("status", row.status) != UpdateStatus.COMPLETE:
        said = said | {"completed_date": None}
    return replace(row, **said)


def _says_something(column: Column, row: ParsedRow) -> bool:
    return column.field in row.values and not (column.blank_keeps and row.values[column.field] in (None, ()))


def _same(one: object, other: object) -> bool:
    """Equal; of lists, whatever their order."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return set(one) == set(other)
    return one == other


def _with_first_cycles(changes: Changes, existing: ExistingPlan, today: date) -> SheetChanges:
    """New ISGs with the day their first cycle opens: as given, else the Monday of the week of their earliest
    reporting date, else of today.
    """
    isgs = changes["ISGs"]
    earliest = _earliest_reporting_dates(changes, existing)
    added = [
        row
        if not isinstance(row, IsgRow) or row.first_cycle_opens
        else replace(row, first_cycle_opens=monday_of(earliest.get(row.name, today)))
        for row in isgs.added
    ]
    return replace(isgs, added=tuple(added))


def _earliest_reporting_dates(changes: Changes, existing: ExistingPlan) -> dict[str, date]:
    isg_of = {row.reference: row.isg for row in existing.rows.root_causes}
    isg_of |= {
        row.reference: row.isg for row in _after(changes["Root causes"]) if isinstance(row, RootCauseRow)
    }
    earliest: dict[str, date] = {}
    for update in (*existing.rows.updates, *_after(changes["Updates"])):
        if isinstance(update, UpdateRow):
            isg = isg_of[update.root_cause]
            earliest[isg] = min(update.reporting_date, earliest.get(isg, update.reporting_date))
    return earliest


def _after(changes: SheetChanges) -> Iterable[Row]:
    return (*changes.added, *(after for _, after in changes.changed))
