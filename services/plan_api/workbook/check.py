"""All that the contract asks of a workbook, checked before a word of it is written. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from slugify import slugify

from services.domain.facts import Closing
from services.domain.words import FindingType, NoticeKind, UpdateStatus
from services.plan_api.workbook.approved import refused_once_approved
from services.plan_api.workbook.changes import Changes, ExistingPlan, compare
from services.plan_api.workbook.parse import Table, parse
from services.plan_api.workbook.read import CellProblem, Unknown, Workbook
from services.plan_api.workbook.sheets import SHEETS

Tables = Mapping[str, Table]

NOTICE_KINDS = "Section 31, Section 29A, Section 64 or Regulation 31"


@dataclass(frozen=True, slots=True)
class Checked:
    """A workbook after its check: what it would change, or (and then nothing changes) what is wrong."""

    problems: tuple[CellProblem, ...]
    ignored: tuple[CellProblem, ...]
    changes: Changes
    mapped: tuple[CellProblem, ...] = ()
    unknown: tuple[Unknown, ...] = ()


def check(workbook: Workbook, existing: ExistingPlan, today: date) -> Checked:
    """Every problem of every cell, in the order of the sheets and their rows."""
    tables, problems = parse(workbook)
    problems += chain(
        _duplicates(tables),
        _links(tables, existing),
        _isg_addresses(tables, existing),
        _notices(tables),
        _days_to_come(tables, today),
        _completion(tables),
        _closings(tables, existing),
        _before_the_first_cycle(tables, existing),
        refused_once_approved(tables, existing) if existing.approved_isgs else (),
    )
    if problems:
        in_order = tuple(sorted(set(problems), key=_place))
        return Checked(in_order, workbook.ignored, {}, workbook.mapped, workbook.unknown)
    changes = compare(tables, existing, today)
    return Checked((), workbook.ignored, changes, workbook.mapped, workbook.unknown)


def _duplicates(tables: Tables) -> Iterator[CellProblem]:
    """References are unique on their sheet; the second is named."""
    for table in tables.values():
        first: dict[tuple[object, ...], int] = {}
        for row in table.rows:
            key = table.key_of(row)
            if key is None:
                continue
            spoken = tuple(part.casefold() if isinstance(part, str) else part for part in key)
            if spoken in first:
                sentence = f"{table.named(row)} is on row {first[spoken]} already: keep one of the two"
                yield table.problem(row, table.sheet.key[0], sentence)
            first.setdefault(spoken, row.number)


def _links(tables: Tables, existing: ExistingPlan) -> Iterator[CellProblem]:
    """What a cell refers to is in the workbook or stored."""
    known = {sheet.name: _known_keys(tables[sheet.name], existing) for sheet in SHEETS if len(sheet.key) == 1}
    for table in tables.values():
        for column in table.sheet.columns:
            if column.links_to is None:
                continue
            for row in table.rows:
                for target in _targets(row.values.get(column.field)):
                    if target not in known[column.links_to]:
                        where = f"neither on the sheet {column.links_to} nor stored"
                        yield table.problem(row, column.field, f"“{target}” is {where}: correct it or add it")


def _known_keys(table: Table, existing: ExistingPlan) -> set[object]:
    (key,) = table.sheet.key
    return {row.values.get(key) for row in table.rows} | {stored for (stored,) in existing.of(table.sheet)}


def _targets(value: object) -> tuple[object, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _isg_addresses(tables: Tables, existing: ExistingPlan) -> Iterator[CellProblem]:
    """No two ISGs have the same web address, as "Well-led" and "Well led" would."""
    table = tables["ISGs"]
    names = {slugify(isg.name): isg.name for isg in existing.rows.isgs}
    for row in table.rows:
        name = row.text("name")
        if name is None:
            continue
        address = slugify(name)
        if not address:
            yield table.problem(row, "name", f"“{name}” has no letter or digit: write the ISG's name")
        elif (other := names.setdefault(address, name)) != name:
            yield table.problem(row, "name", f"“{name}” reads like the ISG “{other}”: write both alike")


def _notices(tables: Tables) -> Iterator[CellProblem]:
    """The source of a Notice begins with the section that it was served under."""
    begins = re.compile(rf"({'|'.join(re.escape(kind) for kind in NoticeKind)})\b", re.IGNORECASE)
    table = tables["Findings"]
    for row in table.rows:
        source = row.text("source") or ""
        if row.values.get("type") != FindingType.NOTICE or begins.match(source):
            continue
        if source or table.is_blank(row, "source"):
            sentence = f"the source of a Notice begins with {NOTICE_KINDS}: write it so"
            yield table.problem(row, "source", sentence)


def _days_to_come(tables: Tables, today: date) -> Iterator[CellProblem]:
    """What has happened has happened by today."""
    for sheet, column, what in (
        ("Actions", "completed_date", "a completed date"),
        ("Updates", "completed_date", "a completed date"),
        ("Updates", "reporting_date", "a reporting date"),
        ("KPI data", "period", "the period of a value"),
    ):
        for row in tables[sheet].rows:
            day = row.values.get(column)
            if isinstance(day, date) and day > today:
                sentence = f"{day:%d/%m/%Y} is after today ({today:%d/%m/%Y}): {what} is not in the future"
                yield tables[sheet].problem(row, column, sentence)


def _completion(tables: Tables) -> Iterator[CellProblem]:
    """An update that says Complete carries the day the ISG closed the root cause; no other carries one."""
    table = tables["Updates"]
    for row in table.rows:
        status = row.values.get("status")
        if status == UpdateStatus.COMPLETE:
            if table.is_blank(row, "completed_date"):
                sentence = "a completed date is needed when the status is Complete: the day the ISG closed it"
                yield table.problem(row, "completed_date", sentence)
        elif isinstance(status, UpdateStatus) and row.values.get("completed_date"):
            sentence = f"a completed date goes with Complete, not with {status.label}: correct one of the two"
            yield table.problem(row, "completed_date", sentence)


def _closings(tables: Tables, existing: ExistingPlan) -> Iterator[CellProblem]:
    """A root cause was closed on one day, however many updates say so; once approved, that day stays."""
    isg_of = _isg_of_root_causes(tables, existing)
    table = tables["Updates"]
    closed: dict[str, tuple[date, str]] = {}
    for row in table.rows:
        root_cause, completed = row.text("root_cause"), row.values.get("completed_date")
        if root_cause is None or not isinstance(completed, date):
            continue
        stays = isg_of.get(root_cause) in existing.approved_isgs
        stored = existing.closings.get(root_cause, ()) if stays else ()
        earlier = closed.get(root_cause) or _standing(stored, completed)
        if earlier and earlier[0] != completed:
            sentence = f"{root_cause} was completed on {earlier[0]:%d/%m/%Y} {earlier[1]}: give that date"
            yield table.problem(row, "completed_date", sentence)
        closed.setdefault(root_cause, (completed, f"by row {row.number}"))


def _standing(closings: tuple[Closing, ...], completed: date) -> tuple[date, str] | None:
    """The stored closing that a completed date would contradict."""
    if any(closing.closed_on == completed for closing in closings):
        return None
    for closing in closings:
        if closing.reopened_on is None or completed < closing.reopened_on:
            return closing.closed_on, "as stored"
    return None


def _before_the_first_cycle(tables: Tables, existing: ExistingPlan) -> Iterator[CellProblem]:
    """A reporting date falls in a cycle of the ISG: not before the first opens."""
    isg_of = _isg_of_root_causes(tables, existing)
    opens: dict[str, date | None] = {isg.name: isg.first_cycle_opens for isg in existing.rows.isgs}
    for row in tables["ISGs"].rows:
        if isinstance(day := row.values.get("first_cycle_opens"), date):
            opens[row.text("name") or ""] = day
    table = tables["Updates"]
    for row in table.rows:
        isg = isg_of.get(row.text("root_cause") or "", "")
        day, first = row.values.get("reporting_date"), opens.get(isg)
        if isinstance(day, date) and first and day < first:
            sentence = f"{day:%d/%m/%Y} is before the first cycle of {isg} ({first:%d/%m/%Y}): correct either"
            yield table.problem(row, "reporting_date", sentence)
    yield from _stored_updates_before_the_first_cycle(tables, existing, isg_of, opens)


def _stored_updates_before_the_first_cycle(
    tables: Tables, existing: ExistingPlan, isg_of: Mapping[str, str], opens: Mapping[str, date | None]
) -> Iterator[CellProblem]:
    """Neither a later opening nor another ISG may leave what was reported before all cycles."""
    isg_rows = {row.text("name"): row for row in tables["ISGs"].rows if row.values.get("first_cycle_opens")}
    root_cause_rows = {row.text("reference"): row for row in tables["Root causes"].rows}
    problems: dict[str, CellProblem] = {}
    for update in existing.rows.updates:
        isg = isg_of[update.root_cause]
        first = opens.get(isg)
        if first is None or update.reporting_date >= first:
            continue
        sentence = (
            f"{isg} would open its first cycle after the stored update of {update.reporting_date:%d/%m/%Y}"
        )
        if row := isg_rows.get(isg):
            problem = tables["ISGs"].problem(row, "first_cycle_opens", f"{sentence}: give an earlier date")
            problems.setdefault(problem.cell, problem)
        elif moved := root_cause_rows.get(update.root_cause):
            problem = tables["Root causes"].problem(moved, "isg", f"{sentence}: name another ISG")
            problems.setdefault(problem.cell, problem)
    yield from problems.values()


def _isg_of_root_causes(tables: Tables, existing: ExistingPlan) -> dict[str, str]:
    isg_of = {row.reference: row.isg for row in existing.rows.root_causes}
    for row in tables["Root causes"].rows:
        if isg := row.text("isg"):
            isg_of[row.text("reference") or ""] = isg
    return isg_of


def _place(problem: CellProblem) -> tuple[int, int, int, str]:
    """By sheet, row and column, as a person goes through the workbook."""
    letters = problem.cell.rstrip("0123456789")
    sheet = next(position for position, sheet in enumerate(SHEETS) if sheet.name == problem.sheet)
    return sheet, int(problem.cell[len(letters) :]), len(letters), problem.cell
