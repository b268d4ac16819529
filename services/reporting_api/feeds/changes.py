"""What changed since a cursor, in commit order, nothing missed.

A cursor is a snapshot of the database: which transactions it saw. What changed since is what was changed by transactions that
it did not see and the database sees now, whatever their numbers and instants say. Where that is more than a page holds, the
cursor has both snapshots and how far the pages between them have come.
"""

import base64
import binascii
import json
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final, Literal

from fastapi import HTTPException
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import RuleBroken
from services.domain.words import FeedScope
from services.reporting_api.feeds import measures
from services.reporting_api.feeds.known import NOTHING_SEEN, Known, real_day
from services.reporting_api.feeds.sources import FEEDS, items_of
from services.reporting_api.points_in_time import PointInTime
from services.shared.clock import business_today
from services.shared.statements import Statement

SCOPES: Final = {name: feed.scope for name, feed in FEEDS.items()} | {"observations": FeedScope.KPI_READ}
"""Which feeds' things are listed, and what a client needs to see them."""
SNAPSHOT: Final = re.compile(r"[1-9]\d{0,18}:[1-9]\d{0,18}:(\d{1,19}(,\d{1,19})*)?")
TOO_LARGE: Final = 2**63
START_AGAIN: Final = (
    "This cursor is of another database: the system has been restored elsewhere since. "
    "Take a snapshot, and go on from its cursor."
)

_SYSTEM: Final = Statement("SELECT system_identifier::text FROM pg_control_system()")
_ANYTHING: Final = Statement("""
    SELECT seen_now()::text AS upto, EXISTS (
           SELECT FROM feed_change
            WHERE transaction_id >= pg_snapshot_xmin(CAST(:since AS text)::pg_snapshot)::text::bigint
              AND NOT pg_visible_in_snapshot(transaction_id::text::xid8, CAST(:since AS text)::pg_snapshot)) AS changed
""")
_CHANGES: Final = Statement("""
    SELECT transaction_id, feed, ref, row_id, at FROM feed_change
     WHERE transaction_id >= pg_snapshot_xmin(CAST(:since AS text)::pg_snapshot)::text::bigint
       AND transaction_id < pg_snapshot_xmax(CAST(:upto AS text)::pg_snapshot)::text::bigint
       AND (transaction_id, feed, ref) > (CAST(:number AS bigint), CAST(:feed AS text), CAST(:ref AS text))
       AND NOT pg_visible_in_snapshot(transaction_id::text::xid8, CAST(:since AS text)::pg_snapshot)
       AND pg_visible_in_snapshot(transaction_id::text::xid8, CAST(:upto AS text)::pg_snapshot)
       AND feed = ANY(CAST(:feeds AS text[]))
     ORDER BY transaction_id, feed, ref LIMIT :most
""")
_VERSIONS: Final = Statement("""
    SELECT u.id, w.root_cause_id, w.cycle_number
      FROM unnest(CAST(:root_causes AS bigint[]), CAST(:cycles AS bigint[])) AS w(root_cause_id, cycle_number)
      JOIN progress_update u USING (root_cause_id, cycle_number) WHERE u.released_at IS NOT NULL
""")


@dataclass(frozen=True, slots=True)
class Position:
    """Everything that `since` saw has been told; of what `upto` saw besides, what comes up to `after`."""

    system: str
    since: str
    upto: str | None = None
    after: tuple[int, str, str] = (0, "", "")

    def written(self) -> str:
        """Opaque."""
        parts = [self.system, self.since, *((self.upto, *self.after) if self.upto else ())]
        return (
            base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")
        )


def position_of(cursor: str) -> Position:
    """Where a cursor stands. Raises RuleBroken for one not ours."""
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        match parts:
            case [str() as system, str() as since] if _is_snapshot(since):
                return Position(system, since)
            case [
                str() as system,
                str() as since,
                str() as upto,
                int() as number,
                str() as feed,
                str() as ref,
            ] if (
                _is_snapshot(since)
                and _is_snapshot(upto)
                and 0 <= number < TOO_LARGE
                and "\0" not in feed + ref
            ):
                return Position(system, since, upto, (number, feed, ref))
    except (ValueError, binascii.Error, RecursionError):
        pass
    raise RuleBroken.at(
        "cursor", "This cursor is not one of ours: take `next` of the answer before, or leave it out."
    )


def _is_snapshot(text: str) -> bool:
    """As PostgreSQL reads one: the first that runs, the first to come, and those between that run."""
    if not SNAPSHOT.fullmatch(text):
        return False
    first, following, running = text.split(":")
    numbers = [int(first), *map(int, filter(None, running.split(","))), int(following)]
    return all(a <= b for a, b in pairwise(numbers)) and numbers[-1] < TOO_LARGE


async def cursor_of_now(db: AsyncSession) -> str:
    """From which nothing is told that this transaction sees already."""
    seen = await _ANYTHING.row(db, since=NOTHING_SEEN)
    return Position(str(await _SYSTEM.value(db)), seen.upto).written()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that one transaction changed."""

    feed: str
    ref: str
    changed_at: datetime
    item: bytes | None

    @property
    def change(self) -> Literal["changed", "gone"]:
        """Whether it is still there."""
        return "gone" if self.item is None else "changed"

    def json(self) -> bytes:
        """As `ChangeItem` has it; the item goes on as it was written."""
        told = {
            "feed": self.feed,
            "ref": self.ref,
            "change": self.change,
            "changed_at": instant(self.changed_at),
        }
        head = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        return head[:-1] + b',"item":' + (self.item or b"null") + b"}"


def instant(moment: datetime) -> str:
    """In UTC, as the other feeds write it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


async def changes_since(
    db: AsyncSession, known: Known | None, cursor: str | None, limit: int, scopes: Collection[FeedScope]
) -> tuple[list[bytes], str]:
    """A page of what changed, and the cursor of what comes after it. Raises RuleBroken."""
    system = str(await _SYSTEM.value(db))
    at = position_of(cursor) if cursor else Position(system, NOTHING_SEEN)
    if at.system != system:
        raise HTTPException(410, START_AGAIN)
    upto = at.upto
    if upto is None:
        now = await _ANYTHING.row(db, since=at.since)
        if not now.changed:
            return [], at.written()
        upto = str(now.upto)
    number, feed, ref = at.after
    rows = await _CHANGES.rows(
        db, since=at.since, upto=upto, number=number, feed=feed, ref=ref, most=limit + 1,
        feeds=[name for name, scope in SCOPES.items() if scope in scopes],
    )  # fmt: skip
    shown = rows[:limit]
    items = await _as_they_are(db, known, shown)
    moved = await business_today(db) - real_day()  # as people date things: in the demo, by its clock
    told = [
        Change(row.feed, row.ref, row.at + moved, item).json() for row, item in zip(shown, items, strict=True)
    ]
    if len(rows) > limit:
        last = shown[-1]
        return told, Position(system, at.since, upto, (last.transaction_id, last.feed, last.ref)).written()
    return told, Position(system, upto).written()


async def _as_they_are(db: AsyncSession, known: Known | None, rows: Sequence[Any]) -> Sequence[bytes | None]:
    """What each changed thing is now."""
    today = PointInTime(await business_today(db))
    by_feed: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_feed[row.feed].append(row)
    found: dict[tuple[str, str], bytes | None] = {}
    for feed, changed in by_feed.items():
        match feed:
            case "updates":
                found |= await _updates(db, known, today, changed)
            case "observations":
                found |= await _observations(db, today, changed)
            case _:
                ids = list(dict.fromkeys(row.row_id for row in changed))
                items = await items_of(FEEDS[feed], db, today, known, ids)
                found |= {(feed, row.ref): _named(row.ref, items[row.row_id]) for row in changed}
    return [found.get((row.feed, row.ref)) for row in rows]


def _named(ref: str, item: bytes | None) -> bytes | None:
    """The thing, if it still has the reference under which it changed."""
    return item if item is not None and json.loads(item)["ref"] == ref else None


async def _updates(
    db: AsyncSession, known: Known | None, today: PointInTime, changed: Sequence[Any]
) -> Mapping[tuple[str, str], bytes | None]:
    cycles = {(row.row_id, int(row.ref.rpartition("/")[2])): row.ref for row in changed}
    versions = await _VERSIONS.rows(
        db, root_causes=[root_cause for root_cause, _ in cycles], cycles=[cycle for _, cycle in cycles]
    )
    items = await items_of(FEEDS["updates"], db, today, known, [row.id for row in versions])
    return {
        ("updates", cycles[row.root_cause_id, row.cycle_number]): items[row.id]
        for row in versions
        if items[row.id] is not None
    }


async def _observations(
    db: AsyncSession, today: PointInTime, changed: Sequence[Any]
) -> Mapping[tuple[str, str], bytes | None]:
    wanted = {row.ref for row in changed}
    values = {
        f"{item.kpi}/{item.period}": item
        for item in await measures.observations_of(db, today, {row.row_id for row in changed})
    }
    return {
        ("observations", ref): values[ref].model_dump_json(by_alias=True).encode()
        for ref in wanted & values.keys()
    }
