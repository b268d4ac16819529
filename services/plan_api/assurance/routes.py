"""The door to assurance. It answers the root cause as it stands afterwards."""

from typing import Annotated

from fastapi import APIRouter

from services.domain.permissions import Action
from services.plan_api.assurance import service
from services.plan_api.assurance.schemas import AssuranceWish
from services.plan_api.root_causes.schemas import RootCauseWhole
from services.plan_api.root_causes.service import whole_root_cause
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("assurance", "/v1/root-causes")


@router.post("/{ref}/assurance")
async def decide(
    ref: str,
    wish: AssuranceWish,
    caller: Annotated[Caller, permit(Action.ASSURE)],
    db: Session,
    if_match: IfMatch = None,
) -> RootCauseWhole:
    """Assures the evidence of a closed root cause, or withdraws that with a reason."""
    await service.decide(db, caller, ref, wish.decision, wish.note, if_match=if_match)
    return await whole_root_cause(db, caller.who, ref, None)
