"""`qip audit`: whether the audit trail is whole."""

import json
from typing import Annotated

import typer

from services.cli.system import awaited, open_database, say
from services.domain.errors import Conflict, RuleBroken
from services.shared.audit_chain import Head, Verification, chain_what_is_committed, verify
from services.shared.db import Database

app = typer.Typer(help="The audit trail.", no_args_is_help=True, rich_markup_mode=None)

Expect = Annotated[
    str | None,
    typer.Option(
        "--expect",
        metavar="POSITION:DIGEST",
        help="A head that was noted before, and must still be in the chain.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")]


@app.callback()
def audit() -> None:
    """The audit trail."""


@app.command("verify")
@awaited
async def verify_trail(expect: Expect = None, as_json: AsJson = False) -> None:
    """Work the whole trail out again: links, entries, values and the rows themselves. Fail when anything differs."""
    async with open_database() as database, database.transaction() as db:
        found = await verify(db, expected=_head(expect) if expect else None, say=say)
    typer.echo(_json(found) if as_json else _told(found))
    if not found.whole:
        for sentence in found.breaks:
            typer.echo(sentence, err=True)
        breaks = (
            "1 break was found"
            if found.broken == 1
            else f"{found.broken} breaks were found; the first is named first"
        )
        raise Conflict(f"The audit trail is not whole: {breaks}.")


@app.command("chain")
@awaited
async def chain() -> None:
    """Chain what is committed and not yet chained; the worker does this every few seconds while the system runs."""
    chained = 0
    async with open_database() as database:
        while linked := await _chained(database):
            chained += linked
    typer.echo(f"{chained} entries were chained.")


async def _chained(database: Database) -> int:
    async with database.transaction() as db:
        return await chain_what_is_committed(db)


def _head(told: str) -> Head:
    position, _, digest = told.partition(":")
    if not position.isdecimal() or not digest:
        raise RuleBroken.at(
            "expect", f"{told} is no head of the chain: give it as it was printed, POSITION:DIGEST."
        )
    return Head(int(position), digest)


def _told(found: Verification) -> str:
    if not found.whole:
        return f"The audit trail is not whole. Breaks: {found.broken}, in {found.entries} entries."
    tail = f"{found.tail.entries} not yet chained"
    since = f" since {found.tail.since:%Y-%m-%d %H:%M} UTC" if found.tail.since else ""
    return f"The audit trail is whole: {found.entries} entries, {tail}{since}. Its head is {found.head}"


def _json(found: Verification) -> str:
    return json.dumps(
        {
            "whole": found.whole, "entries": found.entries, "head": str(found.head), "not_yet_chained": found.tail.entries,
            "not_yet_chained_since": found.tail.since and found.tail.since.isoformat(), "broken": found.broken,
            "breaks": found.breaks,
        }
    )  # fmt: skip
