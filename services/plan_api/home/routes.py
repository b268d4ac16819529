"""The door to a person's home page."""

from fastapi import APIRouter

from services.plan_api.home import service
from services.plan_api.home.schemas import Home
from services.shared.app import feature_router
from services.shared.auth import SignedIn
from services.shared.db import Session

router: APIRouter = feature_router("home")


@router.get("/v1/home")
async def read_home(caller: SignedIn, db: Session) -> Home:
    """What must I do now?"""
    return await service.home(db, caller)
