"""Doors to the verdict on closed root causes."""

from typing import Annotated

from fastapi import APIRouter

from services.domain.permissions import Action
from services.kpi_api.impact import replacing, service
from services.kpi_api.impact.schemas import (
    ImpactsKept,
    KpiInstead,
    KpiReplaced,
    RootCauseImpact,
    RootCausesClosed,
)
from services.shared.app import feature_router
from services.shared.auth import Caller, permit, permit_service
from services.shared.db import Session

router: APIRouter = feature_router("impact", "/v1")
Worker = Annotated[Caller, permit_service("worker")]


@router.post("/impacts/due")
async def keep_impacts(sent: RootCausesClosed, _worker: Worker, db: Session) -> ImpactsKept:
    """Root causes were closed or reopened: their KPIs' verdicts are worked out anew. The same again changes nothing."""
    return await service.keep_impacts_of(db, sent.root_causes)


@router.post("/impacts/replacements")
async def replace_kpi(wish: KpiInstead, _worker: Worker, db: Session) -> KpiReplaced:
    """An ISG measures something else instead of a KPI of a closed root cause. The same again changes nothing."""
    return await replacing.replace(db, wish)


@router.get("/root-causes/{ref}/impact")
async def read_impact(
    ref: str, _caller: Annotated[Caller, permit(Action.VIEW_MEASURES)], db: Session
) -> RootCauseImpact:
    """Did it work? Before and since closing, KPI by KPI."""
    return await service.did_it_work(db, ref)
