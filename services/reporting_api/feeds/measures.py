"""Measures for partners at a point in time: final values alone, judged by the rules from what was known then."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.domain.measured import Measured, judged
from services.domain.observations import frequency_called, holds_on
from services.domain.spc_reading import since
from services.domain.words import ObservationState, Verdict
from services.reporting_api.feeds.schemas import KpiItem, ObservationItem, VerdictSaid
from services.reporting_api.points_in_time import PointInTime
from services.shared.clock import LONDON

_THERE: Final = text("""
    SELECT k.id FROM kpi k
     WHERE (k.retired_on IS NULL OR k.retired_on > CAST(:as_at AS date))
       AND k.recorded_at <= coalesce(CAST(:known_at AS timestamptz), 'infinity')
       AND (CAST(:ref AS text) IS NULL OR k.reference = :ref)
       AND (CAST(:after AS bigint) IS NULL OR (k.position, k.id) > (SELECT a.position, a.id FROM kpi a WHERE a.id = :after))
     ORDER BY k.position, k.id LIMIT CAST(:most AS bigint)
""")
_DEFINED: Final = text("""
    SELECT k.id, k.reference, k.level, d.*, r.reference AS root_cause,
           (SELECT isg.name FROM isg WHERE isg.id = coalesce(k.isg_id, (
              SELECT p.isg_id FROM root_cause_placement p
               WHERE p.root_cause_id = k.root_cause_id AND p.superseded_at IS NULL
                 AND (p.holds_from IS NULL OR p.holds_from <= CAST(:as_at AS date))
               ORDER BY p.holds_from DESC NULLS LAST, p.id DESC LIMIT 1))) AS isg
      FROM kpi k
      LEFT JOIN root_cause r ON r.id = k.root_cause_id
      JOIN LATERAL (
           SELECT v.number, v.name, v.purpose, v.key_question, v.unit, v.numerator, v.denominator, v.part_of_whole,
                  v.direction, v.frequency, v.source, v.timely, v.complete, v.audited, v.granular, v.recorded_at
             FROM kpi_definition v
            WHERE v.kpi_id = k.id AND (v.number = 1 OR (coalesce(v.holds_from, '-infinity') <= CAST(:as_at AS date)
                                                       AND v.recorded_at <= coalesce(CAST(:known_at AS timestamptz), 'infinity')))
            ORDER BY v.number DESC LIMIT 1) d ON true
     WHERE k.id = ANY(:ids)
       AND (k.retired_on IS NULL OR k.retired_on > CAST(:as_at AS date))
       AND k.recorded_at <= coalesce(CAST(:known_at AS timestamptz), 'infinity')
     ORDER BY k.position, k.id
""")
_VALUES: Final = text("""
    SELECT DISTINCT ON (kpi_id, period) kpi_id, period, version, value, numerator, denominator, recorded_at
      FROM kpi_observation
     WHERE kpi_id = ANY(:ids) AND state = 'final' AND period <= CAST(:as_at AS date)
       AND recorded_at <= coalesce(CAST(:known_at AS timestamptz), 'infinity')
     ORDER BY kpi_id, period, version DESC
""")
_TARGETS: Final = text("""
    SELECT kpi_id, holds_from, value::float8 AS value FROM kpi_target
     WHERE kpi_id = ANY(:ids) AND (holds_from IS NULL OR holds_from <= CAST(:as_at AS date))
       AND recorded_at <= coalesce(CAST(:known_at AS timestamptz), 'infinity')
       AND coalesce(superseded_at, 'infinity') > coalesce(CAST(:known_at AS timestamptz), now())
     ORDER BY kpi_id, holds_from NULLS FIRST
""")
_DECISIONS: Final = text("""
    SELECT kpi_id, kind, period, points FROM kpi_decision
     WHERE kpi_id = ANY(:ids) AND kind <> 'annotation' AND decided_on <= CAST(:as_at AS date)
       AND recorded_at <= coalesce(CAST(:known_at AS timestamptz), 'infinity')
       AND (undone_on IS NULL OR undone_on > CAST(:as_at AS date) OR undone_recorded_at > CAST(:known_at AS timestamptz))
     ORDER BY kpi_id, period, id
""")


@dataclass(frozen=True, slots=True)
class Released:
    """A final value as it was known."""

    period: date
    version: int
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    recorded_at: datetime


async def kpis_there(
    db: AsyncSession,
    point: PointInTime,
    after: int | None = None,
    most: int | None = None,
    *,
    ref: str | None = None,
) -> Sequence[int]:
    """The KPIs that were measured then, in the order of the sheet: all, or `most` of them after one."""
    asked = {"as_at": point.as_at, "known_at": point.known_at, "ref": ref, "after": after, "most": most}
    return list(await db.scalars(_THERE, asked))


async def kpi_items(db: AsyncSession, point: PointInTime, ids: Collection[int]) -> dict[int, KpiItem]:
    """These KPIs by their ids, as they were defined, and what the rules said of their values."""
    return {
        defined.id: _item(defined, values, measured, point.as_at)
        for defined, values, measured in await measured_then(db, point, ids)
    }


async def measured_then(
    db: AsyncSession, point: PointInTime, ids: Collection[int]
) -> list[tuple[Any, Sequence[Released], Measured]]:
    """These KPIs as they were defined, the values that held, and the series that the rules judge."""
    asked = {"as_at": point.as_at, "known_at": point.known_at, "ids": list(ids)}
    defined = (await db.execute(_DEFINED, asked)).all()
    asked["ids"] = [each.id for each in defined]
    values = await _released(db, asked, {each.id: each.frequency for each in defined})
    measured = {each.id: _measured(each, values[each.id]) for each in defined}
    for row in await db.execute(_TARGETS, asked):
        measured[row.kpi_id].targets.append((row.holds_from, row.value))
    for row in await db.execute(_DECISIONS, asked):
        match row.kind:
            case "rebase":
                measured[row.kpi_id].rebases.append(row.period)
            case "ghost":
                measured[row.kpi_id].ghosts.add(row.period)
            case "baseline":
                measured[row.kpi_id].baselines.append((row.period, row.points))
    return [(each, values[each.id], measured[each.id]) for each in defined]


async def observation_items(db: AsyncSession, point: PointInTime, ref: str) -> list[ObservationItem]:
    """The final values of a KPI. Raises NotFound."""
    ids = await kpis_there(db, point, ref=ref)
    if not ids:
        raise NotFound(f"There is no KPI {ref} at this date. The feed “kpis” lists them.")
    return await observations_of(db, point, ids)


async def observations_of(
    db: AsyncSession, point: PointInTime, ids: Collection[int]
) -> list[ObservationItem]:
    """The final values of these KPIs, one KPI after the other."""
    asked = {"as_at": point.as_at, "known_at": point.known_at, "ids": list(ids)}
    defined = (await db.execute(_DEFINED, asked)).all()
    values = await _released(db, asked, {each.id: each.frequency for each in defined})
    return [
        ObservationItem(
            kpi=kpi.reference, period=each.period, value=_number(each.value), numerator=_number(each.numerator),
            denominator=_number(each.denominator), version=each.version, released_at=each.recorded_at,
        )
        for kpi in defined
        for each in values[kpi.id]
    ]  # fmt: skip


async def _released(
    db: AsyncSession, asked: Mapping[str, Any], frequencies: Mapping[int, str | None]
) -> Mapping[int, list[Released]]:
    """The values that held at the end of the day."""
    found: defaultdict[int, list[Released]] = defaultdict(list)
    for row in await db.execute(_VALUES, asked):
        every = frequency_called(frequencies.get(row.kpi_id))
        if holds_on(row.period, every, row.recorded_at.astimezone(LONDON).date()) <= asked["as_at"]:
            found[row.kpi_id].append(
                Released(row.period, row.version, row.value, row.numerator, row.denominator, row.recorded_at)
            )
    return found


def _measured(defined: Any, values: Sequence[Released]) -> Measured:
    return Measured(
        defined.id, defined.direction, [each.period for each in values], [_number(each.value) for each in values],
        [ObservationState.FINAL] * len(values),
    )  # fmt: skip


def _item(defined: Any, values: Sequence[Released], measured: Measured, as_at: date) -> KpiItem:
    result, says = judged(measured, as_at)
    at, group = result.last, result.groups[-1] if result.groups else None
    is_signal = result.variation not in {None, Verdict.COMMON_CAUSE}
    return KpiItem(
        ref=defined.reference, name=defined.name, purpose=defined.purpose, level=defined.level, isg=defined.isg,
        root_cause=defined.root_cause, key_question=defined.key_question, unit=defined.unit, numerator=defined.numerator,
        denominator=defined.denominator, part_of_whole=defined.part_of_whole, improvement_direction=defined.direction,
        frequency=defined.frequency, source=defined.source, timely=defined.timely, complete=defined.complete,
        audited=defined.audited, granular=defined.granular, definition_version=defined.number, target=result.target,
        points=len(result.values), latest_period=None if at is None else result.periods[at],
        latest_value=None if at is None else result.values[at],
        verdict=VerdictSaid(
            rule_set=result.rule_set, variation=result.variation,
            direction=result.signals[at][1] if at is not None and at in result.signals else None,
            assurance=result.assurance, since=since(result) if is_signal else None, reading=says,
            mean=group.mean if group else None, lower_limit=group.lower_limit if group else None,
            upper_limit=group.upper_limit if group else None,
        ),
        released_at=max((each.recorded_at for each in values), default=defined.recorded_at),
    )  # fmt: skip


def _number(figure: Decimal | None) -> float | None:
    return None if figure is None else float(figure)
