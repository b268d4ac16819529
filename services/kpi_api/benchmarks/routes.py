"""Doors to what a KPI is compared with. Each answers the KPI as it stands afterwards, values what became of them."""

from typing import Annotated

from fastapi import APIRouter

from services.domain.permissions import Action
from services.kpi_api.benchmarks import service
from services.kpi_api.benchmarks.schemas import BenchmarkValuesGiven, BenchmarkWish, ValuesKept
from services.kpi_api.definitions.schemas import KpiShown
from services.kpi_api.definitions.service import one_kpi, opened
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.fields import RowId
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("benchmarks", "/v1/kpis")
Definer = Annotated[Caller, permit(Action.DEFINE_MEASURE)]


@router.post("/{ref}/benchmarks", status_code=201)
async def add(
    ref: str, wish: BenchmarkWish, caller: Definer, db: Session, if_match: IfMatch = None
) -> KpiShown:
    """Compares it with peers or with the country."""
    await service.add(db, caller, await opened(db, caller, ref, if_match), wish)
    return (await one_kpi(db, caller.who, ref))[0]


@router.post("/{ref}/benchmarks/{number}/values")
async def give_values(
    ref: str,
    number: RowId,
    given: BenchmarkValuesGiven,
    caller: Definer,
    db: Session,
    if_match: IfMatch = None,
) -> ValuesKept:
    """Keeps values of a benchmark, all or none."""
    return await service.give_values(db, caller, await opened(db, caller, ref, if_match), number, given)


@router.post("/{ref}/benchmarks/{number}/ending")
async def end(ref: str, number: RowId, caller: Definer, db: Session, if_match: IfMatch = None) -> KpiShown:
    """Compares it with this no more."""
    await service.end(db, await opened(db, caller, ref, if_match), number)
    return (await one_kpi(db, caller.who, ref))[0]
