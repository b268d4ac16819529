"""Imports as runs: begun by a request, done beside it, looked at until they are done.

A run is a task of this process with a transaction of its own. How far it is goes to its row every second, over a second
connection. What it came to is written by the import's own transaction, so that a run is done exactly when what it brought is
there. When the process dies the import's transaction goes with it: nothing is written, and the row is silent from then on.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import DomainError, NotFound
from services.domain.words import ImportState
from services.plan_api.imports import kept, service
from services.plan_api.imports.schemas import ImportRunShown, ImportShown
from services.shared.auth import Caller
from services.shared.clock import business_today, real_now
from services.shared.db import Database, WhoAndWhy
from services.shared.logging import log
from services.shared.models import ImportRun

SHORT_WAIT = 3.0
"""Seconds that a request waits for its run: most workbooks are done by then."""
A_WORD_EVERY = 1.0
SILENT_AFTER = timedelta(seconds=30)
"""A run that says nothing for so long is no longer being done by anybody."""
MOST_CELLS = 1_000
"""So many cells are kept of a run; all are counted."""

INTERRUPTED = (
    "The system stopped while it was being done, and nothing of it was written. Send the workbook again."
)
FAILED = "Something went wrong on our side, and nothing of it was written. Send the workbook again."

_running: set[asyncio.Task[None]] = set()


@dataclass(slots=True)
class _Word:
    """What is being done: said by the import, in whatever thread, and written down by the run."""

    sentence: str = field(default="Reading the workbook")

    def say(self, sentence: str) -> None:
        self.sentence = sentence


async def begin(
    database: Database, caller: Caller, data: bytes, *, check_only: bool, request_id: str
) -> tuple[int, "asyncio.Task[None]"]:
    """The run's id, and the task that does it."""
    word = _Word()
    async with database.transaction(WhoAndWhy(caller.subject, request_id)) as db:
        run = ImportRun(
            started_by=caller.id, started_at=real_now(), check_only=check_only, state=ImportState.RUNNING,
            said=word.sentence, said_at=real_now(),
        )  # fmt: skip
        db.add(run)
    who = WhoAndWhy(caller.subject, request_id)
    task = asyncio.create_task(_do(database, run.id, who, caller, data, word, check_only=check_only))
    _running.add(task)
    task.add_done_callback(_running.discard)
    return run.id, task


async def find(db: AsyncSession, caller: Caller, run_id: int) -> ImportRunShown:
    """A run of the caller's own. Raises NotFound."""
    run = await db.scalar(select(ImportRun).where(ImportRun.id == run_id, ImportRun.started_by == caller.id))
    if run is None:
        raise NotFound("There is no such import of yours. Open the import page to begin one.")
    state, refusal = ImportState(run.state), run.refusal
    if state is ImportState.RUNNING and run.said_at + SILENT_AFTER < real_now():
        state, refusal = ImportState.REFUSED, INTERRUPTED
    is_kept = run.check_only and await asyncio.to_thread(_is_kept, caller.id, run.started_at)
    return ImportRunShown(
        id=run.id, check_only=run.check_only, state=state, said=run.said, started_at=run.started_at, refusal=refusal,
        problem_count=run.result["problem_count"] if run.result else 0,
        result=ImportShown.model_validate(run.result | {"kept": is_kept}) if run.result else None, kept=is_kept,
    )  # fmt: skip


async def forget_what_was_found(db: AsyncSession) -> None:
    """What has been redacted must not be quoted by what a check or an import found."""
    await db.execute(delete(ImportRun).where(ImportRun.state != ImportState.RUNNING))


def _is_kept(person_id: int, checked_at: datetime) -> bool:
    """Whether what was checked then is what is kept now: another check keeps another workbook."""
    at = kept.kept_at(person_id)
    return at is not None and at <= checked_at


async def _do(
    database: Database, run_id: int, who: WhoAndWhy, caller: Caller, data: bytes, word: _Word, *, check_only: bool
) -> None:  # fmt: skip
    try:
        async with database.transaction(who) as db:
            async with _telling(database, run_id, word):
                result = await service.import_workbook(
                    db, caller, data, check_only=check_only, approve_as_at=None, today=await business_today(db),
                    say=word.say,
                )  # fmt: skip
            await _note(db, run_id, state=ImportState.DONE, result=_written(result, check_only=check_only))
        if not check_only and not result.problems:
            await asyncio.to_thread(kept.forget, caller.id, data)
    except DomainError as error:
        await _refuse(database, run_id, str(error))
    except Exception:
        log.exception("import_failed", run=run_id)
        await _refuse(database, run_id, FAILED)


@asynccontextmanager
async def _telling(database: Database, run_id: int, word: _Word) -> AsyncIterator[None]:
    """Writes down what is being done while it is being done, and stops before the import's own last word."""

    async def tell() -> None:
        while True:
            await asyncio.sleep(A_WORD_EVERY)
            async with database.transaction() as db:
                await _note(db, run_id, said=word.sentence, said_at=real_now())

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _note(db: AsyncSession, run_id: int, **values: Any) -> None:
    await db.execute(update(ImportRun).where(ImportRun.id == run_id).values(**values))


async def _refuse(database: Database, run_id: int, refusal: str) -> None:
    async with database.transaction() as db:
        await _note(db, run_id, state=ImportState.REFUSED, refusal=refusal)


def _written(result: service.ImportResult, *, check_only: bool) -> dict[str, Any]:
    """What was done, with no more of the cells than somebody reads."""
    written = asdict(result)
    for cells in ("ignored", "problems", "mapped", "unknown"):
        written[cells] = written[cells][:MOST_CELLS]
    return written | {"checked_only": check_only, "problem_count": len(result.problems)}
