"""Values of KPIs: all that are sent are kept or none, once however often they come; a revision keeps what it revises."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import RuleBroken
from services.domain.observations import Checked, Given, check, due_on, is_late, period_written
from services.domain.permissions import Action
from services.domain.words import GivenThrough, ObservationState
from services.kpi_api.observations import queries
from services.kpi_api.observations.schemas import (
    MeasureShown,
    ObservationList,
    ObservationShown,
    ObservationsKept,
    ObservationsWish,
    Remark,
    VersionShown,
)
from services.kpi_api.standings.service import keep_standings
from services.kpi_api.subjects import KpiInHand, kpi_called
from services.shared.auth import Caller
from services.shared.clock import LONDON, business_now, business_today
from services.shared.models import KpiObservation
from services.shared.paging import cursor_after, start_of
from services.shared.preconditions import check_if_match

ACCEPTED: Final = "accepted"
REVISED: Final = "revised"
UNCHANGED: Final = "unchanged"
FIGURES: Final = ("value", "numerator", "denominator", "state")


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of values of one KPI: of each whether it was new, a revision or the same."""

    done: tuple[str, ...]
    checked: Checked


async def give(
    db: AsyncSession, caller: Caller, reference: str, wish: ObservationsWish, *, if_match: str | None = None
) -> ObservationsKept:
    """Keeps values. Raises NotFound, NotAllowed, Stale, or RuleBroken with every problem; then nothing is kept."""
    in_hand = await kpi_called(db, reference, to_change=True)
    if caller.person is not None:
        in_hand.require(Action.GIVE_VALUES, caller.who)
    await check_if_match(db, if_match, in_hand.kpi)
    through = wish.through if caller.person is not None else GivenThrough.API
    given = [Given(**each.model_dump()) for each in wish.observations]
    kept = await keep(db, caller, in_hand, given, through)
    if kept.checked.problems:
        raise RuleBroken(kept.checked.problems)
    if set(kept.done) - {UNCHANGED}:
        await keep_standings(db, [in_hand.kpi.id])
    counted = Counter(kept.done)
    remarks = [Remark(field=each.field, message=each.sentence) for each in kept.checked.warnings]
    answer = ObservationsKept(
        accepted=counted[ACCEPTED], revised=counted[REVISED], unchanged=counted[UNCHANGED]
    )
    return answer.model_copy(update={"warnings": remarks}) if remarks else answer


async def keep(
    db: AsyncSession, caller: Caller, in_hand: KpiInHand, given: Sequence[Given], through: GivenThrough, *,
    at: str = "observations.", only_check: bool = False,
) -> Kept:  # fmt: skip
    """Checks the values of one KPI and keeps them unless something is wrong. Standings are the caller's to keep."""
    held = await queries.current(db, in_hand.kpi.id)
    checked = check(given, in_hand.measure, await business_today(db), known=held, at=at)
    if checked.problems:
        return Kept((), checked)
    now = await business_now(db)
    done: list[str] = []
    rows: list[dict[str, Any]] = []
    superseded: list[int] = []
    for each in checked.kept:
        before = held.get(each.period)
        if before is not None and _same(before, each):
            done.append(UNCHANGED)
            continue
        done.append(ACCEPTED if before is None else REVISED)
        if before is not None:
            superseded.append(before.id)
        rows.append(
            {
                "kpi_id": in_hand.kpi.id, "period": each.period, "version": before.version + 1 if before else 1,
                "value": each.value, "numerator": each.numerator, "denominator": each.denominator, "state": each.state,
                "note": each.note, "given_through": through, "given_by": caller.person_id,
                "client": None if caller.person is not None else caller.subject.partition(":")[2], "recorded_at": now,
            }
        )  # fmt: skip
    if rows and not only_check:
        await queries.add_versions(db, rows, superseded, now)
        await queries.count_change(db, [in_hand.kpi.id])
    return Kept(tuple(done), checked)


async def list_observations(
    db: AsyncSession, caller: Caller, in_hand: KpiInHand, *, limit: int, cursor: str | None
) -> ObservationList:
    """The values of a KPI with their versions, the newest period first."""
    start = start_of(cursor)
    total = await queries.count_periods(db, in_hand.kpi.id)
    wanted = await queries.periods(db, in_hand.kpi.id, start, limit)
    by_period: dict[date, list[Row[Any]]] = {period: [] for period in wanted}
    for row in await queries.versions_of(db, in_hand.kpi.id, wanted):
        by_period[row.KpiObservation.period].append(row)
    return ObservationList(
        kpi=measure_shown(in_hand),
        can=[
            action.value
            for action in (Action.GIVE_VALUES, Action.DECIDE_ON_CHART)
            if in_hand.may(action, caller.who)
        ],
        items=[_shown(in_hand, versions) for versions in by_period.values()],
        total=total,
        next=cursor_after(start, limit, total),
    )


def measure_shown(in_hand: KpiInHand) -> MeasureShown:
    """The KPI as far as giving values needs it."""
    kpi = in_hand.kpi
    return MeasureShown(
        ref=kpi.reference, name=kpi.name, isg=in_hand.isg, root_cause=in_hand.root_cause, unit=kpi.unit,
        frequency=kpi.frequency, numerator=kpi.numerator, denominator=kpi.denominator, part_of_whole=kpi.part_of_whole,
        retired_on=kpi.retired_on,
    )  # fmt: skip


def _same(before: KpiObservation, each: Given) -> bool:
    """Whether it says what is kept already; a note that is left out says nothing new."""
    return all(getattr(before, name) == getattr(each, name) for name in FIGURES) and (
        each.note is None or each.note == before.note
    )


def _shown(in_hand: KpiInHand, versions: Sequence[Row[Any]]) -> ObservationShown:
    newest, first = versions[0].KpiObservation, versions[-1].KpiObservation
    every = in_hand.measure.every
    return ObservationShown(
        **_version(versions[0]).model_dump(),
        period=newest.period,
        period_name=period_written(newest.period, every),
        missing=newest.value is None,
        revised=len(versions) > 1,
        late=first.given_through != GivenThrough.IMPORT
        and is_late(newest.period, every, _day_of(first.recorded_at)),
        due_on=None if every is None else due_on(newest.period, every),
        earlier=[_version(row) for row in versions[1:]],
    )


def _version(row: Row[Any]) -> VersionShown:
    each: KpiObservation = row.KpiObservation
    figures = {
        name: None if getattr(each, name) is None else float(getattr(each, name))
        for name in ("value", "numerator", "denominator")
    }
    return VersionShown(
        version=each.version, state=ObservationState(each.state), note=each.note,
        given_through=GivenThrough(each.given_through), given_by=row.giver, recorded_at=each.recorded_at, **figures,
    )  # fmt: skip


def _day_of(at: datetime) -> date:
    return at.astimezone(LONDON).date()
