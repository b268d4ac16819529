"""Doors to cycle reports, and to recording that an ISG has met."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from services.domain.permissions import Action
from services.plan_api.cycle_reports import service
from services.plan_api.cycle_reports.schemas import Held, HeldWish, ReportShown, ReportWish
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("cycle reports", "/v1/isgs")
Number = Annotated[int, Path(ge=0, le=100_000)]


@router.get("/{slug}/reports/{cycle}")
async def read_report(
    request: Request,
    slug: str,
    cycle: Number,
    caller: Annotated[Caller, permit(Action.VIEW_PLAN)],
    db: Session,
) -> ReportShown:
    """What the ISG says of a cycle, or the figures that its report begins from."""
    shown = await service.show_report(db, caller, slug, cycle)
    request.state.version = shown.version
    return shown


@router.post("/{slug}/reports/{cycle}")
async def write_report(
    slug: str, cycle: Number, wish: ReportWish, caller: Annotated[Caller, permit(Action.WRITE_CYCLE_REPORT)],
    db: Session, if_match: IfMatch = None,
) -> ReportShown:  # fmt: skip
    """A new version of the report."""
    await service.write_report(db, caller, slug, cycle, wish, if_match=if_match)
    return await service.show_report(db, caller, slug, cycle)


@router.post("/{slug}/reports/{cycle}/confirmation")
async def confirm_report(
    slug: str, cycle: Number, caller: Annotated[Caller, permit(Action.CONFIRM_CYCLE_REPORT)], db: Session,
    if_match: IfMatch = None,
) -> ReportShown:  # fmt: skip
    """The accountable executive confirms it."""
    await service.confirm_report(db, caller, slug, cycle, if_match=if_match)
    return await service.show_report(db, caller, slug, cycle)


@router.post("/{slug}/meetings/{cycle}/held")
async def hold_meeting(
    slug: str,
    cycle: Number,
    wish: HeldWish,
    caller: Annotated[Caller, permit(Action.HOLD_MEETING)],
    db: Session,
) -> Held:
    """The ISG has met: what had been reported by then is released."""
    return await service.hold_meeting(db, caller, slug, cycle, wish.held_on)
