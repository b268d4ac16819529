"""Doors to the values of a KPI."""

from typing import Annotated

from fastapi import APIRouter, Request

from services.domain.permissions import Action
from services.domain.words import FeedScope
from services.kpi_api.observations import service
from services.kpi_api.observations.schemas import ObservationList, ObservationsKept, ObservationsWish
from services.kpi_api.subjects import kpi_called
from services.shared.app import feature_router
from services.shared.auth import Caller, permit, permit_person_or_client
from services.shared.db import Session
from services.shared.paging import Cursor, Limit
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("observations", "/v1/kpis/{ref}/observations")


@router.post("", response_model_exclude_unset=True)
async def give_values(
    ref: str,
    wish: ObservationsWish,
    caller: Annotated[Caller, permit_person_or_client(Action.GIVE_VALUES, FeedScope.KPI_WRITE)],
    db: Session,
    if_match: IfMatch = None,
) -> ObservationsKept:
    """Keeps values: all, or none and 422 with every problem at its field. The same again changes nothing.

    What is kept already under the period is revised; what it was stays as an earlier version.
    """
    return await service.give(db, caller, ref, wish, if_match=if_match)


@router.get("")
async def list_values(
    request: Request,
    ref: str,
    caller: Annotated[Caller, permit(Action.VIEW_MEASURES)],
    db: Session,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ObservationList:
    """What was said of each period, the newest first: late, missing, provisional and revised values as such."""
    in_hand = await kpi_called(db, ref)
    request.state.version = in_hand.kpi.version
    return await service.list_observations(db, caller, in_hand, limit=limit, cursor=cursor)
