"""The door to search."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.plan_api.search import service
from services.plan_api.search.schemas import Found, HitKind
from services.shared.app import feature_router
from services.shared.auth import SignedIn
from services.shared.db import Session

router: APIRouter = feature_router("search", "/v1")


@router.get("/search")
async def search(
    caller: SignedIn,
    db: Session,
    q: Annotated[str, Query(max_length=200, description="Words in any form, “a phrase”, -without; or a reference")] = "",
    kind: HitKind | None = None,
    limit: Annotated[int, Query(ge=1, le=200, description="The most of each kind")] = 5,
) -> Found:  # fmt: skip
    """What has these words or this reference, of everything that the caller may see."""
    return await service.search(db, caller.who, q, kind, limit)
