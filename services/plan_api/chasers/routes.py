"""Doors to the progress of the open cycles, and to chasing those who have not reported."""

from typing import Annotated

from fastapi import APIRouter

from services.domain.permissions import Action
from services.plan_api.chasers import service
from services.plan_api.chasers.schemas import ChasersSent, ChaserWish, CycleProgress
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session

router: APIRouter = feature_router("chasers", "/v1")


@router.get("/cycle-progress")
async def read_progress(caller: Annotated[Caller, permit(Action.SEND_CHASER)], db: Session) -> CycleProgress:
    """Who has not reported in the open cycles, ISG by ISG, and what was sent to them."""
    return await service.cycle_progress(db, caller)


@router.post("/chasers", status_code=201)
async def send_chasers(
    wish: ChaserWish, caller: Annotated[Caller, permit(Action.SEND_CHASER)], db: Session
) -> ChasersSent:
    """Chases people now, all or nobody; a refusal names each at `people.EMAIL`."""
    return await service.send_chasers(db, caller, wish.people)
