"""Another KPI in place of one that says nothing of what was changed: decided by the ISG, in its review of what does not work."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import RuleBroken
from services.domain.measures import replacement_problems
from services.domain.words import KpiLevel
from services.kpi_api.definitions.writing import redefine, set_target
from services.kpi_api.impact.schemas import KpiInstead, KpiReplaced
from services.kpi_api.imports.queries import kpis_called, next_position
from services.kpi_api.standings.service import keep_standings
from services.shared.clock import business_now
from services.shared.models import Kpi


async def replace(db: AsyncSession, wish: KpiInstead) -> KpiReplaced:
    """The ISG has decided what to measure instead: a new KPI of the root cause, and no more values of the one before.

    A KPI that was replaced already stays as it is, and answers with the newest that the root cause has.
    """
    old = (await kpis_called(db, [wish.kpi])).get(wish.kpi)
    if old is None or old.root_cause_id is None:
        raise RuleBroken.at("kpi", f"There is no KPI {wish.kpi} of a root cause.")
    reference = f"{old.reference}-{wish.decided_on:%Y%m%d}"
    known = (await kpis_called(db, [reference])).get(reference)
    if known is not None or old.retired_on is not None:
        return KpiReplaced(kpi=known.reference if known else old.reference)
    frequency = wish.frequency or old.frequency
    if problems := [
        *replacement_problems(wish.name, wish.unit, frequency, wish.target, frequency_before=old.frequency)
    ]:
        raise RuleBroken(problems)
    now = await business_now(db)
    new = Kpi(
        reference=reference, level=KpiLevel.ROOT_CAUSE, isg_id=old.isg_id, root_cause_id=old.root_cause_id,
        position=await next_position(db), recorded_at=now,
    )  # fmt: skip
    db.add(new)
    defined = {
        "name": wish.name, "unit": wish.unit, "direction": wish.direction, "frequency": frequency,
        "key_question": old.key_question, "data_owner_id": old.data_owner_id,
    }  # fmt: skip
    await redefine(db, new, defined, now, because=wish.because, by=wish.decided_by)
    if wish.target is not None:
        await set_target(db, new, wish.target, now, reason=wish.because, by=wish.decided_by)
    old.retired_on, old.retired_because = wish.decided_on, wish.because
    old.version += 1
    await db.flush()
    await keep_standings(db, [old.id, new.id])
    return KpiReplaced(kpi=reference)
