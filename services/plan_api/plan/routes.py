"""Doors to the plan, its ISGs and its findings."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from services.domain.permissions import Action
from services.domain.words import FindingType, KeyQuestion
from services.plan_api.plan import service
from services.plan_api.plan.meeting import whole_meeting
from services.plan_api.plan.schemas import (
    ApprovalWish,
    FindingList,
    FindingRow,
    IsgList,
    MeetingWhole,
    PartList,
    PlanShown,
)
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.kept_answers import kept_until_something_changes, kept_until_these_change
from services.shared.paging import Cursor, Limit, cursor_after, start_of

router: APIRouter = feature_router("plan", "/v1")
Reader = Annotated[Caller, permit(Action.VIEW_PLAN)]
Onlooker = Annotated[Caller, permit(Action.VIEW_FIGURES)]


@router.get("/plan")
async def read_plan(_caller: Onlooker, db: Session) -> PlanShown:
    """The plan's state, and which ISGs' parts are approved."""
    return await service.show_plan(db)


@router.post("/plan/approvals", status_code=201)
async def approve(
    wish: ApprovalWish, caller: Annotated[Caller, permit(Action.APPROVE_PLAN)], db: Session
) -> PlanShown:
    """Records that a forum has approved one ISG's part: freezes its original baseline."""
    await service.approve(db, await service.isg_called(db, wish.isg), wish.approved_on, wish.forum, caller.id)
    return await service.show_plan(db)


@router.get("/isgs")
@kept_until_these_change("isg", "person")
async def list_isgs(_caller: Onlooker, db: Session) -> IsgList:
    """The Improvement Steering Groups, each with the cycle that is open."""
    return IsgList(items=await service.list_isgs(db))


@router.get("/isgs/{slug}/meeting")
@kept_until_something_changes
async def read_meeting(slug: str, _caller: Reader, db: Session) -> MeetingWhole:
    """What the ISG's next meeting has before it, and what has changed since the last."""
    return await whole_meeting(db, await service.isg_called(db, slug))


@router.get("/findings")
@kept_until_something_changes
async def list_findings(
    _caller: Reader,
    db: Session,
    q: Annotated[str | None, Query(max_length=200)] = None,
    isg: str | None = None,
    finding_type: Annotated[FindingType | None, Query(alias="type")] = None,
    site: str | None = None,
    core_service: str | None = None,
    key_question: KeyQuestion | None = None,
    regulation: str | None = None,
    source: Annotated[str | None, Query(description="what it comes from: of a notice its own name")] = None,
    closed: Annotated[bool | None, Query(description="it has root causes, and all are closed")] = None,
    met: Annotated[bool | None, Query(description="the PMO has assured it, embedded or not")] = None,
    as_at: date | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> FindingList:
    """Findings in the order of the workbook, each with its root causes and how many of them are closed."""
    wanted = service.WantedFindings(
        q=q, isg=isg, finding_type=finding_type, site=site, core_service=core_service, key_question=key_question,
        regulation=regulation, source=source, closed=closed, met=met, as_at=as_at,
    )  # fmt: skip
    start = start_of(cursor)
    found = await service.list_findings(db, wanted, start, limit)
    return FindingList(
        items=[FindingRow.of(each) for each in found.items],
        total=found.total,
        all_closed=found.all_closed,
        met=found.met,
        next=cursor_after(start, limit, found.total),
    )


@router.get("/findings-by-part")
@kept_until_something_changes
async def read_findings_by_part(_caller: Reader, db: Session, as_at: date | None = None) -> PartList:
    """How many findings are met, by type, core service, site, key question, regulation and source."""
    return PartList(items=await service.findings_by_part(db, as_at))


@router.get("/findings/{ref}")
@kept_until_something_changes
async def read_finding(ref: str, _caller: Reader, db: Session) -> FindingRow:
    """One finding."""
    return FindingRow.of(await service.one_finding(db, ref))
