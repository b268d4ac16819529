"""The demo plan many times over, made inside PostgreSQL: 40,700 root causes and a million updates in about a minute.

Each root cause is there `times` times with everything that hangs on it: findings, links, placements, due dates, actions,
updates, recovery plans, closings and requests for them, escalations, changes, evidence, measures, and what the audit trail
holds of all these. So are the owners: each has as many root causes as in the demo plan. The ISGs, and everybody else, stay as
they are. Before that each root cause gets an update in twenty more cycles: the ISGs' first cycle is that much earlier, so that
today's is their twenty-sixth. All shares therefore are the demo plan's, and each copy stands where its original stands, which
is checked at the end.

What the tables are and how they hang together is read from the models: a table that is added later and refers to a root cause
is copied with it. A copy's ids, and every link to a copied row, are the original's plus `FAR_APART` for each copy. References
count on: RC-407 is followed by RC-408, the first copy of RC-001. In the trail links are numbered on, and the digests of values
are left out: it is as long as it would be, but can't be verified.
"""

# ruff: noqa: S608 - every name in these statements is one of our own tables and columns

from dataclasses import replace

from sqlalchemy import Column, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bench.load import BenchError
from services.domain.cycles import ReportingCalendar
from services.domain.words import Cadence, Role
from services.shared.clock import business_today
from services.shared.db import Database
from services.shared.holidays import working_days
from services.shared.models import Base, Isg, RootCause
from services.shared.register import Standing, load_register, work_out_register
from services.shared.standings import bring_standings_up_to

FAR_APART = 1_000_000
"""More than any id or position of the demo plan."""
EARLIER_CYCLES = 20
BEGINNINGS = ("root_cause", "finding", "risk")
"""What is copied for its own sake; whatever refers to it is copied along."""
OF_OWNERS = ("person", "role_grant", "deputy")
OF_ROOT_CAUSES = "o.kpi_id IN (SELECT id FROM kpi WHERE root_cause_id IS NOT NULL)"
ROWS = {
    "person": "o.id IN (SELECT id FROM owners)",
    "role_grant": "o.person_id IN (SELECT id FROM owners)",
    "deputy": "o.owner_id IN (SELECT id FROM owners) AND o.deputy_id IN (SELECT id FROM owners)",
    "kpi": "o.root_cause_id IS NOT NULL",
    **dict.fromkeys(
        (
            "kpi_benchmark", "kpi_decision", "kpi_definition", "kpi_impact", "kpi_observation", "kpi_set_member", "kpi_standing",
            "kpi_target",
        ),
        OF_ROOT_CAUSES,
    ),
    "kpi_benchmark_value": "o.benchmark_id IN (SELECT b.id FROM kpi_benchmark AS b WHERE b.kpi_id IN "
    "(SELECT id FROM kpi WHERE root_cause_id IS NOT NULL))",
}  # fmt: skip
"""Of these tables not every row is copied."""
SAMPLED = 7
"""Every so manieth root cause of one copy is compared with its original."""


async def grow(database: Database, times: int) -> None:
    """Makes the demo plan `times` its size, as the database's owner. Raises BenchError if it is not whole afterwards."""
    tables = _copied_tables()
    async with database.transaction() as db:
        await bring_standings_up_to(db, await business_today(db))
    async with database.engine.begin() as connection:
        await _run(connection, "SET LOCAL session_replication_role = replica", "SET LOCAL synchronous_commit = off",
                   "SET LOCAL maintenance_work_mem = '512MB'")  # fmt: skip
        await _chain_what_waits(connection)
        before = await _counted(connection, tables)
        await _name_the_owners(connection)
        await _add_earlier_cycles(connection)
        indexes = await _without_indexes(connection, tables)
        for table in tables:
            await _copy(connection, table, tables, times)
        await _copy_the_trail(connection, tables, times)
        await _number_on(connection, tables)
        await _run(connection, *indexes)
    async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await _run(connection, "VACUUM ANALYZE")
        await _check_counts(connection, tables, before, times)
        await _check_links(connection)
    async with database.transaction() as db:
        await _check_standings(db, times)


async def _run(connection: AsyncConnection, *statements: str) -> None:
    for statement in statements:
        await connection.exec_driver_sql(statement)


# -- what is copied -------------------------------------------------------------------------------------------------


def _copied_tables() -> list[Table]:
    """The beginnings, the owners, and all that refers to any of the former; what is referred to comes first."""
    every = Base.metadata.sorted_tables
    copied = {*BEGINNINGS}
    while more := {each.name for each in every if _refers_to(each) & copied} - copied:
        copied |= more
    return [table for table in every if table.name in copied or table.name in OF_OWNERS]


def _refers_to(table: Table) -> set[str]:
    return {key.column.table.name for key in table.foreign_keys}


async def _name_the_owners(connection: AsyncConnection) -> None:
    """`owners`: those who are nothing but root cause owners."""
    await _run(
        connection,
        "CREATE TEMPORARY TABLE owners ON COMMIT DROP AS SELECT person_id AS id FROM role_grant WHERE ended_at IS NULL "
        f"GROUP BY person_id HAVING array_agg(DISTINCT role) = ARRAY['{Role.ROOT_CAUSE_OWNER}']",
        "ANALYZE owners",
    )


async def _copy(connection: AsyncConnection, table: Table, tables: list[Table], times: int) -> None:
    """One statement a table. `o` is the original, `k` the number of the copy."""
    copied = {each.name for each in tables}
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(_value(column, copied) for column in table.columns)
    await _run(
        connection,
        f"INSERT INTO {table.name} ({columns}) OVERRIDING SYSTEM VALUE SELECT {values} "
        f"FROM generate_series(1, {times - 1}) AS k CROSS JOIN {table.name} AS o WHERE {ROWS.get(table.name, 'true')}",
    )
    if "id" in table.columns:
        await _run(
            connection,
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}",
        )


def _value(column: Column[object], copied: set[str]) -> str:
    """The copy's value of one column."""
    there = f'o."{column.name}"'
    linked = {key.column.table.name for key in column.foreign_keys}
    if linked & {"person"}:
        return f"{there} + k * {FAR_APART} * ({there} IN (SELECT id FROM owners))::int"
    if column.name in {"id", "position"} or linked & copied:
        return f"{there} + k * {FAR_APART}"
    if column.name == "reference":
        return _counted_on(column.table.name)
    if column.name == "email":
        return f"split_part({there}, '@', 1) || '.' || k || '@' || split_part({there}, '@', 2)"
    if column.table.name == "person" and column.name == "name":
        return f"{there} || ' ' || k"
    if column.table.name == "reminder" and column.name == "subject":
        of_root_cause = f"(SELECT reference FROM root_cause WHERE id = o.root_cause_id + k * {FAR_APART})"
        there = f"coalesce({of_root_cause}, {there} || '.' || k)"
    return there


def _counted_on(table: str) -> str:
    """RC-001 -> RC-408 in the first copy of 407, with as many digits as there were or more."""
    digits = r"substring(o.reference FROM '\d+$')"
    highest = f"(SELECT max(substring(reference FROM '\\d+$')::int) FROM {table})"
    number = f"({digits}::int + k * {highest})::text"
    return rf"regexp_replace(o.reference, '\d+$', '') || lpad({number}, greatest(length({digits}), length({number})), '0')"


async def _number_on(connection: AsyncConnection, tables: list[Table]) -> None:
    """Where references are given out by a sequence (`risk_number`), it goes on after the last one."""
    sequences = set((await connection.exec_driver_sql("SELECT sequencename FROM pg_sequences")).scalars())
    for table in tables:
        if "reference" in table.columns and f"{table.name}_number" in sequences:
            number = r"substring(reference FROM '\d+$')::int"
            await _run(
                connection,
                f"SELECT setval('{table.name}_number', coalesce(max({number}), 0) + 1, false) FROM {table.name}",
            )


# -- twenty cycles more ---------------------------------------------------------------------------------------------


async def _add_earlier_cycles(connection: AsyncConnection) -> None:
    """The calendars begin earlier, cycles are numbered on, and each root cause said in each of the earlier ones how it went."""
    numbered = [table.name for table in Base.metadata.sorted_tables if "cycle_number" in table.columns]
    period = "(CASE cadence WHEN 'monthly' THEN interval '1 month' ELSE interval '14 days' END)"
    await _run(
        connection,
        f"UPDATE isg SET first_cycle_opens = (first_cycle_opens - {EARLIER_CYCLES} * {period})::date",
        *(f"UPDATE {name} SET cycle_number = cycle_number + {EARLIER_CYCLES}" for name in numbered),
        f"UPDATE cycle SET number = number + {EARLIER_CYCLES}",
    )
    await _run(
        connection,
        "INSERT INTO cycle (isg_id, number, opens_on, deadline_on, meets_on, closes_on, recorded_at, released_at, closed_at) "
        "VALUES " + ", ".join(await _earlier_cycles(connection)),
        "INSERT INTO progress_update (root_cause_id, cycle_number, version, reported_on, status, progress, late, imported, "
        "submitted_by, recorded_at, released_at) "
        "SELECT r.id, c.number, 1, c.opens_on + 1, 'on_track', "
        "'Cycle ' || c.number || '. ' || coalesce(said.progress, 'It is agreed who does what.'), false, true, "
        "r.owner_id, c.opens_on + 1, c.meets_on "
        "FROM root_cause_placement AS p JOIN root_cause AS r ON r.id = p.root_cause_id JOIN cycle AS c ON c.isg_id = p.isg_id "
        f"LEFT JOIN progress_update AS said ON said.root_cause_id = r.id AND said.cycle_number = {EARLIER_CYCLES} "
        f"AND said.version = 1 WHERE c.number < {EARLIER_CYCLES} AND p.holds_from IS NULL AND p.superseded_at IS NULL",
    )


async def _earlier_cycles(connection: AsyncConnection) -> list[str]:
    """Their rows, by each ISG's own calendar; what happens on a day is recorded at its beginning."""
    isgs = await connection.execute(
        select(Isg.id, Isg.cadence, Isg.first_cycle_opens, Isg.meeting_day, Isg.deadline_working_days)
    )
    rows = []
    for isg in isgs.all():
        calendar = ReportingCalendar(
            Cadence(isg.cadence), isg.first_cycle_opens, isg.meeting_day, isg.deadline_working_days, working_days=working_days()
        )  # fmt: skip
        for cycle in map(calendar.cycle, range(EARLIER_CYCLES)):
            days = (cycle.opens_on, cycle.deadline_on, cycle.meets_on, cycle.closes_on)
            written = ", ".join(
                f"'{day}'" for day in (*days, cycle.opens_on, cycle.meets_on, cycle.closes_on)
            )
            rows.append(f"({isg.id}, {cycle.number}, {written})")
    return rows


# -- the audit trail ------------------------------------------------------------------------------------------------


async def _chain_what_waits(connection: AsyncConnection) -> None:
    """The worker rests in the bench; by the time a plan is this old, the trail is chained."""
    await _run(connection, f"SELECT audit_chain({FAR_APART})")


async def _copy_the_trail(connection: AsyncConnection, tables: list[Table], times: int) -> None:
    """The entries of every row that was copied, and their links, numbered on."""
    whole = ", ".join(f"'{table.name}'" for table in tables if table.name not in ROWS)
    columns = [column.name for column in Base.metadata.tables["audit_entry"].columns]
    moved = {
        "id": f"o.id + k * {FAR_APART}",
        "row_id": f"o.row_id + k * {FAR_APART}",
        "salts": "'{}'",
        "digests": "'{}'",
    }
    values = ", ".join(moved.get(name, f'o."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    await _run(
        connection,
        f"INSERT INTO audit_entry ({names}) OVERRIDING SYSTEM VALUE SELECT {values} "
        f"FROM generate_series(1, {times - 1}) AS k CROSS JOIN audit_entry AS o WHERE o.table_name IN ({whole})",
        "INSERT INTO audit_link (position, entry_id, digest, chained_at) "
        "SELECT (SELECT max(position) FROM audit_link) + row_number() OVER (ORDER BY e.id), e.id, l.digest, l.chained_at "
        f"FROM audit_entry AS e JOIN audit_link AS l ON l.entry_id = e.id % {FAR_APART} WHERE e.id > {FAR_APART}",
        "SELECT setval(pg_get_serial_sequence('audit_entry', 'id'), max(id)) FROM audit_entry",
    )


async def _without_indexes(connection: AsyncConnection, tables: list[Table]) -> list[str]:
    """Drops the indexes that no constraint needs, and returns the statements that make them again: faster than keeping them."""
    names = ", ".join(f"'{table.name}'" for table in tables)
    indexes = await connection.exec_driver_sql(
        "SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index "
        "LEFT JOIN pg_constraint ON conindid = indexrelid AND contype IN ('p', 'u') "
        f"WHERE indrelid::regclass::text IN ({names}, 'audit_entry') AND conindid IS NULL"
    )
    found = {str(index.name): str(index.definition) for index in indexes}
    await _run(connection, *(f"DROP INDEX {name}" for name in found))
    return list(found.values())


# -- whether it is whole --------------------------------------------------------------------------------------------


async def _counted(connection: AsyncConnection, tables: list[Table]) -> dict[str, int]:
    """How many rows each table has that is copied whole."""
    return {
        table.name: (await connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}")).scalar_one()
        for table in tables
        if table.name not in ROWS
    }


async def _check_counts(
    connection: AsyncConnection, tables: list[Table], before: dict[str, int], times: int
) -> None:
    """Each table is that many times as long; updates are longer by the earlier cycles' too."""
    expected = {name: rows * times for name, rows in before.items()}
    expected["progress_update"] += before["root_cause"] * EARLIER_CYCLES * times
    found = await _counted(connection, tables)
    wrong = [
        f"{name}: {found[name]:,} instead of {rows:,}"
        for name, rows in expected.items()
        if found[name] != rows
    ]
    if wrong:
        raise BenchError(
            f"The plan of {times} times the size has not the rows it should have: {'; '.join(wrong)}."
        )


async def _check_links(connection: AsyncConnection) -> None:
    """No row of any table refers to one that there is not: keys were not checked while it grew."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            column, there = key.parent.name, key.column
            orphans = await connection.exec_driver_sql(
                f"SELECT count(*) FROM {table.name} AS o WHERE o.{column} IS NOT NULL AND NOT EXISTS "
                f"(SELECT FROM {there.table.name} AS t WHERE t.{there.name} = o.{column})"
            )
            if lost := orphans.scalar_one():
                raise BenchError(
                    f"{lost:,} rows of {table.name} refer by {column} to nothing in {there.table.name}."
                )


async def _check_standings(db: AsyncSession, times: int) -> None:
    """The last copy, every so manieth of it: but for names all is as with the original, and as it was kept before."""
    today, last = await business_today(db), (times - 1) * FAR_APART
    ids = list(await db.scalars(select(RootCause.id).where(RootCause.id < FAR_APART).order_by(RootCause.id)))[
        ::SAMPLED
    ]
    of_last = [number + last for number in ids]
    originals = await work_out_register(db, today, None, released_only=False, only=ids)
    copies = await work_out_register(db, today, None, released_only=False, only=of_last)
    kept = await load_register(db, today, only=of_last)
    for original, copy, as_kept in zip(originals.standings, copies.standings, kept.standings, strict=True):
        if copy.id != original.id + last or _stands(copy) != _stands(original) or as_kept != copy:
            raise BenchError(
                f"{copy.reference} does not stand as {original.reference} does, which it is a copy of."
            )


def _stands(standing: Standing) -> Standing:
    """Without what tells a copy from its original."""
    return replace(
        standing, id=0, reference="", owner_id=0, owner_name="", owner_email="",
        findings=("",) * len(standing.findings), kpis=("",) * len(standing.kpis),
    )  # fmt: skip
