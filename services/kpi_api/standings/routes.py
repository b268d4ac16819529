"""The door that brings up what was changed past the services."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel

from services.kpi_api.standings import service
from services.shared.app import feature_router
from services.shared.auth import Caller, permit_service
from services.shared.db import Session, once_committed

router: APIRouter = feature_router("standings", "/v1/standings")


class BroughtUp(BaseModel):
    """How many KPIs were behind."""

    kpis: int


@router.post("/repair")
async def repair(
    request: Request, _worker: Annotated[Caller, permit_service("worker")], db: Session
) -> BroughtUp:
    """Works out anew what is missing, or older than what it follows from; the same again finds nothing to do."""
    # The trail does not watch what is worked out: no answer may be kept that shows it as it was.
    once_committed(db, request.app.state.kept_answers.forget)
    return BroughtUp(kpis=await service.keep_standings_behind(db))
