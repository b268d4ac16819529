"""KPIs with their definitions, targets and versions in the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy import Sequence as DatabaseSequence
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.errors import NotFound, RuleBroken
from services.domain.words import KeyQuestion, KpiLevel
from services.shared.kpi_isgs import isg_id_on
from services.shared.kpi_targets import target_on
from services.shared.models import (
    Isg,
    Kpi,
    KpiDefinition,
    KpiStanding,
    KpiTarget,
    Person,
    Placement,
    RootCause,
)

NUMBER = DatabaseSequence("kpi_number")
Owner = aliased(Person)
DataOwner = aliased(Person)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which KPIs; what is None does not narrow. `isg`: its name or its slug."""

    isg: str | None = None
    level: KpiLevel | None = None
    key_question: KeyQuestion | None = None
    root_cause: str | None = None
    q: str | None = None
    retired: bool = False


async def next_reference(db: AsyncSession) -> str:
    """KPI-0001, KPI-0002, ... A number that a failed attempt took, or a workbook gave out, stays unused."""
    while True:
        reference = f"KPI-{await db.scalar(select(NUMBER.next_value())):04d}"
        if await db.scalar(select(Kpi.id).where(Kpi.reference == reference)) is None:
            return reference


def _rows(today: date) -> Select[Any]:
    isg_id = isg_id_on(today)
    return (
        select(
            Kpi, Isg.name.label("isg"), Isg.slug.label("isg_slug"), RootCause.reference.label("root_cause"),
            RootCause.title.label("root_cause_title"), Owner.email.label("owner_email"), DataOwner.name.label("data_owner_name"),
            DataOwner.email.label("data_owner_email"), target_on(Kpi.id, today).label("target"), KpiStanding,
        )
        .select_from(Kpi)
        .outerjoin(Isg, Isg.id == isg_id)
        .outerjoin(RootCause, RootCause.id == Kpi.root_cause_id)
        .outerjoin(Owner, Owner.id == RootCause.owner_id)
        .outerjoin(DataOwner, DataOwner.id == Kpi.data_owner_id)
        .outerjoin(KpiStanding, KpiStanding.kpi_id == Kpi.id)
    )  # fmt: skip


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    query = query.where(Kpi.retired_on.is_not(None) if wanted.retired else Kpi.retired_on.is_(None))
    if wanted.isg:
        query = query.where(or_(Isg.name == wanted.isg, Isg.slug == wanted.isg))
    if wanted.level:
        query = query.where(Kpi.level == wanted.level)
    if wanted.key_question:
        query = query.where(Kpi.key_question == wanted.key_question)
    if wanted.root_cause:
        query = query.where(RootCause.reference == wanted.root_cause)
    if wanted.q:
        query = query.where(
            or_(
                Kpi.name.icontains(wanted.q, autoescape=True),
                Kpi.reference.icontains(wanted.q, autoescape=True),
            )
        )
    return query


async def kpis(db: AsyncSession, today: date, wanted: Wanted, start: int, limit: int) -> Sequence[Any]:
    """A page of those that fit: ISG by ISG, the high-level ones first, in the order in which they were defined."""
    query = _narrowed(_rows(today), wanted).order_by(
        Isg.position.nulls_last(), Kpi.level, Kpi.position, Kpi.id
    )
    rows = await db.execute(query.offset(start).limit(limit))
    return list(rows)


async def how_many(db: AsyncSession, today: date, wanted: Wanted) -> int:
    """How many fit."""
    fitting = _narrowed(_rows(today), wanted).with_only_columns(Kpi.id, maintain_column_froms=False)
    return await db.scalar(select(func.count()).select_from(fitting.subquery())) or 0


async def kpi_row(db: AsyncSession, today: date, reference: str) -> Any:
    """One KPI. Raises NotFound."""
    found = (await db.execute(_rows(today).where(Kpi.reference == reference))).one_or_none()
    if found is None:
        raise NotFound(_no_kpi(reference))
    return found


async def locked(db: AsyncSession, reference: str) -> Kpi:
    """One KPI, locked. Raises NotFound."""
    found = await db.scalar(select(Kpi).where(Kpi.reference == reference).with_for_update())
    if found is None:
        raise NotFound(_no_kpi(reference))
    return found


def _no_kpi(reference: str) -> str:
    return f"There is no KPI {reference}. Find it in the list of KPIs."


async def versions(db: AsyncSession, kpi_ids: Collection[int]) -> Sequence[Any]:
    """Every version of these KPIs' definitions, the newest first: with who changed it and who owns the data."""
    rows = await db.execute(
        select(
            KpiDefinition, Person.name.label("changed_by"), DataOwner.name.label("data_owner_name"),
            DataOwner.email.label("data_owner_email"),
        )
        .select_from(KpiDefinition)
        .outerjoin(Person, Person.id == KpiDefinition.changed_by)
        .outerjoin(DataOwner, DataOwner.id == KpiDefinition.data_owner_id)
        .where(KpiDefinition.kpi_id.in_(kpi_ids))
        .order_by(KpiDefinition.kpi_id, KpiDefinition.number.desc())
    )  # fmt: skip
    return rows.all()


async def latest_change(db: AsyncSession, kpi_id: int) -> date | None:
    """The day from which the definition in force holds; None: from the beginning."""
    found: date | None = await db.scalar(
        select(func.max(KpiDefinition.holds_from)).where(KpiDefinition.kpi_id == kpi_id)
    )
    return found


async def targets(db: AsyncSession, kpi_id: int) -> Sequence[Any]:
    """What it should reach from which day on, the latest first, with who set it."""
    rows = await db.execute(
        select(KpiTarget, Person.name.label("set_by"))
        .outerjoin(Person, Person.id == KpiTarget.set_by)
        .where(KpiTarget.kpi_id == kpi_id, KpiTarget.superseded_at.is_(None))
        .order_by(KpiTarget.holds_from.desc().nulls_last())
    )
    return rows.all()


async def isg_called(db: AsyncSession, name: str) -> Isg | None:
    """An ISG by its name or its slug."""
    found: Isg | None = await db.scalar(select(Isg).where((Isg.name == name) | (Isg.slug == name)))
    return found


async def root_cause_called(db: AsyncSession, reference: str) -> RootCause:
    """A root cause. Raises RuleBroken."""
    found = await db.scalar(select(RootCause).where(RootCause.reference == reference.strip()))
    if found is None:
        raise RuleBroken.at("root_cause", f"There is no root cause {reference.strip()}. Check the reference.")
    return found


async def placed_in(db: AsyncSession, root_cause_id: int, day: date) -> Isg | None:
    """The ISG that answers for a root cause on a day."""
    found: Isg | None = await db.scalar(
        select(Isg)
        .join(Placement, Placement.isg_id == Isg.id)
        .where(
            Placement.root_cause_id == root_cause_id, Placement.superseded_at.is_(None),
            or_(Placement.holds_from.is_(None), Placement.holds_from <= day),
        )
        .order_by(Placement.holds_from.desc().nulls_last())
        .limit(1)
    )  # fmt: skip
    return found


async def person_id_called(db: AsyncSession, email: str, *, or_still: int | None) -> int:
    """The row of an active person, or of the one who has it still. Raises RuleBroken."""
    found = await db.scalar(select(Person).where(Person.email == email.strip().lower()))
    if found is None or (found.deactivated_at is not None and found.id != or_still):
        raise RuleBroken.at(
            "data_owner",
            f"There is nobody here with the email address {email}. Give a colleague’s work email.",
        )
    return found.id
