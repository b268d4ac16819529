"""Doors to the decisions about a KPI's chart."""

from typing import Annotated

from fastapi import APIRouter, Request

from services.domain.permissions import Action
from services.kpi_api.decisions import service
from services.kpi_api.decisions.schemas import DecisionList, DecisionWish, UndoingWish
from services.kpi_api.subjects import kpi_called
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.fields import RowId
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("chart decisions", "/v1/kpis/{ref}/decisions")
Decider = Annotated[Caller, permit(Action.DECIDE_ON_CHART)]


@router.get("")
async def list_decisions(
    request: Request, ref: str, caller: Annotated[Caller, permit(Action.VIEW_MEASURES)], db: Session
) -> DecisionList:
    """What people have decided about the chart, undone or not."""
    in_hand = await kpi_called(db, ref)
    request.state.version = in_hand.kpi.version
    return await service.list_decisions(db, caller, in_hand)


@router.post("", status_code=201)
async def decide(
    ref: str, wish: DecisionWish, caller: Decider, db: Session, if_match: IfMatch = None
) -> DecisionList:
    """Begin new limits at a period, freeze a baseline, leave a point out, or write on the chart; always with a reason."""
    return await service.decide(db, caller, ref, wish, if_match=if_match)


@router.post("/{decision_id}/undoing")
async def undo(
    ref: str, decision_id: RowId, wish: UndoingWish, caller: Decider, db: Session, if_match: IfMatch = None
) -> DecisionList:
    """Takes a decision back, with the reason."""
    return await service.undo(db, caller, ref, decision_id, wish, if_match=if_match)
