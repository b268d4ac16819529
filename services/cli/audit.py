"""`qip audit`: whether the audit trail is what was written."""

import typer
from sqlalchemy import text

from services.cli.system import awaited, open_database
from services.domain.errors import Conflict

app = typer.Typer(help="The audit trail.", no_args_is_help=True, rich_markup_mode=None)

ALTERED = text("""
    SELECT entry.id, entry.table_name, entry.row_id, noted.name
      FROM audit_entry AS entry CROSS JOIN LATERAL jsonb_each_text(entry.digests) AS noted(name, digest)
     WHERE entry.salts ->> noted.name IS NOT NULL
       AND (entry.changes -> noted.name IS NULL
            OR audit_digest(entry.salts ->> noted.name, noted.name,
                            entry.changes -> noted.name -> 0, entry.changes -> noted.name -> 1) <> noted.digest)
    UNION ALL
    SELECT entry.id, entry.table_name, entry.row_id, said.name
      FROM audit_entry AS entry CROSS JOIN LATERAL jsonb_object_keys(entry.changes) AS said(name)
     WHERE entry.digests -> said.name IS NULL
     ORDER BY 1
""")
"""Values that do not match their digests, and values without one. A redacted value has lost its salt: its digest stands alone."""


@app.callback()
def audit() -> None:
    """The audit trail."""


@app.command("verify")
@awaited
async def verify() -> None:
    """Work out the digest of every value in the trail again; fail when one differs."""
    async with open_database() as database, database.transaction() as db:
        count = await db.scalar(text("SELECT count(*) FROM audit_entry"))
        altered = (await db.execute(ALTERED)).all()
    for row in altered:
        typer.echo(
            f"Entry {row.id} ({row.table_name} {row.row_id}): {row.name} does not match its digest.", err=True
        )
    if altered:
        raise Conflict(
            f"The audit trail has been altered: {len(altered)} of its values do not match their digests."
        )
    typer.echo(f"The audit trail holds: all values of its {count} entries match their digests.")
