"""Doors to root causes."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.domain.permissions import Action
from services.domain.words import DeliveryStatus, RootCauseClass
from services.plan_api.root_causes import service, timeline
from services.plan_api.root_causes.queries import Wanted
from services.plan_api.root_causes.schemas import RootCauseList, RootCauseRow, RootCauseWhole, Timeline
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.kept_answers import kept_until_something_changes
from services.shared.paging import Cursor, Limit, cursor_after, start_of
from services.shared.preconditions import tag_with_version_of

router: APIRouter = feature_router("root causes", "/v1/root-causes")
Reader = Annotated[Caller, permit(Action.VIEW_PLAN)]


@router.get("")
@kept_until_something_changes
async def list_root_causes(
    caller: Reader,
    db: Session,
    q: Annotated[str | None, Query(max_length=200)] = None,
    isg: str | None = None,
    root_cause_class: Annotated[RootCauseClass | None, Query(alias="class")] = None,
    status: DeliveryStatus | None = None,
    owner: Annotated[str | None, Query(description="an email address")] = None,
    overdue: bool | None = None,
    update_missed: bool | None = None,
    neither: Annotated[bool | None, Query(description="neither complete nor on track")] = None,
    before_ecib: Annotated[bool | None, Query(description="escalated, and not ended")] = None,
    to_decide: Annotated[
        bool | None, Query(description="of these, those that ECIB has not decided on")
    ] = None,
    without_plan: Annotated[bool | None, Query(description="of these, without a recovery plan")] = None,
    can: Annotated[service.CanDo | None, Query(description="what the caller may do to it now")] = None,
    counted: Annotated[
        str | None, Query(description="planned, original_planned or complete: of a figure")
    ] = None,
    month: str | None = None,
    as_at: date | None = None,
    sort: str = "ref",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> RootCauseList:
    """Root causes in the plan; with `counted` and `month` exactly those behind a figure of the trajectory."""
    wanted = Wanted(
        q=q, isg=isg, root_cause_class=root_cause_class, status=status, owner=owner, overdue=overdue,
        update_missed=update_missed, neither=neither, before_ecib=before_ecib, to_decide=to_decide,
        without_plan=without_plan, can=can,
        counted=counted, month=month, as_at=as_at, sort=sort,
    )  # fmt: skip
    start = start_of(cursor)
    standings, total = await service.list_root_causes(db, caller.who, wanted, start=start, limit=limit)
    return RootCauseList(
        items=[RootCauseRow.of(each) for each in standings],
        total=total,
        next=cursor_after(start, limit, total),
    )


@router.get("/{ref}")
@kept_until_something_changes
async def read_root_cause(
    ref: str, caller: Reader, db: Session, request: Request, as_at: date | None = None
) -> RootCauseWhole:
    """One root cause, its actions, and what the caller may do."""
    await tag_with_version_of(request, db, ref)
    return await service.whole_root_cause(db, caller.who, ref, as_at)


@router.get("/{ref}/timeline")
@kept_until_something_changes
async def read_timeline(ref: str, _caller: Reader, db: Session) -> Timeline:
    """Everything that happened to it, newest first."""
    return await timeline.story_of(db, ref)
