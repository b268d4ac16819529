"""Doors to ownership."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.domain.permissions import Action
from services.plan_api.people import service
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("people", "/v1")


class OwnerWish(BaseModel):
    """The new owner's email."""

    owner: str = Field(max_length=320)


class DeputiesWish(BaseModel):
    """Everyone who is to report for an owner."""

    deputies: list[str] = Field(max_length=10)


@router.post("/root-causes/{ref}/owner", status_code=204)
async def assign_owner(
    ref: str,
    wish: OwnerWish,
    caller: Annotated[Caller, permit(Action.ASSIGN_OWNER)],
    db: Session,
    if_match: IfMatch = None,
) -> Response:
    """Hands a root cause to another owner."""
    await service.assign_owner(db, caller, ref, wish.owner, if_match=if_match)
    return Response(status_code=204)


@router.post("/people/{email}/deputies", status_code=204)
async def name_deputies(
    email: str, wish: DeputiesWish, caller: Annotated[Caller, permit(Action.NAME_DEPUTIES)], db: Session
) -> Response:
    """Sets who reports for an owner."""
    await service.name_deputies(db, caller, email, wish.deputies)
    return Response(status_code=204)
