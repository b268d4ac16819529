"""Doors that change many root causes at once: one transaction, all or nothing."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.domain.permissions import Action
from services.plan_api.bulk import service
from services.plan_api.bulk.schemas import MOST, ChosenRows, OwnerOfMany, ThemeOfMany
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session

router: APIRouter = feature_router("many root causes", "/v1")


@router.get("/root-cause-choice")
async def read_choice(
    _caller: Annotated[Caller, permit(Action.ASSIGN_OWNER)],
    db: Session,
    ref: Annotated[list[str], Query(min_length=1, max_length=MOST, description="each chosen reference")],
) -> ChosenRows:
    """The chosen ones as they are now, with the versions that a change of them is based on."""
    return ChosenRows(items=await service.chosen_rows(db, ref))


@router.post("/root-cause-owners", status_code=204)
async def assign_owner(
    wish: OwnerOfMany, caller: Annotated[Caller, permit(Action.ASSIGN_OWNER)], db: Session
) -> Response:
    """Hands many root causes to one owner; a refusal names every row at `root_causes.REF`."""
    await service.assign_owner(db, caller, wish)
    return Response(status_code=204)


@router.post("/root-cause-themes", status_code=204)
async def set_theme(
    wish: ThemeOfMany, caller: Annotated[Caller, permit(Action.SET_THEME)], db: Session
) -> Response:
    """Gives many root causes one cross-cutting theme, or none; a refusal names every row at `root_causes.REF`."""
    await service.set_theme(db, caller, wish)
    return Response(status_code=204)
