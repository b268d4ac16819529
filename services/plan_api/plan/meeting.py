"""What an ISG's next meeting has before it: who has not reported, what asks to be closed, what is off track or at risk."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, literal_column
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.standing import days_overdue
from services.domain.wording import written
from services.domain.words import DeliveryStatus, ImpactVerdict
from services.plan_api.plan.schemas import IsgShown, Meeting, MeetingItem, MeetingTotals, MeetingWhole
from services.plan_api.plan.service import list_isgs
from services.plan_api.plan.since import Changes, changes_since
from services.shared.clock import business_today
from services.shared.facts import load_isgs
from services.shared.meetings import last_meeting
from services.shared.models import Isg, StandingRow
from services.shared.models.standings import IS_OPEN
from services.shared.standing_counts import count_standings
from services.shared.standings import bring_standings_up_to
from services.shared.statements import Statement

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
    requests = {
        row.root_cause_id: f"{row.name} asked for closing on {row.requested_on.day} {row.requested_on:%B}."
        for row in await _CLOSURE_REQUESTS.rows(db, isg=isg.name)
    }
    shown: dict[str, list[MeetingItem]] = {kind: [] for kind in _FITS}
    for row in await _FIRST.rows(db, isg=isg.name, cycle=isg.cycle_number, asked=list(requests)):
        shown[row.kind].append(_item(row, isg, today, requests))
    not_working = await _NOT_WORKING.rows(db, isg=isg.name)
    says = {
        row.root_cause_id: f"{row.kpi} says {ImpactVerdict(row.verdict).label.lower()}, asked since {written(row.asked_on)}."
        for row in not_working
    }
    shown["not_working"] = [_item(row, isg, today, says) for row in not_working]
    totals = MeetingTotals(
        not_reported=0 if isg.cycle_number is None else reporting.owing - reporting.reported,
        closure_requests=len(requests), off_track=reporting.off_track, at_risk=reporting.at_risk,
        not_working=not_working[0].in_all if not_working else 0,
    )  # fmt: skip
    return Meeting(
        isg=isg,
        today=today,
        open_root_causes=reporting.owing,
        reported=reporting.reported,
        **shown,
        totals=totals,
    )


_OF_ISG: Final = "s.isg_id = (SELECT id FROM isg WHERE name = :isg)"
_FITS: Final = {
    "not_reported": "CAST(:cycle AS bigint) IS NOT NULL AND s.latest_cycle IS DISTINCT FROM :cycle",
    "closure_requests": "s.root_cause_id = ANY(CAST(:asked AS bigint[]))",
    "off_track": "s.delivery_status = 'off_track'",
    "at_risk": "s.delivery_status = 'at_risk'",
}
_FIRST_OF_EACH: Final = " UNION ALL ".join(
    f"(SELECT '{kind}' AS kind, s.root_cause_id, s.due_date, s.delivery_status FROM standing s "  # noqa: S608
    f"WHERE {_OF_ISG} AND {IS_OPEN} AND {fits} ORDER BY s.due_date, s.root_cause_id LIMIT {MOST_SHOWN})"
    for kind, fits in _FITS.items()
)
"""The most pressing of each kind, found in the index of what is open, which has them in this order and all that is asked."""
_FIRST: Final = Statement(f"""
    SELECT first.*, r.reference, r.title, owner.name AS owner_name, u.cycle_number, u.reason, u.progress
      FROM ({_FIRST_OF_EACH}) AS first
      JOIN root_cause r ON r.id = first.root_cause_id
      JOIN person owner ON owner.id = r.owner_id
      JOIN standing s ON s.root_cause_id = first.root_cause_id
      LEFT JOIN progress_update u ON u.id = s.latest_update_id
     ORDER BY first.due_date, first.root_cause_id
""")  # noqa: S608 - our own words
_CLOSURE_REQUESTS: Final = Statement(f"""
    SELECT c.root_cause_id, asked.name, c.requested_on
      FROM closing_request c
      JOIN standing s ON s.root_cause_id = c.root_cause_id
      JOIN person asked ON asked.id = c.requested_by
     WHERE {_OF_ISG} AND {IS_OPEN} AND c.decided_on IS NULL AND c.superseded_at IS NULL
""")  # noqa: S608 - our own words
"""Who asked for closing when, and the ISG has not decided."""
_NOT_WORKING: Final = Statement(f"""
    SELECT s.root_cause_id, s.due_date, s.delivery_status, s.latest_cycle AS cycle_number, r.reference, r.title,
           owner.name AS owner_name, NULL AS reason, NULL AS progress, i.verdict, i.asked_on, kpi.reference AS kpi,
           count(*) OVER () AS in_all
      FROM impact_review i
      JOIN standing s ON s.root_cause_id = i.root_cause_id
      JOIN kpi ON kpi.id = i.kpi_id
      JOIN root_cause r ON r.id = i.root_cause_id
      JOIN person owner ON owner.id = r.owner_id
     WHERE {_OF_ISG} AND i.ended_on IS NULL
     ORDER BY r.position, r.id
     LIMIT {MOST_SHOWN}
""")  # noqa: S608 - our own words
"""Closed root causes that the ISG has been asked about, each with what its KPI says; and how many there are."""


def _item(row: Any, isg: IsgShown, today: date, requests: Mapping[int, str]) -> MeetingItem:
    status = DeliveryStatus(row.delivery_status)
    return MeetingItem(
        ref=row.reference, title=row.title, owner_name=row.owner_name, delivery_status=status, due_date=row.due_date,
        days_overdue=days_overdue(row.due_date, status, today),
        reported=row.cycle_number is not None and row.cycle_number == isg.cycle_number,
        note=requests.get(row.root_cause_id) or row.reason or row.progress,
    )  # fmt: skip
