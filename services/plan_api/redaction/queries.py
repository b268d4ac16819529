"""Redactions in the database."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.errors import NotFound
from services.shared.models import AuditEntry, Person, Redactable, Redaction

BLANK: Final = frozenset({"[redacted]", "https://redacted.invalid/"})


async def entry(db: AsyncSession, entry_id: int) -> AuditEntry:
    """An entry of the trail. Raises NotFound."""
    found = await db.get(AuditEntry, entry_id)
    if found is None:
        raise NotFound(f"There is no entry {entry_id} in the audit trail. Open the trail to find it.")
    return found


async def redactable_columns(db: AsyncSession, table: str) -> set[str]:
    """The columns of a table in which people write freely."""
    rows = await db.scalars(select(Redactable.column_name).where(Redactable.table_name == table))
    return set(rows)


async def written_blocks(db: AsyncSession, outline_id: int) -> list[str]:
    """The keys of the blocks of an outline in which people have written."""
    rows = await db.scalars(
        text("""
            SELECT DISTINCT block ->> 'key' FROM pack_outline AS o
             CROSS JOIN LATERAL jsonb_path_query(o.outline, '$.**.blocks[*] ? (@.text != "" && @.text != "[redacted]")') AS block
             WHERE o.id = :id ORDER BY 1
        """),
        {"id": outline_id},
    )
    return list(rows)


async def value_now(db: AsyncSession, table: str, column: str, row_id: int) -> str | None:
    """What stands there now; the names come from `redactable`."""
    value = await db.scalar(text(f"SELECT {column} FROM {table} WHERE id = :id"), {"id": row_id})  # noqa: S608
    return None if value is None else str(value)


async def locked(db: AsyncSession, redaction_id: int) -> Redaction:
    """One redaction, locked. Raises NotFound."""
    found = await db.scalar(select(Redaction).where(Redaction.id == redaction_id).with_for_update())
    if found is None:
        raise NotFound(f"There is no redaction {redaction_id}. Open the list of redactions to find it.")
    return found


async def waiting(db: AsyncSession, table: str, row_id: int, column: str) -> bool:
    """Whether the same has been asked for already."""
    found = select(Redaction.id).where(
        Redaction.table_name == table, Redaction.row_id == row_id, Redaction.column_name == column,
        Redaction.approved.is_(None),
    )  # fmt: skip
    return await db.scalar(found) is not None


async def texts_ever(db: AsyncSession, table: str, column: str, row_id: int) -> set[str]:
    """Every text that this column of this row has held, as far as the trail still has it; never what is blank already."""
    if column.startswith("outline:"):
        written = await db.scalars(
            text("""
                SELECT DISTINCT block ->> 'text' FROM pack_outline AS asked JOIN pack_outline AS o ON o.kind = asked.kind
                 CROSS JOIN LATERAL jsonb_path_query(o.outline, '$.**.blocks[*] ? (@.key == $key)',
                                                     jsonb_build_object('key', CAST(:key AS text))) AS block
                 WHERE asked.id = :row_id
            """),
            {"row_id": row_id, "key": column.removeprefix("outline:")},
        )
        return {each for each in written if each and each not in BLANK}
    sides = await db.scalars(
        text("""
            SELECT side.held FROM audit_entry AS e
             CROSS JOIN LATERAL jsonb_array_elements_text(
               CASE jsonb_typeof(e.changes -> :column) WHEN 'array' THEN e.changes -> :column ELSE '[]' END) AS side(held)
             WHERE e.table_name = :table AND e.row_id = :row_id
        """),
        {"table": table, "column": column, "row_id": row_id},
    )
    held = {*sides, await value_now(db, table, column, row_id)}
    return {each for each in held if each and each not in BLANK}


async def places(db: AsyncSession, redaction_id: int) -> Sequence[Row[tuple[str, str, str, int]]]:
    """Where the database's own function would blank something, counted by that function's own matching."""
    return (
        await db.execute(
            text("SELECT kind, table_name, column_name, places FROM redaction_preview(:id)"),
            {"id": redaction_id},
        )
    ).all()


async def carry_out(db: AsyncSession, redaction_id: int) -> None:
    """Blanks it everywhere, in this transaction: the database's own function, the only one that can."""
    await db.execute(text("SELECT redact(:id)"), {"id": redaction_id})


async def redactions(db: AsyncSession) -> list[tuple[Redaction, str, str | None]]:
    """Newest first, with the names of who asked and who decided."""
    asker, decider = aliased(Person), aliased(Person)
    rows = await db.execute(
        select(Redaction, asker.name, decider.name)
        .join(asker, asker.id == Redaction.asked_by)
        .outerjoin(decider, decider.id == Redaction.decided_by)
        .order_by(Redaction.id.desc())
    )
    return [(row, asked_by, decided_by) for row, asked_by, decided_by in rows]
