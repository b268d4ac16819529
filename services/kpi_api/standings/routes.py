"""The door that brings up what was changed past the services."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from services.kpi_api.standings import service
from services.shared.app import feature_router
from services.shared.auth import Caller, permit_service
from services.shared.db import Session

router: APIRouter = feature_router("standings", "/v1/standings")


class BroughtUp(BaseModel):
    """How many KPIs were behind."""

    kpis: int


@router.post("/repair")
async def repair(_worker: Annotated[Caller, permit_service("worker")], db: Session) -> BroughtUp:
    """Works out anew what is missing, or older than what it follows from; the same again finds nothing to do."""
    return BroughtUp(kpis=await service.keep_standings_behind(db))
