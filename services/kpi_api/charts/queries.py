"""Everything that a KPI's page and chart show, in one statement: built by PostgreSQL as JSON, and passed on as it comes."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound

_SHOWN = text("""
    SELECT owner.email AS root_cause_owner, giver.email AS data_owner, isg.name AS isg, s.result::text AS result,
      json_build_object(
        'ref', k.reference, 'name', k.name, 'level', k.level, 'isg', isg.name, 'isg_slug', isg.slug,
        'key_question', k.key_question, 'unit', k.unit, 'improvement_direction', k.direction,
        'retired_on', k.retired_on, 'retired_because', k.retired_because,
        'root_cause', CASE WHEN r.id IS NOT NULL THEN
            json_build_object('ref', r.reference, 'title', r.title, 'closed_on', st.closed_on) END,
        'definition', json_build_object(
            'purpose', k.purpose, 'numerator', k.numerator, 'denominator', k.denominator, 'part_of_whole', k.part_of_whole,
            'frequency', k.frequency, 'source', k.source, 'data_owner', giver.name, 'quality_note', k.quality_note,
            'timely', k.timely, 'complete', k.complete, 'audited', k.audited, 'granular', k.granular,
            'number', k.definition_number),
        'standing', CASE WHEN s.kpi_id IS NOT NULL THEN json_build_object(
            'rule_set', s.rule_set, 'points', s.points, 'latest_period', s.latest_period, 'latest_value', s.latest_value,
            'latest_state', s.latest_state, 'target', s.target, 'variation', s.variation, 'direction', s.direction,
            'assurance', s.assurance, 'since', s.since, 'reading', s.reading, 'revision', s.revision,
            'notes', coalesce(s.result->'notes', '[]')) END,
        'points', coalesce(s.result->'points', '[]'),
        'observations', (SELECT coalesce(json_agg(json_build_object(
              'period', o.period, 'value', o.value, 'numerator', o.numerator, 'denominator', o.denominator,
              'state', o.state, 'version', o.version, 'note', o.note, 'given_through', o.given_through,
              'recorded_at', o.recorded_at, 'first_given_at', coalesce(f.recorded_at, o.recorded_at),
              'first_given_through', coalesce(f.given_through, o.given_through)) ORDER BY o.period), '[]')
            FROM kpi_observation o
            LEFT JOIN kpi_observation f ON f.kpi_id = o.kpi_id AND f.period = o.period AND f.version = 1
           WHERE o.kpi_id = k.id AND o.superseded_at IS NULL),
        'targets', (SELECT coalesce(json_agg(json_build_object(
              'holds_from', t.holds_from, 'value', t.value, 'reason', t.reason) ORDER BY t.holds_from NULLS FIRST), '[]')
            FROM kpi_target t WHERE t.kpi_id = k.id AND t.superseded_at IS NULL),
        'decisions', (SELECT coalesce(json_agg(json_build_object(
              'kind', d.kind, 'period', d.period, 'points', d.points, 'reason', d.reason, 'by', p.name,
              'on', d.decided_on) ORDER BY d.period, d.id), '[]')
            FROM kpi_decision d JOIN person p ON p.id = d.decided_by WHERE d.kpi_id = k.id AND d.undone_on IS NULL),
        'definitions', (SELECT coalesce(json_agg(json_build_object(
              'number', v.number, 'holds_from', v.holds_from, 'because', v.changed_because, 'by', p.name)
              ORDER BY v.number), '[]')
            FROM kpi_definition v LEFT JOIN person p ON p.id = v.changed_by WHERE v.kpi_id = k.id),
        'actions', (SELECT coalesce(json_agg(json_build_object(
              'ref', a.reference, 'description', a.description, 'completed_on', a.completed_on)
              ORDER BY a.completed_on, a.position), '[]')
            FROM action a WHERE a.root_cause_id = k.root_cause_id AND a.completed_on IS NOT NULL),
        'closings', (SELECT coalesce(json_agg(json_build_object(
              'closed_on', c.closed_on, 'reopened_on', c.reopened_on) ORDER BY c.closed_on, c.id), '[]')
            FROM closing c WHERE c.root_cause_id = k.root_cause_id),
        'impact', (SELECT json_build_object('closed_on', i.closed_on, 'verdict', i.verdict,
              'points_since', i.points_since, 'reading', i.reading) FROM kpi_impact i WHERE i.kpi_id = k.id),
        'benchmarks', (SELECT coalesce(json_agg(json_build_object(
              'name', b.name, 'kind', b.kind, 'source', b.source,
              'values', (SELECT coalesce(json_agg(json_build_object('period', w.period, 'value', w.value)
                                                  ORDER BY w.period), '[]')
                           FROM kpi_benchmark_value w WHERE w.benchmark_id = b.id AND w.superseded_at IS NULL))
              ORDER BY b.id), '[]')
            FROM kpi_benchmark b WHERE b.kpi_id = k.id AND b.ended_at IS NULL)
      )::text AS shown
      FROM kpi k
      LEFT JOIN kpi_standing s ON s.kpi_id = k.id
      LEFT JOIN root_cause r ON r.id = k.root_cause_id
      LEFT JOIN standing st ON st.root_cause_id = k.root_cause_id
      LEFT JOIN isg ON isg.id = coalesce(k.isg_id, st.isg_id)
      LEFT JOIN person owner ON owner.id = r.owner_id
      LEFT JOIN person giver ON giver.id = k.data_owner_id
     WHERE k.reference = :ref
""")


async def shown(db: AsyncSession, ref: str) -> Any:
    """The KPI as its page shows it, as JSON; and whose it is. Raises NotFound."""
    found = (await db.execute(_SHOWN, {"ref": ref})).one_or_none()
    if found is None:
        raise NotFound(f"There is no KPI {ref}. Open the list of measures to find it.")
    return found
