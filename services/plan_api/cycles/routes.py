"""The worker's door: what dates cause."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from services.plan_api.cycles import service
from services.plan_api.reminders.digests import make_digests
from services.shared.app import feature_router
from services.shared.auth import Caller, permit_service
from services.shared.clock import business_today, real_now
from services.shared.db import Session

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
async def run_day(_worker: Annotated[Caller, permit_service("worker")], db: Session) -> DayDone:
    """Does what the business day's dates cause; asking again changes nothing more."""
    today = await business_today(db)
    done = await service.run_day(db, today)
    made = await make_digests(db, today, real_now())
    return DayDone(
        cycles_opened=done.cycles_opened, cycles_closed=done.cycles_closed, updates_released=done.updates_released,
        escalations_raised=done.escalations_raised, reminders_raised=done.reminders_raised,
        reminders_stopped=done.reminders_stopped, digests_made=made,
    )  # fmt: skip
