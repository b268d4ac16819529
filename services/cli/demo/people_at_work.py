"""Acting as one of the demo's people: who they are in the database, as the use cases want to know it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.permissions import Person as Who
from services.domain.words import Role
from services.shared.auth import Caller
from services.shared.db import WhoAndWhy, say_who
from services.shared.models import Isg, Person, RoleGrant

REQUEST = "demo-plan"


async def act_as(db: AsyncSession, email: str) -> Caller:
    """From here on this person acts, and the audit trail names them. Nothing loaded before is remembered."""
    await _begin_anew(db)
    caller = await _caller(db, email)
    await say_who(db, WhoAndWhy(caller.subject, REQUEST))
    return caller


async def act_as_operator(db: AsyncSession) -> None:
    """From here on nobody in particular acts: the import, the clock, the night's work."""
    await _begin_anew(db)
    await say_who(db, WhoAndWhy("operator", REQUEST))


async def _begin_anew(db: AsyncSession) -> None:
    """As if in a session of one's own: each act of the demo is one request in life."""
    await db.flush()
    db.expunge_all()


async def _caller(db: AsyncSession, email: str) -> Caller:
    person = (await db.scalars(select(Person).where(Person.email == email))).one()
    grants = await db.execute(
        select(RoleGrant.role, Isg.name)
        .outerjoin(Isg, Isg.id == RoleGrant.isg_id)
        .where(RoleGrant.person_id == person.id, RoleGrant.ended_at.is_(None))
    )
    who = Who(email, frozenset((Role(role), isg) for role, isg in grants))
    return Caller(f"person:{person.id}", person.id, person.name, person.job_title, person=who)
