"""Doors to reporting: the form, the draft, the update, the actions."""

from typing import Annotated

from fastapi import APIRouter, Response

from services.domain.permissions import Action
from services.plan_api.updates import actions, service
from services.plan_api.updates.schemas import (
    ActionDone,
    CompletionWish,
    Draft,
    Released,
    UpdateAccepted,
    UpdateForm,
    UpdateWish,
    WithdrawalWish,
)
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("updates", "/v1")
Reporter = Annotated[Caller, permit(Action.SUBMIT_UPDATE)]


@router.get("/root-causes/{ref}/updates/form")
async def read_update_form(ref: str, caller: Reporter, db: Session) -> UpdateForm:
    """What the update form offers today, what was said last, and the caller's draft."""
    return await service.update_form(db, caller, ref)


@router.post("/root-causes/{ref}/updates", status_code=201)
async def submit_update(
    ref: str, wish: UpdateWish, caller: Reporter, db: Session, if_match: IfMatch = None
) -> UpdateAccepted:
    """An update for the cycle that is open; a newer version takes the place of the one before."""
    return await service.submit_update(db, caller, ref, wish, if_match=if_match)


@router.post("/root-causes/{ref}/release")
async def release_updates(
    ref: str,
    caller: Annotated[Caller, permit(Action.RELEASE_UPDATE)],
    db: Session,
    if_match: IfMatch = None,
) -> Released:
    """Releases what has been said before the ISG meets on it."""
    return Released(released=await service.release_updates(db, caller, ref, if_match=if_match))


@router.post("/root-causes/{ref}/draft")
async def save_draft(ref: str, draft: Draft, caller: Reporter, db: Session) -> Draft:
    """Keeps what has been typed."""
    return await service.save_draft(db, caller, ref, draft.fields)


@router.post("/root-causes/{ref}/draft/discard", status_code=204)
async def discard_draft(ref: str, caller: Reporter, db: Session) -> Response:
    """Forgets what has been typed."""
    await service.discard_draft(db, caller, ref)
    return Response(status_code=204)


@router.post("/actions/{ref}/completion")
async def complete_action(
    ref: str,
    wish: CompletionWish,
    caller: Annotated[Caller, permit(Action.COMPLETE_ACTION)],
    db: Session,
    if_match: IfMatch = None,
) -> ActionDone:
    """An action is done."""
    return await actions.complete_action(db, caller, ref, wish.completed_date, if_match=if_match)


@router.post("/actions/{ref}/withdrawal")
async def withdraw_action(
    ref: str,
    wish: WithdrawalWish,
    caller: Annotated[Caller, permit(Action.WITHDRAW_ACTION)],
    db: Session,
    if_match: IfMatch = None,
) -> ActionDone:
    """An action is no longer needed, with the reason."""
    return await actions.withdraw_action(db, caller, ref, wish.reason, if_match=if_match)
