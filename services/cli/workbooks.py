"""`qip import` and `qip export`: the plan as a workbook."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.outbox import deliver_what_waits
from services.cli.system import OPERATOR, awaited, open_database, say
from services.domain.errors import Conflict, RuleBroken

if TYPE_CHECKING:
    from services.plan_api.imports.service import ImportResult

WRONG_WORKBOOK = 2


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("import")(awaited(import_workbook))
    app.command("export")(awaited(export_workbook))


async def import_workbook(
    workbook: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The .xlsx file.")],
    check: Annotated[
        bool, typer.Option("--check", help="Only say what an import would do; write nothing.")
    ] = False,
    approve_as_at: Annotated[
        datetime | None,
        typer.Option(
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="The plan was approved on this day (empty system only).",
        ),
    ] = None,
) -> None:
    """Import a workbook, all of it or nothing; exit 2 with one line a problem, SHEET!CELL: what is wrong."""
    approved_on = approve_as_at.date() if approve_as_at else None
    try:
        all_is_right = await _import(workbook, check_only=check, approve_as_at=approved_on)
    except (RuleBroken, Conflict) as error:
        say(str(error))
        all_is_right = False
    if not all_is_right:
        raise typer.Exit(WRONG_WORKBOOK)


async def export_workbook(workbook: Annotated[Path, typer.Argument(help="The .xlsx file to write.")]) -> None:
    """Write the plan to a workbook that `qip import` reads."""
    from services.plan_api.imports import service

    async with open_database() as database, database.transaction(OPERATOR) as db:
        data = await service.export_workbook(db)
    workbook.write_bytes(data)
    typer.echo(f"{workbook} holds the plan.")


async def _import(workbook: Path, *, check_only: bool, approve_as_at: date | None) -> bool:
    from services.plan_api.imports import service
    from services.plan_api.workbook.read import MAX_BYTES
    from services.shared.clock import business_today

    with workbook.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    async with open_database() as database:
        say(f"Reading {workbook} ({len(data):,} bytes).")
        async with database.transaction(OPERATOR) as db:
            result = await service.import_workbook(
                db,
                None,
                data,
                check_only=check_only,
                approve_as_at=approve_as_at,
                today=await business_today(db),
                say=lambda sentence: say(f"{sentence}."),
            )
        if not check_only:
            await deliver_what_waits(database)
    _tell(result, check_only=check_only)
    return not result.problems


def _tell(result: "ImportResult", *, check_only: bool) -> None:
    for mapped in result.mapped:
        say(f"Mapped: {mapped}")
    for ignored in result.ignored:
        say(f"Ignored: {ignored}")
    for problem in result.problems:
        typer.echo(str(problem))
    if result.problems:
        what = "1 problem" if len(result.problems) == 1 else f"{len(result.problems):,} problems"
        say(f"Nothing was imported: mend the {what} named by cell, and import again.")
        return
    for sheet in result.sheets:
        typer.echo(
            f"{sheet.sheet}: {sheet.added:,} added, {sheet.changed:,} changed, {sheet.unchanged:,} unchanged"
        )
    if check_only:
        typer.echo("This was a check: nothing was written.")
