"""Doors to ownership, and to what everybody has: deputies and open sessions."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.domain.errors import Conflict
from services.domain.permissions import Action
from services.plan_api.admin import queries as sessions
from services.plan_api.admin.schemas import SessionShown
from services.plan_api.people import service
from services.shared.app import feature_router
from services.shared.auth import Caller, SignedIn, permit
from services.shared.db import Session
from services.shared.preconditions import IfMatch

router: APIRouter = feature_router("people", "/v1")


class OwnerWish(BaseModel):
    """The new owner's email."""

    owner: str = Field(max_length=320)


class DeputiesWish(BaseModel):
    """Everyone who is to report for an owner."""

    deputies: list[str] = Field(max_length=10)


class DeputyShown(BaseModel):
    """Somebody who reports for an owner."""

    name: str
    email: str


class DeputyList(BaseModel):
    """Everyone who reports for an owner now."""

    items: list[DeputyShown]


class SessionList(BaseModel):
    """Where the caller is signed in, newest first."""

    items: list[SessionShown]


class SessionWish(BaseModel):
    """Which session."""

    session: str = Field(max_length=100)


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


@router.get("/people/{email}/deputies")
async def list_deputies(
    email: str, caller: Annotated[Caller, permit(Action.NAME_DEPUTIES)], db: Session
) -> DeputyList:
    """Who reports for an owner."""
    found = await service.deputies_of(db, caller, email)
    return DeputyList(items=[DeputyShown(name=each.name, email=each.email) for each in found])


@router.post("/people/{email}/deputies", status_code=204)
async def name_deputies(
    email: str, wish: DeputiesWish, caller: Annotated[Caller, permit(Action.NAME_DEPUTIES)], db: Session
) -> Response:
    """Sets who reports for an owner."""
    await service.name_deputies(db, caller, email, wish.deputies)
    return Response(status_code=204)


@router.get("/me/sessions")
async def list_sessions(caller: SignedIn, db: Session) -> SessionList:
    """Where I am signed in."""
    return SessionList(
        items=[
            SessionShown(
                id=each.public_id, started_at=each.started_at, expires_at=each.expires_at,
                this_one=each.public_id == caller.session,
            )
            for each in await sessions.open_sessions(db, caller.id)
        ]
    )  # fmt: skip


@router.post("/me/sessions/ending", status_code=204)
async def end_session(wish: SessionWish, caller: SignedIn, db: Session) -> Response:
    """Ends one of my own sessions."""
    if not await sessions.end_sessions(db, caller.id, wish.session):
        raise Conflict("There is no such open session any more.")
    return Response(status_code=204)
