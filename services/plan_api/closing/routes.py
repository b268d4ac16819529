"""Doors to closing and reopening. Both answer the root cause as it stands afterwards."""

from typing import Annotated

from fastapi import APIRouter

from services.domain.permissions import Action
from services.plan_api.closing import service
from services.plan_api.closing.schemas import ClosingWish, ReopeningWish
from services.plan_api.root_causes.schemas import RootCauseWhole
from services.plan_api.root_causes.service import whole_root_cause
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("closing", "/v1/root-causes")


@router.post("/{ref}/closing")
async def decide_closing(
    ref: str,
    wish: ClosingWish,
    caller: Annotated[Caller, permit(Action.CLOSE)],
    db: Session,
    if_match: IfMatch = None,
) -> RootCauseWhole:
    """The ISG's decision on a closure request: close it, or send it back with a reason."""
    await service.decide_closing(
        db, caller, ref, wish.decision, wish.meeting_date, wish.reason, if_match=if_match
    )
    return await whole_root_cause(db, caller.who, ref, None)


@router.post("/{ref}/reopening")
async def reopen(
    ref: str,
    wish: ReopeningWish,
    caller: Annotated[Caller, permit(Action.REOPEN)],
    db: Session,
    if_match: IfMatch = None,
) -> RootCauseWhole:
    """Open again what was closed, with a reason."""
    await service.reopen(db, caller, ref, wish.reason, if_match=if_match)
    return await whole_root_cause(db, caller.who, ref, None)
