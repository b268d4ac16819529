"""What this process knows of the feeds, and whether it still holds (decision 17).

Every request waits for a check that begins after the request did, and everyone who waits is served by the same check: one
statement, which looks into one index. So a change that was committed before a request began is in its answer, and
sixteen who ask at once cost the database as much as one.
"""

import asyncio
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from services.reporting_api.feeds.bodies import Kept
from services.shared.auth import Caller
from services.shared.clock import LONDON, real_now
from services.shared.db import Database
from services.shared.tokens import Claims

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_ANSWERS: Final = 2000
MOST_ITEMS: Final = 100_000
MOST_CHANGES: Final = 1000
"""When more than these have changed, all is read anew."""

_CHECK: Final = f"""
    SELECT seen_now()::text AS seen, (
           SELECT json_agg(json_build_array(feed, row_id))::text FROM (
                  SELECT feed, row_id FROM feed_change
                   WHERE transaction_id >= pg_snapshot_xmin($1::text::pg_snapshot)::text::bigint
                     AND NOT pg_visible_in_snapshot(transaction_id::text::xid8, $1::text::pg_snapshot)
                   LIMIT {MOST_CHANGES + 1}) AS c) AS changed
"""  # noqa: S608 - our own SQL
NOTHING_SEEN: Final = "3:3:"
"""The snapshot before everything."""

EVERYTHING: Final = frozenset({"everything", "clock"})
CHANGES_ALL: Final = "changes"
FOLLOWS_FROM: Final[Mapping[str, frozenset[str]]] = {
    "trajectory": frozenset({"root-causes"}),
    "observations": frozenset({"observations", "kpis"}),
}
"""Whose answers follow from other feeds' things than their own."""


@dataclass(slots=True)
class Known:
    """What holds as of one snapshot. What a request worked out is put here, and goes on into the next as far as it holds."""

    seen: str
    day: date
    number: int = 0
    callers: dict[Claims, tuple[Caller, datetime | None]] = field(default_factory=dict)
    items: dict[str, dict[int, bytes | None]] = field(default_factory=dict)
    answers: OrderedDict[Hashable, tuple[str, Kept]] = field(default_factory=OrderedDict)
    making: dict[Hashable, "asyncio.Future[None]"] = field(default_factory=dict)
    kept_bytes: int = 0
    today: date | None = None
    """The business date that `items` are of."""

    def caller(self, claims: Claims | None) -> Caller | None:
        """The client, if it was let in since it or its secret last changed and neither has run out."""
        found = self.callers.get(claims) if claims is not None else None
        if found is None:
            return None
        caller, until = found
        return caller if until is None or real_now() < until else None

    def answer(self, asked: Hashable) -> Kept | None:
        """What is kept."""
        found = self.answers.get(asked)
        return None if found is None else found[1]

    def keep(self, asked: Hashable, feed: str, kept: Kept) -> None:
        """Keeps an answer; those kept longest go first when there are too many."""
        before = self.answers.pop(asked, None)
        self.kept_bytes += kept.size - (before[1].size if before else 0)
        self.answers[asked] = (feed, kept)
        while self.answers and (self.kept_bytes > MOST_BYTES or len(self.answers) > MOST_ANSWERS):
            self.kept_bytes -= self.answers.popitem(last=False)[1][1].size

    def items_of(self, feed: str, today: date) -> dict[int, bytes | None]:
        """The feed's items of today that are worked out already: their JSON, or None for what is not in the feed."""
        if self.today != today:
            self.items, self.today = {}, today
        found = self.items.setdefault(feed, {})
        if len(found) > MOST_ITEMS:
            found.clear()
        return found

    def after(self, seen: str, changed: Iterable[tuple[str, int]]) -> "Known":
        """What still holds after these changes."""
        rows: dict[str, set[int]] = {}
        for feed, row_id in changed:
            rows.setdefault(feed, set()).add(row_id)
        if rows.keys() & EVERYTHING or sum(map(len, rows.values())) > MOST_CHANGES:
            return Known(seen, self.day, self.number + 1, {} if "clients" in rows else dict(self.callers))
        following = Known(
            seen, self.day, self.number + 1, {} if "clients" in rows else dict(self.callers), today=self.today
        )
        for feed, items in self.items.items():
            still = following.items[feed] = dict(items)
            for row_id in rows.get(feed, ()):
                still.pop(row_id, None)
        things = rows.keys() - {"clients"}
        for asked, (feed, kept) in self.answers.items():
            if not (things if feed == CHANGES_ALL else things & FOLLOWS_FROM.get(feed, {feed})):
                following.keep(asked, feed, kept)
        return following


class Watch:
    """Keeps `Known` true. One a process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known = Known(NOTHING_SEEN, real_day())
        self._asked: asyncio.Future[Known] | None = None
        self._checking: asyncio.Task[None] | None = None
        self.checks = 0
        self.name = secrets.token_hex(8)
        """Of this process, so that its numbers are nobody else's."""

    async def current(self) -> Known:
        """What holds, by a check that begins after this call; one that fails is tried once more, on another connection."""
        try:
            return await self._next_check()
        except CheckFailed:
            return await self._next_check()

    async def _next_check(self) -> Known:
        if self._asked is None:
            self._asked = asyncio.get_running_loop().create_future()
        waiting = self._asked
        if self._checking is None:
            self._checking = asyncio.get_running_loop().create_task(self._check_while_asked())
        return await asyncio.shield(waiting)

    async def _check_while_asked(self) -> None:
        """One check after the other, each for all who asked before it began."""
        waiting: asyncio.Future[Known] | None = None
        try:
            async with self._database.engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                while self._asked is not None:
                    waiting, self._asked = self._asked, None
                    self._follow(await driver.fetchrow(_CHECK, self._known.seen))
                    waiting.set_result(self._known)
        except BaseException as error:
            for each in (waiting, self._asked):
                if each is not None and not each.done():
                    each.set_exception(_told(error))
                    each.exception()  # whoever asked may be gone
            self._asked = None
            if not isinstance(error, Exception):
                raise
        finally:
            self._checking = None
            if self._asked is not None:
                self._checking = asyncio.get_running_loop().create_task(self._check_while_asked())

    def _follow(self, row: Any) -> None:
        self.checks += 1
        day = real_day()
        if self._known.seen == NOTHING_SEEN or day != self._known.day:
            self._known = Known(row["seen"], day, self._known.number + 1)
        elif row["changed"] is not None:
            self._known = self._known.after(row["seen"], map(tuple, json.loads(row["changed"])))


class CheckFailed(Exception):
    """The database did not say whether anything has changed."""


def _told(error: BaseException) -> Exception:
    return CheckFailed(str(error)) if isinstance(error, (DBAPIError, OSError)) else CheckFailed(repr(error))


_day_ends = 0.0
_day = date.min


def real_day() -> date:
    """The date in London, looked up once a minute at most."""
    global _day_ends, _day
    now = time.time()
    if now >= _day_ends:
        moment = datetime.now(UTC)
        _day, _day_ends = (
            moment.astimezone(LONDON).date(),
            now - moment.second - moment.microsecond / 1e6 + 60,
        )
    return _day
