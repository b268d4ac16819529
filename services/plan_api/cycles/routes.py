"""The worker's door: what dates cause."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from services.plan_api.cycles import service
from services.plan_api.evidence.service import clear_the_store
from services.plan_api.imports import kept
from services.shared.app import feature_router
from services.shared.auth import Caller, permit_service
from services.shared.clock import business_today
from services.shared.db import Session

router: APIRouter = feature_router("cycles")


class DayDone(BaseModel):
    """What the business day caused."""

    cycles_opened: int
    cycles_closed: int
    updates_released: int
    escalations_raised: list[str]


@router.post("/v1/days")
async def run_day(_worker: Annotated[Caller, permit_service("worker")], db: Session) -> DayDone:
    """Does what the business day's dates cause; asking again changes nothing more."""
    kept.forget_old()
    await clear_the_store(db)
    done = await service.run_day(db, await business_today(db))
    return DayDone(
        cycles_opened=done.cycles_opened, cycles_closed=done.cycles_closed, updates_released=done.updates_released,
        escalations_raised=done.escalations_raised,
    )  # fmt: skip
