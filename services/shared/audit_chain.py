"""The proof of the audit trail: every link, every entry, every value and the rows themselves, held against one another.

What can be told: an entry changed, removed or put in behind the system's back; a value changed, or missing without a redaction
on record; a link changed or missing; a row that is not as the trail says. Nothing is held in memory but a chunk at a time.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

CHUNK = 20_000
TRIGGERS = ("audit", "audit_update", "audit_delete")
"""What watches a table: one for what is added, one for what is changed, one for what is removed."""

MOST_NAMED = 100
"""How many breaks are named; all are counted."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Head:
    """How far the chain reaches."""

    position: int = 0
    digest: str = ""

    def __str__(self) -> str:
        return f"{self.position}:{self.digest}"


@dataclass(frozen=True, slots=True)
class Tail:
    """What has not been chained yet: how many entries, and since when."""

    entries: int
    since: datetime | None


@dataclass(slots=True)
class Verification:
    """What was found: `breaks` in words, the first of them first."""

    entries: int = 0
    head: Head = field(default_factory=Head)
    tail: Tail = field(default_factory=lambda: Tail(0, None))
    breaks: list[str] = field(default_factory=list)
    broken: int = 0

    def found(self, sentence: str) -> None:
        """One more break."""
        self.broken += 1
        if len(self.breaks) < MOST_NAMED:
            self.breaks.append(sentence)

    @property
    def whole(self) -> bool:
        """Nothing was found."""
        return not self.broken


async def chain_what_is_committed(db: AsyncSession, most: int = 10_000) -> int:
    """Links committed entries to the chain, oldest first; how many. One caller at a time does it, others find nothing to do."""
    return int(await db.scalar(text("SELECT audit_chain(:most)"), {"most": most}) or 0)


async def head_of(db: AsyncSession) -> Head:
    """The newest link."""
    row = (
        await db.execute(text("SELECT position, digest FROM audit_link ORDER BY position DESC LIMIT 1"))
    ).one_or_none()
    return Head(row.position, row.digest) if row else Head()


async def tail_of(db: AsyncSession) -> Tail:
    """The entries that no link covers yet."""
    row = (
        await db.execute(
            text(
                "SELECT count(*) AS entries, min(e.at) AS since FROM audit_unchained u JOIN audit_entry e ON e.id = u.entry_id"
            )
        )
    ).one()
    return Tail(row.entries, row.since)


async def verify(
    db: AsyncSession, *, expected: Head | None = None, say: Progress = lambda _: None
) -> Verification:
    """Works the whole trail out again. `expected`: a head noted elsewhere, which the chain must still hold."""
    found = Verification()
    await _links(db, found, say)
    await _entries(db, found, say)
    async for table in _watched(db, found):
        say(f"Comparing {table} with the trail")
        await _rows(db, found, table)
    found.entries = int(await db.scalar(text("SELECT count(*) FROM audit_entry")) or 0)
    found.tail = await tail_of(db)
    for head in [*await _heads_noted_here(db), *([expected] if expected else [])]:
        await _expected(db, found, head)
    return found


async def _heads_noted_here(db: AsyncSession) -> list[Head]:
    """The heads that earlier verifications found, the newest hundred."""
    rows = await db.execute(
        text("SELECT position, digest FROM audit_verification WHERE position > 0 ORDER BY id DESC LIMIT 100")
    )
    return [Head(row.position, row.digest) for row in rows]


_LINKS = text("""
    SELECT link.position, link.entry_id, link.digest, entry.id IS NULL AS gone,
           audit_link_digest(lag(link.digest, 1, :previous) OVER (ORDER BY link.position), entry) <> link.digest AS differs
      FROM (SELECT * FROM audit_link WHERE position > :position ORDER BY position LIMIT :chunk) AS link
      LEFT JOIN audit_entry AS entry ON entry.id = link.entry_id
     ORDER BY link.position
""")


async def _links(db: AsyncSession, found: Verification, say: Progress) -> None:
    """Each link against the one before it and its entry."""
    while True:
        asked = {"previous": found.head.digest, "position": found.head.position, "chunk": CHUNK}
        rows = (await db.execute(_LINKS, asked)).all()
        if not rows:
            return
        for row in rows:
            _link(found, row.position, row.entry_id, gone=row.gone, differs=row.differs)
            found.head = Head(row.position, row.digest)
        say(f"Verified the chain up to position {found.head.position}")


def _link(found: Verification, position: int, entry_id: int, *, gone: bool, differs: bool) -> None:
    expected = found.head.position + 1
    if position != expected:
        missing = f"{expected}" if position == expected + 1 else f"{expected} to {position - 1}"
        found.found(f"The link at position {missing} has been removed.")
    elif gone:
        found.found(f"Entry {entry_id}, chained at position {position}, has been removed.")
    elif differs:
        found.found(
            f"Entry {entry_id}, chained at position {position}, or its link is not as it was chained."
        )


_OUT_OF_PLACE = text("""
    SELECT entry.id, 'inserted' AS what FROM audit_entry AS entry
     WHERE NOT EXISTS (SELECT FROM audit_link WHERE entry_id = entry.id)
       AND NOT EXISTS (SELECT FROM audit_unchained WHERE entry_id = entry.id)
    UNION ALL
    SELECT entry_id, 'removed' FROM audit_unchained
     WHERE NOT EXISTS (SELECT FROM audit_entry WHERE id = entry_id)
     ORDER BY 1
""")

_VALUES = text("""
    SELECT entry.id, entry.table_name, entry.row_id, named.name, CASE
             WHEN entry.digests ->> named.name IS NULL THEN 'has no digest'
             WHEN entry.salts ->> named.name IS NULL THEN 'is missing, and no redaction is on record'
             ELSE 'is not what was recorded' END AS what
      FROM (SELECT * FROM audit_entry WHERE id > :after ORDER BY id LIMIT :chunk) AS entry
     CROSS JOIN LATERAL (SELECT jsonb_object_keys(entry.digests || entry.changes) AS name) AS named
     WHERE CASE
             WHEN entry.digests ->> named.name IS NULL THEN true
             WHEN entry.salts ->> named.name IS NULL THEN
               coalesce(entry.changes -> named.name, 'null') <> 'null' OR NOT EXISTS (
                 SELECT FROM redacted_place AS place JOIN redaction ON redaction.id = place.redaction_id AND redaction.approved
                  WHERE (place.table_name, place.row_id, place.column_name) = (entry.table_name, entry.row_id, named.name))
             ELSE coalesce(audit_digest(entry.salts ->> named.name, named.name, entry.changes -> named.name -> 0,
                                        entry.changes -> named.name -> 1), '') <> entry.digests ->> named.name
           END
     ORDER BY entry.id, named.name
""")


async def _entries(db: AsyncSession, found: Verification, say: Progress) -> None:
    """Each entry is in the chain or in its tail, and each of its values matches its digest."""
    for row in await db.execute(_OUT_OF_PLACE):
        how = (
            "has been put in behind the system's back"
            if row.what == "inserted"
            else "has been removed before it was chained"
        )
        found.found(f"Entry {row.id} {how}.")
    newest = int(await db.scalar(text("SELECT max(id) FROM audit_entry")) or 0)
    after = 0
    while after < newest:
        for row in await db.execute(_VALUES, {"after": after, "chunk": CHUNK}):
            found.found(f"Entry {row.id}: {row.name} of {row.table_name} {row.row_id} {row.what}.")
        after = await _last_of_chunk(db, after)
        say(f"Verified the values up to entry {after}")


async def _last_of_chunk(db: AsyncSession, after: int) -> int:
    last = await db.scalar(
        text(
            "SELECT max(id) FROM (SELECT id FROM audit_entry WHERE id > :after ORDER BY id LIMIT :chunk) AS chunk"
        ),
        {"after": after, "chunk": CHUNK},
    )
    return int(last)  # there is one: `after` is before the newest


async def _watched(db: AsyncSession, found: Verification) -> AsyncIterator[str]:
    """The tables that the trail watches, or has watched: one whose trigger is gone or switched off is a break."""
    tables = await db.execute(
        text("""
            SELECT name, (SELECT count(*) FROM pg_trigger
                           WHERE tgrelid = to_regclass(name) AND tgname = ANY(:triggers) AND tgenabled = 'O') = :all AS is_watched
              FROM (SELECT DISTINCT table_name AS name FROM audit_entry
                    UNION SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit') AS known
             WHERE to_regclass(name) IS NOT NULL ORDER BY name
        """),
        {"triggers": list(TRIGGERS), "all": len(TRIGGERS)},
    )
    for row in tables.all():
        if not row.is_watched:
            found.found(f"{row.name} is watched no longer: its trigger has been dropped or switched off.")
        yield str(row.name)


async def _rows(db: AsyncSession, found: Verification, table: str) -> None:
    """Each row is as the trail's newest image of each of its columns says."""
    names = await _columns_in_the_trail(db, table)
    now = ", ".join(f"'{name}', it.{name}" for name in names)
    query = text(f"""
        WITH image AS (
          SELECT DISTINCT ON (entry.row_id, said.key) entry.row_id, said.key, said.value -> 1 AS value
            FROM audit_entry AS entry CROSS JOIN LATERAL jsonb_each(entry.changes) AS said
           WHERE entry.table_name = :table ORDER BY entry.row_id, said.key, entry.id DESC
        ), newest AS (
          SELECT DISTINCT ON (row_id) row_id, operation FROM audit_entry
           WHERE table_name = :table ORDER BY row_id, id DESC
        ), value AS (
          SELECT it.id AS row_id, said.key, said.value
            FROM {table} AS it CROSS JOIN LATERAL jsonb_each(jsonb_build_object({now})) AS said
        )
        SELECT value.row_id, value.key, 'differs' AS what
          FROM value JOIN newest USING (row_id) LEFT JOIN image USING (row_id, key)
         WHERE CASE WHEN image.key IS NULL THEN value.value <> 'null' AND value.key = ANY(:nullable)
                    ELSE image.value <> value.value END
        UNION ALL
        SELECT it.id, NULL, 'inserted' FROM {table} AS it
         WHERE NOT EXISTS (SELECT FROM newest WHERE row_id = it.id)
        UNION ALL
        SELECT row_id, NULL, 'removed' FROM newest
         WHERE operation <> 'delete' AND NOT EXISTS (SELECT FROM {table} AS it WHERE it.id = newest.row_id)
         ORDER BY 1, 2
    """)  # noqa: S608 - the names of our own tables and columns
    nullable = [name for name, may_be_null in names.items() if may_be_null]
    for row in await db.execute(query, {"table": table, "nullable": nullable}):
        found.found(BEHIND[row.what].format(table=table, row=row.row_id, column=row.key))


BEHIND = {
    "differs": "{column} of {table} {row} is not as the trail says: it was changed behind the system's back.",
    "inserted": "{table} {row} is not in the trail: it was put in behind the system's back.",
    "removed": "{table} {row} is gone and the trail does not say so: it was removed behind the system's back.",
}


async def _columns_in_the_trail(db: AsyncSession, table: str) -> dict[str, bool]:
    """The columns whose values the trail has, which are all but the secret one, and whether each may be null."""
    rows = await db.execute(
        text("""
            SELECT attname, NOT attnotnull AS may_be_null, encode(tgargs, 'escape') AS secret
              FROM pg_attribute LEFT JOIN pg_trigger ON tgrelid = attrelid AND tgname = 'audit'
             WHERE attrelid = CAST(CAST(:table AS text) AS regclass) AND attnum > 0 AND NOT attisdropped
        """),
        {"table": table},
    )
    return {
        row.attname: row.may_be_null
        for row in rows
        if row.attname != (row.secret or "").removesuffix("\\000")
    }


async def _expected(db: AsyncSession, found: Verification, expected: Head) -> None:
    """A head that was noted before is still a link of the chain: else the chain was cut, or made anew."""
    digest = await db.scalar(
        text("SELECT digest FROM audit_link WHERE position = :position"), {"position": expected.position}
    )
    if digest is None:
        found.found(
            f"The chain ends at position {found.head.position}, before position {expected.position} that was noted."
        )
    elif digest != expected.digest:
        found.found(f"The link at position {expected.position} is not the one that was noted.")
