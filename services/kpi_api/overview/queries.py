"""What the KPIs show, from what is kept of each: built by PostgreSQL as JSON, and passed on as it comes."""

from dataclasses import asdict, dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which KPIs; None wants all. `variation` and `assurance` narrow the list, never the matrix that leads there.

    "none" wants those of which there is nothing to say, for want of points or of a target.
    """

    isg: str | None = None
    key_question: str | None = None
    level: str | None = None
    variation: str | None = None
    assurance: str | None = None


_OVERVIEW = text("""
    WITH fitting AS MATERIALIZED (
      SELECT k.id, k.position, coalesce(k.isg_id, st.isg_id) AS isg_id, s.variation, s.assurance
        FROM kpi k
        LEFT JOIN kpi_standing s ON s.kpi_id = k.id
        LEFT JOIN standing st ON st.root_cause_id = k.root_cause_id
       WHERE k.retired_on IS NULL
         AND (CAST(:isg AS text) IS NULL OR coalesce(k.isg_id, st.isg_id) IN
              (SELECT id FROM isg WHERE isg.name = :isg OR isg.slug = :isg))
         AND (CAST(:key_question AS text) IS NULL OR k.key_question = :key_question)
         AND (CAST(:level AS text) IS NULL OR k.level = :level)
    ), counted AS (
      SELECT variation, assurance, count(*) AS kpis FROM fitting GROUP BY variation, assurance
    ), total AS (
      SELECT coalesce(sum(kpis), 0) AS kpis FROM counted
       WHERE (CAST(:variation AS text) IS NULL OR coalesce(variation, 'none') = :variation)
         AND (CAST(:assurance AS text) IS NULL OR coalesce(assurance, 'none') = :assurance)
    ), listed AS (
      SELECT id, isg_id,
             row_number() OVER (ORDER BY (CASE variation WHEN 'concern' THEN 0 ELSE 1 END),
                                         (CASE assurance WHEN 'fail' THEN 0 ELSE 1 END), position, id) AS place
        FROM fitting
       WHERE (CAST(:variation AS text) IS NULL OR coalesce(variation, 'none') = :variation)
         AND (CAST(:assurance AS text) IS NULL OR coalesce(assurance, 'none') = :assurance)
       ORDER BY place LIMIT :limit OFFSET :start
    )
    SELECT json_build_object(
      'matrix', (SELECT coalesce(json_agg(json_build_object(
                          'variation', variation, 'assurance', assurance, 'count', kpis)), '[]') FROM counted),
      'total', (SELECT kpis FROM total),
      'items', coalesce((SELECT json_agg(json_build_object(
          'ref', k.reference, 'name', k.name, 'level', k.level, 'isg', isg.name, 'root_cause', r.reference,
          'key_question', k.key_question, 'unit', k.unit, 'frequency', k.frequency, 'improvement_direction', k.direction,
          'points', coalesce(s.points, 0), 'latest_period', s.latest_period, 'latest_value', s.latest_value,
          'latest_state', s.latest_state, 'target', s.target, 'rule_set', s.rule_set, 'variation', s.variation,
          'direction', s.direction, 'assurance', s.assurance, 'since', s.since, 'reading', s.reading,
          'recent', coalesce(s.recent, '[]')) ORDER BY l.place)
        FROM listed l JOIN kpi k ON k.id = l.id LEFT JOIN kpi_standing s ON s.kpi_id = l.id
        LEFT JOIN isg ON isg.id = l.isg_id LEFT JOIN root_cause r ON r.id = k.root_cause_id), '[]')
    )::text AS whole, (SELECT kpis FROM total) AS total,
    CAST(:isg AS text) IS NULL OR EXISTS (SELECT FROM isg WHERE name = :isg OR slug = :isg) AS isg_is_there
""")
"""Concern comes first, then what fails its target, then the order of the sheet."""


async def overview(db: AsyncSession, wanted: Wanted, start: int, limit: int) -> tuple[str, int]:
    """The counts of the matrix and one page of the list as JSON, and how many the list has. Raises NotFound."""
    asked = asdict(wanted) | {"start": start, "limit": limit}
    found = (await db.execute(_OVERVIEW, asked)).one()
    if not found.isg_is_there:
        raise NotFound(f"There is no ISG “{wanted.isg}”. Check its name, or ask for all KPIs.")
    return found.whole, int(found.total)
