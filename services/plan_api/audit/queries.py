"""Entries of the trail, and the names of what they speak of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Text, and_, bindparam, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.plan_api.audit.wording import SILENT, THINGS
from services.shared.models import ApiClient, AuditEntry, AuditVerification, Base, Person, Redactable


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries; what is None does not narrow."""

    person_id: int | None = None
    kind: str | None = None
    root_cause_id: int | None = None
    request_id: str | None = None
    since: date | None = None
    until: date | None = None
    before_id: int | None = None


async def entries(db: AsyncSession, wanted: Wanted, most: int) -> Sequence[AuditEntry]:
    """The newest that fit; those that say nothing to a person are left out."""
    silent = literal(sorted(SILENT), ARRAY(Text))
    says_something = or_(
        AuditEntry.operation != "update", AuditEntry.changes.op("-")(silent) != text("'{}'::jsonb")
    )
    query = (
        select(AuditEntry)
        .where(says_something, *_conditions(wanted))
        .order_by(AuditEntry.id.desc())
        .limit(most)
    )
    return (await db.scalars(query)).all()


def _conditions(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.person_id is not None:
        yield AuditEntry.actor == f"person:{wanted.person_id}"
    if wanted.kind is not None:
        yield AuditEntry.table_name == wanted.kind
    if wanted.request_id is not None:
        yield AuditEntry.request_id == wanted.request_id
    if wanted.since is not None:
        yield AuditEntry.at >= wanted.since
    if wanted.until is not None:
        yield AuditEntry.at < wanted.until + timedelta(days=1)
    if wanted.before_id is not None:
        yield AuditEntry.id < wanted.before_id
    if wanted.root_cause_id is not None:
        yield or_(*_of_root_cause(wanted.root_cause_id))


def _of_root_cause(row_id: int) -> Iterable[ColumnElement[bool]]:
    """The entries of every row that belongs to a root cause."""
    for table, thing in THINGS.items():
        if thing.root_cause is not None:
            rows = text(
                f"audit_entry.row_id IN (SELECT it.id FROM {table} AS it {thing.joined} WHERE {thing.root_cause} = :of)"  # noqa: S608 - our own table of words
            ).bindparams(bindparam("of", row_id, unique=False))
            yield and_(AuditEntry.table_name == table, rows)


async def names_of(db: AsyncSession, rows: Mapping[str, Iterable[int]]) -> dict[tuple[str, int], str]:
    """What the rows of each table are called."""
    names: dict[tuple[str, int], str] = {}
    for table, ids in rows.items():
        if table in THINGS and (wanted := list(ids)):
            thing = THINGS[table]
            query = f"SELECT it.id, {thing.name} AS name FROM {table} AS it {thing.joined} WHERE it.id = ANY(:ids)"  # noqa: S608
            for row in await db.execute(text(query), {"ids": wanted}):
                names[table, row.id] = row.name
    return names


def linked_table(table: str, column: str) -> str | None:
    """The table that a column links to, where its rows have a name to show."""
    known = Base.metadata.tables.get(table)
    if known is None or column not in known.columns:
        return None
    target = next((key.column.table.name for key in known.columns[column].foreign_keys), None)
    return target if target in THINGS else None


async def people_called(db: AsyncSession, actors: Iterable[str]) -> dict[str, str]:
    """The names of those who acted: "person:17" -> Jo Smith."""
    ids = [int(actor.removeprefix("person:")) for actor in actors if actor.startswith("person:")]
    rows = await db.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {f"person:{row.id}": row.name for row in rows}


async def clients_called(db: AsyncSession, client_ids: Iterable[str]) -> dict[str, str]:
    """The names of partners' clients that acted: "client:…" -> ICS board feed."""
    ids = [actor.removeprefix("client:") for actor in client_ids if actor.startswith("client:")]
    rows = await db.execute(select(ApiClient.client_id, ApiClient.name).where(ApiClient.client_id.in_(ids)))
    return {f"client:{row.client_id}": row.name for row in rows}


async def redactable(db: AsyncSession) -> set[tuple[str, str]]:
    """The tables and columns in which people write freely."""
    rows = await db.execute(select(Redactable.table_name, Redactable.column_name))
    return {(row.table_name, row.column_name) for row in rows}


async def person_with(db: AsyncSession, email: str) -> int | None:
    """The person with this email address, active or not."""
    found: int | None = await db.scalar(select(Person.id).where(Person.email == email.strip().lower()))
    return found


async def newest_verification(db: AsyncSession) -> AuditVerification | None:
    """What was found when the whole trail was worked out last."""
    found: AuditVerification | None = await db.scalar(
        select(AuditVerification).order_by(AuditVerification.id.desc()).limit(1)
    )
    return found


async def count_of_links(db: AsyncSession) -> int:
    """How many entries are chained: positions count from 1 without a gap."""
    return int(
        await db.scalar(select(func.coalesce(func.max(text("position")), 0)).select_from(text("audit_link")))
        or 0
    )


def grouped(pairs: Iterable[tuple[str, int]]) -> Mapping[str, set[int]]:
    """Ids by table."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for table, row_id in pairs:
        found[table].add(row_id)
    return found
