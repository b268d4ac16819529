"""Answers that are kept until something changes, and never served after that.

A door marked `kept_until_something_changes` is answered anew only when a transaction that its answer has not seen has
committed since and changed anything that the audit trail watches, sign-ins and disclosures apart. The database says so
(`changed_since`, migration 0013): the question costs one index look-up, whatever the size of the plan, and nobody who
writes waits for it. What is asked by another person's rights or on another day is another answer.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias, TypeVar

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.clock import real_now
from services.shared.statements import Statement

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
KEPT_FOR: Final = timedelta(hours=12)
"""Shorter than what the worker keeps of `changed_by`."""
MOST_BYTES: Final = 64 * 1024 * 1024

_SEEN = Statement(
    "SELECT seen_now()::text AS seen, changed_since(CAST(CAST(:seen AS text) AS pg_snapshot)) AS changed"
)


_ROWS = Statement("""
    SELECT seen_now()::text AS seen, r.table_name, r.row_id, r.operation
      FROM (SELECT) AS one
      LEFT JOIN rows_changed_since(CAST(CAST(:seen AS text) AS pg_snapshot), :most) AS r ON true
""")
MOST_ROWS: Final = 2_000
"""When more rows than these have changed, making everything anew costs less than finding out what they speak of."""
Rows: TypeAlias = Mapping[str, Collection[int]]
"""Rows that have changed: ids by table."""


def kept_until_something_changes(endpoint: Endpoint) -> Endpoint:
    """Marks a door whose answer depends on nothing but what the audit trail watches, the day, and who asks."""
    endpoint.__dict__["is_kept"] = True
    return endpoint


def kept_until_these_change(*tables: str) -> Callable[[Endpoint], Endpoint]:
    """The same for a door that depends on nothing but these tables, the day, and who asks: other changes leave it as it is."""

    def marked(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__["kept_tables"] = frozenset(tables)
        return kept_until_something_changes(endpoint)

    return marked


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer, and the snapshot that was taken before it was made."""

    seen: str
    made_at: datetime
    body: bytes
    headers: tuple[tuple[str, str], ...]
    version: int | None
    """Of what is shown, where `If-Match` is compared with it."""

    def again(self) -> Response:
        """The same answer."""
        return Response(self.body, headers=dict(self.headers))


async def changes_since(db: AsyncSession, seen: str | None) -> tuple[str, bool]:
    """What is seen now, to be asked with later; and whether anything has changed since what was seen then."""
    now = await _SEEN.row(db, seen=seen)
    return now.seen, bool(now.changed)


async def rows_changed(db: AsyncSession, since: str | None) -> tuple[str, Rows | None, set[str]]:
    """What is seen now; which rows changed since then (None: too many to tell), and the tables that rows are gone from."""
    found = await _ROWS.rows(db, seen=since, most=MOST_ROWS)
    seen: str = found[0].seen
    rows: dict[str, set[int]] = {}
    for row in found:
        if row.table_name is not None:
            rows.setdefault(row.table_name, set()).add(row.row_id)
    gone = {row.table_name for row in found if row.operation == "delete"}
    return seen, None if len(found) >= MOST_ROWS else rows, gone


class KeptAnswers:
    """The answers that one process keeps, those asked for last."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._answers: OrderedDict[Hashable, KeptAnswer] = OrderedDict()
        self._bytes = 0
        self._most_bytes = most_bytes

    async def find(
        self, db: AsyncSession, asked: Hashable, tables: Collection[str] | None = None
    ) -> tuple[KeptAnswer | None, str]:
        """The answer, if nothing (of these tables) has changed since; and what is to be kept with one made now."""
        kept = self.before(asked)
        seen, changed = await changes_since(db, kept.seen if kept else None)
        if kept is not None and changed and tables is not None:
            _, rows, _ = await rows_changed(db, kept.seen)
            changed = rows is None or not rows.keys().isdisjoint(tables)
            if not changed and self._answers.get(asked) is kept:
                kept = self._answers[asked] = replace(kept, seen=seen)
        if kept is None or changed:
            return None, seen
        self._answers.move_to_end(asked)
        return kept, seen

    def before(self, asked: Hashable) -> KeptAnswer | None:
        """The answer as it was last made, though something may have changed since: only for who says so to the reader."""
        kept = self._answers.get(asked)
        return None if kept is None or kept.made_at < real_now() - KEPT_FOR else kept

    def forget(self) -> None:
        """All of them: something has changed that the audit trail does not watch."""
        self._answers.clear()
        self._bytes = 0

    def keep(self, asked: Hashable, seen: str, response: Response, version: int | None) -> None:
        """Keeps an answer that was made after the snapshot was taken."""
        if response.status_code != 200 or not isinstance(response.body, bytes):
            return
        headers = tuple((name, value) for name, value in response.headers.items() if name != "content-length")
        before = self._answers.pop(asked, None)
        self._answers[asked] = KeptAnswer(seen, real_now(), response.body, headers, version)
        self._bytes += len(response.body) - (len(before.body) if before else 0)
        while self._bytes > self._most_bytes:
            _, oldest = self._answers.popitem(last=False)
            self._bytes -= len(oldest.body)
