"""Keeps the verdict on each KPI of a closed root cause: worked out when data arrive or it is closed, never at reading.

When it comes out otherwise, the plan service is told through the outbox, and reads what is kept: told twice, or late, it does
the same.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.domain.impact import PERIODS_TO_EMBED, Impact, Value, impact_of, overall
from services.domain.words import ChartDecision, Direction, ImpactVerdict, ObservationState
from services.kpi_api.impact import queries
from services.kpi_api.impact.schemas import (
    ImpactsKept,
    KpiImpactShown,
    RootCauseImpact,
)
from services.shared.clock import business_now
from services.shared.models import Kpi, KpiImpact, KpiObservation, KpiTarget
from services.shared.outbox import enqueue

IMPACTS_DOOR: Final = "/v1/impacts"
TOLD: Final = ("closed_on", "verdict", "holds_for_embedding", "root_cause_id")
"""What the plan service is told of when it changes."""


async def keep_impacts(db: AsyncSession, kpi_ids: Collection[int]) -> ImpactsKept:
    """Works out the verdicts of those of these KPIs that belong to a closed root cause, and tells the plan what has changed."""
    rows = await queries.kpis_of_closed(db, kpi_ids)
    if not rows:
        return ImpactsKept(kept=0, changed=0)
    ids = [row.id for row in rows]
    kept = await queries.kept_impacts(db, ids)
    worked_out = await _worked_out(db, rows, ids)
    now, changed = await business_now(db), set()
    for row in rows:
        before, impact = kept.get(row.id), worked_out.get(row.id)
        if impact is None:
            changed |= {row.root_cause} if before is not None else set()
            continue
        columns = _columns(row, impact)
        if before is not None and all(getattr(before, name) == value for name, value in columns.items()):
            continue
        if before is None or _is_news(before, columns):
            changed.add(row.root_cause)
        written = insert(KpiImpact).values(kpi_id=row.id, worked_out_at=now, **columns)
        await db.execute(
            written.on_conflict_do_update(
                index_elements=[KpiImpact.kpi_id], set_={**columns, "worked_out_at": now}
            )
        )
    if changed:
        await enqueue(db, "kpi", "plan", IMPACTS_DOOR, {"root_causes": sorted(changed)})
    return ImpactsKept(kept=len(worked_out), changed=len(changed))


async def keep_impacts_of(db: AsyncSession, root_causes: Collection[str]) -> ImpactsKept:
    """The same for all KPIs of root causes that were closed or reopened."""
    return await keep_impacts(db, await queries.kpis_of(db, root_causes))


async def did_it_work(db: AsyncSession, reference: str) -> RootCauseImpact:
    """What is kept of a root cause: nothing while it is open. Raises NotFound."""
    found = await queries.closed_root_cause(db, reference)
    if found is None:
        raise NotFound(f"There is no root cause {reference}. Check the reference, or search for its title.")
    rows = await queries.impacts_on(db, found.id, found.closed_on) if found.closed_on else ()
    items = [_shown(*row) for row in rows]
    verdict = overall(item.verdict for item in items)
    return RootCauseImpact(
        root_cause=reference,
        closed_on=found.closed_on,
        periods=found.periods or PERIODS_TO_EMBED,
        verdict=verdict,
        verdict_label=verdict.label if verdict else None,
        items=items,
    )


async def _worked_out(db: AsyncSession, rows: Sequence[Any], ids: Sequence[int]) -> dict[int, Impact]:
    """By KPI; of one that is retired nothing is worked out any more."""
    values, targets = await queries.values_of(db, ids), await queries.targets_of(db, ids)
    ghosts = await queries.decided_periods(db, ids, ChartDecision.GHOST)
    rebases = await queries.decided_periods(db, ids, ChartDecision.REBASE)
    return {
        row.id: impact_of(
            _values(values[row.id], targets[row.id], ghosts[row.id]),
            row.closed_on,
            Direction(row.direction),
            periods=row.periods or PERIODS_TO_EMBED,
            rebase=rebases[row.id],
        )
        for row in rows
        if row.retired_on is None
    }


def _values(
    observations: Iterable[KpiObservation], targets: Sequence[KpiTarget], ghosts: Collection[date]
) -> list[Value]:
    return [
        Value(
            each.period,
            float(each.value or 0),
            _target_on(targets, each.period),
            ghosted=each.period in ghosts,
            final=each.state == ObservationState.FINAL,
        )
        for each in observations
    ]


def _target_on(targets: Sequence[KpiTarget], period: date) -> float | None:
    """The last that holds from the period's first day or earlier."""
    holding = [each.value for each in targets if each.holds_from is None or each.holds_from <= period]
    return float(holding[-1]) if holding and holding[-1] is not None else None


def _columns(row: Any, impact: Impact) -> dict[str, Any]:
    return {
        "root_cause_id": row.root_cause_id, "closed_on": row.closed_on, "verdict": impact.verdict.value,
        "points_since": impact.points_since, "latest_period": impact.latest_period, "reading": impact.reading,
        "holds_for_embedding": impact.holds_for_embedding, "embedding_reading": impact.embedding_reading,
    }  # fmt: skip


def _is_news(before: KpiImpact, columns: dict[str, Any]) -> bool:
    is_charted = (before.latest_period is None) == (columns["latest_period"] is None)
    return not is_charted or any(getattr(before, name) != columns[name] for name in TOLD)


def _shown(
    kpi: Kpi, impact: KpiImpact, mean_before: Any, points_before: int | None, mean_since: Any
) -> KpiImpactShown:
    verdict = ImpactVerdict(impact.verdict)
    return KpiImpactShown(
        ref=kpi.reference,
        name=kpi.name,
        unit=kpi.unit,
        direction=Direction(kpi.direction),
        verdict=verdict,
        verdict_label=verdict.label,
        reading=impact.reading,
        points_before=points_before or 0,
        points_since=impact.points_since,
        mean_before=None if mean_before is None else float(mean_before),
        mean_since=None if mean_since is None else float(mean_since),
        latest_period=impact.latest_period,
        holds_for_embedding=impact.holds_for_embedding,
        embedding_reading=impact.embedding_reading,
    )
