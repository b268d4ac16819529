"""Risks in the database."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Sequence as DatabaseSequence
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound, RuleBroken
from services.shared.models import Isg, Person, Risk, RiskReview, RiskRootCause, RootCause

NUMBER = DatabaseSequence("risk_number")


async def next_reference(db: AsyncSession) -> str:
    """RISK-001, RISK-002, ... A number that a failed attempt took stays unused."""
    number = await db.scalar(select(NUMBER.next_value()))
    return f"RISK-{number:03d}"


async def risks(db: AsyncSession, reference: str | None = None) -> Sequence[Any]:
    """All risks, or one, each with the names of its ISG and owner."""
    query = (
        select(
            Risk, Isg.name.label("isg"), Person.name.label("owner_name"), Person.email.label("owner_email")
        )
        .join(Isg, Isg.id == Risk.isg_id)
        .join(Person, Person.id == Risk.owner_id)
    )
    if reference is not None:
        query = query.where(Risk.reference == reference)
    return (await db.execute(query)).all()


async def locked(db: AsyncSession, reference: str) -> Risk:
    """One risk, locked. Raises NotFound."""
    found = await db.scalar(select(Risk).where(Risk.reference == reference).with_for_update())
    if found is None:
        raise NotFound(f"There is no risk {reference}. Open the register of risks to find it.")
    return found


async def threatened(db: AsyncSession, risk_ids: Collection[int]) -> Mapping[int, list[tuple[str, str]]]:
    """The root causes of each risk: reference and title."""
    rows = await db.execute(
        select(RiskRootCause.risk_id, RootCause.reference, RootCause.title)
        .join(RootCause, RootCause.id == RiskRootCause.root_cause_id)
        .where(RiskRootCause.risk_id.in_(risk_ids), RiskRootCause.ended_at.is_(None))
        .order_by(RootCause.position)
    )
    found: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for risk_id, reference, title in rows:
        found[risk_id].append((reference, title))
    return found


async def reviews(db: AsyncSession, risk_ids: Collection[int]) -> Mapping[int, list[Any]]:
    """The reviews of each risk, newest first."""
    rows = await db.execute(
        select(RiskReview, Person.name)
        .join(Person, Person.id == RiskReview.recorded_by)
        .where(RiskReview.risk_id.in_(risk_ids))
        .order_by(RiskReview.reviewed_on.desc(), RiskReview.id.desc())
    )
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for review, name in rows:
        found[review.risk_id].append((review, name))
    return found


async def owner_called(db: AsyncSession, email: str) -> Person:
    """An active person. Raises RuleBroken."""
    found = await db.scalar(
        select(Person).where(Person.email == email.strip().lower(), Person.deactivated_at.is_(None))
    )
    if found is None:
        raise RuleBroken.at(
            "owner", f"There is nobody here with the email address {email}. Give a colleague's work email."
        )
    return found


async def root_causes_called(db: AsyncSession, references: Collection[str]) -> set[int]:
    """Their rows. Raises RuleBroken, naming those that there are not."""
    wanted = {each.strip() for each in references if each.strip()}
    rows = (
        await db.execute(select(RootCause.reference, RootCause.id).where(RootCause.reference.in_(wanted)))
    ).all()
    missing = wanted - {row.reference for row in rows}
    if missing:
        raise RuleBroken.at("root_causes", f"There is no root cause {min(missing)}. Check the reference.")
    return {row.id for row in rows}


async def current_links(db: AsyncSession, risk_id: int) -> list[RiskRootCause]:
    """The links that have not ended."""
    rows = await db.scalars(
        select(RiskRootCause).where(RiskRootCause.risk_id == risk_id, RiskRootCause.ended_at.is_(None))
    )
    return list(rows)
