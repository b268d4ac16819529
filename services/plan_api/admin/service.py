"""People and roles, by the administrator, who can do nothing else."""

import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, RuleBroken
from services.domain.wording import is_blank
from services.domain.words import Role
from services.plan_api.admin import queries
from services.plan_api.admin.schemas import (
    LinkMade,
    PersonRow,
    PersonWhole,
    PersonWish,
    RoleHeld,
    SessionShown,
)
from services.plan_api.plan.service import isg_called
from services.plan_api.sign_in.service import digest, hash_password
from services.shared.auth import Caller
from services.shared.clock import business_now, real_now
from services.shared.db import lock
from services.shared.models import Isg, PasswordLink, Person, RoleGrant
from services.shared.preconditions import check_if_match

LINK_LASTS: Final = timedelta(days=3)
POSTS: Final = {Role.ISG_CHAIR: "chair_id", Role.ACCOUNTABLE_EXECUTIVE: "executive_id"}
"""The roles that one person of an ISG holds at a time."""
OF_AN_ISG: Final = frozenset({Role.ISG_MEMBER, Role.ISG_CHAIR, Role.ACCOUNTABLE_EXECUTIVE})
"""Roles that mean nothing without the ISG that they are for."""


async def list_people(
    db: AsyncSession, wanted: queries.Wanted, start: int, limit: int
) -> tuple[list[PersonRow], int]:
    """Those who fit, by name, `limit` from `start` on; and how many there are of them."""
    people = await queries.people(db, wanted, start=start, limit=limit)
    ids = [each.id for each in people]
    roles, owned = await queries.roles_of(db, ids), await queries.owned_by(db, ids)
    rows = [
        PersonRow(
            name=each.name, email=each.email, job_title=each.job_title, roles=roles[each.id],
            active=each.deactivated_at is None, owns=owned[each.id],
        )
        for each in people
    ]  # fmt: skip
    return rows, await queries.count_people(db, wanted)


async def one_person(db: AsyncSession, caller: Caller, email: str) -> PersonWhole:
    """One person with all that they hold. Raises NotFound."""
    person = await queries.person_called(db, email)
    deputies, deputises_for = await queries.deputies(db, person.id)
    return PersonWhole(
        name=person.name,
        email=person.email,
        job_title=person.job_title,
        roles=(await queries.roles_of(db, [person.id]))[person.id],
        active=person.deactivated_at is None,
        owns=(await queries.owned_by(db, [person.id]))[person.id],
        deputies=deputies,
        deputises_for=deputises_for,
        held=await queries.held_by(db, person.id),
        sessions=[
            SessionShown(
                id=each.public_id, started_at=each.started_at, expires_at=each.expires_at,
                this_one=each.public_id == caller.session,
            )
            for each in await queries.open_sessions(db, person.id)
        ],
        has_password=await _has_password(db, person.id),
    )  # fmt: skip


async def add_person(db: AsyncSession, wish: PersonWish) -> str:
    """Somebody new, without a role or a password yet; their email address."""
    name, email = _checked(wish)
    if await db.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise Conflict(
            f"There is a person with the email address {email} already. Open them in the list of people."
        )
    db.add(
        Person(
            email=email,
            name=name,
            job_title=(wish.job_title or "").strip() or None,
            recorded_at=await business_now(db),
        )
    )
    await db.flush()
    return email


async def change_person(
    db: AsyncSession, email: str, wish: PersonWish, *, if_match: str | None = None
) -> str:
    """Name, email address or job title; what they were stays in the trail."""
    person = await queries.person_called(db, email, lock=True)
    await check_if_match(db, if_match, person)
    name, new_email = _checked(wish)
    taken = await db.scalar(select(Person.id).where(Person.email == new_email, Person.id != person.id))
    if taken is not None:
        raise Conflict(f"There is a person with the email address {new_email} already.")
    person.name, person.email, person.job_title = name, new_email, (wish.job_title or "").strip() or None
    person.version += 1
    await db.flush()
    return new_email


async def grant_role(db: AsyncSession, caller: Caller, email: str, held: RoleHeld) -> None:
    """Gives a role, to somebody else; a chair or executive takes the post over. The same again changes nothing."""
    person = await _active(db, email)
    check_somebody_else(caller, person)
    isg = await _isg_for(db, held)
    if await queries.grant_of(db, person.id, held.role, isg.id if isg else None) is None:
        db.add(
            RoleGrant(
                person_id=person.id,
                role=held.role,
                isg_id=isg.id if isg else None,
                recorded_at=await business_now(db),
            )
        )
    if isg is not None and held.role in POSTS:
        await _take_over_post(db, isg, held.role, person)
    person.version += 1
    await db.flush()


async def _take_over_post(db: AsyncSession, isg: Isg, role: Role, person: Person) -> None:
    """There is one chair and one executive: whoever held the post before holds its role no longer."""
    before = getattr(isg, POSTS[role])
    if (
        before not in {None, person.id}
        and (grant := await queries.grant_of(db, before, role, isg.id)) is not None
    ):
        grant.ended_at = await business_now(db)
    setattr(isg, POSTS[role], person.id)


def check_somebody_else(caller: Caller, person: Person) -> None:
    """The administrator can do nothing else: not even by giving themselves more. Raises Conflict."""
    if person.id == caller.person_id:
        raise Conflict("You can't do this for yourself: another administrator can.")


async def end_role(db: AsyncSession, caller: Caller, email: str, held: RoleHeld) -> None:
    """Takes a role away. Nobody takes the administrator's from themselves, and one administrator always stays."""
    await lock(db, "roles")
    person = await queries.person_called(db, email, lock=True)
    isg = await _isg_for(db, held)
    grant = await queries.grant_of(db, person.id, held.role, isg.id if isg else None)
    if grant is None:
        raise Conflict(f"{person.name} does not hold this role.")
    if held.role is Role.ADMINISTRATOR:
        await check_administrator_stays(db, caller, person)
    if held.role is Role.ROOT_CAUSE_OWNER and (await queries.owned_by(db, [person.id]))[person.id]:
        raise Conflict(
            f"{person.name} owns root causes that are open: hand them over first, then take the role away."
        )
    grant.ended_at = await business_now(db)
    if isg is not None and held.role is Role.ISG_CHAIR and isg.chair_id == person.id:
        isg.chair_id = None
    if isg is not None and held.role is Role.ACCOUNTABLE_EXECUTIVE and isg.executive_id == person.id:
        isg.executive_id = None
    person.version += 1
    await db.flush()


async def check_administrator_stays(db: AsyncSession, caller: Caller, person: Person) -> None:
    """Raises Conflict where nobody could give roles any more, or where somebody shuts themselves out."""
    if person.id == caller.person_id:
        raise Conflict("You can't take the administrator's role from yourself: another administrator can.")
    if await queries.active_administrators(db) < 2:
        raise Conflict("This is the last administrator: name another one first.")


async def make_link(db: AsyncSession, caller: Caller, email: str) -> LinkMade:
    """A link with which the person chooses a password, once, within three days; earlier links end."""
    person = await _active(db, email)
    check_somebody_else(caller, person)
    await end_links(db, person.id)
    secret, expires_at = secrets.token_urlsafe(32), real_now() + LINK_LASTS
    db.add(
        PasswordLink(
            person_id=person.id, secret_digest=digest(secret), made_by=caller.id, expires_at=expires_at,
            recorded_at=await business_now(db),
        )
    )  # fmt: skip
    await db.flush()
    return LinkMade(secret=secret, expires_at=expires_at)


async def choose_password(db: AsyncSession, secret: str, password: str) -> str:
    """By the link: sets the password and ends all sessions; whose it is. Raises Conflict for a link that holds no longer."""
    link = await db.scalar(
        select(PasswordLink).where(PasswordLink.secret_digest == digest(secret)).with_for_update()
    )
    if link is None or link.used_at is not None or link.expires_at <= real_now():
        raise Conflict("This link has been used, or has run out. Ask your administrator for a new one.")
    person = await db.get_one(Person, link.person_id)
    if person.deactivated_at is not None:
        raise Conflict("This link has been used, or has run out. Ask your administrator for a new one.")
    person.password_hash = hash_password(password)
    person.version += 1
    link.used_at = real_now()
    await queries.end_sessions(db, person.id)
    await db.flush()
    return person.email


async def end_sessions(db: AsyncSession, email: str, session: str | None) -> int:
    """Ends one session of a person, or all; how many. Raises Conflict where there is none."""
    person = await queries.person_called(db, email)
    ended = await queries.end_sessions(db, person.id, session)
    if not ended:
        raise Conflict("There is no such open session any more.")
    return ended


async def end_links(db: AsyncSession, person_id: int) -> None:
    """The links that somebody was sent work no longer."""
    for link in await _open_links(db, person_id):
        link.expires_at = real_now()


async def _open_links(db: AsyncSession, person_id: int) -> list[PasswordLink]:
    rows = await db.scalars(
        select(PasswordLink).where(
            PasswordLink.person_id == person_id,
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > real_now(),
        )
    )
    return list(rows)


async def _has_password(db: AsyncSession, person_id: int) -> bool:
    return bool(await db.scalar(select(Person.password_hash.is_not(None)).where(Person.id == person_id)))


async def _active(db: AsyncSession, email: str) -> Person:
    person = await queries.person_called(db, email, lock=True)
    if person.deactivated_at is not None:
        raise Conflict(f"{person.name} has left: let them come back first.")
    return person


async def _isg_for(db: AsyncSession, held: RoleHeld) -> Isg | None:
    if held.role in OF_AN_ISG and not held.isg:
        raise RuleBroken.at("isg", f"Choose the ISG that the role {held.role.label} is for.")
    if held.role not in OF_AN_ISG and held.isg:
        raise RuleBroken.at("isg", f"The role {held.role.label} is for the whole trust: choose no ISG.")
    return await isg_called(db, held.isg) if held.isg else None


def _checked(wish: PersonWish) -> tuple[str, str]:
    name, email = wish.name.strip(), wish.email.strip().lower()
    if is_blank(name):
        raise RuleBroken.at("name", "Enter the person's name.")
    local, at, domain = email.partition("@")
    if not (local and at and "." in domain) or any(
        letter.isspace() or letter in "/?#<>\\" for letter in email
    ):
        raise RuleBroken.at("email", "Enter a work email address, like jo.smith@trust.nhs.uk.")
    return name, email
