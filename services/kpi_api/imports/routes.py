"""The door that the outbox delivers imported KPI rows to."""

from typing import Annotated

from fastapi import APIRouter

from services.kpi_api.imports import service
from services.kpi_api.imports.schemas import KpisKept, KpisSent
from services.shared.app import feature_router
from services.shared.auth import Caller, permit_service
from services.shared.db import Session

router: APIRouter = feature_router("imports", "/v1/imports")


@router.post("/kpis")
async def keep_kpis(
    sent: KpisSent, _worker: Annotated[Caller, permit_service("worker")], db: Session
) -> KpisKept:
    """Keeps definitions and values; the same again changes nothing."""
    return await service.keep_kpis(db, sent)
