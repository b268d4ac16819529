"""Doors to the set of high-level KPIs that an ISG agrees on."""

from typing import Annotated

from fastapi import APIRouter, Request

from services.domain.permissions import Action
from services.kpi_api.kpi_sets import service
from services.kpi_api.kpi_sets.schemas import KpiSetShown, SignOffWish
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("kpi-sets", "/v1/isgs")


@router.get("/{slug}/kpi-set")
async def read_kpi_set(
    request: Request, slug: str, caller: Annotated[Caller, permit(Action.VIEW_MEASURES)], db: Session
) -> KpiSetShown:
    """What an ISG measures, what the set lacks, who signed it off, and what has changed since."""
    shown, request.state.version = await service.kpi_set(db, caller.who, slug)
    return shown


@router.post("/{slug}/kpi-set", status_code=201)
async def sign_off(
    slug: str,
    wish: SignOffWish,
    caller: Annotated[Caller, permit(Action.SIGN_OFF_MEASURES)],
    db: Session,
    if_match: IfMatch = None,
) -> KpiSetShown:
    """The ISG signs its set off as it is now."""
    await service.sign_off(db, caller, slug, wish, if_match=if_match)
    return (await service.kpi_set(db, caller.who, slug))[0]
