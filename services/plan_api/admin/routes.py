"""Doors for the administrator: people, roles, sessions and leavers."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from services.domain.permissions import Action
from services.domain.words import Role
from services.plan_api.admin import leaving, queries, service
from services.plan_api.admin.schemas import (
    IsgNames,
    LeavingWish,
    Left,
    LinkMade,
    PersonList,
    PersonWhole,
    PersonWish,
    RoleHeld,
)
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.models import Isg
from services.shared.paging import Cursor, Limit, cursor_after, start_of
from services.shared.preconditions import IfMatch
from services.shared.transaction import tell_a_secret

router: APIRouter = feature_router("administration", "/v1")
Administrator = Annotated[Caller, permit(Action.MANAGE_PEOPLE)]


@router.get("/people")
async def list_people(
    _caller: Administrator,
    db: Session,
    q: str | None = None,
    role: Role | None = None,
    isg: str | None = None,
    active: bool | None = True,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PersonList:
    """People by name, with their roles."""
    start = start_of(cursor)
    wanted = queries.Wanted(q=q, role=role, isg=isg, active=active)
    items, total = await service.list_people(db, wanted, start, limit)
    return PersonList(items=items, total=total, next=cursor_after(start, limit, total))


@router.post("/people", status_code=201)
async def add_person(wish: PersonWish, caller: Administrator, db: Session) -> PersonWhole:
    """Somebody new."""
    return await service.one_person(db, caller, await service.add_person(db, wish))


@router.get("/people/{email}")
async def read_person(request: Request, email: str, caller: Administrator, db: Session) -> PersonWhole:
    """One person, with all that they hold."""
    request.state.version = (await queries.person_called(db, email)).version
    return await service.one_person(db, caller, email)


@router.post("/people/{email}")
async def change_person(
    email: str, wish: PersonWish, caller: Administrator, db: Session, if_match: IfMatch = None
) -> PersonWhole:
    """Name, email address or job title."""
    return await service.one_person(
        db, caller, await service.change_person(db, email, wish, if_match=if_match)
    )


@router.post("/people/{email}/roles")
async def grant_role(email: str, held: RoleHeld, caller: Administrator, db: Session) -> PersonWhole:
    """Gives a role."""
    await service.grant_role(db, caller, email, held)
    return await service.one_person(db, caller, email)


@router.post("/people/{email}/roles/ending")
async def end_role(email: str, held: RoleHeld, caller: Administrator, db: Session) -> PersonWhole:
    """Takes a role away."""
    await service.end_role(db, caller, email, held)
    return await service.one_person(db, caller, email)


@router.post("/people/{email}/sign-in-link", status_code=201)
async def make_link(request: Request, email: str, caller: Administrator, db: Session) -> LinkMade:
    """A link to choose a password with, told once."""
    tell_a_secret(request)
    return await service.make_link(db, caller, email)


@router.post("/people/{email}/leaving")
async def leave(email: str, wish: LeavingWish, caller: Administrator, db: Session) -> Left:
    """Hands over all that the person holds, and ends their account."""
    return await leaving.leave(db, caller, email, wish)


@router.post("/people/{email}/return")
async def come_back(email: str, caller: Administrator, db: Session) -> PersonWhole:
    """Somebody who had left is here again."""
    await leaving.come_back(db, email)
    return await service.one_person(db, caller, email)


@router.post("/people/{email}/sessions/ending", status_code=204)
async def end_sessions(
    email: str, _caller: Administrator, db: Session, session: str | None = None
) -> Response:
    """Ends a session of the person, or all of them."""
    await service.end_sessions(db, email, session)
    return Response(status_code=204)


@router.get("/isg-names")
async def list_isg_names(_caller: Administrator, db: Session) -> IsgNames:
    """The ISGs that a role can be for, in their order."""
    return IsgNames(items=list(await db.scalars(select(Isg.name).order_by(Isg.position))))
