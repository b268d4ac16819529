"""Which KPIs owe values, who owes them, and what is there of the periods that are still asked for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

_KPIS: Final = """
    SELECT k.id, k.reference, k.name, k.frequency, k.recorded_at, isg.name AS isg, r.reference AS root_cause,
           first.period AS first_period,
           owner.name AS owner_name, owner.email AS owner_email,
           data_owner.name AS data_owner_name, data_owner.email AS data_owner_email,
           chair.name AS chair_name, chair.email AS chair_email
      FROM kpi k
      LEFT JOIN root_cause r ON r.id = k.root_cause_id
      LEFT JOIN standing s ON s.root_cause_id = k.root_cause_id
      LEFT JOIN isg ON isg.id = coalesce(k.isg_id, s.isg_id)
      LEFT JOIN person owner ON owner.id = r.owner_id AND owner.deactivated_at IS NULL
      LEFT JOIN person data_owner ON data_owner.id = k.data_owner_id AND data_owner.deactivated_at IS NULL
      LEFT JOIN person chair ON chair.id = isg.chair_id AND chair.deactivated_at IS NULL
      LEFT JOIN LATERAL (SELECT period FROM kpi_observation o WHERE o.kpi_id = k.id AND o.superseded_at IS NULL
                          ORDER BY period LIMIT 1) first ON true
     WHERE k.retired_on IS NULL
       AND (k.root_cause_id IS NULL
            OR (s.in_plan
                AND NOT EXISTS (SELECT FROM assurance a WHERE a.root_cause_id = k.root_cause_id
                                   AND a.stage = 'embedded' AND a.ended_on IS NULL)))
       AND (CAST(:isg AS text) IS NULL OR isg.name = :isg)
       {theirs}
     ORDER BY k.position, k.id
"""
"""A closed root cause owes its values until it is embedded; one that has left the plan owes none."""
_EVERY: Final = text(_KPIS.format(theirs=""))
_OF_THESE: Final = text(
    _KPIS.format(
        theirs="AND k.id = ANY(:ids) AND coalesce(data_owner.email, owner.email, chair.email) = ANY(:emails)"
    )
)
_THEIRS: Final = text("""
    SELECT id FROM kpi WHERE data_owner_id IN (SELECT id FROM person WHERE email = ANY(:emails))
     UNION ALL
    SELECT theirs.id FROM person JOIN root_cause ON root_cause.owner_id = person.id
      JOIN kpi theirs ON theirs.root_cause_id = root_cause.id
     WHERE person.email = ANY(:emails)
     UNION ALL
    SELECT theirs.id FROM person JOIN isg ON isg.chair_id = person.id JOIN kpi theirs ON theirs.isg_id = isg.id
     WHERE person.email = ANY(:emails) AND theirs.root_cause_id IS NULL
     UNION ALL
    SELECT theirs.id FROM person AS gone JOIN root_cause ON root_cause.owner_id = gone.id
      JOIN kpi theirs ON theirs.root_cause_id = root_cause.id
      JOIN standing ON standing.root_cause_id = root_cause.id
     WHERE gone.deactivated_at IS NOT NULL
       AND coalesce(theirs.isg_id, standing.isg_id)
           IN (SELECT isg.id FROM isg JOIN person ON person.id = isg.chair_id WHERE person.email = ANY(:emails))
""")
"""Whatever these people may be the first to owe, each way by an index: as data owner, as owner, as chair of an ISG's own KPI or
of one whose owner has left. The index of an ISG's own has no others in it."""
_THERE: Final = text("""
    SELECT o.kpi_id, o.period, o.state, o.value IS NULL AS said_missing
      FROM json_to_recordset(:wanted) AS w(id bigint, since date)
      JOIN kpi_observation o ON o.kpi_id = w.id AND o.period >= w.since AND o.superseded_at IS NULL
""")


@dataclass(slots=True)
class There:
    """What is known of a KPI's recent periods."""

    periods: set[date] = field(default_factory=set)
    provisional: set[date] = field(default_factory=set)


async def kpis(db: AsyncSession, isg: str | None, emails: Sequence[str] | None) -> Sequence[Row[Any]]:
    """Those that may owe values, in the order of the sheet; with `emails` those that one of these people is the first to owe."""
    if emails is None:
        return (await db.execute(_EVERY, {"isg": isg})).all()
    ids = list(await db.scalars(_THEIRS, {"emails": list(emails)}))
    return (await db.execute(_OF_THESE, {"isg": isg, "emails": list(emails), "ids": ids})).all()


async def there(db: AsyncSession, since: dict[int, date]) -> dict[int, There]:
    """What is there from a day on, by KPI."""
    wanted = json.dumps([{"id": kpi_id, "since": day.isoformat()} for kpi_id, day in since.items()])
    found = {kpi_id: There() for kpi_id in since}
    for row in await db.execute(_THERE, {"wanted": wanted}):
        found[row.kpi_id].periods.add(row.period)
        if row.state == "provisional" and not row.said_missing:
            found[row.kpi_id].provisional.add(row.period)
    return found
