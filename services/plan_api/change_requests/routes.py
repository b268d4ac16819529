"""The door to change requests."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from services.domain.permissions import Action
from services.plan_api.change_requests import queries
from services.plan_api.change_requests.schemas import ChangeRequestList
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.paging import Cursor, Limit, cursor_after, start_of

router: APIRouter = feature_router("change requests", "/v1")


@router.get("/change-requests")
async def list_change_requests(
    _caller: Annotated[Caller, permit(Action.VIEW_PLAN)],
    db: Session,
    isg: str | None = None,
    waiting_at: Annotated[
        date | None, Query(description="those alone that waited for a decision at the end of this day")
    ] = None,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> ChangeRequestList:
    """Changes of the approved plan, newest first."""
    wanted = queries.Wanted(isg, waiting_at)
    start, total = start_of(cursor), await queries.count_change_requests(db, wanted)
    items = await queries.change_requests(db, wanted, start, limit)
    return ChangeRequestList(items=items, total=total, next=cursor_after(start, limit, total))
