"""Doors to the register of risks."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.domain.permissions import Action
from services.domain.risks import Band
from services.domain.words import RiskState
from services.plan_api.risks import queries, service
from services.plan_api.risks.schemas import ClosingOfRisk, ReviewWish, RiskList, RiskShown, RiskWish
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.paging import Cursor, Limit, cursor_after, start_of
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("risks", "/v1/risks")
Reader = Annotated[Caller, permit(Action.VIEW_PLAN)]
Keeper = Annotated[Caller, permit(Action.KEEP_RISK)]
Scored = Annotated[int | None, Query(ge=1, le=5)]


@router.get("")
async def list_risks(
    caller: Reader,
    db: Session,
    isg: str | None = None,
    band: Band | None = None,
    likelihood: Scored = None,
    impact: Scored = None,
    root_cause: str | None = None,
    state: RiskState = RiskState.OPEN,
    review_due: bool | None = None,
    as_at: Annotated[date | None, Query(description="those that were open at the end of this day")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> RiskList:
    """The risks that fit, the highest score after mitigation first."""
    wanted = queries.Wanted(
        isg=isg,
        band=band,
        likelihood=likelihood,
        impact=impact,
        root_cause=root_cause,
        state=state,
        review_due=review_due,
        as_at=as_at,
    )
    start = start_of(cursor)
    items, total = await service.list_risks(db, caller.who, wanted, start, limit)
    return RiskList(
        items=items, total=total, next=cursor_after(start, limit, total), matrix=await service.matrix(db)
    )


@router.get("/{ref}")
async def read_risk(request: Request, ref: str, caller: Reader, db: Session) -> RiskShown:
    """One risk, with what ECIB has said about it."""
    shown = await service.one_risk(db, caller.who, ref)
    request.state.version = (await queries.risk_called(db, ref))[0].Risk.version
    return shown


@router.post("", status_code=201)
async def raise_risk(wish: RiskWish, caller: Keeper, db: Session) -> RiskShown:
    """Enters a risk."""
    return await service.one_risk(db, caller.who, await service.raise_risk(db, caller, wish))


@router.post("/{ref}")
async def change_risk(
    ref: str, wish: RiskWish, caller: Keeper, db: Session, if_match: IfMatch = None
) -> RiskShown:
    """Changes a risk."""
    await service.change_risk(db, caller, ref, wish, if_match=if_match)
    return await service.one_risk(db, caller.who, ref)


@router.post("/{ref}/review")
async def review(
    ref: str,
    wish: ReviewWish,
    caller: Annotated[Caller, permit(Action.REVIEW_RISK)],
    db: Session,
    if_match: IfMatch = None,
) -> RiskShown:
    """ECIB has looked at it."""
    await service.review(db, caller, ref, wish, if_match=if_match)
    return await service.one_risk(db, caller.who, ref)


@router.post("/{ref}/closing")
async def close_risk(
    ref: str, wish: ClosingOfRisk, caller: Keeper, db: Session, if_match: IfMatch = None
) -> RiskShown:
    """It is a risk no longer."""
    await service.close_risk(db, caller, ref, wish.reason, if_match=if_match)
    return await service.one_risk(db, caller.who, ref)
