"""Keeping standings: worked out in the transaction that changes their facts, and when a day comes that changes them.

Triggers list in `standing_due` whichever root causes a change speaks of, whoever made it. The plan service clears that
list before it commits and before it reads, so that what it reads is never older than what is committed. What today's
standings say is therefore what the rules say of today's facts (`tests/plan_api/standings` holds the two together).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.facts import Baseline, Closing, Placement, RootCauseFacts
from services.domain.standing import WorkedOut, stands_until, work_out
from services.domain.words import RootCauseClass
from services.shared.clock import business_today
from services.shared.facts import day, facts_of_rows, load_isgs, load_plan_facts, root_cause_rows
from services.shared.statements import Statement

AT_ONCE: Final = 2000
"""How many are worked out at once: bounds the memory that a plan of any size takes."""

_CURRENT = text("""
    SELECT NOT EXISTS (SELECT FROM standing_due)
       AND coalesce((SELECT min(holds_until) FROM standing) > :today, true)
       AND coalesce((SELECT max(worked_out_on) FROM standing) <= :today, true)
""")
"""The ends of two indexes: whether any row is before or after a day would be looked for in all of them."""
_OTHER_DAY = text("SELECT root_cause_id FROM standing WHERE holds_until <= :today OR worked_out_on > :today")
_TAKE_DUE = text("DELETE FROM standing_due RETURNING root_cause_id")
_TAKE_UNHELD_DUE = text("""
    DELETE FROM standing_due WHERE id IN (SELECT id FROM standing_due FOR UPDATE SKIP LOCKED)
    RETURNING root_cause_id
""")
"""The rows that nobody else is clearing; those that this transaction's own changes added are among them."""
_LOCK = text(
    "SELECT root_cause_id FROM standing WHERE root_cause_id = ANY(:ids) ORDER BY root_cause_id FOR UPDATE"
)
_KEEP = Statement("""
    WITH r AS (
        SELECT * FROM json_to_recordset(:rows) AS r(
             root_cause_id bigint, isg text, root_cause_class text, in_plan boolean, strongest_notice text, due_date date,
             original_due_date date, forecast_date date, delivery_status text, update_missed boolean, closed_on date,
             cycle bigint, version bigint, history text, holds_until date)),
    done AS (
        DELETE FROM standing_due due USING r
         WHERE due.root_cause_id = r.root_cause_id AND due.xmin = pg_current_xact_id()::xid)
    INSERT INTO standing
           (root_cause_id, isg_id, root_cause_class, in_plan, strongest_notice, due_date, original_due_date, forecast_date,
            delivery_status, update_missed, closed_on, evidence_assured, embedded, latest_update_id, latest_cycle,
            history, worked_out_on, holds_until)
    SELECT r.root_cause_id, (SELECT id FROM isg WHERE isg.name = r.isg), r.root_cause_class, r.in_plan, r.strongest_notice,
           r.due_date, r.original_due_date, r.forecast_date, r.delivery_status, r.update_missed, r.closed_on,
           EXISTS (SELECT FROM assurance a WHERE a.root_cause_id = r.root_cause_id AND a.signed_on <= :today
                      AND (a.ended_on IS NULL OR a.ended_on > :today)),
           EXISTS (SELECT FROM assurance a WHERE a.root_cause_id = r.root_cause_id AND a.stage = 'embedded'
                      AND a.signed_on <= :today AND (a.ended_on IS NULL OR a.ended_on > :today)),
           -- Asked for each: a join would read every update there is, since nobody knows how few rows JSON holds.
           (SELECT u.id FROM progress_update u
             WHERE u.root_cause_id = r.root_cause_id AND u.cycle_number = r.cycle AND u.version = r.version),
           r.cycle, r.history, :today, r.holds_until
      FROM r
        ON CONFLICT (root_cause_id) DO UPDATE
       SET isg_id = excluded.isg_id, root_cause_class = excluded.root_cause_class, in_plan = excluded.in_plan,
           strongest_notice = excluded.strongest_notice, due_date = excluded.due_date,
           original_due_date = excluded.original_due_date, forecast_date = excluded.forecast_date,
           delivery_status = excluded.delivery_status, update_missed = excluded.update_missed,
           closed_on = excluded.closed_on, evidence_assured = excluded.evidence_assured,
           embedded = excluded.embedded,
           latest_update_id = excluded.latest_update_id,
           latest_cycle = excluded.latest_cycle, history = excluded.history, worked_out_on = excluded.worked_out_on,
           holds_until = excluded.holds_until
""")


async def keep_standings(db: AsyncSession) -> None:
    """Before a transaction commits: works out anew whatever its changes speak of."""
    due = sorted(set(await db.scalars(_TAKE_UNHELD_DUE)))
    if due:
        await _work_out(db, due, await business_today(db))


async def bring_standings_up_to(db: AsyncSession, today: date) -> None:
    """Before reading: what somebody changed without working it out, and what another day than today left, is worked out."""
    if await standings_are_current(db, today):
        return
    due = {*await db.scalars(_TAKE_DUE), *await db.scalars(_OTHER_DAY, {"today": today})}
    await _work_out(db, sorted(due), today)


async def standings_are_current(db: AsyncSession, today: date) -> bool:
    """Whether all that is kept is what the rules say today."""
    return bool(await db.scalar(_CURRENT, {"today": today}))


async def keep(
    db: AsyncSession,
    today: date,
    worked_out: Iterable[tuple[int, RootCauseFacts | None, WorkedOut | None, date | None]],
) -> None:
    """Writes what was worked out: of each root cause's id its facts, how it stands, and until which day.

    From facts loaded when the standings were locked, with all that this transaction has changed by now: of that nothing is
    due any more.
    """
    rows = [_row(*each) for each in worked_out]
    if rows:
        await _KEEP.rows(db, rows=json.dumps(rows), today=today)


async def _work_out(db: AsyncSession, ids: Sequence[int], today: date) -> None:
    isgs = await load_isgs(db)
    calendars = {isg.name: isg.calendar for isg in isgs}
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        # The lock first: facts that another transaction adds meanwhile are committed, and loaded, once it is ours.
        await db.execute(_LOCK, {"ids": some})
        rows = await root_cause_rows(db, known_at=None, released_only=False, only=some)
        facts = {root_cause.reference: root_cause for root_cause in facts_of_rows(isgs, rows)}

        def each(root_cause: RootCauseFacts | None) -> tuple[WorkedOut | None, date | None]:
            if root_cause is None:
                return None, None
            return work_out(root_cause, today, calendars), stands_until(root_cause, today, calendars)

        found = [(row.id, facts.get(row.reference)) for row in rows]
        await keep(db, today, [(row_id, root_cause, *each(root_cause)) for row_id, root_cause in found])


def history_of(root_cause: RootCauseFacts) -> str:
    """What a trajectory depends on, as one text: the same for root causes that count alike in every month."""
    return json.dumps(
        [
            [[_written(p.holds_from), p.isg, p.root_cause_class, p.in_plan] for p in root_cause.placements],
            [[b.version, _written(b.holds_from), _written(b.due_date)] for b in root_cause.baselines],
            [[_written(c.closed_on), _written(c.reopened_on)] for c in root_cause.closings],
        ],
        separators=(",", ":"),
    )


@lru_cache(maxsize=20_000)
def facts_of_history(history: str) -> RootCauseFacts:
    """The facts that `history_of` wrote, without what was said; the text itself stands for its reference."""
    placements, baselines, closings = json.loads(history)
    return RootCauseFacts(
        history,
        tuple(Placement(day(f), isg, RootCauseClass(c), in_plan) for f, isg, c, in_plan in placements),
        tuple(Baseline(v, day(f), date.fromisoformat(due)) for v, f, due in baselines),
        tuple(Closing(date.fromisoformat(closed), day(reopened)) for closed, reopened in closings),
    )


@dataclass(frozen=True, slots=True)
class Histories:
    """The plan as a trajectory needs it: one root cause for all with the same history, and how many each stands for."""

    root_causes: tuple[RootCauseFacts, ...]
    alike: Mapping[str, int] | None


async def plan_histories(db: AsyncSession, known_at: datetime | None = None) -> Histories:
    """As recorded by `known_at` (None: by now). What is kept holds for every date: nothing in it depends on the day."""
    if known_at is None and not await db.scalar(_ANYTHING_DUE):
        alike: dict[str, int] = {row.history: row.number for row in await db.execute(_HISTORIES)}
        return Histories(tuple(map(facts_of_history, alike)), alike)
    return Histories((await load_plan_facts(db, known_at=known_at)).root_causes, None)


_ANYTHING_DUE = text("SELECT EXISTS (SELECT FROM standing_due)")
_HISTORIES = text(
    "SELECT history, count(*) AS number FROM standing WHERE history IS NOT NULL GROUP BY history ORDER BY history"
)


def _written(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def _row(
    root_cause_id: int, facts: RootCauseFacts | None, stands: WorkedOut | None, until: date | None
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "root_cause_id": root_cause_id,
        "in_plan": False,
        "update_missed": False,
        "history": None if facts is None else history_of(facts),
        "holds_until": _written(until),
    }
    if stands is None:
        return row
    said = stands.latest_report
    return row | {
        "isg": stands.isg,
        "root_cause_class": stands.root_cause_class,
        "in_plan": stands.in_plan,
        "strongest_notice": stands.strongest_notice,
        "due_date": _written(stands.due_date),
        "original_due_date": _written(stands.original_due_date),
        "forecast_date": _written(stands.forecast_date),
        "delivery_status": stands.delivery_status,
        "update_missed": stands.update_missed,
        "closed_on": _written(stands.closed_on),
        "cycle": said and said.cycle,
        "version": said and said.version,
    }
