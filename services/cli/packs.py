"""`qip pack`: documents for the forums, as files."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from services.cli.system import awaited, open_database


class Kind(StrEnum):
    """The kinds of pack that can be assembled."""

    BOARD = "board"
    SOAG = "soag"
    ECIB = "ecib"
    ISG = "isg"
    NEWSLETTER = "newsletter"
    SNAPSHOT = "snapshot"


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("pack")(awaited(pack))


async def pack(
    kind: Annotated[Kind, typer.Argument(help="Which pack.")],
    as_at: Annotated[
        datetime,
        typer.Option("--as-at", metavar="DATE", formats=["%Y-%m-%d"], help="The day whose figures it shows."),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            file_okay=False,
            help="The folder for the files KIND-DATE.html, .pdf, .docx, .pptx, .xlsx.",
        ),
    ],
) -> None:
    """Assemble a pack as at a date, write it in every format, and print the files' names."""
    from services.reporting_api.papers.assembling import render

    async with open_database() as database, database.transaction() as db:
        for file in await render(db, kind, as_at.date(), out):
            typer.echo(file)
