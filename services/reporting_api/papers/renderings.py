"""Files of a pack that the worker has made: to publish it, or anew where a redaction has taken their bytes away.

Making them takes seconds and is done outside any transaction; how far it is goes to its row, over connections of its own. What
comes of it is one transaction, which has an effect once: a worker that asks again, because it or this process was killed,
has them made again or finds them there. If the pack was redacted while they were being made, they are made again.
"""

import asyncio
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import DomainError, NotFound
from services.domain.packs import ISSUED
from services.domain.words import Audience, PackState, RenderingReason
from services.reporting_api.papers import issuing, queries
from services.reporting_api.papers.issuing import Said
from services.reporting_api.papers.rendering import Files, rendered
from services.shared.auth import Caller
from services.shared.clock import real_now
from services.shared.db import Database, WhoAndWhy
from services.shared.logging import log
from services.shared.models import PackRendering, PackRow


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made, of what the pack says now. `files`: it has files; a redacted draft has none."""

    said: Said
    files: bool


class Renderings:
    """Those that this process has in hand: whoever asks for one again waits for the same."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._at_work: dict[int, asyncio.Task[None]] = {}

    async def make(self, rendering_id: int) -> None:
        """Ends when it is done, also when whoever asked has gone away meanwhile. Raises NotFound."""
        task = self._at_work.get(rendering_id)
        if task is None:
            task = asyncio.create_task(make(self._database, rendering_id))
            self._at_work[rendering_id] = task
            task.add_done_callback(lambda _done: self._at_work.pop(rendering_id, None))
        await asyncio.shield(task)


async def make(database: Database, rendering_id: int) -> None:
    """Makes the files and has them take effect; nothing where they have already. Raises NotFound."""
    while True:
        async with database.transaction(reading=True) as db:
            wanted = await _wanted(db, rendering_id)
        if wanted is None:
            return

        async def say(made: int, to_make: int) -> None:
            async with database.transaction() as db:
                values = {"made": made, "to_make": to_make}
                await db.execute(
                    update(PackRendering).where(PackRendering.id == rendering_id).values(**values)
                )

        files = await rendered(wanted.said.pack, wanted.said.exempt, say) if wanted.files else {}
        try:
            if await _take_effect(database, rendering_id, wanted, files):
                return
        except DomainError as error:
            log.warning("pack_not_published", rendering=rendering_id)
            await _refuse(database, rendering_id, str(error))
            return


async def _wanted(db: AsyncSession, rendering_id: int) -> Wanted | None:
    asked = await db.get(PackRendering, rendering_id)
    if asked is None:
        raise NotFound("There is nothing of this number to be made.")
    if asked.ended_at is not None:
        return None
    row = await db.get_one(PackRow, asked.pack_id)
    files = asked.because == RenderingReason.PUBLICATION or await _has_lost_files(db, row)
    return Wanted(await issuing.as_it_stands(db, row), files)


async def _has_lost_files(db: AsyncSession, row: PackRow) -> bool:
    if PackState(row.state) not in ISSUED:
        return False
    named = [each for audience in Audience for each in await queries.newest_files(db, row.id, audience)]
    return len(await queries.known_contents(db, [each.digest for each in named])) < len(
        {each.digest for each in named}
    )


async def _take_effect(database: Database, rendering_id: int, wanted: Wanted, files: Files) -> bool:
    """False where the pack says something else by now, so that the files are to be made again."""
    async with database.transaction() as db:
        asked_by = await db.scalar(select(PackRendering.asked_by).where(PackRendering.id == rendering_id))
    who = WhoAndWhy(f"person:{asked_by}", f"rendering-{rendering_id}")
    async with database.transaction(who) as db:
        asked = await db.get_one(PackRendering, rendering_id, with_for_update=True)
        if asked.ended_at is not None:
            return True
        row = await db.get_one(PackRow, asked.pack_id, with_for_update=True)
        said = await issuing.as_it_stands(db, row)
        if said.digest != wanted.said.digest:
            return False
        caller = Caller(who.actor, asked.asked_by)
        if asked.because == RenderingReason.PUBLICATION:
            await issuing.issue(db, caller, row, said, files)
        else:
            await issuing.renew(db, caller, row, said, files)
        asked.ended_at = real_now()
    log.info("pack_files_made", rendering=rendering_id, pack=row.reference, because=asked.because)
    return True


async def _refuse(database: Database, rendering_id: int, refusal: str) -> None:
    async with database.transaction() as db:
        values = {"refusal": refusal, "ended_at": real_now()}
        await db.execute(update(PackRendering).where(PackRendering.id == rendering_id).values(**values))
