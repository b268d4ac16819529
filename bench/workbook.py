"""Importing a workbook into an empty system, beside a COPY of the rows that it stored: the demo's, and a hundredfold one."""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import asyncpg  # type: ignore[import-untyped]  # has no stubs
from sqlalchemy import make_url

from bench.comparison import ROUNDS, Comparison, Line, shown
from bench.hundredfold_workbook import hundredfold_plan
from bench.load import BenchError
from bench.system import Systems
from services.cli.demo.plan import build_demo_plan
from services.plan_api.workbook.write import write_workbook
from services.shared.models import Base

NOT_COPIED = {"audit_entry", "audit_unchained"}
"""The import's own work beside the rows; a COPY has none."""
AIM = "at most 60 times"


async def comparisons(systems: Systems) -> list[Comparison]:
    """Each round has an empty database of its own: the import fills it, then its rows are copied once more."""
    importing = _Import(systems.empty[:ROUNDS], write_workbook(build_demo_plan().sheets))
    return [
        Comparison(
            what="import of the demo workbook (COPY of its rows)",
            ours=importing.imported,
            peer=importing.copied,
            unit="s",
            aim=f"{AIM}, at 100 times this plan",
        )
    ]


async def hundredfold(systems: Systems, say: Callable[[str], None]) -> list[Line]:
    """40,700 root causes with five updates each, once; then what checking and importing the same file again takes."""
    say("Importing a workbook a hundred times as large.")
    url = systems.empty[ROUNDS]
    with TemporaryDirectory(prefix="qip-bench-") as folder:
        workbook = Path(folder) / "hundredfold.xlsx"
        workbook.write_bytes(write_workbook(hundredfold_plan()))
        first = await _import(url, workbook)
        copied = await _copied(url, times=ROUNDS)
        checked, again = await _import(url, workbook, "check"), await _import(url, workbook)
    return [
        Line(
            "import of 40,700 root causes, 203,500 updates (COPY of its rows)",
            shown(first.seconds, "s"),
            shown(copied, "s"),
            f"{first.seconds / copied:.1f} times",
            AIM,
        ),
        _line("the same file checked once more", checked),
        _line("the same file imported once more, which changes nothing", again),
        Line("peak memory of these three imports", *_peaks(first, checked, again)),
    ]


@dataclass(frozen=True, slots=True)
class _Measured:
    seconds: float
    peak_mb: float


def _line(what: str, measured: _Measured) -> Line:
    return Line(what, shown(measured.seconds, "s"), "", "", "")


def _peaks(*imports: _Measured) -> tuple[str, str, str, str]:
    return (f"{max(each.peak_mb for each in imports):,.0f} MB", "", "", "bounded, and stated")


class _Import:
    def __init__(self, empty: Sequence[str], workbook: bytes) -> None:
        self._empty: Iterator[str] = iter(empty)
        self._workbook = workbook
        self._filled = ""

    async def imported(self) -> float:
        """Seconds from the file's bytes to the commit: read, checked, written, audited, escalated."""
        self._filled = next(self._empty)
        with TemporaryDirectory(prefix="qip-bench-") as folder:
            workbook = Path(folder) / "demo.xlsx"
            workbook.write_bytes(self._workbook)
            return (await _import(self._filled, workbook)).seconds

    async def copied(self) -> float:
        """Seconds for all rows of all tables that the import filled, into tables without index, constraint or trigger."""
        return await _copied(self._filled)


async def _import(url: str, workbook: Path, *how: str) -> _Measured:
    command = (sys.executable, "-m", "bench.importing", url, str(workbook), *how)
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[1]
    )
    answer, _ = await process.communicate()
    if process.returncode:
        raise BenchError("The workbook could not be imported.")
    return _Measured(**json.loads(answer))


async def _copied(url: str, *, times: int = 1) -> float:
    connection = await asyncpg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    try:
        return median([await _copy_every_table(connection) for _ in range(times)])
    finally:
        await connection.close()


async def _copy_every_table(connection: asyncpg.Connection) -> float:
    tables = [table.name for table in Base.metadata.sorted_tables if table.name not in NOT_COPIED]
    rows = {table: await connection.fetch(f"SELECT * FROM {table}") for table in tables}  # noqa: S608 - our own names
    for table in tables:
        await connection.execute(f"CREATE TABLE copy_of_{table} (LIKE {table})")
    started = time.perf_counter()
    async with connection.transaction():
        for table in tables:
            await connection.copy_records_to_table(f"copy_of_{table}", records=rows[table])
    taken = time.perf_counter() - started
    for table in tables:
        await connection.execute(f"DROP TABLE copy_of_{table}")
    return taken
