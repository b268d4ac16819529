"""What an ISG's next meeting has before it: who has not reported, what asks to be closed, what is off track or at risk."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, func, literal_column, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.standing import days_overdue
from services.domain.wording import written
from services.domain.words import DeliveryStatus, ImpactVerdict
from services.plan_api.plan.schemas import IsgShown, Meeting, MeetingItem, MeetingTotals, MeetingWhole
from services.plan_api.plan.service import list_isgs
from services.plan_api.plan.since import Changes, changes_since
from services.shared.clock import business_today
from services.shared.db import among
from services.shared.facts import load_isgs
from services.shared.meetings import last_meeting
from services.shared.models import (
    ClosingRequest,
    ImpactReview,
    Isg,
    Kpi,
    Person,
    ProgressUpdate,
    RootCause,
    StandingRow,
)
from services.shared.register import written_out
from services.shared.standing_counts import count_standings
from services.shared.standings import bring_standings_up_to

MOST_SHOWN: Final = 25
"""Of each kind; a meeting that has more before it opens the rest as a list."""
MOST_CHANGES: Final = 50
OPEN: Final = and_(StandingRow.in_plan, StandingRow.delivery_status != literal_column("'complete'"))
"""In the words of the index of what is open (`models/standings.py`)."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """How far an ISG's owners are with reporting in the open cycle, and what is open by how it stands."""

    owing: int = 0
    reported: int = 0
    off_track: int = 0
    at_risk: int = 0


async def reporting_by_isg(db: AsyncSession, isgs: Collection[IsgShown]) -> dict[str, Reporting]:
    """How many root causes each ISG has open, how many of them have been reported on in its open cycle, and how they stand."""
    today = await business_today(db)
    await bring_standings_up_to(db, today)
    names = {isg.id: isg.name for isg in await load_isgs(db)}
    found: dict[str, list[tuple[int | None, str | None, int]]] = {name: [] for name in names.values()}
    for each, number in (await count_standings(db, today)).items():
        if each.is_open:
            found[names[each.isg_id]].append((each.latest_cycle, each.delivery_status, number))
    return {isg.name: _reporting(isg.cycle_number, found[isg.name]) for isg in isgs}


def _reporting(open_cycle: int | None, counted: Sequence[tuple[int | None, str | None, int]]) -> Reporting:
    def number(fits: Callable[[int | None, str | None], bool]) -> int:
        return sum(number for cycle, status, number in counted if fits(cycle, status))

    return Reporting(
        owing=number(lambda _cycle, _status: True),
        reported=number(lambda cycle, _status: open_cycle is not None and cycle == open_cycle),
        off_track=number(lambda _cycle, status: status == DeliveryStatus.OFF_TRACK),
        at_risk=number(lambda _cycle, status: status == DeliveryStatus.AT_RISK),
    )


async def whole_meeting(db: AsyncSession, isg: Isg) -> MeetingWhole:
    """The next meeting of one ISG, and what was recorded since the last."""
    meeting = (await meetings(db, {isg.name}))[0]
    since, held = await last_meeting(db, isg, meeting.today)
    changes = await changes_since(db, isg, since, MOST_CHANGES) if since else Changes([], 0)
    return MeetingWhole(
        **dict(meeting), since=since, held=held, changes=changes.first, changes_in_all=changes.in_all
    )


async def meetings(db: AsyncSession, names: set[str]) -> list[Meeting]:
    """The next meeting of each ISG that is named."""
    isgs = [isg for isg in await list_isgs(db) if isg.name in names]
    reporting = await reporting_by_isg(db, isgs)
    return [await _meeting(db, isg, reporting[isg.name]) for isg in isgs]


async def _meeting(db: AsyncSession, isg: IsgShown, reporting: Reporting) -> Meeting:
    today = await business_today(db)
    mine = select(Isg.id).where(Isg.name == isg.name).scalar_subquery()
    owing = and_(OPEN, StandingRow.isg_id == mine)
    requests = await _closure_requests(db, owing)
    kinds: dict[str, ColumnElement[bool]] = {
        "not_reported": StandingRow.latest_cycle.is_distinct_from(isg.cycle_number)
        if isg.cycle_number is not None
        else false(),
        "closure_requests": among(StandingRow.root_cause_id, requests),
        "off_track": StandingRow.delivery_status == DeliveryStatus.OFF_TRACK,
        "at_risk": StandingRow.delivery_status == DeliveryStatus.AT_RISK,
    }
    shown: dict[str, list[MeetingItem]] = {}
    for kind, fits in kinds.items():
        shown[kind] = [_item(row, isg, today, requests) for row in await _first(db, owing, fits)]
    shown["not_working"], not_working = await _not_working(db, isg, today)
    totals = MeetingTotals(
        not_reported=0 if isg.cycle_number is None else reporting.owing - reporting.reported,
        closure_requests=len(requests), off_track=reporting.off_track, at_risk=reporting.at_risk,
        not_working=not_working,
    )  # fmt: skip
    return Meeting(
        isg=isg,
        today=today,
        open_root_causes=reporting.owing,
        reported=reporting.reported,
        **shown,
        totals=totals,
    )


async def _first(db: AsyncSession, *narrowed: ColumnElement[bool]) -> Sequence[Any]:
    """The most pressing that fit, found in the index of what is open, which has them in this order."""
    first = (
        select(StandingRow.root_cause_id, StandingRow.due_date, StandingRow.delivery_status)
        .where(*narrowed)
        .order_by(StandingRow.due_date, StandingRow.root_cause_id)
        .limit(written_out(MOST_SHOWN))
        .subquery("first")
    )
    rows = await db.execute(
        select(
            first.c.root_cause_id, first.c.due_date, first.c.delivery_status, RootCause.reference, RootCause.title,
            Person.name.label("owner_name"), ProgressUpdate.cycle_number, ProgressUpdate.reason, ProgressUpdate.progress,
        )
        .select_from(first)
        .join(StandingRow, StandingRow.root_cause_id == first.c.root_cause_id)
        .join(RootCause, RootCause.id == first.c.root_cause_id)
        .join(Person, Person.id == RootCause.owner_id)
        .outerjoin(ProgressUpdate, ProgressUpdate.id == StandingRow.latest_update_id)
        .order_by(first.c.due_date, first.c.root_cause_id)
    )  # fmt: skip
    return rows.all()


async def _not_working(db: AsyncSession, isg: IsgShown, today: date) -> tuple[list[MeetingItem], int]:
    """Closed root causes that the ISG has been asked about, each with what its KPI says; and how many there are."""
    rows = await db.execute(
        select(
            StandingRow.root_cause_id, StandingRow.due_date, StandingRow.delivery_status, RootCause.reference, RootCause.title,
            Person.name.label("owner_name"), StandingRow.latest_cycle.label("cycle_number"), null().label("reason"),
            null().label("progress"), ImpactReview.verdict, ImpactReview.asked_on, Kpi.reference.label("kpi"),
            func.count().over().label("in_all"),
        )
        .join(ImpactReview, ImpactReview.root_cause_id == StandingRow.root_cause_id)
        .join(Kpi, Kpi.id == ImpactReview.kpi_id)
        .join(RootCause, RootCause.id == StandingRow.root_cause_id)
        .join(Person, Person.id == RootCause.owner_id)
        .join(Isg, Isg.id == StandingRow.isg_id)
        .where(ImpactReview.ended_on.is_(None), Isg.name == isg.name)
        .order_by(RootCause.position, RootCause.id)
        .limit(written_out(MOST_SHOWN))
    )  # fmt: skip
    found = rows.all()
    says = {
        row.root_cause_id: f"{row.kpi} says {ImpactVerdict(row.verdict).label.lower()}, asked since {written(row.asked_on)}."
        for row in found
    }
    return [_item(row, isg, today, says) for row in found], found[0].in_all if found else 0


def _item(row: Any, isg: IsgShown, today: date, requests: Mapping[int, str]) -> MeetingItem:
    status = DeliveryStatus(row.delivery_status)
    return MeetingItem(
        ref=row.reference, title=row.title, owner_name=row.owner_name, delivery_status=status, due_date=row.due_date,
        days_overdue=days_overdue(row.due_date, status, today),
        reported=row.cycle_number is not None and row.cycle_number == isg.cycle_number,
        note=requests.get(row.root_cause_id) or row.reason or row.progress,
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
