"""People, what they hold and their sessions, in the database."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.errors import NotFound
from services.domain.words import Role
from services.plan_api.admin.schemas import Held, RoleHeld
from services.shared.clock import real_now
from services.shared.models import (
    Action,
    Closing,
    Deputy,
    Escalation,
    Isg,
    Kpi,
    Person,
    RecoveryPlan,
    Risk,
    RoleGrant,
    RootCause,
    SignInSession,
)
from services.shared.register import written_out

IS_CLOSED = (
    select(Closing.id).where(Closing.root_cause_id == RootCause.id, Closing.reopened_on.is_(None)).exists()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which people; what is None does not narrow."""

    q: str | None = None
    role: Role | None = None
    isg: str | None = None
    active: bool | None = True


async def people(db: AsyncSession, wanted: Wanted, *, start: int, limit: int) -> Sequence[Person]:
    """Those who fit, by name: `limit` of them from `start` on."""
    ordered = select(Person).order_by(func.lower(Person.name), Person.id)
    return (
        await db.scalars(
            ordered.where(*_fit(wanted)).offset(written_out(start or None)).limit(written_out(limit))
        )
    ).all()


async def count_people(db: AsyncSession, wanted: Wanted) -> int:
    """How many fit."""
    return (await db.execute(select(func.count(Person.id)).where(*_fit(wanted)))).scalar_one()


def _fit(wanted: Wanted) -> list[ColumnElement[bool]]:
    """With every word of `q` in name, email or job title."""
    fits: list[ColumnElement[bool]] = []
    for word in (wanted.q or "").lower().split():
        text = func.lower(Person.name + " " + Person.email + " " + func.coalesce(Person.job_title, ""))
        fits.append(text.contains(word, autoescape=True))
    if wanted.active is not None:
        fits.append(Person.deactivated_at.is_(None) if wanted.active else Person.deactivated_at.is_not(None))
    if wanted.role is not None or wanted.isg is not None:
        held = select(RoleGrant.id).outerjoin(Isg, Isg.id == RoleGrant.isg_id)
        held = held.where(RoleGrant.person_id == Person.id, RoleGrant.ended_at.is_(None))
        if wanted.role is not None:
            held = held.where(RoleGrant.role == wanted.role)
        if wanted.isg is not None:
            held = held.where(Isg.name == wanted.isg)
        fits.append(held.exists())
    return fits


async def person_called(db: AsyncSession, email: str, *, lock: bool = False) -> Person:
    """One person, active or not. Raises NotFound."""
    query = select(Person).where(Person.email == email.strip().lower())
    found = await db.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(f"There is nobody with the email address {email}. Look in the list of people.")
    return found


async def roles_of(db: AsyncSession, ids: Collection[int]) -> Mapping[int, list[RoleHeld]]:
    """The roles that each holds now."""
    rows = await db.execute(
        select(RoleGrant.person_id, RoleGrant.role, Isg.name)
        .outerjoin(Isg, Isg.id == RoleGrant.isg_id)
        .where(RoleGrant.person_id.in_(ids), RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.id)
    )
    found: defaultdict[int, list[RoleHeld]] = defaultdict(list)
    for person_id, role, isg in rows:
        found[person_id].append(RoleHeld(role=Role(role), isg=isg))
    return found


async def owned_by(db: AsyncSession, ids: Collection[int]) -> Mapping[int, int]:
    """How many open root causes each owns."""
    rows = await db.execute(
        select(RootCause.owner_id, func.count().label("owned"))
        .where(RootCause.owner_id.in_(ids), ~IS_CLOSED)
        .group_by(RootCause.owner_id)
    )
    return defaultdict(int, {row.owner_id: row.owned for row in rows})


async def grant_of(db: AsyncSession, person_id: int, role: Role, isg_id: int | None) -> RoleGrant | None:
    """The role, where it is held now."""
    same_isg = RoleGrant.isg_id.is_(None) if isg_id is None else RoleGrant.isg_id == isg_id
    found: RoleGrant | None = await db.scalar(
        select(RoleGrant).where(
            RoleGrant.person_id == person_id, RoleGrant.role == role, same_isg, RoleGrant.ended_at.is_(None)
        )
    )
    return found


async def active_administrators(db: AsyncSession) -> int:
    """How many there are."""
    count = await db.scalar(
        select(func.count(RoleGrant.person_id.distinct()))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.ended_at.is_(None),
            Person.deactivated_at.is_(None),
        )
    )
    return count or 0


async def held_by(db: AsyncSession, person_id: int) -> list[Held]:
    """Everything that would be left without an owner, by reference: what it says is not the administrator's to read."""
    held = [
        Held(kind="root_cause", ref=ref, title="")
        for ref in await db.scalars(
            select(RootCause.reference).where(RootCause.owner_id == person_id).order_by(RootCause.position)
        )
    ]
    is_open = and_(Action.completed_on.is_(None), Action.withdrawn_on.is_(None))
    held += [
        Held(kind="action", ref=ref, title="")
        for ref in await db.scalars(
            select(Action.reference).where(Action.owner_id == person_id, is_open).order_by(Action.position)
        )
    ]
    held += [
        Held(kind="recovery_plan", ref=ref, title="")
        for ref in await db.scalars(
            select(RootCause.reference)
            .join(Escalation, Escalation.root_cause_id == RootCause.id)
            .join(RecoveryPlan, RecoveryPlan.id == Escalation.recovery_plan_id)
            .where(RecoveryPlan.owner_id == person_id, Escalation.state != "ended")
        )
    ]
    held += [
        Held(kind="risk", ref=ref, title="")
        for ref in await db.scalars(
            select(Risk.reference).where(Risk.owner_id == person_id, Risk.state == "open")
        )
    ]
    held += [
        Held(kind="kpi", ref=ref, title="")
        for ref in await db.scalars(
            select(Kpi.reference)
            .where(Kpi.data_owner_id == person_id, Kpi.retired_on.is_(None))
            .order_by(Kpi.position)
        )
    ]
    for isg in await db.scalars(
        select(Isg).where(or_(Isg.chair_id == person_id, Isg.executive_id == person_id))
    ):
        post = "Chair" if isg.chair_id == person_id else "Accountable executive"
        held.append(Held(kind="post", ref=isg.slug, title=f"{post} of {isg.name}"))
    return held


async def deputies(db: AsyncSession, person_id: int) -> tuple[list[str], list[str]]:
    """The names of those who report for the person, and of those whom the person reports for."""
    other = aliased(Person)
    query = select(other.name).order_by(other.name)
    theirs = query.join(Deputy, Deputy.deputy_id == other.id).where(
        Deputy.owner_id == person_id, Deputy.ended_at.is_(None)
    )
    of_others = query.join(Deputy, Deputy.owner_id == other.id).where(
        Deputy.deputy_id == person_id, Deputy.ended_at.is_(None)
    )
    return list(await db.scalars(theirs)), list(await db.scalars(of_others))


async def open_sessions(db: AsyncSession, person_id: int) -> Sequence[SignInSession]:
    """The sessions that have neither ended nor run out, newest first."""
    rows = await db.scalars(
        select(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > real_now(),
        )
        .order_by(SignInSession.started_at.desc())
    )
    return rows.all()


async def end_sessions(db: AsyncSession, person_id: int, public_id: str | None = None) -> int:
    """Ends all sessions of a person, or one; how many."""
    ending = update(SignInSession).where(
        SignInSession.person_id == person_id, SignInSession.ended_at.is_(None)
    )
    if public_id is not None:
        ending = ending.where(SignInSession.public_id == public_id)
    ended = await db.execute(ending.values(ended_at=real_now()).returning(SignInSession.id))
    return len(ended.all())


async def end_roles_and_deputyships(db: AsyncSession, person_id: int) -> int:
    """Ends every role, and every naming as a deputy in both directions; how many roles."""
    now = real_now()
    ended = await db.execute(
        update(RoleGrant)
        .where(RoleGrant.person_id == person_id, RoleGrant.ended_at.is_(None))
        .values(ended_at=now)
        .returning(RoleGrant.id)
    )
    count = len(ended.all())
    await db.execute(
        update(Deputy)
        .where(or_(Deputy.owner_id == person_id, Deputy.deputy_id == person_id), Deputy.ended_at.is_(None))
        .values(ended_at=now)
    )
    return count
