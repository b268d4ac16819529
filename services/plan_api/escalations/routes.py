"""Doors to the ECIB queue."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.domain.permissions import Action, allowed
from services.domain.words import EscalationState
from services.plan_api.escalations import queue, service
from services.plan_api.escalations.schemas import (
    AgendaWish,
    DecisionWish,
    EscalationQueue,
    EscalationShown,
    EscalationWish,
    Members,
)
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.kept_answers import kept_until_something_changes
from services.shared.paging import Cursor, Limit, cursor_after, start_of
from services.shared.preconditions import IfMatch, tag_with_version_of

router: APIRouter = feature_router("escalations", "/v1")
Reader = Annotated[Caller, permit(Action.VIEW_ESCALATIONS)]
Decider = Annotated[Caller, permit(Action.DECIDE_ESCALATION)]
Organiser = Annotated[Caller, permit(Action.PUT_ON_AGENDA)]


@router.get("/escalations")
@kept_until_something_changes
async def list_escalations(
    caller: Reader,
    db: Session,
    isg: str | None = None,
    state: Annotated[
        list[EscalationState] | None, Query(description="leave out for all that have not ended")
    ] = None,
    root_cause: str | None = None,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> EscalationQueue:
    """The ECIB queue in its order."""
    start = start_of(cursor)
    found = await queue.ecib_queue(
        db, caller.who, isg=isg, states=state, root_cause=root_cause, start=start, limit=limit
    )
    only_own = not allowed(Action.VIEW_ESCALATIONS, caller.who)
    following = cursor_after(start, limit, found.total)
    return EscalationQueue(
        items=found.items,
        total=found.total,
        waiting=found.waiting,
        decided=found.decided,
        only_own=only_own,
        next=following,
    )


@router.get("/ecib-members")
async def list_ecib_members(_caller: Decider, db: Session) -> Members:
    """Those whose decision may be recorded."""
    return Members(items=await queue.ecib_members(db))


@router.get("/escalations/{ref}")
async def read_escalation(ref: str, caller: Reader, db: Session, request: Request) -> EscalationShown:
    """One escalation, ended or not."""
    shown = await queue.one_escalation(db, caller.who, ref)
    await tag_with_version_of(request, db, shown.root_cause)
    return shown


@router.post("/escalations/{ref}/decisions")
async def decide(
    ref: str, wish: DecisionWish, caller: Decider, db: Session, if_match: IfMatch = None
) -> EscalationShown:
    """What ECIB decided."""
    await service.decide(db, caller, ref, wish, if_match=if_match)
    return await queue.one_escalation(db, caller.who, ref)


@router.post("/escalations/{ref}/agenda")
async def put_on_agenda(
    ref: str, wish: AgendaWish, caller: Organiser, db: Session, if_match: IfMatch = None
) -> EscalationShown:
    """Onto the agenda of an ECIB meeting."""
    await service.put_on_agenda(db, caller, ref, wish.meeting_date, if_match=if_match)
    return await queue.one_escalation(db, caller.who, ref)


@router.post("/escalations/{ref}/plan-request")
async def ask_for_recovery_plan(
    ref: str, caller: Organiser, db: Session, if_match: IfMatch = None
) -> EscalationShown:
    """Asks the owner for a recovery plan."""
    await service.ask_for_recovery_plan(db, caller, ref, if_match=if_match)
    return await queue.one_escalation(db, caller.who, ref)


@router.post("/escalations/{ref}/recovery")
async def confirm_recovered(
    ref: str, caller: Decider, db: Session, if_match: IfMatch = None
) -> EscalationShown:
    """ECIB confirms that it is back on track, which ends the escalation."""
    await service.confirm_recovered(db, caller, ref, if_match=if_match)
    return await queue.one_escalation(db, caller.who, ref)


@router.post("/root-causes/{ref}/escalations", status_code=201)
async def escalate(
    ref: str,
    wish: EscalationWish,
    caller: Annotated[Caller, permit(Action.ESCALATE)],
    db: Session,
    if_match: IfMatch = None,
) -> EscalationShown:
    """Puts a root cause before ECIB by hand."""
    escalation = await service.escalate_by_hand(db, caller, ref, wish.reason, if_match=if_match)
    return await queue.one_escalation(db, caller.who, escalation.reference)
