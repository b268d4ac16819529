"""Doors to what is inconsistent in the plan."""

from typing import Annotated

from fastapi import APIRouter, Request

from services.domain.permissions import Action
from services.plan_api.data_quality import service
from services.plan_api.data_quality.schemas import DataProblems, DataQuality
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.kept_answers import kept_until_something_changes
from services.shared.paging import Cursor, Limit

router: APIRouter = feature_router("data quality", "/v1/data-quality")
Reader = Annotated[Caller, permit(Action.VIEW_DATA_QUALITY)]


@router.get("")
@kept_until_something_changes
async def read_data_quality(request: Request, _caller: Reader, db: Session) -> DataQuality:
    """Every rule, and how many things it finds today."""
    return await service.data_quality(request, db)


@router.get("/{code}")
async def read_problems(
    code: str, _caller: Reader, db: Session, limit: Limit = 50, cursor: Cursor = None
) -> DataProblems:
    """What one rule finds."""
    return await service.problems(db, code, limit=limit, cursor=cursor)
