"""`qip demo`: the demo plan and its clock."""

from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from services.cli.outbox import deliver_here, deliver_what_waits
from services.cli.system import OPERATOR, awaited, open_database, say
from services.domain.errors import Conflict
from services.shared.clock import business_today, set_business_today
from services.shared.db import Database
from services.shared.settings import settings
from services.supervisor.supervisor import Demo, is_empty

app = typer.Typer(help="The demo plan.", no_args_is_help=True, rich_markup_mode=None)


def demo() -> Demo:
    """The demo plan, for whoever starts the system."""
    from services.cli.demo.people import DEMO_ACCOUNTS

    accounts = [(person.email, ", ".join(role.label for role in person.roles)) for person in DEMO_ACCOUNTS]
    return Demo(_load, accounts)


async def _load(database: Database) -> None:
    from services.cli.demo import replay

    async with database.transaction(OPERATOR) as db:
        await replay.load(db, progress=_say_each_month)
    say("  measures")
    await deliver_here(database)


def _say_each_month(day: date) -> None:
    if day.day == 1:
        say(f"  {day:%B %Y}")


@app.command("load")
@awaited
async def load() -> None:
    """Load the demo plan into an empty database."""
    async with open_database() as database:
        _demo_mode_only()
        if not await is_empty(database):
            raise Conflict("This system holds data already: the demo plan is loaded into an empty one only.")
        await _load(database)
    typer.echo("The demo plan is loaded.")


@app.command("today")
@awaited
async def today(
    day: Annotated[
        datetime, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"], help="The new business date.")
    ],
) -> None:
    """Move the business date for all processes, and run each night's work between."""
    from services.plan_api.cycles.service import run_day

    async with open_database() as database:
        _demo_mode_only()
        async with database.transaction() as db:
            from_day = await business_today(db)
        if day.date() < from_day:
            say(
                f"Going back from {from_day}: what was recorded since then lies in the future until you return."
            )
        for each in _days_after(from_day, day.date()):
            async with database.transaction(OPERATOR) as db:
                await set_business_today(db, each)
                work = await run_day(db, each)
            if work.escalations_raised:
                say(f"{each}: raised {', '.join(work.escalations_raised)}.")
        await deliver_what_waits(database)
    typer.echo(f"Today is {day.date()}.")


def _days_after(start: date, end: date) -> list[date]:
    """Every day up to the end; going back, the end alone."""
    return [start + timedelta(days=n) for n in range(1, (end - start).days + 1)] or [end]


def _demo_mode_only() -> None:
    if not settings().is_demo:
        raise Conflict("This is for demo mode only, and QIP_DEMO is 0.")
