"""Keeps the KPI rows of an imported workbook. Received twice, they are kept once; a revision keeps what it revises."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import RuleBroken
from services.kpi_api.definitions.writing import redefine, set_target
from services.kpi_api.imports import queries
from services.kpi_api.imports.schemas import KpiSent, KpisKept, KpisSent, ObservationSent
from services.kpi_api.standings.service import keep_standings
from services.shared.clock import business_now, business_today
from services.shared.db import lock
from services.shared.models import Isg, Kpi, KpiObservation, RootCause

IMPORTED = "Imported from the workbook"
ACCEPTED, REVISED, UNCHANGED = "accepted", "revised", "unchanged"


async def keep_kpis(db: AsyncSession, sent: KpisSent) -> KpisKept:
    """Keeps definitions, then values, and what follows from them. Raises RuleBroken for a value whose KPI is not known."""
    await lock(db, "kpi import")
    now = await business_now(db)
    changed: set[int] = set()
    kept = Counter(await _keep_definitions(db, sent.kpis, now, changed))
    kept.update(await _keep_observations(db, sent.observations, now, changed))
    await keep_standings(db, changed)
    return KpisKept(accepted=kept[ACCEPTED], revised=kept[REVISED], unchanged=kept[UNCHANGED])


async def _keep_definitions(
    db: AsyncSession, sent: Sequence[KpiSent], now: datetime, changed_kpis: set[int]
) -> list[str]:
    known = await queries.kpis_called(db, (kpi.reference for kpi in sent))
    isgs = await queries.ids_by(db, Isg.name, (kpi.isg for kpi in sent))
    root_causes = await queries.ids_by(db, RootCause.reference, (kpi.root_cause for kpi in sent))
    position = await queries.next_position(db)
    done = []
    today = await business_today(db)
    for definition in sent:
        values = definition.model_dump(include={"name", "unit", "direction", "frequency", "source"}) | {
            "key_question": definition.cqc_domain
        }
        kpi = known.get(definition.reference)
        is_new = kpi is None
        if kpi is None:
            kpi = Kpi(
                reference=definition.reference, level=definition.level, isg_id=isgs.get(definition.isg or ""),
                root_cause_id=root_causes.get(definition.root_cause or ""), position=position, recorded_at=now,
            )  # fmt: skip
            db.add(kpi)
            position += 1
        changed = _placed(kpi, definition, isgs, root_causes)
        changed |= await redefine(db, kpi, values, now, holds_from=today, because=IMPORTED)
        changed |= await set_target(
            db, kpi, definition.target, now, holds_from=await queries.target_in_force_from(db, kpi.id, today)
        )
        done.append(ACCEPTED if is_new else REVISED if changed else UNCHANGED)
        if is_new or changed:
            changed_kpis.add(kpi.id)
    await db.flush()
    return done


def _placed(kpi: Kpi, definition: KpiSent, isgs: Mapping[str, int], root_causes: Mapping[str, int]) -> bool:
    """Puts the KPI where the sheet says that it belongs. Whether that is elsewhere than before."""
    place = {
        "level": definition.level,
        "isg_id": isgs.get(definition.isg or ""),
        "root_cause_id": root_causes.get(definition.root_cause or ""),
    }
    moved = any(getattr(kpi, column) != value for column, value in place.items())
    for column, value in place.items():
        setattr(kpi, column, value)
    return moved


async def _keep_observations(
    db: AsyncSession, sent: Sequence[ObservationSent], now: datetime, changed_kpis: set[int]
) -> list[str]:
    kpis = await queries.kpis_called(db, (observation.kpi for observation in sent))
    if unknown := sorted({observation.kpi for observation in sent} - kpis.keys()):
        raise RuleBroken.at("kpi", f"There is no KPI {', '.join(unknown)}: send its definition first.")
    current = await queries.current_observations(db, (kpi.id for kpi in kpis.values()))
    done, rows, changed_now = [], [], set[int]()
    for observation in sent:
        kpi_id = kpis[observation.kpi].id
        kept = current.get((kpi_id, observation.period))
        figures = observation.model_dump(include={"value", "numerator", "denominator"})
        if kept and all(getattr(kept, column) == figure for column, figure in figures.items()):
            done.append(UNCHANGED)
            continue
        if kept:
            kept.superseded_at = now
        done.append(REVISED if kept else ACCEPTED)
        version = kept.version + 1 if kept else 1
        rows.append(
            {
                "kpi_id": kpi_id,
                "period": observation.period,
                "version": version,
                "recorded_at": now,
                **figures,
            }
        )
        if kpi_id not in changed_now:
            changed_now.add(kpi_id)
            kpis[observation.kpi].version += 1
    changed_kpis |= changed_now
    await db.flush()
    if rows:
        await db.execute(insert(KpiObservation), rows)
    return done
