"""`qip client`: the machine clients of partners."""

import json
from typing import Annotated

import typer

from services.cli.system import OPERATOR, awaited, open_database
from services.domain.words import FeedScope
from services.shared.api_clients import create_client

app = typer.Typer(help="Machine clients of partners.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def clients() -> None:
    """Machine clients of partners, for feeds by scope."""


@app.command("create")
@awaited
async def create(
    name: Annotated[str, typer.Argument(help="Who the client is for.")],
    scope: Annotated[
        list[FeedScope], typer.Option(help="What it may read or write: one, several, or repeated.")
    ],
    scopes: Annotated[list[FeedScope] | None, typer.Argument(help="Further scopes.")] = None,
) -> None:
    """Make a client and print it as one JSON object: the secret is shown this once."""
    held = sorted({*scope, *(scopes or ())})
    async with open_database() as database, database.transaction(OPERATOR) as db:
        client_id, secret = await create_client(db, name, held)
    typer.echo(json.dumps({"client_id": client_id, "client_secret": secret, "scopes": held}))
