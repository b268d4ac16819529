"""Doors for owners of many."""

from typing import Annotated

from fastapi import APIRouter

from services.domain.permissions import Action
from services.plan_api.my_updates import service
from services.plan_api.my_updates.schemas import UpdateRows
from services.plan_api.updates.schemas import UpdateAccepted
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("updates", "/v1")
Reporter = Annotated[Caller, permit(Action.SUBMIT_UPDATE)]


@router.get("/my-updates")
async def read_my_updates(caller: Reporter, db: Session) -> UpdateRows:
    """Every open root cause that the caller reports on, with what an update of it needs."""
    return await service.my_updates(db, caller)


@router.post("/root-causes/{ref}/updates/unchanged", status_code=201)
async def confirm_unchanged(
    ref: str, caller: Reporter, db: Session, if_match: IfMatch = None
) -> UpdateAccepted:
    """Nothing has changed since the last update: what was said stands for this cycle too."""
    return await service.confirm_unchanged(db, caller, ref, if_match=if_match)
