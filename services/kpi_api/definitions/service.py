"""Definitions of KPIs and their targets: kept by the chair of their ISG and the PMO, each change with its day and reason."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, RuleBroken
from services.domain.measures import (
    DefinitionText,
    change_problems,
    changed_parts,
    check_retirement,
    check_target,
    definition_problems,
    frequency_of,
    place_problems,
    target_problems,
    wanting,
)
from services.domain.permissions import Action, Person, Subject, allowed, require
from services.domain.words import KpiLevel
from services.kpi_api.benchmarks.service import benchmarks_of
from services.kpi_api.definitions import queries
from services.kpi_api.definitions.queries import Wanted
from services.kpi_api.definitions.schemas import (
    DefinitionParts,
    DefinitionShown,
    DefinitionWish,
    KpiInList,
    KpiShown,
    KpiWish,
    RetirementWish,
    TargetShown,
    TargetWish,
    Verdict,
    VersionShown,
)
from services.kpi_api.definitions.writing import DEFINED, redefine, set_target
from services.kpi_api.standings.service import keep_standings
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.db import lock
from services.shared.kpi_isgs import isg_id_on
from services.shared.models import Isg, Kpi, KpiStanding
from services.shared.preconditions import check_if_match

RETIRED: Final = "This KPI is retired: bring it back before you change it."
_TEXTS: Final = ("name", "purpose", "unit", "numerator", "denominator", "source", "quality_note")


async def list_kpis(db: AsyncSession, wanted: Wanted, start: int, limit: int) -> tuple[list[KpiInList], int]:
    """A page of the KPIs that fit, and how many fit in all."""
    today = await business_today(db)
    rows = await queries.kpis(db, today, wanted, start, limit)
    return [KpiInList(**_listed(row)) for row in rows], await queries.how_many(db, today, wanted)


async def one_kpi(db: AsyncSession, person: Person, reference: str) -> tuple[KpiShown, int]:
    """One KPI whole, and its version. Raises NotFound."""
    today = await business_today(db)
    row = await queries.kpi_row(db, today, reference)
    kpi: Kpi = row.Kpi
    definition = definition_shown(kpi, row)
    targets = _targets(await queries.targets(db, kpi.id), today)
    shown = KpiShown(
        **_listed(row), definition=definition, definition_number=kpi.definition_number,
        wanting=wanting(definition.model_dump(), has_target=row.target is not None), targets=targets,
        benchmarks=await benchmarks_of(db, kpi.id), versions=versions_shown(await queries.versions(db, [kpi.id])),
        retired_because=kpi.retired_because, recorded_at=kpi.recorded_at, can=_can(person, row),
    )  # fmt: skip
    return shown, kpi.version


async def define(db: AsyncSession, caller: Caller, wish: KpiWish) -> str:
    """Defines a new KPI; its reference."""
    problems = [
        *place_problems(wish.level, wish.isg, wish.root_cause),
        *definition_problems(_text(wish, wish.level)),
    ]
    if wish.target is not None:
        problems += target_problems(wish.target, wish.unit, part_of_whole=wish.part_of_whole, field="target")
    if problems:
        raise RuleBroken(problems)
    place = await _place(db, caller, wish)
    values = await _values(db, wish)
    await lock(db, "kpi import")
    last = await db.scalar(select(func.max(Kpi.position)))
    now = await business_now(db)
    kpi = Kpi(
        reference=await queries.next_reference(db), position=0 if last is None else last + 1, recorded_at=now,
        level=wish.level, **place,
    )  # fmt: skip
    db.add(kpi)
    await redefine(db, kpi, values, now, by=caller.id)
    await set_target(db, kpi, wish.target, now, by=caller.id)
    await keep_standings(db, [kpi.id])
    return kpi.reference


async def change_definition(
    db: AsyncSession, caller: Caller, reference: str, wish: DefinitionWish, *, if_match: str | None
) -> None:
    """Gives it another definition from a day on; the one before stays as a version of it."""
    kpi = await opened(db, caller, reference, if_match)
    today = await business_today(db)
    holds_from = wish.holds_from or today
    problems = [
        *definition_problems(_text(wish, KpiLevel(kpi.level), kpi.frequency)),
        *change_problems(holds_from, wish.reason, await queries.latest_change(db, kpi.id), today),
    ]
    if problems:
        raise RuleBroken(problems)
    changed = await redefine(
        db, kpi, await _values(db, wish, kpi), await business_now(db), holds_from=holds_from,
        because=str(wish.reason).strip(), by=caller.id,
    )  # fmt: skip
    if not changed:
        raise RuleBroken.at(
            "", "Nothing in the definition is changed: change something, or leave it as it is."
        )
    await keep_standings(db, [kpi.id])


async def give_target(
    db: AsyncSession, caller: Caller, reference: str, wish: TargetWish, *, if_match: str | None
) -> None:
    """Says what it should reach from a day on; what was set for that day before is superseded."""
    kpi = await opened(db, caller, reference, if_match)
    held = await queries.targets(db, kpi.id)
    check_target(
        wish.value,
        wish.holds_from,
        wish.reason,
        kpi.unit,
        part_of_whole=kpi.part_of_whole,
        has_target=bool(held),
    )
    reason = (wish.reason or "").strip() or None
    set_now = await set_target(
        db, kpi, wish.value, await business_now(db), holds_from=wish.holds_from, reason=reason, by=caller.id
    )
    if not set_now:
        raise RuleBroken.at("value", "This is the target from that day already.")
    await keep_standings(db, [kpi.id])


async def retire(
    db: AsyncSession, caller: Caller, reference: str, wish: RetirementWish, *, if_match: str | None
) -> None:
    """It is no longer measured; its values and its chart stay."""
    kpi = await opened(db, caller, reference, if_match)
    today = await business_today(db)
    retired_on = wish.retired_on or today
    check_retirement(retired_on, wish.reason, today)
    kpi.retired_on, kpi.retired_because = retired_on, str(wish.reason).strip()
    kpi.version += 1
    await db.flush()


async def bring_back(db: AsyncSession, caller: Caller, reference: str, *, if_match: str | None) -> None:
    """It is measured again; that it was retired stays in the trail."""
    kpi = await opened(db, caller, reference, if_match, retired=True)
    kpi.retired_on = kpi.retired_because = None
    kpi.version += 1
    await db.flush()


async def opened(
    db: AsyncSession, caller: Caller, reference: str, if_match: str | None, *, retired: bool = False
) -> Kpi:
    """The KPI, locked for a change by somebody who may define it. Raises NotFound, NotAllowed, Stale, Conflict."""
    kpi = await queries.locked(db, reference)
    require(Action.DEFINE_MEASURE, caller.who, Subject(await isg_of(db, kpi)))
    await check_if_match(db, if_match, kpi)
    if (kpi.retired_on is not None) is not retired:
        raise Conflict("This KPI is not retired." if retired else RETIRED)
    return kpi


async def isg_of(db: AsyncSession, kpi: Kpi) -> str | None:
    """The name of the ISG that answers for it today."""
    isg_id = isg_id_on(await business_today(db))
    name: str | None = await db.scalar(select(Isg.name).join(Kpi, Isg.id == isg_id).where(Kpi.id == kpi.id))
    return name


# -- what goes in ---------------------------------------------------------------------------------------------------


def _text(wish: DefinitionParts, level: KpiLevel, frequency_before: str | None = None) -> DefinitionText:
    return DefinitionText(
        level=level, name=wish.name, key_question=wish.key_question, unit=wish.unit, numerator=wish.numerator,
        denominator=wish.denominator, part_of_whole=wish.part_of_whole, frequency=wish.frequency,
        frequency_before=frequency_before,
    )  # fmt: skip


async def _place(db: AsyncSession, caller: Caller, wish: KpiWish) -> dict[str, int | None]:
    """Where the new KPI belongs: that of a root cause goes with it. Raises RuleBroken, NotAllowed."""
    if wish.level is KpiLevel.HIGH_LEVEL:
        isg = await queries.isg_called(db, (wish.isg or "").strip())
        if isg is None:
            raise RuleBroken.at("isg", f"There is no ISG “{wish.isg}”. Choose one from the list of ISGs.")
        require(Action.DEFINE_MEASURE, caller.who, Subject(isg.name))
        return {"isg_id": isg.id, "root_cause_id": None}
    root_cause = await queries.root_cause_called(db, wish.root_cause or "")
    placed = await queries.placed_in(db, root_cause.id, await business_today(db))
    require(Action.DEFINE_MEASURE, caller.who, Subject(placed.name if placed else None))
    if wish.isg and (placed is None or wish.isg.strip() not in {placed.name, placed.slug}):
        whose = f"{placed.name} answers for {root_cause.reference}" if placed else "No ISG answers for it"
        raise RuleBroken.at("isg", f"{whose}: leave the ISG out.")
    return {"isg_id": placed.id if placed else None, "root_cause_id": root_cause.id}


async def _values(db: AsyncSession, wish: DefinitionParts, kpi: Kpi | None = None) -> dict[str, Any]:
    """The columns of the definition; a frequency as it is printed. A data owner who has left may stay, but not be chosen."""
    owner_id = None
    if wish.data_owner and wish.data_owner.strip():
        owner_id = await queries.person_id_called(
            db, wish.data_owner, or_still=kpi.data_owner_id if kpi else None
        )
    frequency = frequency_of(wish.frequency)
    texts = {name: (getattr(wish, name) or "").strip() or None for name in _TEXTS}
    return {
        **{
            name: getattr(wish, name)
            for name in DEFINED
            if name not in {*texts, "frequency", "data_owner_id"}
        },
        **texts,
        "frequency": frequency.label if frequency else (wish.frequency or "").strip() or None,
        "data_owner_id": owner_id,
    }


# -- what goes out --------------------------------------------------------------------------------------------------


def _listed(row: Any) -> dict[str, Any]:
    kpi: Kpi = row.Kpi
    standing: KpiStanding | None = row.KpiStanding
    return {
        "ref": kpi.reference, "name": kpi.name, "level": kpi.level, "isg": row.isg, "isg_slug": row.isg_slug,
        "root_cause": row.root_cause, "root_cause_title": row.root_cause_title, "key_question": kpi.key_question,
        "unit": kpi.unit, "direction": kpi.direction, "frequency": kpi.frequency, "data_owner_name": row.data_owner_name,
        "target": row.target, "retired_on": kpi.retired_on,
        "standing": None if standing is None else Verdict(
            **{name: getattr(standing, name) for name in Verdict.model_fields}
        ),
    }  # fmt: skip


def definition_shown(defined: Any, row: Any) -> DefinitionShown:
    """A definition, the present one or a version of it, with who owns the data."""
    columns = {name: getattr(defined, name) for name in DEFINED if name != "data_owner_id"}
    return DefinitionShown(**columns, data_owner=row.data_owner_email, data_owner_name=row.data_owner_name)


def versions_shown(rows: Sequence[Any]) -> list[VersionShown]:
    """The versions of one KPI's definition, the newest first, each with what the one before had otherwise."""
    told: list[VersionShown] = []
    before: Mapping[str, Any] | None = None
    for row in reversed(rows):
        version = row.KpiDefinition
        definition = definition_shown(version, row)
        parts = definition.model_dump()
        told.append(
            VersionShown(
                number=version.number, holds_from=version.holds_from, reason=version.changed_because,
                changed_by=row.changed_by, recorded_at=version.recorded_at,
                changed=changed_parts(before, parts) if before else [], definition=definition,
            )
        )  # fmt: skip
        before = parts
    return told[::-1]


def _targets(rows: Sequence[Any], today: date) -> list[TargetShown]:
    in_force = next(
        (row for row in rows if row.KpiTarget.holds_from is None or row.KpiTarget.holds_from <= today), None
    )
    return [
        TargetShown(
            value=row.KpiTarget.value, holds_from=row.KpiTarget.holds_from, reason=row.KpiTarget.reason, set_by=row.set_by,
            recorded_at=row.KpiTarget.recorded_at, in_force=row is in_force,
        )
        for row in rows
    ]  # fmt: skip


def _can(person: Person, row: Any) -> list[str]:
    """What the person may do to it: `define` (definition, targets, retirement, benchmarks), `give_values`, `decide_on_chart`."""
    may_define = allowed(Action.DEFINE_MEASURE, person, Subject(row.isg))
    if row.Kpi.retired_on is not None:
        return ["bring_back"] if may_define else []
    owners = {row.owner_email, row.data_owner_email}
    possible = {
        "define": may_define,
        "set_target": may_define,
        "retire": may_define,
        "keep_benchmarks": may_define,
        "give_values": any(allowed(Action.GIVE_VALUES, person, Subject(row.isg, owner)) for owner in owners),
        "decide_on_chart": allowed(Action.DECIDE_ON_CHART, person, Subject(row.isg)),
    }
    return [deed for deed, may in possible.items() if may]
