"""`qip pack`: documents for the forums, as files."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from services.cli.system import awaited, open_database


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("pack")(awaited(pack))


async def pack(
    kind: Annotated[
        str,
        typer.Argument(
            help="Which pack: board, soag, ecib, isg, newsletter, snapshot, or the code of a copy that the PMO made."
        ),
    ],
    as_at: Annotated[
        datetime,
        typer.Option("--as-at", metavar="DATE", formats=["%Y-%m-%d"], help="The day whose figures it shows."),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            file_okay=False,
            help="The folder for the files KIND-DATE.html, .pdf, .docx, .pptx, .xlsx (of one ISG KIND-SLUG-DATE).",
        ),
    ],
    isg: Annotated[
        str | None,
        typer.Option(
            "--isg", metavar="SLUG", help="An ISG as its page’s address has it: the pack of that ISG alone."
        ),
    ] = None,
) -> None:
    """Assemble a pack as at a date, write it in every format, and print the files' names."""
    from services.reporting_api.packs.service import render

    async with open_database() as database, database.transaction() as db:
        for file in await render(db, kind, as_at.date(), out, isg):
            typer.echo(file)
