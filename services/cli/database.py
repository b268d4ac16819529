"""`qip migrate`."""

import typer

from services.cli.system import admin_url, awaited, say
from services.shared import migrate as migrations


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("migrate")(awaited(migrate))


async def migrate() -> None:
    """Bring the database to the newest migration and give each service its login. Safe to run again."""
    with admin_url() as url:
        logins = await migrations.migrate(url)
    say(f"The database is at migration {migrations.newest_revision()}.")
    if not logins.separated:
        say(
            "The services share one login, since this one may not create others: `qip doctor` prints SQL for your DBA."
        )
