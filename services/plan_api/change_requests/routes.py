"""The door to change requests."""

from typing import Annotated

from fastapi import APIRouter

from services.domain.permissions import Action
from services.plan_api.change_requests import queries
from services.plan_api.change_requests.schemas import ChangeRequestList
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.paging import Cursor, Limit, page

router: APIRouter = feature_router("change requests", "/v1")


@router.get("/change-requests")
async def list_change_requests(
    _caller: Annotated[Caller, permit(Action.VIEW_PLAN)],
    db: Session,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> ChangeRequestList:
    """Changes of the approved plan, newest first."""
    found = await queries.change_requests(db)
    items, following = page(found, limit, cursor)
    return ChangeRequestList(items=list(items), total=len(found), next=following)
