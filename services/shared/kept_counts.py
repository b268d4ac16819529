"""What is counted over the whole plan is kept in the process thing by thing, and brought up by what changed alone.

A count over 40,700 root causes takes a tenth of a second, and an update changes one of them. So a process keeps of each
thing (a root cause, a finding) what it counts as, and how many count alike. Before it answers, it asks the database which
rows have changed in transactions that it has not seen (`rows_changed_since`, migration 0030: a range of the audit trail,
found by a look-up in an index), and reads anew the things that these rows speak of. Nothing more is written for that by
whoever changes something. What it can't tell (a row that is gone, a change of very many, another day) is all read anew.

It is never stale for the reason that kept answers are not (`kept_answers.py`): the snapshot is taken before anything is read.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Generic, TypeAlias, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.clock import business_today, real_now
from services.shared.db import Database
from services.shared.kept_answers import KEPT_FOR, MOST_ROWS, Rows, rows_changed
from services.shared.logging import log
from services.shared.standings import bring_standings_up_to, standings_are_current

What = TypeVar("What", bound=Hashable)
Load: TypeAlias = Callable[[AsyncSession, date, Collection[int] | None], Awaitable[Mapping[int, What]]]
"""What each thing counts as today: of all, or of these ids."""


@dataclass(frozen=True, slots=True)
class Speaks:
    """Which things a changed row speaks of: `of` selects their ids by `:ids`, those of the rows. Without it: of all things."""

    of: str | None = None


def of_its(column: str, table: str) -> Speaks:
    """The thing that a row of the table names in a column."""
    return Speaks(f"SELECT {column} FROM {table} WHERE id = ANY(:ids)")  # noqa: S608 - our own names


OF_ALL: Final = Speaks()


@dataclass(slots=True)
class _State(Generic[What]):
    seen: str
    by: Hashable
    made_at: datetime
    of_each: dict[int, What]
    counted: Counter[What]


@dataclass(slots=True)
class _Held(Generic[What]):
    """What a process has, and who is bringing it up: one at a time."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    state: _State[What] | None = None


class KeptCounts(Generic[What]):
    """One way to count things: how each is read, and which rows it depends on."""

    def __init__(
        self, name: str, load: Load[What], tables: Mapping[str, Speaks], basis: Hashable = None
    ) -> None:
        """`basis`: what else it is counted by; under another one all is read anew, in the place of what was kept."""
        self.name = name
        self.tables = tables
        self._load = load
        self._basis = basis

    async def alike(self, db: AsyncSession, today: date) -> Mapping[What, int] | None:
        """How many things count as what today. None where this transaction keeps nothing: then it is to be counted."""
        found = await self._brought_up(db, today)
        return None if found is None else dict(found.counted)

    async def each(self, db: AsyncSession, today: date) -> Mapping[int, What] | None:
        """What every thing counts as today: to be read at once, and not to be changed."""
        found = await self._brought_up(db, today)
        return None if found is None else found.of_each

    async def _brought_up(self, db: AsyncSession, today: date) -> _State[What] | None:
        kept: dict[str, _Held[What]] | None = db.info.get("kept_counts")
        if kept is None:
            return None
        held = kept.setdefault(self.name, _Held())
        async with held.lock:
            state = held.state
            by = (today, self._basis)
            if state is not None and (state.by != by or state.made_at < real_now() - _LONGEST):
                state = None
            seen, rows, gone = await rows_changed(db, state.seen if state else None)
            everything = state is None or rows is None or bool(gone & self.tables.keys())
            ids = None if everything or rows is None else await self._spoken_of(db, rows)
            if state is not None and ids is not None and not ids:
                state.seen = seen
                return state
            # Another request may have to work out first what somebody changed past the services; this one may hold no locks here.
            if not await standings_are_current(db, today):
                return None
            loaded = await self._load(db, today, ids)
            if state is None or ids is None:
                held.state = _State(seen, by, real_now(), dict(loaded), Counter(loaded.values()))
                return held.state
            _replace(state, ids, loaded)
            state.seen = seen
            return state

    async def _spoken_of(self, db: AsyncSession, rows: Rows) -> set[int] | None:
        """The things that changed rows speak of; None: all of them."""
        found: set[int] = set()
        for table in self.tables.keys() & rows.keys():
            speaks = self.tables[table]
            if speaks.of is None:
                return None
            found.update(await db.scalars(text(speaks.of), {"ids": list(rows[table])}))
        return None if len(found) > MOST_ROWS else found


async def count_at_once(database: Database, counts: Collection[KeptCounts[Any]]) -> None:
    """What a process that has just started keeps, read before somebody asks: whoever does meanwhile waits for it alone."""
    try:
        for each in counts:
            async with database.transaction(reading=True) as db:
                today = await business_today(db)
                if db.info["brings_standings_up"]:
                    await bring_standings_up_to(db, today)
                await each.each(db, today)
    except Exception as error:  # whatever it is, whoever asks is told
        log.warning("nothing_counted_at_the_start", error=repr(error))


_LONGEST: Final = KEPT_FOR - timedelta(hours=1)


def _replace(state: _State[What], ids: Collection[int], loaded: Mapping[int, What]) -> None:
    """Without waiting for anything in between: whoever reads sees all of it or nothing."""
    for row_id in ids:
        before, now = state.of_each.pop(row_id, None), loaded.get(row_id)
        if before is not None:
            state.counted[before] -= 1
            if not state.counted[before]:
                del state.counted[before]
        if now is not None:
            state.of_each[row_id] = now
            state.counted[now] += 1
