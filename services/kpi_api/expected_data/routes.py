"""The door to what is expected."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.domain.permissions import Action
from services.domain.words import Frequency
from services.kpi_api.expected_data import service
from services.kpi_api.expected_data.schemas import ExpectedData
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.paging import Cursor, Limit

router: APIRouter = feature_router("expected data", "/v1/expected-data")


@router.get("")
async def expected_data(
    caller: Annotated[Caller, permit(Action.VIEW_MEASURES)],
    db: Session,
    isg: str | None = None,
    frequency: Frequency | None = None,
    mine: Annotated[bool, Query(description="Only what the caller owes, or deputises for who does")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ExpectedData:
    """The KPIs of which a period is over and its value not there, or not final; and who owes it."""
    wanted = service.Wanted(isg=isg, frequency=frequency, mine=mine)
    return await service.expected_data(db, caller, wanted, limit=limit, cursor=cursor)
