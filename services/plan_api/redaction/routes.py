"""Doors to redaction."""

from typing import Annotated

from fastapi import APIRouter

from services.domain.permissions import Action
from services.plan_api.redaction import service
from services.plan_api.redaction.schemas import (
    PlaceList,
    RedactionDecision,
    RedactionList,
    RedactionShown,
    RedactionWish,
)
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.fields import RowId

router: APIRouter = feature_router("redaction", "/v1/redactions")
Asker = Annotated[Caller, permit(Action.ASK_REDACTION)]
Second = Annotated[Caller, permit(Action.APPROVE_REDACTION)]


@router.get("")
async def list_redactions(caller: Second, db: Session) -> RedactionList:
    """All redactions, newest first."""
    return RedactionList(items=await service.list_redactions(db, caller))


@router.post("", status_code=201)
async def ask(wish: RedactionWish, caller: Asker, db: Session) -> RedactionShown:
    """Asks for a text to be blanked everywhere; a second person approves it."""
    return await service.ask(db, caller, wish)


@router.get("/{redaction_id}/places")
async def list_places(redaction_id: RowId, _caller: Second, db: Session) -> PlaceList:
    """Where approving it will blank something, and how often: by kind, without any of the text."""
    return PlaceList(items=await service.list_places(db, redaction_id))


@router.post("/{redaction_id}/decision")
async def decide(redaction_id: RowId, wish: RedactionDecision, caller: Second, db: Session) -> RedactionShown:
    """Approves it, which blanks the text at once and for good, or refuses it with a reason."""
    return await service.decide(db, caller, redaction_id, wish.reason, approve=wish.approve)
