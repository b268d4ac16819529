"""Decisions of people about how a chart is read: shown on it with reason and name, undone with a reason, never removed."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.chart_decisions import check_decision, check_undoing
from services.domain.errors import Conflict, NotFound
from services.domain.observations import period_written
from services.domain.permissions import Action
from services.domain.words import ChartDecision
from services.kpi_api.decisions.schemas import DecisionList, DecisionShown, DecisionWish, UndoingWish
from services.kpi_api.standings.service import keep_standings
from services.kpi_api.subjects import KpiInHand, kpi_called
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.models import KpiDecision, KpiObservation, Person
from services.shared.preconditions import check_if_match


async def list_decisions(db: AsyncSession, caller: Caller, in_hand: KpiInHand) -> DecisionList:
    """Those in force first, then the newest."""
    by, undone_by = aliased(Person), aliased(Person)
    rows = await db.execute(
        select(KpiDecision, by.name, undone_by.name)
        .join(by, by.id == KpiDecision.decided_by)
        .outerjoin(undone_by, undone_by.id == KpiDecision.undone_by)
        .where(KpiDecision.kpi_id == in_hand.kpi.id)
        .order_by(KpiDecision.undone_on.is_not(None), KpiDecision.period.desc(), KpiDecision.id.desc())
    )
    every = in_hand.measure.every
    periods = (await _periods(db, in_hand.kpi.id))[::-1]
    return DecisionList(
        ref=in_hand.kpi.reference,
        name=in_hand.kpi.name,
        can=[Action.DECIDE_ON_CHART.value] if in_hand.may(Action.DECIDE_ON_CHART, caller.who) else [],
        items=[
            DecisionShown(
                id=each.id, kind=ChartDecision(each.kind), period=each.period, period_name=period_written(each.period, every),
                points=each.points, reason=each.reason, decided_by=decided_by, decided_on=each.decided_on,
                undone_by=taken_back_by, undone_on=each.undone_on, undone_because=each.undone_because,
            )
            for each, decided_by, taken_back_by in rows
        ],
        periods=periods,
        period_names=[period_written(period, every) for period in periods],
    )  # fmt: skip


async def decide(
    db: AsyncSession, caller: Caller, reference: str, wish: DecisionWish, *, if_match: str | None = None
) -> DecisionList:
    """Records it, and what follows. Raises NotFound, NotAllowed, Stale, RuleBroken, or Conflict for what stands already."""
    in_hand = await _theirs(db, caller, reference, if_match)
    kpi = in_hand.kpi
    standing = list(
        await db.scalars(
            select(KpiDecision).where(KpiDecision.kpi_id == kpi.id, KpiDecision.undone_on.is_(None))
        )
    )
    period = check_decision(
        wish.kind, wish.period, wish.points, wish.reason, periods=await _periods(db, kpi.id),
        rebases=[each.period for each in standing if each.kind == ChartDecision.REBASE],
        every=in_hand.measure.every, today=await business_today(db),
    )  # fmt: skip
    if wish.kind is not ChartDecision.ANNOTATION and any(
        (each.kind, each.period) == (wish.kind, period) for each in standing
    ):
        said = period_written(period, in_hand.measure.every)
        raise Conflict(f"This is decided for {said} already: undo that decision before you take another.")
    db.add(
        KpiDecision(
            kpi_id=kpi.id, kind=wish.kind, period=period, points=wish.points, reason=str(wish.reason).strip(),
            decided_by=caller.id, decided_on=await business_today(db), recorded_at=await business_now(db),
        )
    )  # fmt: skip
    return await _changed(db, caller, in_hand)


async def undo(
    db: AsyncSession,
    caller: Caller,
    reference: str,
    decision_id: int,
    wish: UndoingWish,
    *,
    if_match: str | None = None,
) -> DecisionList:
    """Takes a decision back; it stays, with the reason. Raises Conflict where it was undone before."""
    in_hand = await _theirs(db, caller, reference, if_match)
    decision = await db.get(KpiDecision, decision_id)
    if decision is None or decision.kpi_id != in_hand.kpi.id:
        raise NotFound("There is no such decision about this chart. Open the page again to see them all.")
    check_undoing(wish.reason)
    if decision.undone_on is not None:
        raise Conflict("This decision has been undone already. Open the page again to see by whom.")
    decision.undone_by, decision.undone_on = caller.id, await business_today(db)
    decision.undone_because = str(wish.reason).strip()
    decision.undone_recorded_at = await business_now(db)
    return await _changed(db, caller, in_hand)


async def _theirs(db: AsyncSession, caller: Caller, reference: str, if_match: str | None) -> KpiInHand:
    in_hand = await kpi_called(db, reference, to_change=True)
    in_hand.require(Action.DECIDE_ON_CHART, caller.who)
    await check_if_match(db, if_match, in_hand.kpi)
    return in_hand


async def _changed(db: AsyncSession, caller: Caller, in_hand: KpiInHand) -> DecisionList:
    in_hand.kpi.version += 1
    await keep_standings(db, [in_hand.kpi.id])
    return await list_decisions(db, caller, in_hand)


async def _periods(db: AsyncSession, kpi_id: int) -> list[date]:
    """Those with a value, in order."""
    query = select(KpiObservation.period).where(
        KpiObservation.kpi_id == kpi_id,
        KpiObservation.superseded_at.is_(None),
        KpiObservation.value.is_not(None),
    )
    return list(await db.scalars(query.order_by(KpiObservation.period)))
