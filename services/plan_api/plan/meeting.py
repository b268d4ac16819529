"""What an ISG's next meeting has before it: who has not reported, what asks to be closed, what is off track or at risk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.wording import written
from services.domain.words import DeliveryStatus, ImpactVerdict
from services.plan_api.plan.schemas import IsgShown, Meeting, MeetingItem, MeetingTotals, MeetingWhole
from services.plan_api.plan.service import list_isgs
from services.plan_api.plan.since import changes_since, last_meeting
from services.plan_api.root_causes.queries import most_pressing_first
from services.shared.clock import business_today
from services.shared.models import ClosingRequest, ImpactReview, Isg, Kpi, Person, RootCause, StandingRow
from services.shared.register import Standing, count_kept, kept_standings
from services.shared.standings import bring_standings_up_to

MOST_SHOWN: Final = 100
"""Of each kind; a meeting that has more before it opens the rest as a list."""
OPEN: Final = and_(StandingRow.in_plan.is_(True), StandingRow.delivery_status != DeliveryStatus.COMPLETE)


@dataclass(frozen=True, slots=True)
class Reporting:
    """How far an ISG's owners are with reporting in the open cycle."""

    owing: int = 0
    reported: int = 0


async def reporting_by_isg(db: AsyncSession, isgs: Iterable[IsgShown]) -> dict[str, Reporting]:
    """How many root causes each ISG has open, and how many of them have been reported on in its open cycle."""
    await bring_standings_up_to(db, await business_today(db))
    rows = await db.execute(
        select(Isg.name, StandingRow.latest_cycle, func.count())
        .join(Isg, Isg.id == StandingRow.isg_id)
        .where(OPEN)
        .group_by(Isg.name, StandingRow.latest_cycle)
    )
    found: dict[str, dict[int | None, int]] = {}
    for name, cycle, number in rows:
        found.setdefault(name, {})[cycle] = number
    return {
        isg.name: Reporting(
            sum(found.get(isg.name, {}).values()),
            0 if isg.cycle_number is None else found.get(isg.name, {}).get(isg.cycle_number, 0),
        )
        for isg in isgs
    }


async def whole_meeting(db: AsyncSession, isg: Isg) -> MeetingWhole:
    """The next meeting of one ISG, and what was recorded since the last."""
    meeting = (await meetings(db, {isg.name}))[0]
    since, held = await last_meeting(db, isg, meeting.today)
    changes = await changes_since(db, isg, since) if since else []
    return MeetingWhole(
        **dict(meeting), since=since, held=held, changes=changes[:MOST_SHOWN], changes_in_all=len(changes)
    )


async def meetings(db: AsyncSession, names: set[str]) -> list[Meeting]:
    """The next meeting of each ISG that is named."""
    isgs = [isg for isg in await list_isgs(db) if isg.name in names]
    reporting = await reporting_by_isg(db, isgs)
    return [await _meeting(db, isg, reporting[isg.name]) for isg in isgs]


async def _meeting(db: AsyncSession, isg: IsgShown, reporting: Reporting) -> Meeting:
    today = await business_today(db)
    owing = and_(OPEN, Isg.name == isg.name)
    requests = await _closure_requests(db, owing)
    kinds: dict[str, ColumnElement[bool]] = {
        "not_reported": StandingRow.latest_cycle.is_distinct_from(isg.cycle_number)
        if isg.cycle_number is not None
        else false(),
        "closure_requests": RootCause.id.in_(requests),
        "off_track": StandingRow.delivery_status == DeliveryStatus.OFF_TRACK,
        "at_risk": StandingRow.delivery_status == DeliveryStatus.AT_RISK,
    }
    shown: dict[str, list[MeetingItem]] = {}
    totals: dict[str, int] = {}
    for kind, fits in kinds.items():
        order: Sequence[Any] = most_pressing_first() if kind in {"off_track", "at_risk"} else BY_PLACE
        found = await kept_standings(db, today, owing, fits, order=order, limit=MOST_SHOWN)
        shown[kind] = [_item(each, isg, requests) for each in found]
        full = len(found) == MOST_SHOWN
        totals[kind] = await count_kept(db, owing, fits) if full else len(found)
    shown["not_working"], totals["not_working"] = await _not_working(db, isg, today)
    return Meeting(
        isg=isg, today=today, open_root_causes=reporting.owing, reported=reporting.reported, **shown,
        totals=MeetingTotals(**totals),
    )  # fmt: skip


BY_PLACE: Final = (RootCause.position, RootCause.id)


async def _not_working(db: AsyncSession, isg: IsgShown, today: date) -> tuple[list[MeetingItem], int]:
    """Closed root causes that the ISG has been asked about, each with what its KPI says."""
    rows = await db.execute(
        select(ImpactReview.root_cause_id, ImpactReview.verdict, ImpactReview.asked_on, Kpi.reference)
        .join(Kpi, Kpi.id == ImpactReview.kpi_id)
        .join(StandingRow, StandingRow.root_cause_id == ImpactReview.root_cause_id)
        .join(Isg, Isg.id == StandingRow.isg_id)
        .where(ImpactReview.ended_on.is_(None), Isg.name == isg.name)
    )
    notes = {
        row_id: f"{kpi} says {ImpactVerdict(verdict).label.lower()}, asked since {written(on)}."
        for row_id, verdict, on, kpi in rows
    }
    found = await kept_standings(db, today, RootCause.id.in_(notes), order=BY_PLACE, limit=MOST_SHOWN)
    return [_item(each, isg, notes) for each in found], len(notes)


def _item(each: Standing, isg: IsgShown, requests: dict[int, str]) -> MeetingItem:
    said = each.latest_update
    return MeetingItem(
        ref=each.reference, title=each.title, owner_name=each.owner_name, delivery_status=each.delivery_status,
        due_date=each.due_date, days_overdue=each.days_overdue,
        reported=said is not None and said.cycle == isg.cycle_number,
        note=requests.get(each.id) or ((said.reason or said.progress) if said else None),
    )  # fmt: skip


async def _closure_requests(db: AsyncSession, of: ColumnElement[bool]) -> dict[int, str]:
    """Undecided closure requests by root cause, each with who asked when."""
    rows = await db.execute(
        select(ClosingRequest.root_cause_id, Person.name, ClosingRequest.requested_on)
        .join(Person, Person.id == ClosingRequest.requested_by)
        .join(StandingRow, StandingRow.root_cause_id == ClosingRequest.root_cause_id)
        .join(Isg, Isg.id == StandingRow.isg_id)
        .where(of, ClosingRequest.decided_on.is_(None), ClosingRequest.superseded_at.is_(None))
    )
    return {row_id: f"{name} asked for closing on {on.day} {on:%B}." for row_id, name, on in rows}
