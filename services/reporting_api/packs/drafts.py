"""A pack on its page: as it was last assembled, while a change of the plan has it assembled again.

Assembling takes from a tenth of a second to ten, by the size of the plan, and any update changes what it says. So whoever opens
the page after a change reads it as it was last assembled, with the time of that and that it is being assembled again; a process
of its own does that once, whoever else opens the page meanwhile, so that nobody waits for it. Only the page is served so:
files, data, and whatever is frozen or approved, are always assembled from what is committed when they are asked for.

The first one after a start is waited for, but for a large plan: then the page shows it once it is ready.
It is never older than the day, and never shown once something was redacted or so much has changed that nobody can tell what.
"""

import asyncio
import json
import os
import sys
from collections.abc import Hashable
from dataclasses import asdict
from datetime import date
from typing import Final

import structlog
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool

from services.reporting_api.packs import service
from services.reporting_api.packs.html import article
from services.reporting_api.packs.service import Draft
from services.shared.clock import business_now
from services.shared.db import Database
from services.shared.kept_answers import KeptAnswer, KeptAnswers, changes_since, rows_changed
from services.shared.models import RootCause

ASSEMBLED_AT: Final = "X-Assembled-At"
"""The instant from which its figures are."""
ASSEMBLING: Final = "X-Being-Assembled-Again"
"""The plan has changed since; what is answered is as it was."""
NEVER_SHOWN_AFTER: Final = "redaction"

LARGE: Final = 5_000
"""So many root causes take a second to assemble, and a page is not waited for longer."""
MOST_AT_ONCE: Final = 2
"""Each takes a core: the others wait for their turn, and are then assembled from what is committed by then."""

log = structlog.get_logger()


class Drafts:
    """The papers that this process is having assembled again."""

    def __init__(self) -> None:
        self._at_work: dict[Draft, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)

    def assemble_again(self, database: Database, answers: KeptAnswers, asked: Draft) -> None:
        """Each once at a time, in a process of its own."""
        if asked in self._at_work:
            return
        url = database.engine.url.render_as_string(hide_password=False)
        task = asyncio.create_task(self._in_its_turn(answers, asked, url))
        self._at_work[asked] = task
        task.add_done_callback(lambda _done: self._at_work.pop(asked, None))

    async def _in_its_turn(self, answers: KeptAnswers, asked: Draft, url: str) -> None:
        async with self._turns:
            await _assemble(answers, asked, url)

    async def finished(self) -> None:
        """When nothing is being assembled any more."""
        await asyncio.gather(*self._at_work.values())


async def may_be_shown(db: AsyncSession, paper: KeptAnswer) -> bool:
    """Whether what has changed since lets it be read a little longer."""
    _, changed, _ = await rows_changed(db, paper.seen)
    return changed is not None and NEVER_SHOWN_AFTER not in changed


async def takes_long(db: AsyncSession) -> bool:
    """Whether it is better not to wait for the first one either."""
    return (await db.execute(select(func.count()).select_from(RootCause))).scalar_one() > LARGE


def as_it_was(paper: KeptAnswer) -> Response:
    """The article as it was last assembled, said so."""
    shown = paper.again()
    shown.headers[ASSEMBLING] = "1"
    return shown


def not_yet() -> HTMLResponse:
    """No article: the first one is being assembled."""
    return HTMLResponse("", headers={ASSEMBLING: "1"})


def kept_as(asked: Draft) -> Hashable:
    """What its article is kept under."""
    return ("article", asked)


async def assembled(db: AsyncSession, asked: Draft) -> HTMLResponse:
    """The article, from what is committed now."""
    at = await business_now(db)
    pack = await service.assemble_draft(db, asked)
    return HTMLResponse(await run_in_threadpool(article, pack), headers={ASSEMBLED_AT: at.isoformat()})


async def _assemble(answers: KeptAnswers, asked: Draft, url: str) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        # The address holds a password: it is told where nobody lists it.
        told = json.dumps({"url": url, **asdict(asked), "day": asked.day.isoformat()})
        said, _ = await child.communicate(told.encode())
        if child.returncode:
            log.error("draft_not_assembled", returncode=child.returncode)
            return
        paper = json.loads(said)
        made = HTMLResponse(paper["article"], headers={ASSEMBLED_AT: paper["at"]})
        answers.keep(kept_as(asked), paper["seen"], made, None)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def _in_a_process_of_its_own(url: str, asked: Draft) -> dict[str, str]:
    database = Database(url, pool_size=1)
    try:
        async with database.transaction(reading=True) as db:
            seen, _ = await changes_since(db, None)
            paper = await assembled(db, asked)
    finally:
        await database.dispose()
    return {"seen": seen, "at": paper.headers[ASSEMBLED_AT], "article": bytes(paper.body).decode()}


def _main() -> None:
    # What others wait for comes first.
    os.nice(10)
    told = json.load(sys.stdin)
    asked = Draft(told["kind"], date.fromisoformat(told["day"]), told["isg"])
    json.dump(asyncio.run(_in_a_process_of_its_own(told["url"], asked)), sys.stdout)


if __name__ == "__main__":
    _main()
