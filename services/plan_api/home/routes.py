"""The door to a person's home page."""

from fastapi import APIRouter, Request

from services.domain.permissions import Action, allowed
from services.plan_api.data_quality.service import problems_known
from services.plan_api.home import service
from services.plan_api.home.schemas import Home
from services.shared.app import feature_router
from services.shared.auth import SignedIn
from services.shared.db import Session

router: APIRouter = feature_router("home")


@router.get("/v1/home")
async def read_home(request: Request, caller: SignedIn, db: Session) -> Home:
    """What must I do now?"""
    shown = await service.home(db, caller)
    if allowed(Action.VIEW_DATA_QUALITY, caller.who):
        shown.data_problems = await problems_known(request, db)
    return shown
