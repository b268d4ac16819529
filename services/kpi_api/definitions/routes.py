"""Doors to the definitions of KPIs and their targets. What changes one answers it as it stands afterwards."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.domain.permissions import Action
from services.domain.words import KeyQuestion, KpiLevel
from services.kpi_api.definitions import handing_over, service
from services.kpi_api.definitions.queries import Wanted
from services.kpi_api.definitions.schemas import (
    DataOwnerLeft,
    DefinitionWish,
    KpiList,
    KpisHandedOver,
    KpiShown,
    KpiWish,
    RetirementWish,
    TargetWish,
)
from services.shared.app import feature_router
from services.shared.auth import Caller, permit, permit_service
from services.shared.db import Session
from services.shared.paging import Cursor, Limit, cursor_after, start_of
from services.shared.preconditions import IfMatch, require_if_match
from services.shared.problems import ANSWERS

router: APIRouter = feature_router("definitions", "/v1/kpis")
Reader = Annotated[Caller, permit(Action.VIEW_MEASURES)]
Definer = Annotated[Caller, permit(Action.DEFINE_MEASURE)]
Typed = Annotated[str | None, Query(max_length=200)]


@router.get("")
async def list_kpis(
    _caller: Reader,
    db: Session,
    isg: Typed = None,
    level: KpiLevel | None = None,
    key_question: KeyQuestion | None = None,
    root_cause: Typed = None,
    q: Typed = None,
    retired: bool = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> KpiList:
    """The KPIs that fit, each with what is kept of its verdict; `isg`: a name or a slug; `q`: in reference or name."""
    wanted = Wanted(
        isg=isg, level=level, key_question=key_question, root_cause=root_cause, q=q, retired=retired
    )
    start = start_of(cursor)
    items, total = await service.list_kpis(db, wanted, start, limit)
    return KpiList(items=items, total=total, next=cursor_after(start, limit, total))


@router.post("", status_code=201)
async def define(wish: KpiWish, caller: Definer, db: Session) -> KpiShown:
    """Defines a KPI; its reference is given out here."""
    return (await service.one_kpi(db, caller.who, await service.define(db, caller, wish)))[0]


@router.get("/{ref}")
async def read_kpi(request: Request, ref: str, caller: Reader, db: Session) -> KpiShown:
    """One KPI whole: its definition and every version of it, targets, benchmarks, and what the caller may do."""
    shown, request.state.version = await service.one_kpi(db, caller.who, ref)
    return shown


@router.post("/handovers")
async def hand_over(
    left: DataOwnerLeft, _worker: Annotated[Caller, permit_service("worker")], db: Session
) -> KpisHandedOver:
    """Somebody has left: their successor owns the data of their KPIs. The same again changes nothing."""
    return await handing_over.hand_over(db, left)


@router.put("/{ref}/definition", responses={428: ANSWERS[412]})
async def change_definition(
    ref: str, wish: DefinitionWish, caller: Definer, db: Session, if_match: IfMatch = None
) -> KpiShown:
    """Gives it this definition, whole, from a day on; the one before stays as a version."""
    require_if_match(if_match)
    await service.change_definition(db, caller, ref, wish, if_match=if_match)
    return (await service.one_kpi(db, caller.who, ref))[0]


@router.post("/{ref}/targets")
async def set_target(
    ref: str, wish: TargetWish, caller: Definer, db: Session, if_match: IfMatch = None
) -> KpiShown:
    """Says what it should reach from a day on."""
    await service.give_target(db, caller, ref, wish, if_match=if_match)
    return (await service.one_kpi(db, caller.who, ref))[0]


@router.post("/{ref}/retirement")
async def retire(
    ref: str, wish: RetirementWish, caller: Definer, db: Session, if_match: IfMatch = None
) -> KpiShown:
    """It is measured no longer; what was measured stays."""
    await service.retire(db, caller, ref, wish, if_match=if_match)
    return (await service.one_kpi(db, caller.who, ref))[0]


@router.post("/{ref}/return")
async def bring_back(ref: str, caller: Definer, db: Session, if_match: IfMatch = None) -> KpiShown:
    """A retired KPI is measured again."""
    await service.bring_back(db, caller, ref, if_match=if_match)
    return (await service.one_kpi(db, caller.who, ref))[0]
