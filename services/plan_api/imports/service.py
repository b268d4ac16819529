"""Importing and exporting the plan as a workbook."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, Problem, RuleBroken
from services.domain.wording import written
from services.plan_api.cycles.service import run_day
from services.plan_api.heading_maps.queries import renamed
from services.plan_api.imports.queries import ids_by, stored_plan
from services.plan_api.imports.schemas import CellShown, Headings, UnknownShown
from services.plan_api.imports.writing import write
from services.plan_api.imports.writing.rows import after
from services.plan_api.plan.service import approve, current_plan
from services.plan_api.workbook.changes import Changes, ExistingPlan
from services.plan_api.workbook.check import Checked, check
from services.plan_api.workbook.progress import Say, nobody
from services.plan_api.workbook.read import CellProblem, Unknown, read_workbook
from services.plan_api.workbook.rows import RootCauseRow, UpdateRow
from services.plan_api.workbook.sheets import SHEETS
from services.plan_api.workbook.write import write_workbook
from services.shared.auth import Caller
from services.shared.clock import business_now
from services.shared.db import try_lock
from services.shared.models import Isg, RootCause

APPROVED_WITH_THE_IMPORT = "Approved before it was imported"
MANY = 5_000
"""Of more root causes than so many, all are looked at in fewer words; after more new rows the database counts them first."""
BUSY = "Another workbook is being checked or imported at this moment. Try again when that is done."


@dataclass(frozen=True, slots=True)
class SheetResult:
    """What the import did (or, as a check, would do) with one sheet's rows."""

    sheet: str
    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class ImportResult:
    """`problems`: nothing was written, and why, cell by cell. `ignored`: what of the workbook is not read."""

    sheets: tuple[SheetResult, ...]
    ignored: tuple[CellProblem, ...]
    problems: tuple[CellProblem, ...]
    mapped: tuple[CellProblem, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    """`mapped`: what was read by a choice of the PMO's; `unknown`: the headings and sheets that none of ours is."""


class NothingImported(RuleBroken):
    """The workbook has problems; each is named by its cell."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        super().__init__(
            [Problem(f"{problem.sheet}!{problem.cell}", problem.sentence) for problem in problems]
        )
        self.args = (f"Nothing was imported: {len(problems):,} cells of this workbook need attention.",)


async def import_workbook(
    db: AsyncSession, actor: Caller | None, data: bytes, *, check_only: bool, approve_as_at: date | None, today: date,
    say: Say = nobody,
) -> ImportResult:  # fmt: skip
    """Checks all of a workbook's rows, and writes them when all is right, in this transaction.

    `actor` is None for the operator. `approve_as_at`: the plan was approved on that day; into an empty database only.
    Raises RuleBroken for a file that can't be read as a whole, Conflict while another one is imported.
    """
    if not await try_lock(db, "plan import"):
        raise Conflict(BUSY)
    workbook = await asyncio.to_thread(read_workbook, data, await renamed(db), say=say)
    say("Reading what the plan holds already")
    existing = (await stored_plan(db)).existing
    _check_approval(approve_as_at, existing, today)
    say(f"Checking {sum(len(sheet.rows) for sheet in workbook.sheets):,} rows")
    checked = await asyncio.to_thread(check, workbook, existing, today)
    if not checked.problems and not check_only:
        await _store(db, checked.changes, existing, today, say)
        if approve_as_at is not None:
            await _approve(db, approve_as_at, actor)
    return _result(checked)


async def headings(db: AsyncSession, data: bytes) -> Headings:
    """Which headings and sheets of a workbook are none of ours, and which of ours each sheet lacks."""
    workbook = await asyncio.to_thread(read_workbook, data, await renamed(db), needs_a_sheet=False)
    return Headings(
        unknown=[UnknownShown(sheet=each.sheet, theirs=each.theirs) for each in workbook.unknown],
        mapped=[CellShown(**asdict(each)) for each in workbook.mapped],
        lacking={
            raw.sheet.name: [
                column.heading for column in raw.sheet.columns if column.field not in raw.letters
            ]
            for raw in workbook.sheets
        },
        sheets_lacking=[
            sheet.name for sheet in SHEETS if sheet not in [raw.sheet for raw in workbook.sheets]
        ],
    )


async def export_workbook(db: AsyncSession) -> bytes:
    """The stored plan as a workbook; what its sheets can't hold is listed in it, with the reason."""
    stored = await stored_plan(db)
    return await asyncio.to_thread(write_workbook, stored.exported, stored.left_out)


def _check_approval(approve_as_at: date | None, existing: ExistingPlan, today: date) -> None:
    if approve_as_at is None:
        return
    if existing.rows.isgs or existing.rows.root_causes:
        raise RuleBroken.at(
            "approve_as_at",
            "There is a plan already, so its approval is not part of an import: record it on the plan's page.",
        )
    if approve_as_at > today:
        raise RuleBroken.at(
            "approve_as_at",
            f"{written(approve_as_at)} is in the future: give the day on which the plan was approved.",
        )


async def _store(db: AsyncSession, changes: Changes, existing: ExistingPlan, today: date, say: Say) -> None:
    """Nothing new means nothing written; else also what the new updates and dates raise, as the night would."""
    if not any(change.added or change.changed for change in changes.values()):
        return
    await current_plan(db)
    await write(db, changes, existing, await business_now(db), say)
    db.expire_all()
    if sum(len(change.added) for change in changes.values()) > MANY:
        await db.execute(text("SELECT analyse_plan()"))
    say("Raising what the new updates and dates give reason for")
    await run_day(db, today, only=await _touched(db, changes))


async def _touched(db: AsyncSession, changes: Changes) -> set[int] | None:
    """The root causes about which the import says something.

    None when they are many, when an ISG's calendar may have moved, or when others may be reminded of what waits.
    """
    references = {row.reference for row in after(changes, RootCauseRow)}
    references |= {row.root_cause for row in after(changes, UpdateRow)}
    if len(references) > MANY or _writes(changes, "ISGs") or _writes(changes, "People"):
        return None
    ids = await ids_by(db, RootCause.reference)
    return {ids[reference] for reference in references}


def _writes(changes: Changes, sheet: str) -> bool:
    return bool(changes[sheet].added or changes[sheet].changed)


async def _approve(db: AsyncSession, on: date, actor: Caller | None) -> None:
    for isg in list(await db.scalars(select(Isg).order_by(Isg.position))):
        await approve(db, isg, on, APPROVED_WITH_THE_IMPORT, actor.person_id if actor else None)


def _result(checked: Checked) -> ImportResult:
    sheets: Sequence[SheetResult] = [
        SheetResult(sheet.name, len(change.added), len(change.changed), change.unchanged)
        for sheet in SHEETS
        if (change := checked.changes.get(sheet.name))
    ]
    return ImportResult(tuple(sheets), checked.ignored, checked.problems, checked.mapped, checked.unknown)
