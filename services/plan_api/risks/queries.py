"""Risks in the database."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy import Sequence as DatabaseSequence
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound, RuleBroken
from services.domain.risks import REVIEWED_EVERY, Band, scores_in
from services.domain.words import RiskState
from services.shared.models import Isg, Person, Risk, RiskReview, RiskRootCause, RootCause
from services.shared.register import written_out

NUMBER = DatabaseSequence("risk_number")


async def next_reference(db: AsyncSession) -> str:
    """RISK-001, RISK-002, ... A number that a failed attempt took stays unused."""
    number = await db.scalar(select(NUMBER.next_value()))
    return f"RISK-{number:03d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which risks; what is None does not narrow. Without `state`, those that are open; `as_at`: those that were then."""

    isg: str | None = None
    band: Band | None = None
    likelihood: int | None = None
    impact: int | None = None
    root_cause: str | None = None
    state: RiskState = RiskState.OPEN
    review_due: bool | None = None
    as_at: date | None = None


_RISKS: Final = (
    select(Risk, Isg.name.label("isg"), Person.name.label("owner_name"), Person.email.label("owner_email"))
    .join(Isg, Isg.id == Risk.isg_id)
    .join(Person, Person.id == Risk.owner_id)
)
"""Each with the names of its ISG and owner."""
_SCORE_BEFORE: Final = Risk.likelihood_before * Risk.impact_before
_SCORE_AFTER: Final = Risk.likelihood_after * Risk.impact_after


async def risk_called(db: AsyncSession, reference: str) -> Sequence[Any]:
    """The one with this reference, or none."""
    return (await db.execute(_RISKS.where(Risk.reference == reference))).all()


async def risks(db: AsyncSession, wanted: Wanted, today: date, *, start: int, limit: int) -> Sequence[Any]:
    """Those that fit, the highest score after mitigation first: `limit` of them from `start` on."""
    ordered = _RISKS.order_by(_SCORE_AFTER.desc(), _SCORE_BEFORE.desc(), Risk.reference.collate("C"))
    return (
        await db.execute(
            ordered.where(*_fit(wanted, today)).offset(written_out(start or None)).limit(written_out(limit))
        )
    ).all()


async def count_risks(db: AsyncSession, wanted: Wanted, today: date) -> int:
    """How many fit."""
    query = select(func.count()).select_from(Risk).where(*_fit(wanted, today))
    return (await db.execute(query)).scalar_one()


async def open_by_score(db: AsyncSession) -> Mapping[tuple[int, int], int]:
    """How many open risks stand at each impact and likelihood after mitigation."""
    rows = await db.execute(
        select(Risk.impact_after, Risk.likelihood_after, func.count())
        .where(Risk.state == RiskState.OPEN)
        .group_by(Risk.impact_after, Risk.likelihood_after)
    )
    return {(impact, likelihood): number for impact, likelihood, number in rows}


def _fit(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = [Risk.state == wanted.state]
    if (day := wanted.as_at) is not None:
        fits = [Risk.raised_on <= day, or_(Risk.closed_on.is_(None), Risk.closed_on > day)]
    if wanted.isg is not None:
        fits.append(Risk.isg_id == select(Isg.id).where(Isg.name == wanted.isg).scalar_subquery())
    if wanted.band is not None:
        scores = scores_in(wanted.band)
        fits.append(_SCORE_AFTER.between(scores[0], scores[-1]))
    if wanted.likelihood is not None:
        fits.append(Risk.likelihood_after == wanted.likelihood)
    if wanted.impact is not None:
        fits.append(Risk.impact_after == wanted.impact)
    if wanted.root_cause is not None:
        fits.append(
            select(RiskRootCause.id)
            .join(RootCause, RootCause.id == RiskRootCause.root_cause_id)
            .where(
                RiskRootCause.risk_id == Risk.id, RiskRootCause.ended_at.is_(None),
                RootCause.reference == wanted.root_cause,
            )
            .exists()
        )  # fmt: skip
    if wanted.review_due is not None:
        last = select(func.max(RiskReview.reviewed_on)).where(RiskReview.risk_id == Risk.id).scalar_subquery()
        due = (Risk.state == RiskState.OPEN) & (func.coalesce(last, Risk.raised_on) < today - REVIEWED_EVERY)
        fits.append(due if wanted.review_due else ~due)
    return fits


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
