"""What standings are worked out from, for many KPIs in a few statements, and how they are kept."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_KPIS: Final = text("""
    SELECT k.id, k.direction,
           o.periods, o.values, o.states
      FROM kpi k
      LEFT JOIN LATERAL (
           SELECT array_agg(period ORDER BY period) AS periods,
                  array_agg(value::float8 ORDER BY period) AS values,
                  array_agg(state ORDER BY period) AS states
             FROM kpi_observation WHERE kpi_id = k.id AND superseded_at IS NULL) o ON true
     WHERE k.id = ANY(:ids)
     ORDER BY k.id
""")
_LOCK: Final = text("SELECT id FROM kpi WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
_TARGETS: Final = text("""
    SELECT kpi_id, holds_from, value::float8 AS value
      FROM kpi_target WHERE kpi_id = ANY(:ids) AND superseded_at IS NULL
     ORDER BY kpi_id, holds_from NULLS FIRST
""")
_DECISIONS: Final = text("""
    SELECT kpi_id, kind, period, points
      FROM kpi_decision WHERE kpi_id = ANY(:ids) AND undone_on IS NULL AND kind <> 'annotation'
     ORDER BY kpi_id, period, id
""")
_KEEP: Final = text("""
    WITH kept AS (
        INSERT INTO kpi_standing
               (kpi_id, rule_set, points, latest_period, latest_value, latest_state, target, variation, direction, assurance,
                since, reading, recent, result, revision, worked_out_at)
        SELECT kpi_id, rule_set, points, latest_period, latest_value, latest_state, target, variation, direction, assurance,
               since, reading, recent, result, 1, :now
          FROM json_to_recordset(:rows) AS r(
               kpi_id bigint, rule_set text, points bigint, latest_period date, latest_value numeric, latest_state text,
               target numeric, variation text, direction text, assurance text, since date, reading text, recent jsonb,
               result jsonb)
            ON CONFLICT (kpi_id) DO UPDATE
           SET rule_set = excluded.rule_set, points = excluded.points, latest_period = excluded.latest_period,
               latest_value = excluded.latest_value, latest_state = excluded.latest_state, target = excluded.target,
               variation = excluded.variation, direction = excluded.direction, assurance = excluded.assurance,
               since = excluded.since, reading = excluded.reading, recent = excluded.recent, result = excluded.result,
               revision = kpi_standing.revision
                        + CASE WHEN (kpi_standing.reading, kpi_standing.result)
                                    IS DISTINCT FROM (excluded.reading, excluded.result) THEN 1 ELSE 0 END,
               worked_out_at = excluded.worked_out_at
        RETURNING kpi_id)
    SELECT count(*) FROM kept
""")
_BEHIND: Final = text("""
    SELECT k.id
      FROM kpi k LEFT JOIN kpi_standing s ON s.kpi_id = k.id
     WHERE s.kpi_id IS NULL
        OR EXISTS (SELECT FROM kpi_observation o WHERE o.kpi_id = k.id AND o.superseded_at IS NULL
                      AND o.recorded_at > s.worked_out_at)
        OR (SELECT count(*) FROM kpi_observation o
             WHERE o.kpi_id = k.id AND o.superseded_at IS NULL AND o.value IS NOT NULL) <> s.points
        OR EXISTS (SELECT FROM kpi_target t WHERE t.kpi_id = k.id
                      AND greatest(t.recorded_at, t.superseded_at) > s.worked_out_at)
        OR EXISTS (SELECT FROM kpi_decision d WHERE d.kpi_id = k.id
                      AND greatest(d.recorded_at, d.undone_recorded_at) > s.worked_out_at)
        OR EXISTS (SELECT FROM kpi_definition n WHERE n.kpi_id = k.id AND n.recorded_at > s.worked_out_at)
     ORDER BY k.id
""")


@dataclass(slots=True)
class Measured:
    """One KPI as its chart needs it: its values (None: said to be missing), targets from which day, and decisions."""

    id: int
    direction: str
    periods: Sequence[date]
    values: Sequence[float | None]
    states: Sequence[str]
    targets: list[tuple[date | None, float | None]] = field(default_factory=list)
    rebases: list[date] = field(default_factory=list)
    ghosts: set[date] = field(default_factory=set)
    baselines: list[tuple[date, int]] = field(default_factory=list)


async def measured(db: AsyncSession, kpi_ids: Collection[int]) -> list[Measured]:
    """These KPIs with all that their standings follow from, locked until this transaction ends."""
    ids = {"ids": sorted(kpi_ids)}
    await db.execute(_LOCK, ids)
    found = {
        row.id: Measured(row.id, row.direction, row.periods or (), row.values or (), row.states or ())
        for row in await db.execute(_KPIS, ids)
    }
    for row in await db.execute(_TARGETS, ids):
        found[row.kpi_id].targets.append((row.holds_from, row.value))
    for row in await db.execute(_DECISIONS, ids):
        each = found[row.kpi_id]
        match row.kind:
            case "rebase":
                each.rebases.append(row.period)
            case "ghost":
                each.ghosts.add(row.period)
            case "baseline":
                each.baselines.append((row.period, row.points))
    return list(found.values())


async def keep(db: AsyncSession, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Writes standings; one that came out as before keeps its revision."""
    await db.execute(_KEEP, {"rows": json.dumps(rows, separators=(",", ":")), "now": now})


async def behind(db: AsyncSession) -> list[int]:
    """The KPIs whose standing is missing, or older than what it follows from."""
    return list(await db.scalars(_BEHIND))
