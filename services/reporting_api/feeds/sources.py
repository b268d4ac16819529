"""The feeds whose rows are things with an id: in which order they come, and what each of them is at a point in time.

A page asks for the ids that follow, in the order of an index, and for what these things are: it costs the same however large
the plan is. What today's things are is kept in the process until a transaction changes them (`known.py`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import FeedScope
from services.reporting_api.feeds import measures
from services.reporting_api.feeds.known import Known
from services.reporting_api.feeds.schemas import (
    ChangeRequestItem,
    EscalationItem,
    FindingItem,
    KpiItem,
    PackItem,
    RootCauseItem,
    UpdateItem,
)
from services.reporting_api.points_in_time import PointInTime
from services.shared.clock import business_today
from services.shared.facts import FOREVER
from services.shared.findings import findings_among
from services.shared.register import work_out_register
from services.shared.statements import Statement

AT_ONCE: Final = 1000
"""How many are worked out at once: bounds the memory that a plan of any size takes."""
Ids = Callable[[AsyncSession, PointInTime, int | None, int], Awaitable[Sequence[int]]]
Items = Callable[[AsyncSession, PointInTime, Sequence[int]], Awaitable[Mapping[int, BaseModel]]]


@dataclass(frozen=True, slots=True)
class Feed:
    """`ids`: so many, in order, after one of them. `items`: what they are; those that are not in the feed are left out."""

    name: str
    scope: FeedScope
    item_type: type[BaseModel]
    ids: Ids
    items: Items


def _in_order(table: str, condition: str = "", order: str = "position, id") -> Ids:
    """Ids of a table in the order of an index, after one of them."""
    first, following = (
        Statement(
            f"SELECT id FROM {table} t WHERE true {condition} {after} ORDER BY {order} LIMIT :most"  # noqa: S608 - our own SQL
        )
        for after in (
            "",
            f"AND ({order}) > (SELECT {order} FROM {table} WHERE id = :after)"  # noqa: S608 - our own SQL
            if "," in order
            else "AND id > :after",
        )
    )

    async def ids(db: AsyncSession, _point: PointInTime, after: int | None, most: int) -> Sequence[int]:
        if after is None:
            return [row[0] for row in await first.rows(db, most=most)]
        return [row[0] for row in await following.rows(db, most=most, after=after)]

    return ids


async def _root_causes(
    db: AsyncSession, point: PointInTime, ids: Sequence[int]
) -> Mapping[int, RootCauseItem]:
    register = await work_out_register(db, point.as_at, point.known_at, released_only=True, only=ids)
    return {each.id: RootCauseItem.of(each) for each in register.standings if each.in_plan}


async def _findings(db: AsyncSession, point: PointInTime, ids: Sequence[int]) -> Mapping[int, FindingItem]:
    found = await findings_among(db, ids, point.as_at, known_at=point.known_at)
    return {row_id: FindingItem.of(each) for row_id, each in found.items()}


_UPDATES: Final = Statement("""
    SELECT u.id, r.reference AS root_cause, u.cycle_number AS cycle, u.version, u.reported_on AS reporting_date, u.status,
           u.progress, u.forecast_date, u.late, u.released_at
      FROM progress_update u JOIN root_cause r ON r.id = u.root_cause_id
     WHERE u.id = ANY(CAST(:ids AS bigint[])) AND u.reported_on <= :as_at
       AND u.recorded_at <= :known_at AND u.released_at <= :known_at
       AND NOT EXISTS (SELECT FROM progress_update n
                        WHERE n.root_cause_id = u.root_cause_id AND n.cycle_number = u.cycle_number AND n.version > u.version
                          AND n.reported_on <= :as_at AND n.recorded_at <= :known_at AND n.released_at <= :known_at)
""")


async def _updates(db: AsyncSession, point: PointInTime, ids: Sequence[int]) -> Mapping[int, UpdateItem]:
    rows = await _UPDATES.rows(db, ids=list(ids), as_at=point.as_at, known_at=point.known_at or FOREVER)
    return {row.id: UpdateItem.model_validate(_without_id(row)) for row in rows}


_ESCALATIONS: Final = Statement("""
    SELECT e.id, e.reference AS ref, r.reference AS root_cause, given.reasons, stood.state, e.raised_on,
           CASE WHEN e.ended_on <= :as_at THEN e.ended_on END AS ended_on, made.decision,
           coalesce(made.recorded_at, given.recorded_at) AS released_at
      FROM escalation e JOIN root_cause r ON r.id = e.root_cause_id
      JOIN LATERAL (
           SELECT array_agg(DISTINCT g.reason) AS reasons, min(g.recorded_at) AS recorded_at FROM escalation_reason g
            WHERE g.escalation_id = e.id AND g.given_on <= :as_at AND g.recorded_at <= :known_at
              AND reason_is_out(e.root_cause_id, g.reason, g.recorded_at, :known_at)
            HAVING count(*) > 0) given ON true
      LEFT JOIN LATERAL (
           SELECT s.state FROM escalation_step s
            WHERE s.escalation_id = e.id AND s.on_day <= :as_at AND s.recorded_at <= :known_at
            ORDER BY s.id DESC LIMIT 1) stepped ON true
      CROSS JOIN LATERAL (SELECT coalesce(stepped.state, 'raised') AS state) stood
      LEFT JOIN LATERAL (
           SELECT d.recorded_at, jsonb_build_object('decision', d.decision, 'meeting_date', d.meeting_date, 'reason', d.reason,
                                                    'new_due_date', d.new_due_date) AS decision
             FROM escalation_decision d
            WHERE d.escalation_id = e.id AND d.meeting_date <= :as_at AND d.recorded_at <= :known_at
            ORDER BY d.id DESC LIMIT 1) made ON true
     WHERE e.id = ANY(CAST(:ids AS bigint[])) AND e.raised_on <= :as_at AND e.recorded_at <= :known_at
""")


async def _escalations(
    db: AsyncSession, point: PointInTime, ids: Sequence[int]
) -> Mapping[int, EscalationItem]:
    rows = await _ESCALATIONS.rows(db, ids=list(ids), as_at=point.as_at, known_at=point.known_at or FOREVER)
    return {row.id: EscalationItem.model_validate(_without_id(row)) for row in rows}


_CHANGE_REQUESTS: Final = Statement("""
    SELECT c.id, c.reference AS ref, c.kind, r.reference AS root_cause, c.reason, c.submitted_on,
           CASE WHEN c.decided_on <= :as_at OR c.decided_on IS NULL THEN c.state ELSE 'submitted' END AS state,
           CASE WHEN c.decided_on <= :as_at THEN c.decided_on END AS decided_on,
           c.before ->> 'due_date' AS due_date_before, c.after ->> 'due_date' AS due_date_after, c.recorded_at AS released_at
      FROM change_request c JOIN root_cause r ON r.id = c.root_cause_id
     WHERE c.id = ANY(CAST(:ids AS bigint[])) AND c.submitted_on <= :as_at AND c.recorded_at <= :known_at AND c.state <> 'draft'
""")


async def _change_requests(
    db: AsyncSession, point: PointInTime, ids: Sequence[int]
) -> Mapping[int, ChangeRequestItem]:
    rows = await _CHANGE_REQUESTS.rows(
        db, ids=list(ids), as_at=point.as_at, known_at=point.known_at or FOREVER
    )
    return {row.id: ChangeRequestItem.model_validate(_without_id(row)) for row in rows}


_PACKS: Final = Statement("""
    SELECT p.id, p.reference AS ref, p.kind, p.title, p.edition, p.as_at AS pack_as_at,
           CASE WHEN later.ref IS NULL THEN 'published' ELSE 'superseded' END AS state,
           earlier.reference AS supersedes, later.ref AS superseded_by, coalesce(redacted.digest, issued.digest) AS digest,
           p.chain_position, p.chain_digest, files.formats, issued.recorded_at AS published_at,
           redacted.recorded_at AS redacted_at,
           greatest(issued.recorded_at, later.recorded_at, redacted.recorded_at) AS released_at
      FROM pack p
      JOIN pack_step issued ON issued.pack_id = p.id AND issued.deed = 'published'
      LEFT JOIN pack earlier ON earlier.id = p.supersedes_id
      LEFT JOIN LATERAL (
           SELECT l.reference AS ref, s.recorded_at FROM pack l JOIN pack_step s ON s.pack_id = p.id AND s.deed = 'superseded'
            WHERE l.supersedes_id = p.id AND s.recorded_at <= :known_at
              AND (s.recorded_at AT TIME ZONE 'Europe/London')::date <= :as_at) later ON true
      -- What was redacted is in no answer any more, whatever the day that it is asked for.
      LEFT JOIN LATERAL (
           SELECT s.digest, s.recorded_at FROM pack_step s
            WHERE s.pack_id = p.id AND s.deed = 'redacted' AND s.id > issued.id ORDER BY s.id DESC LIMIT 1) redacted ON true
      CROSS JOIN LATERAL (
           SELECT coalesce(jsonb_agg(jsonb_build_object(
                      'format', f.format, 'href', '/feeds/v1/packs/' || p.reference || '/files/' || f.format,
                      'media_type', f.media_type, 'sha256', f.digest, 'sha256_as_issued', first.digest,
                      'size', f.size) ORDER BY f.id), '[]') AS formats
             FROM pack_file f
             JOIN pack_file first
               ON (first.pack_id, first.audience, first.format, first.number) = (f.pack_id, f.audience, f.format, 1)
            WHERE f.pack_id = p.id AND f.audience = 'public'
              AND EXISTS (SELECT FROM pack_file_content c WHERE c.digest = f.digest)
              AND NOT EXISTS (SELECT FROM pack_file n WHERE (n.pack_id, n.audience, n.format) = (f.pack_id, f.audience, f.format)
                                                        AND n.number > f.number)) files
     WHERE p.id = ANY(CAST(:ids AS bigint[])) AND NOT p.inside_only AND issued.recorded_at <= :known_at
       AND (issued.recorded_at AT TIME ZONE 'Europe/London')::date <= :as_at
""")


async def _packs(db: AsyncSession, point: PointInTime, ids: Sequence[int]) -> Mapping[int, PackItem]:
    rows = await _PACKS.rows(db, ids=list(ids), as_at=point.as_at, known_at=point.known_at or FOREVER)
    return {row.id: PackItem.model_validate(_without_id(row)) for row in rows}


def _without_id(row: Any) -> dict[str, Any]:
    return {column: value for column, value in row.items() if column != "id"}


FEEDS: Final = {
    feed.name: feed
    for feed in (
        Feed("findings", FeedScope.PLAN_READ, FindingItem, _in_order("finding"), _findings),
        Feed("root-causes", FeedScope.PLAN_READ, RootCauseItem, _in_order("root_cause"), _root_causes),
        Feed(
            "updates", FeedScope.PLAN_READ, UpdateItem,
            _in_order("progress_update", "AND released_at IS NOT NULL", "id"), _updates,
        ),
        Feed(
            "change-requests", FeedScope.PLAN_READ, ChangeRequestItem,
            _in_order("change_request", "AND state <> 'draft'", "id"), _change_requests,
        ),
        Feed("escalations", FeedScope.ESCALATIONS_READ, EscalationItem, _in_order("escalation", order="id"), _escalations),
        Feed(
            "packs", FeedScope.PACKS_READ, PackItem,
            _in_order("pack", "AND state IN ('published', 'superseded') AND NOT inside_only", "id"), _packs,
        ),
        Feed("kpis", FeedScope.KPI_READ, KpiItem, measures.kpis_there, measures.kpi_items),
    )
}  # fmt: skip


async def page_of(
    feed: Feed, db: AsyncSession, point: PointInTime, known: Known | None, after: int | None, limit: int
) -> tuple[list[bytes], int | None]:
    """The JSON of the items that follow one, and after which the next page goes on (None: this is the last)."""
    found: list[tuple[int, bytes]] = []
    while len(found) <= limit:
        wanted = limit + 1 - len(found)
        ids = await feed.ids(db, point, after, wanted)
        items = await items_of(feed, db, point, known, ids)
        found += [(row_id, item) for row_id in ids if (item := items[row_id]) is not None]
        if len(ids) < wanted:
            break
        after = ids[-1]
    shown = found[:limit]
    return [item for _, item in shown], shown[-1][0] if len(found) > limit else None


async def items_of(
    feed: Feed, db: AsyncSession, point: PointInTime, known: Known | None, ids: Sequence[int]
) -> Mapping[int, bytes | None]:
    """The JSON of each of these things, None where it is not in the feed at that point in time."""
    today = await business_today(db)
    is_now = known is not None and point.known_at is None and point.as_at == today
    items = known.items_of(feed.name, today) if known is not None and is_now else {}
    missing = [row_id for row_id in ids if row_id not in items]
    for start in range(0, len(missing), AT_ONCE):
        some = missing[start : start + AT_ONCE]
        made = await feed.items(db, point, some)
        for row_id in some:
            items[row_id] = made[row_id].model_dump_json(by_alias=True).encode() if row_id in made else None
    return items
