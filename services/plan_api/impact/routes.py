"""Doors to what is done but not working, and to embedding."""

from typing import Annotated

from fastapi import APIRouter, Request

from services.domain.permissions import Action
from services.plan_api.impact import embedding, service
from services.plan_api.impact.schemas import (
    EmbeddingWish,
    ImpactReviews,
    ImpactsSaid,
    ReviewsKept,
    ReviewWish,
)
from services.plan_api.root_causes.schemas import RootCauseWhole
from services.plan_api.root_causes.service import whole_root_cause
from services.shared.app import feature_router
from services.shared.auth import Caller, permit, permit_service
from services.shared.db import Session
from services.shared.preconditions import IfMatch, tag_with_version_of

router: APIRouter = feature_router("impact", "/v1")


@router.post("/impacts")
async def take_in(
    said: ImpactsSaid, _worker: Annotated[Caller, permit_service("worker")], db: Session
) -> ReviewsKept:
    """The KPI service has news of closed root causes. In whatever order it comes, and however often, it does the same."""
    return await service.take_in(db, said.root_causes)


@router.get("/root-causes/{ref}/impact-review")
async def read_reviews(
    ref: str, caller: Annotated[Caller, permit(Action.VIEW_PLAN)], db: Session, request: Request
) -> ImpactReviews:
    """What the ISG is asked about it, what it decided before, and what it may decide now."""
    await tag_with_version_of(request, db, ref)
    return await service.read_reviews(db, caller, ref)


@router.post("/root-causes/{ref}/impact-review")
async def record_review(
    ref: str,
    wish: ReviewWish,
    caller: Annotated[Caller, permit(Action.REVIEW_IMPACT)],
    db: Session,
    if_match: IfMatch = None,
) -> RootCauseWhole:
    """What the ISG decided on what is done but not working; it happens at once."""
    await service.record_review(db, caller, ref, wish, if_match=if_match)
    return await whole_root_cause(db, caller.who, ref, None)


@router.post("/root-causes/{ref}/embedding")
async def decide_embedding(
    ref: str,
    wish: EmbeddingWish,
    caller: Annotated[Caller, permit(Action.CONFIRM_EMBEDDED)],
    db: Session,
    if_match: IfMatch = None,
) -> RootCauseWhole:
    """Confirms that a closed root cause is embedded, or takes that back with a reason."""
    await embedding.decide(db, caller, ref, wish.decision, wish.note, if_match=if_match)
    return await whole_root_cause(db, caller.who, ref, None)
