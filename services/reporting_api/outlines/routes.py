"""Doors to what kinds of pack are made of."""

from typing import Annotated

from fastapi import APIRouter, Request

from services.domain.permissions import Action
from services.reporting_api.outlines import service
from services.reporting_api.outlines.schemas import ChangeWish, CopyWish, Kind, OutlineList, OutlineShown
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("outlines", "/v1/packs/outlines")
Reader = Annotated[Caller, permit(Action.VIEW_PACKS)]
Definer = Annotated[Caller, permit(Action.DEFINE_PACK)]


@router.get("")
async def list_outlines(_caller: Reader, db: Session) -> OutlineList:
    """Every kind of pack."""
    return await service.list_outlines(db)


@router.post("", status_code=201)
async def copy_outline(wish: CopyWish, caller: Definer, db: Session) -> OutlineShown:
    """Makes a new kind from a copy."""
    return await service.one_outline(db, await service.copy(db, caller, wish))


@router.get("/{kind}")
async def read_outline(request: Request, kind: Kind, _caller: Reader, db: Session) -> OutlineShown:
    """What a kind of pack is made of, and how it came to be."""
    shown = await service.one_outline(db, kind)
    request.state.version = shown.version
    return shown


@router.post("/{kind}")
async def change_outline(
    kind: Kind, wish: ChangeWish, caller: Definer, db: Session, if_match: IfMatch = None
) -> OutlineShown:
    """Changes a part of it: a new version."""
    await service.change(db, caller, kind, wish, if_match=if_match)
    return await service.one_outline(db, kind)
