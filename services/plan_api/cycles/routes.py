"""The worker's door: what dates cause."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import func, select

from services.plan_api.cycles import service
from services.plan_api.evidence.service import clear_the_store
from services.plan_api.imports import kept
from services.plan_api.reminders.digests import make_digests
from services.shared.app import feature_router
from services.shared.auth import Caller, permit_service
from services.shared.clock import business_today, real_now
from services.shared.db import Session
from services.shared.kept_answers import changes_since

router: APIRouter = feature_router("cycles")


class DayDone(BaseModel):
    """What the business day caused."""

    cycles_opened: int
    cycles_closed: int
    updates_released: int
    escalations_raised: list[str]
    reminders_raised: int
    reminders_stopped: int
    digests_made: int


@router.post("/v1/days")
async def run_day(
    request: Request, _worker: Annotated[Caller, permit_service("worker")], db: Session
) -> DayDone:
    """Does what the business day's dates cause; asking again changes nothing more."""
    kept.forget_old()
    await clear_the_store(db)
    today = await business_today(db)
    done = await _work_of(request, db, today)
    made = await make_digests(db, today, real_now())
    return DayDone(
        cycles_opened=done.cycles_opened, cycles_closed=done.cycles_closed, updates_released=done.updates_released,
        escalations_raised=done.escalations_raised, reminders_raised=done.reminders_raised,
        reminders_stopped=done.reminders_stopped, digests_made=made,
    )  # fmt: skip


async def _work_of(request: Request, db: Session, today: date) -> service.DaysWork:
    """Nothing is done again on a day on which nothing has changed since there was nothing to do.

    That there was nothing is told by the transaction: it has written nothing, so that nothing can be undone of it either.
    """
    seen_before, day_before = getattr(request.app.state, "days_work_seen", (None, None))
    seen, changed = await changes_since(db, seen_before)
    if seen_before is not None and day_before == today and not changed:
        return service.NOTHING
    done = await service.run_day(db, today)
    await db.flush()
    if await db.scalar(select(func.pg_current_xact_id_if_assigned().is_(None))):
        request.app.state.days_work_seen = (seen, today)
    return done
