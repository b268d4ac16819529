"""The high-level KPIs that an ISG agrees on: what they lack, who signed them off, and what has changed since."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict
from services.domain.measures import (
    FEWEST,
    MOST,
    Member,
    changes_since_signed,
    check_sign_off,
    shortfalls_of_set,
    wanting,
)
from services.domain.permissions import Action, Person, Subject, allowed, require
from services.domain.words import KeyQuestion
from services.kpi_api.definitions.service import definition_shown
from services.kpi_api.kpi_sets import queries
from services.kpi_api.kpi_sets.schemas import (
    KeyQuestionCovered,
    KpiSetShown,
    MemberShown,
    SignOffShown,
    SignOffWish,
)
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.db import lock
from services.shared.models import Isg, KpiSet, KpiSetMember
from services.shared.preconditions import CHANGED_SINCE, names_version
from services.shared.problems import Stale


async def kpi_set(db: AsyncSession, person: Person, slug: str) -> tuple[KpiSetShown, str]:
    """What an ISG measures, and the version of that: another once a KPI is added, retired, defined anew or the set signed."""
    isg = await queries.isg(db, slug)
    sign_offs = await queries.sign_offs(db, isg.id)
    signed = sign_offs[0].KpiSet if sign_offs else None
    rows = await queries.members(db, isg.id, await business_today(db), signed.recorded_at if signed else None)
    items = [_shown(row) for row in rows]
    versions = [_sign_off(row) for row in sign_offs]
    shown = KpiSetShown(
        isg=isg.name, slug=isg.slug, fewest=FEWEST, most=MOST, items=items,
        key_questions=[
            KeyQuestionCovered(key_question=each, kpis=sum(item.key_question == each for item in items))
            for each in KeyQuestion
        ],
        shortfalls=shortfalls_of_set(item.key_question for item in items), signed=versions[0] if versions else None,
        changed_since_signed=await _changes(db, signed, rows) if signed else [], versions=versions,
        can=_can(person, isg),
    )  # fmt: skip
    return shown, _version(shown)


async def sign_off(
    db: AsyncSession, caller: Caller, slug: str, wish: SignOffWish, *, if_match: str | None
) -> None:
    """The ISG has agreed on its set as it is now: who signed, on which day, and which version of each definition."""
    isg = await queries.isg(db, slug)
    require(Action.SIGN_OFF_MEASURES, caller.who, Subject(isg.name))
    await lock(db, f"kpi set {isg.id}")
    shown, version = await kpi_set(db, caller.who, slug)
    if not names_version(if_match, version):
        raise Stale(CHANGED_SINCE, *await queries.changed_last(db, isg.id))
    today = await business_today(db)
    signed_on = wish.signed_on or today
    last = shown.signed
    check_sign_off(
        len(shown.items), shown.shortfalls, wish.note, signed_on, last.signed_on if last else None, today
    )
    if last is not None and not shown.changed_since_signed:
        raise Conflict("This set is signed off as it is: there is nothing new to agree on.")
    await _keep(db, caller, isg, signed_on, wish.note, last.version + 1 if last else 1)


async def _keep(
    db: AsyncSession, caller: Caller, isg: Isg, signed_on: Any, note: str | None, version: int
) -> None:
    signed = KpiSet(
        isg_id=isg.id, version=version, signed_on=signed_on, signed_by=caller.id, note=(note or "").strip() or None,
        recorded_at=await business_now(db),
    )  # fmt: skip
    db.add(signed)
    await db.flush()
    for row in await queries.members(db, isg.id, await business_today(db), None):
        db.add(KpiSetMember(set_id=signed.id, kpi_id=row.Kpi.id, definition_number=row.Kpi.definition_number))
    await db.flush()


async def _changes(db: AsyncSession, signed: KpiSet, rows: Sequence[Any]) -> list[str]:
    before = [
        Member(
            row.reference, row.KpiDefinition.name, row.KpiDefinition.number,
            definition_shown(row.KpiDefinition, row).model_dump(),
        )
        for row in await queries.signed_definitions(db, signed.id)
    ]  # fmt: skip
    now = [
        Member(
            row.Kpi.reference, row.Kpi.name, row.Kpi.definition_number, definition_shown(row.Kpi, row).model_dump(),
            retargeted=row.retargeted,
        )
        for row in rows
    ]  # fmt: skip
    return changes_since_signed(before, now)


def _version(shown: KpiSetShown) -> str:
    parts = [(item.ref, item.definition_number) for item in shown.items]
    told = repr((parts, shown.signed.version if shown.signed else 0, shown.changed_since_signed))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _shown(row: Any) -> MemberShown:
    kpi = row.Kpi
    definition = definition_shown(kpi, row).model_dump()
    return MemberShown(
        ref=kpi.reference, name=kpi.name, key_question=kpi.key_question, unit=kpi.unit, direction=kpi.direction,
        target=row.target, frequency=kpi.frequency, data_owner_name=row.data_owner_name,
        definition_number=kpi.definition_number, wanting=wanting(definition, has_target=row.target is not None),
    )  # fmt: skip


def _sign_off(row: Any) -> SignOffShown:
    signed = row.KpiSet
    return SignOffShown(
        version=signed.version, signed_on=signed.signed_on, signed_by=row.signed_by, note=signed.note,
        recorded_at=signed.recorded_at, kpis=sorted(row.kpis),
    )  # fmt: skip


def _can(person: Person, isg: Isg) -> list[str]:
    possible = {"define": Action.DEFINE_MEASURE, "sign_off": Action.SIGN_OFF_MEASURES}
    return [deed for deed, action in possible.items() if allowed(action, person, Subject(isg.name))]
