"""Doors to one's own reminders; everybody who signs in has them."""

from fastapi import APIRouter, Request

from services.plan_api.reminders import service
from services.plan_api.reminders.schemas import NoticeList, RhythmShown, RhythmWish
from services.shared.app import feature_router
from services.shared.auth import SignedIn
from services.shared.db import Session
from services.shared.paging import Cursor, Limit
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("reminders", "/v1/me")


@router.get("/notices")
async def list_notices(
    caller: SignedIn, db: Session, limit: Limit = 100, cursor: Cursor = None
) -> NoticeList:
    """What I am reminded of, and what has stopped."""
    return await service.my_notices(db, caller, limit, cursor)


@router.get("/mail-rhythm")
async def read_rhythm(request: Request, caller: SignedIn, db: Session) -> RhythmShown:
    """How often I get my reminders by mail."""
    shown, request.state.version = await service.my_rhythm(db, caller)
    return shown


@router.post("/mail-rhythm")
async def choose_rhythm(
    wish: RhythmWish, caller: SignedIn, db: Session, if_match: IfMatch = None
) -> RhythmShown:
    """Chooses how often."""
    await service.choose_rhythm(db, caller, wish.rhythm, if_match)
    return (await service.my_rhythm(db, caller))[0]
