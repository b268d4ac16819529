"""The sets of KPIs that ISGs have signed off."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.errors import NotFound
from services.domain.words import KpiLevel
from services.shared.kpi_targets import target_on
from services.shared.models import Isg, Kpi, KpiDefinition, KpiSet, KpiSetMember, KpiTarget, Person

DataOwner = aliased(Person)


async def isg(db: AsyncSession, slug: str) -> Isg:
    """One ISG. Raises NotFound."""
    found = await db.scalar(select(Isg).where(Isg.slug == slug))
    if found is None:
        raise NotFound(f"There is no Improvement Steering Group “{slug}”. Choose one from the list of ISGs.")
    return found


async def members(db: AsyncSession, isg_id: int, today: date, signed_at: datetime | None) -> Sequence[Any]:
    """The ISG's high-level KPIs that are measured now; `retargeted`: its target was changed since the set was signed."""
    retargeted: ColumnElement[bool] = (
        false()
        if signed_at is None
        else exists().where(KpiTarget.kpi_id == Kpi.id, KpiTarget.recorded_at > signed_at)
    )
    rows = await db.execute(
        select(
            Kpi, DataOwner.name.label("data_owner_name"), DataOwner.email.label("data_owner_email"),
            target_on(Kpi.id, today).label("target"), retargeted.label("retargeted"),
        )
        .select_from(Kpi)
        .outerjoin(DataOwner, DataOwner.id == Kpi.data_owner_id)
        .where(Kpi.isg_id == isg_id, Kpi.level == KpiLevel.HIGH_LEVEL, Kpi.retired_on.is_(None))
        .order_by(Kpi.position, Kpi.id)
    )  # fmt: skip
    return rows.all()


async def sign_offs(db: AsyncSession, isg_id: int) -> Sequence[Any]:
    """Every version that was signed, the newest first, with who signed and the references of its KPIs."""
    rows = await db.execute(
        select(KpiSet, Person.name.label("signed_by"), func.array_agg(Kpi.reference).label("kpis"))
        .select_from(KpiSet)
        .join(Person, Person.id == KpiSet.signed_by)
        .join(KpiSetMember, KpiSetMember.set_id == KpiSet.id)
        .join(Kpi, Kpi.id == KpiSetMember.kpi_id)
        .where(KpiSet.isg_id == isg_id)
        .group_by(KpiSet.id, Person.name)
        .order_by(KpiSet.version.desc())
    )
    return rows.all()


async def signed_definitions(db: AsyncSession, set_id: int) -> Sequence[Any]:
    """The definitions that were signed, each with its KPI's reference."""
    rows = await db.execute(
        select(
            KpiDefinition, Kpi.reference, DataOwner.name.label("data_owner_name"), DataOwner.email.label("data_owner_email")
        )
        .select_from(KpiDefinition)
        .join(Kpi, Kpi.id == KpiDefinition.kpi_id)
        .join(
            KpiSetMember,
            (KpiSetMember.kpi_id == KpiDefinition.kpi_id) & (KpiSetMember.definition_number == KpiDefinition.number),
        )
        .outerjoin(DataOwner, DataOwner.id == KpiDefinition.data_owner_id)
        .where(KpiSetMember.set_id == set_id)
        .order_by(Kpi.position, Kpi.id)
    )  # fmt: skip
    return rows.all()


async def changed_last(db: AsyncSession, isg_id: int) -> tuple[str | None, datetime | None]:
    """Who defined one of the ISG's high-level KPIs anew or signed the set last, and when."""
    defined = (
        select(Person.name, KpiDefinition.recorded_at.label("at"))
        .select_from(KpiDefinition)
        .join(Kpi, Kpi.id == KpiDefinition.kpi_id)
        .outerjoin(Person, Person.id == KpiDefinition.changed_by)
        .where(Kpi.isg_id == isg_id, Kpi.level == KpiLevel.HIGH_LEVEL)
    )
    signed = (
        select(Person.name, KpiSet.recorded_at.label("at"))
        .select_from(KpiSet)
        .join(Person, Person.id == KpiSet.signed_by)
        .where(KpiSet.isg_id == isg_id)
    )
    both = defined.union_all(signed).subquery()
    found = (
        await db.execute(select(both.c.name, both.c.at).order_by(both.c.at.desc()).limit(1))
    ).one_or_none()
    return (None, None) if found is None else (found.name, found.at)
