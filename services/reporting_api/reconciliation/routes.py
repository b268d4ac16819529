"""Doors to what packs claim and whether it agrees: of a kind as it would read at a day, and of each pack as it is kept."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter

from services.domain.permissions import Action
from services.reporting_api.papers.schemas import Reference
from services.reporting_api.reconciliation import service
from services.reporting_api.reconciliation.schemas import Kind, ReconciliationShown
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session

router: APIRouter = feature_router("reconciliation", "/v1/packs")
Insider = Annotated[Caller, permit(Action.VIEW_PACKS)]


@router.get("/papers/{ref}/reconciliation")
async def reconcile_paper(ref: Reference, _caller: Insider, db: Session) -> ReconciliationShown:
    """What a pack claims as its editors have it, what does not agree, and what was typed by hand."""
    return await service.of_paper(db, ref)


@router.get("/{kind}/reconciliation")
async def reconcile_kind(
    kind: Kind, _caller: Insider, db: Session, as_at: date | None = None
) -> ReconciliationShown:
    """The same of a kind of pack as it would be drafted at a day (left out: today)."""
    return await service.of_kind(db, kind, as_at)
