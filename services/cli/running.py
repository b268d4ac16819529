"""`qip up`."""

import typer

from services.cli.demo_plan import demo
from services.cli.system import awaited
from services.shared.settings import settings
from services.supervisor import supervisor


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("up")(awaited(up))


async def up() -> None:
    """Start everything and keep it running until Ctrl-C."""
    await supervisor.up(settings(), demo(), typer.echo)
