"""Doors to what is remembered of trackers' headings."""

from typing import Annotated

from fastapi import APIRouter

from services.domain.permissions import Action
from services.plan_api.heading_maps import service
from services.plan_api.heading_maps.mapping import Choice
from services.plan_api.heading_maps.schemas import ChoicesWish, HeadingMaps
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.fields import RowId

router: APIRouter = feature_router("heading maps", "/v1/heading-maps")
Importer = Annotated[Caller, permit(Action.IMPORT_PLAN)]


@router.get("")
async def list_heading_maps(_caller: Importer, db: Session) -> HeadingMaps:
    """What is remembered, and our sheets with their headings."""
    return await service.remembered(db)


@router.post("")
async def choose(wish: ChoicesWish, caller: Importer, db: Session) -> HeadingMaps:
    """Remembers which heading of a tracker is which of ours."""
    await service.choose(db, caller, [Choice(each.sheet, each.theirs, each.ours) for each in wish.choices])
    return await service.remembered(db)


@router.post("/{number}/ending")
async def forget(number: RowId, _caller: Importer, db: Session) -> HeadingMaps:
    """Forgets one."""
    await service.forget(db, number)
    return await service.remembered(db)
