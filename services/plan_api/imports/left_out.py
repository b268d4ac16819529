"""What no sheet of the workbook has a place for: what is known of KPIs besides, and what no sheet is about."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.plan_api.workbook.write import LeftOut
from services.shared.clock import business_today

_NO_COLUMN: Final = "The sheet has no column for it."
_OF_TODAY: Final = "The sheet holds the target of the day only."
_NOT_DRAWN: Final = "No sheet holds what is decided about a chart."

_OF_KPIS: Final = text(r"""
    WITH in_force AS (
        SELECT DISTINCT ON (kpi_id) id FROM kpi_target
         WHERE superseded_at IS NULL AND (holds_from IS NULL OR holds_from <= :today)
         ORDER BY kpi_id, holds_from DESC NULLS LAST)
    SELECT sheet, reference, fact, reason FROM (
        SELECT 'KPIs' AS sheet, k.position, k.reference, 1 AS place, NULL::date AS day,
               'its ' || concat_ws(', ',
                   CASE WHEN k.purpose IS NOT NULL THEN 'purpose' END,
                   CASE WHEN num_nonnulls(k.numerator, k.denominator) > 0 THEN 'wording of numerator and denominator' END,
                   CASE WHEN k.part_of_whole THEN 'being part of a whole' END,
                   CASE WHEN k.data_owner_id IS NOT NULL THEN 'data owner' END,
                   CASE WHEN k.quality_note IS NOT NULL THEN 'note on data quality' END,
                   CASE WHEN num_nonnulls(k.timely, k.complete, k.audited, k.granular) > 0 THEN 'kite mark' END) AS fact,
               :no_column AS reason
          FROM kpi k
         WHERE num_nonnulls(k.purpose, k.numerator, k.denominator, k.data_owner_id::text, k.quality_note, k.timely::text,
                            k.complete::text, k.audited::text, k.granular::text) > 0 OR k.part_of_whole
        UNION ALL
        SELECT 'KPIs', k.position, k.reference, 2, NULL, 'what its definition was before (' || k.definition_number - 1 || ')',
               'The sheet holds the definition in force only.'
          FROM kpi k WHERE k.definition_number > 1
        UNION ALL
        SELECT 'KPIs', k.position, k.reference, 3, NULL,
               'retired on ' || to_char(k.retired_on, 'DD/MM/YYYY') || coalesce(': ' || k.retired_because, ''),
               'The sheet does not say so: an import elsewhere would have it in force.'
          FROM kpi k WHERE k.retired_on IS NOT NULL
        UNION ALL
        SELECT 'KPIs', k.position, k.reference, 4, t.holds_from,
               CASE WHEN t.value IS NULL THEN 'no target' ELSE 'target of ' || trim_scale(t.value) END
               || coalesce(' from ' || to_char(t.holds_from, 'DD/MM/YYYY'), ' from the beginning'),
               :of_today
          FROM kpi_target t JOIN kpi k ON k.id = t.kpi_id
         WHERE t.superseded_at IS NULL AND t.id NOT IN (SELECT id FROM in_force)
        UNION ALL
        SELECT 'KPIs', k.position, k.reference, 5, d.period,
               d.kind || ' at ' || to_char(d.period, 'DD/MM/YYYY')
               || CASE WHEN d.undone_on IS NULL THEN '' ELSE ', taken back' END || ': ' || d.reason,
               :not_drawn
          FROM kpi_decision d JOIN kpi k ON k.id = d.kpi_id
        UNION ALL
        SELECT 'KPIs', k.position, k.reference, 6, NULL,
               'benchmark ' || b.name || ' with its values (' || (
                   SELECT count(*) FROM kpi_benchmark_value v
                    WHERE v.benchmark_id = b.id AND v.superseded_at IS NULL) || ')',
               'No sheet holds benchmarks.'
          FROM kpi_benchmark b JOIN kpi k ON k.id = b.kpi_id WHERE b.ended_at IS NULL
        UNION ALL
        SELECT 'KPI data', k.position, k.reference, 7, NULL, 'notes on ' || count(*) || ' of its values', :no_column
          FROM kpi_observation o JOIN kpi k ON k.id = o.kpi_id
         WHERE o.superseded_at IS NULL AND o.note IS NOT NULL GROUP BY k.position, k.reference
        UNION ALL
        SELECT 'KPI data', k.position, k.reference, 8, NULL, 'what ' || count(DISTINCT o.period) || ' of its values were before',
               'The sheet holds each value as it is now.'
          FROM kpi_observation o JOIN kpi k ON k.id = o.kpi_id
         WHERE o.superseded_at IS NOT NULL GROUP BY k.position, k.reference
        UNION ALL
        SELECT 'KPIs', 2147483647, i.name, 9, s.signed_on,
               'its set of KPIs, signed off on ' || to_char(s.signed_on, 'DD/MM/YYYY'), 'No sheet holds what is signed off.'
          FROM kpi_set s JOIN isg i ON i.id = s.isg_id) left_out
     ORDER BY position, reference, place, day NULLS FIRST, fact
""")

_KINDS: Final = {
    "assurance": "signatures for evidence, and that something is embedded",
    "change_request": "change requests",
    "cycle_report": "reports of ISGs on their cycles",
    "deputy": "deputies",
    "escalation": "escalations, with what was decided",
    "evidence": "pieces of evidence",
    "impact_review": "reviews of what is done but not working",
    "pack": "packs",
    "plan_approval": "approvals of the plan",
    "recovery_plan": "recovery plans",
    "risk": "risks to delivery",
}
"""What no sheet is about, by table."""

_COUNTED: Final = text(
    " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in _KINDS)  # noqa: S608 - our own names
)


async def left_out_of_every_sheet(db: AsyncSession) -> list[LeftOut]:
    """Each fact about a KPI, and how many things of each other kind there are."""
    told = {"no_column": _NO_COLUMN, "of_today": _OF_TODAY, "not_drawn": _NOT_DRAWN}
    of_kpis = await db.execute(_OF_KPIS, told | {"today": await business_today(db)})
    counted: dict[str, int] = dict(iter(await db.execute(_COUNTED)))
    return [
        *(LeftOut(*row) for row in of_kpis),
        *(
            LeftOut("", "", f"{kind}: {counted[table]:,}", "No sheet is about them.")
            for table, kind in _KINDS.items()
            if counted[table]
        ),
    ]
