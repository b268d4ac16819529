"""Actions, updates and closings: what was done and said, each update in the cycle that its reporting date falls in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.cycles import ReportingCalendar
from services.domain.words import UpdateStatus
from services.plan_api.impact.ending import tell_the_kpi_service
from services.plan_api.imports.queries import ids_by
from services.plan_api.imports.writing.rows import (
    added,
    after,
    changed,
    count_change,
    insert_all,
    next_position,
    update_all,
)
from services.plan_api.workbook.changes import Changes, ExistingPlan
from services.plan_api.workbook.rows import ActionRow, RootCauseRow, UpdateRow
from services.shared.db import among
from services.shared.facts import calendar_of_row
from services.shared.models import (
    Action,
    Closing,
    ClosingRequest,
    Isg,
    Person,
    Placement,
    ProgressUpdate,
    RootCause,
)

APART = 1_000_000
"""Added to version numbers while updates are numbered anew, so that no two are ever the same in between."""

CORRECTED = "An import corrected this before the plan was approved."


async def write_actions(db: AsyncSession, changes: Changes, now: datetime) -> None:
    """Actions, and the days on which they were completed."""
    people, root_causes = await ids_by(db, Person.email), await ids_by(db, RootCause.reference)

    def columns(row: ActionRow) -> dict[str, Any]:
        return {
            "root_cause_id": root_causes[row.root_cause], "description": row.description,
            "owner_id": people.get(row.owner_email or ""), "due_date": row.due_date, "completed_on": row.completed_date,
        }  # fmt: skip

    position = await next_position(db, Action.position)
    new = enumerate(added(changes, ActionRow), start=position)
    await insert_all(
        db,
        Action,
        (
            columns(row) | {"reference": row.reference, "position": place, "recorded_at": now}
            for place, row in new
        ),
    )
    if actions := changed(changes, ActionRow):
        stored = {
            action.reference: action
            for action in await db.execute(select(Action.reference, Action.id, Action.version))
        }
        await update_all(
            db,
            Action,
            (
                columns(row) | {"id": stored[row.reference].id, "version": stored[row.reference].version + 1}
                for _, row in actions
            ),
        )
        await count_change(db, {root_causes[row.root_cause] for _, row in actions})


async def write_updates(db: AsyncSession, changes: Changes, now: datetime) -> None:
    """Updates as they were said: imported, released, and numbered within their cycle by reporting date."""
    rows = added(changes, UpdateRow)
    edited = changed(changes, UpdateRow)
    if not rows and not edited:
        return
    ids = await ids_by(db, RootCause.reference)
    await _correct(db, (row for _, row in edited), ids)
    places = await number_updates_anew(
        db, {ids[row.root_cause] for row in rows}, [(ids[row.root_cause], row.reporting_date) for row in rows]
    )
    await insert_all(
        db,
        ProgressUpdate,
        (
            {
                "root_cause_id": ids[row.root_cause], "cycle_number": place.cycle, "version": place.version,
                "reported_on": row.reporting_date, "status": row.status, "progress": row.progress,
                "forecast_date": row.forecast_date, "late": False, "imported": True, "recorded_at": now, "released_at": now,
            }
            for row in rows
            for place in [places[ids[row.root_cause], row.reporting_date]]
        ),
    )  # fmt: skip
    await _supersede_requests(db, _newest_days(rows, ids), now)
    new = {row.reference for row in added(changes, RootCauseRow)}
    await count_change(
        db, {ids[row.root_cause] for row in after(changes, UpdateRow) if row.root_cause not in new}
    )


def _newest_days(rows: Iterable[UpdateRow], ids: Mapping[str, int]) -> dict[int, date]:
    return {
        ids[row.root_cause]: row.reporting_date for row in sorted(rows, key=lambda row: row.reporting_date)
    }


async def _supersede_requests(db: AsyncSession, said_on: Mapping[int, date], now: datetime) -> None:
    """A newer update takes the place of a closure request that the ISG has not decided on."""
    undecided = await db.execute(
        select(ClosingRequest.id, ClosingRequest.root_cause_id, ClosingRequest.requested_on).where(
            among(ClosingRequest.root_cause_id, said_on),
            ClosingRequest.decided_on.is_(None),
            ClosingRequest.superseded_at.is_(None),
        )
    )
    replaced = [each.id for each in undecided if said_on[each.root_cause_id] > each.requested_on]
    if replaced:
        await db.execute(
            update(ClosingRequest).where(among(ClosingRequest.id, replaced)).values(superseded_at=now)
        )


async def _correct(db: AsyncSession, rows: Iterable[UpdateRow], ids: Mapping[str, int]) -> None:
    """What a draft's updates say now: of several on one day, the newest."""
    wanted = {(ids[row.root_cause], row.reporting_date): row for row in rows}
    stored: dict[tuple[int, date], int] = {}
    for said in await db.execute(
        select(ProgressUpdate.id, ProgressUpdate.root_cause_id, ProgressUpdate.reported_on)
        .where(among(ProgressUpdate.root_cause_id, {root_cause for root_cause, _ in wanted}))
        .order_by(ProgressUpdate.cycle_number, ProgressUpdate.version)
    ):
        stored[said.root_cause_id, said.reported_on] = said.id
    await update_all(
        db,
        ProgressUpdate,
        (
            {
                "id": stored[key],
                "status": row.status,
                "progress": row.progress,
                "forecast_date": row.forecast_date,
            }
            for key, row in wanted.items()
        ),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where an update stands: its cycle, and its version there."""

    cycle: int
    version: int


async def number_updates_anew(
    db: AsyncSession, root_cause_ids: Collection[int], new: Iterable[tuple[int, date]] = ()
) -> dict[tuple[int, date], Place]:
    """Puts the updates of these root causes into the cycles that their days fall in, the later day the newer version.

    `new` are days of updates that are about to be written: the answer says where they stand.
    """
    calendars = await _calendars(db, root_cause_ids)
    days: defaultdict[int, list[tuple[date, int, int, int | None]]] = defaultdict(list)
    for root_cause_id, day in new:
        days[root_cause_id].append((day, 0, 0, None))
    stored = await db.execute(
        select(
            ProgressUpdate.root_cause_id, ProgressUpdate.reported_on, ProgressUpdate.cycle_number, ProgressUpdate.version,
            ProgressUpdate.id,
        ).where(among(ProgressUpdate.root_cause_id, root_cause_ids))
    )  # fmt: skip
    for root_cause_id, reported_on, cycle, version, row_id in stored:
        days[root_cause_id].append((reported_on, cycle, version, row_id))
    moved: list[dict[str, int]] = []
    places: dict[tuple[int, date], Place] = {}
    for root_cause_id, said_on in days.items():
        for said, place in _places(said_on, calendars[root_cause_id]):
            day, *was, stored_id = said
            if stored_id is None:
                places[root_cause_id, day] = place
            elif was != [place.cycle, place.version]:
                moved.append({"id": stored_id, "cycle_number": place.cycle, "version": place.version})
    await update_all(db, ProgressUpdate, ({**row, "version": row["version"] + APART} for row in moved))
    await update_all(db, ProgressUpdate, moved)
    return places


def _places(
    said_on: Iterable[tuple[date, int, int, int | None]], calendar: ReportingCalendar
) -> Iterable[tuple[tuple[date, int, int, int | None], Place]]:
    newest: defaultdict[int, int] = defaultdict(int)
    for said in sorted(said_on, key=lambda each: each[:3]):
        cycle = calendar.number_on(said[0])
        assert cycle is not None  # the check refuses what was reported before the first cycle
        newest[cycle] += 1
        yield said, Place(cycle, newest[cycle])


async def _calendars(db: AsyncSession, root_cause_ids: Collection[int]) -> dict[int, ReportingCalendar]:
    calendars = {isg.id: calendar_of_row(isg) for isg in await db.scalars(select(Isg))}
    places = await db.execute(
        select(Placement.root_cause_id, Placement.isg_id)
        .where(among(Placement.root_cause_id, root_cause_ids), Placement.superseded_at.is_(None))
        .order_by(Placement.holds_from.nulls_first())
    )
    return {root_cause_id: calendars[isg_id] for root_cause_id, isg_id in places}


async def write_closings(db: AsyncSession, changes: Changes, existing: ExistingPlan, now: datetime) -> None:
    """A completed date is the ISG's closing on that day, and decides the request that waited for it."""
    ids = await ids_by(db, RootCause.reference)
    closed = {ids[name]: day for name, day in _completed_dates(changes, existing).items()}
    standing = {
        closing.root_cause_id: closing
        for closing in await db.execute(
            select(Closing.root_cause_id, Closing.id, Closing.imported, Closing.closed_on).where(
                among(Closing.root_cause_id, closed), Closing.reopened_on.is_(None)
            )
        )
    }
    given = {key: (closing, closed[key]) for key, closing in standing.items()}
    await update_all(
        db, Closing, ({"id": closing.id, "closed_on": day} for closing, day in given.values() if day)
    )
    await update_all(
        db,
        Closing,
        (
            {
                "id": closing.id,
                "reopened_on": closing.closed_on,
                "reopened_reason": CORRECTED,
                "reopened_recorded_at": now,
            }
            for closing, day in given.values()
            if day is None and closing.imported
        ),
    )
    new = {
        root_cause_id: day for root_cause_id, day in closed.items() if day and root_cause_id not in standing
    }
    await insert_all(
        db,
        Closing,
        (
            {"root_cause_id": root_cause_id, "closed_on": day, "imported": True, "recorded_at": now}
            for root_cause_id, day in new.items()
        ),
    )
    await db.execute(
        update(ClosingRequest)
        .where(
            among(ClosingRequest.root_cause_id, new),
            ClosingRequest.decided_on.is_(None),
            ClosingRequest.superseded_at.is_(None),
        )
        .values(superseded_at=now)
    )
    await tell_the_kpi_service(db, sorted(_completed_dates(changes, existing)))


def _completed_dates(changes: Changes, existing: ExistingPlan) -> dict[str, date | None]:
    """By root cause: the completed date that is given, or None where a draft's only one is taken back."""
    given = {row.root_cause: row.completed_date for row in added(changes, UpdateRow) if row.completed_date}
    taken_back: set[str] = set()
    for before, row in changed(changes, UpdateRow):
        if row.completed_date and before.completed_date != row.completed_date:
            given[row.root_cause] = row.completed_date
        elif before.completed_date and not row.completed_date:
            taken_back.add(row.root_cause)
    if taken_back:
        rows = {(row.root_cause, row.reporting_date): row for row in existing.rows.updates}
        rows |= {(row.root_cause, row.reporting_date): row for row in after(changes, UpdateRow)}
        taken_back -= {row.root_cause for row in rows.values() if row.status is UpdateStatus.COMPLETE}
    return dict(given) | dict.fromkeys(taken_back - given.keys())
