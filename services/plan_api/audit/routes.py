"""Doors to the audit trail."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.domain.permissions import Action
from services.plan_api.audit import service
from services.plan_api.audit.schemas import EntryList, Proof
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.fields import Day
from services.shared.paging import Cursor, Limit

router: APIRouter = feature_router("audit", "/v1")
Auditor = Annotated[Caller, permit(Action.VIEW_AUDIT)]


@router.get("/audit")
async def read_trail(
    caller: Auditor,
    db: Session,
    person: Annotated[str | None, Query(max_length=320, description="Who did it, by email address")] = None,
    kind: Annotated[str | None, Query(max_length=60, description="What kind of thing it was done to")] = None,
    root_cause: Annotated[str | None, Query(max_length=100, description="All that belongs to this root cause")] = None,
    request_id: Annotated[str | None, Query(max_length=64)] = None,
    since: Day | None = None,
    until: Day | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> EntryList:  # fmt: skip
    """What was changed, newest first: everything for the PMO, one of their root causes for an ISG's chair and executive."""
    question = service.Question(
        person=person, kind=kind, root_cause=root_cause, request_id=request_id, since=since, until=until
    )
    return await service.read_trail(db, caller, question, limit, cursor)


@router.get("/audit/proof")
async def read_proof(_caller: Auditor, db: Session) -> Proof:
    """How far the trail is chained, and what was found when the whole of it was verified last."""
    return await service.proof(db)
