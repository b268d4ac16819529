"""One import in a process of its own: `python -m bench.importing DATABASE WORKBOOK [check]`.

So that the peak of memory is this import's: prints one JSON object, `seconds` from the file's bytes to the commit, and `peak_mb`.
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from services.cli.demo.schedule import TODAY
from services.cli.system import OPERATOR
from services.plan_api.imports.service import import_workbook
from services.shared.clock import set_business_today
from services.shared.db import Database


async def measure(url: str, workbook: bytes, *, check_only: bool) -> dict[str, float]:
    """Read, checked, written, audited, escalated, standings kept; all of it or, as a check, none."""
    database = Database(url, keeps_standings=True)
    async with database.transaction(OPERATOR) as db:
        await set_business_today(db, TODAY)
        started = time.perf_counter()
        result = await import_workbook(
            db, None, workbook, check_only=check_only, approve_as_at=None, today=TODAY
        )
    seconds = time.perf_counter() - started
    await database.dispose()
    if result.problems:
        sys.exit(f"The workbook was refused: {result.problems[0].sentence}")
    return {"seconds": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


if __name__ == "__main__":
    url, path, *how = sys.argv[1:]
    print(json.dumps(asyncio.run(measure(url, Path(path).read_bytes(), check_only=how == ["check"]))))
