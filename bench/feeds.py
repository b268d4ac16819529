"""Partner feeds a second, beside ready-made bytes that are sent after one look at the database; just after a change, beside
PostgreSQL making the same JSON; and a page of them with 100 times the plan, beside the same page.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from itertools import repeat

from sqlalchemy import text

from bench.comparison import Comparison
from bench.load import Request, answer, rate, timed
from bench.pages import TIMES
from bench.system import System, Systems
from services.domain.words import FeedScope
from services.shared.api_clients import create_client, proven_client
from services.shared.tokens import Claims, sign

TOKEN_LASTS = timedelta(hours=1)
FEEDS = {
    "trajectory": "/feeds/v1/trajectory?as_at=2019-04-30",
    "root-causes": "/feeds/v1/root-causes",
    "root-causes-50": "/feeds/v1/root-causes?limit=50",
}
AIM, AIM_AFTER_A_CHANGE, AIM_IN_A_LARGE_PLAN = "at least 0.8", "at least 0.9", "at most 1.5 times"
READING = frozenset({FeedScope.PLAN_READ, FeedScope.KPI_READ, FeedScope.ESCALATIONS_READ})
CHANGES = 10
"""How often something is changed and the feed then asked for, each round."""
PAGES = ("root-causes", "findings", "updates", "escalations", "kpis", "changes")

IN_SQL = """
    SELECT json_build_object('trust', json_build_object('ods_code', 'RXW', 'name', 'Trust'), 'as_at', current_date,
           'generated_at', now(), 'items', coalesce(json_agg(item ORDER BY position, id), '[]'), 'next', null)::text FROM (
    SELECT r.position, r.id, json_build_object(
           'ref', r.reference, 'title', r.title, 'isg', i.name, 'class', s.root_cause_class,
           'owner_role', coalesce(o.job_title, 'Root cause owner'), 'theme', r.theme, 'kloe', r.kloe,
           'findings', (SELECT coalesce(json_agg(f.reference ORDER BY l.position), '[]')
                          FROM root_cause_finding l JOIN finding f ON f.id = l.finding_id
                         WHERE l.root_cause_id = r.id AND l.ended_at IS NULL),
           'due_date', s.due_date, 'original_due_date', s.original_due_date, 'forecast_date', s.forecast_date,
           'delivery_status', s.delivery_status, 'overdue', s.due_date < DATE '2019-05-22' AND s.delivery_status <> 'complete',
           'update_missed', s.update_missed,
           'assurance_stage', CASE WHEN s.delivery_status = 'complete' THEN CASE WHEN s.embedded THEN 'embedded'
                                   WHEN s.evidence_assured THEN 'evidence_assured' ELSE 'closed' END END,
           'closed_on', s.closed_on,
           'latest_update', CASE WHEN u.id IS NOT NULL THEN json_build_object('cycle', u.cycle_number,
                                 'reporting_date', u.reported_on, 'status', u.status, 'progress', u.progress, 'late', u.late) END,
           'kpis', (SELECT coalesce(json_agg(k.reference ORDER BY k.position), '[]') FROM kpi k WHERE k.root_cause_id = r.id),
           'released_at', coalesce(u.released_at, r.recorded_at)) AS item
      FROM standing s JOIN root_cause r ON r.id = s.root_cause_id JOIN isg i ON i.id = s.isg_id JOIN person o ON o.id = r.owner_id
      LEFT JOIN progress_update u ON u.id = s.latest_update_id
     WHERE s.in_plan) AS items
"""
"""The same rows from what is kept of each root cause today: the most direct way to their JSON."""


async def comparisons(systems: Systems) -> list[Comparison]:
    """Two feeds whole, a page of one, one for a partner who has it already; after a change; and in a large plan."""
    partner = {"Authorization": f"Bearer {await _token(systems.demo)}"}
    for feed in FEEDS:
        await _keep_in_twin(systems, feed, partner)
    found = [
        _comparison(systems, "trajectory feed (kept bytes)", "trajectory", partner),
        _comparison(systems, "root-causes feed (kept bytes)", "root-causes", partner),
        _comparison(systems, "root-causes feed, 50 of them (kept bytes)", "root-causes-50", partner),
        Comparison(
            what="root-causes feed, not modified (304)",
            ours=lambda: _not_modified(systems.demo.ports["reporting"], FEEDS["root-causes"], partner),
            peer=lambda: _not_modified(systems.twin, "/kept/root-causes", partner),
            unit="/s",
            aim=AIM,
        ),
        _comparison(
            systems, "root-causes feed (ready-made bytes, no check)", "root-causes", partner, door="made"
        ),
        Comparison(
            what="root-causes feed just after a change (PostgreSQL makes the JSON)",
            ours=lambda: _after_changes(systems.demo, _asked(systems.demo, Request("GET", FEEDS["root-causes"], partner))),
            peer=lambda: _after_changes(systems.demo, _in_sql(systems.demo)),
            unit="/s",
            aim=AIM_AFTER_A_CHANGE,
        ),
    ]  # fmt: skip
    if TIMES not in systems.grown:
        return found
    partners = [
        {"Authorization": f"Bearer {await _token(each)}"} for each in (systems.demo, systems.grown[TIMES])
    ]
    return [
        *found,
        *(_in_a_large_plan(systems, page, partners, after) for page in PAGES for after in (False, True)),
    ]


async def _not_modified(port: int, path: str, partner: Mapping[str, str]) -> float:
    """Answers a second to somebody who has it, by the tag of now."""
    tag = (await answer(port, Request("GET", path, partner))).headers["etag"]
    return await rate(port, repeat(Request("GET", path, {**partner, "If-None-Match": tag})), expect=304)


def _in_a_large_plan(
    systems: Systems, page: str, partners: list[dict[str, str]], after_a_change: bool
) -> Comparison:
    """The first 50: seconds of one who asks alone."""

    async def seconds(system: System, partner: Mapping[str, str]) -> float:
        asked = Request("GET", f"/feeds/v1/{page}?limit=50", partner)
        taken = []
        for _ in range(CHANGES):
            if after_a_change:
                await _change(system)
            taken.append((await timed(system.ports["reporting"], asked))[1])
        return sorted(taken)[CHANGES // 2]

    small, large = partners
    return Comparison(
        what=f"50 of {page}{', after a change' if after_a_change else ''}, {TIMES} times the plan (the demo plan)",
        ours=lambda: seconds(systems.grown[TIMES], large),
        peer=lambda: seconds(systems.demo, small),
        unit="ms",
        aim=AIM_IN_A_LARGE_PLAN,
    )


async def _change(system: System) -> None:
    """Something that every partner sees."""
    async with system.database.transaction() as db:
        await db.execute(
            text("UPDATE root_cause SET theme = md5(random()::text) WHERE position = 7 AND id < 1000")
        )


async def _after_changes(system: System, asked: Callable[[], Awaitable[None]]) -> float:
    """Answers a second of one who asks alone, each just after something has changed; the changes themselves are not counted."""
    taken = 0.0
    for _ in range(CHANGES):
        await _change(system)
        started = time.perf_counter()
        await asked()
        taken += time.perf_counter() - started
    return CHANGES / taken


def _asked(system: System, request: Request) -> Callable[[], Awaitable[None]]:
    async def asked() -> None:
        await answer(system.ports["reporting"], request)

    return asked


def _in_sql(system: System) -> Callable[[], Awaitable[None]]:
    async def asked() -> None:
        async with system.database.engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.fetch(IN_SQL)

    return asked


async def _token(system: System) -> str:
    async with system.database.transaction() as db:
        client = await create_client(db, "Bench", sorted(READING))
        proven = await proven_client(db, client)
    assert proven is not None
    return sign(Claims(f"client:{client.client_id}", scopes=READING, secret=proven[1]), TOKEN_LASTS)[0]


async def _keep_in_twin(systems: Systems, feed: str, partner: Mapping[str, str]) -> None:
    """The twin will send what the service sends now, under the same ETag."""
    given = await answer(systems.demo.ports["reporting"], Request("GET", FEEDS[feed], partner))
    kept = Request("PUT", f"/kept/{feed}", {"ETag": given.headers["etag"]}, given.body)
    await answer(systems.twin, kept, expect=204)


def _comparison(
    systems: Systems, what: str, feed: str, headers: Mapping[str, str], door: str = "kept"
) -> Comparison:  # fmt: skip
    ours, twins = Request("GET", FEEDS[feed], headers), Request("GET", f"/{door}/{feed}", headers)
    return Comparison(
        what=what,
        ours=lambda: rate(systems.demo.ports["reporting"], repeat(ours)),
        peer=lambda: rate(systems.twin, repeat(twins)),
        unit="/s",
        aim=AIM if door == "kept" else "stated",
    )
