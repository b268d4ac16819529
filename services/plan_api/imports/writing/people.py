"""People, the ISGs they lead, and the roles that both sheets and the ownership of root causes give them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from slugify import slugify
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import Cadence, Role
from services.plan_api.imports.queries import ids_by
from services.plan_api.imports.writing.delivery import number_updates_anew
from services.plan_api.imports.writing.rows import (
    added,
    after,
    changed,
    insert_all,
    next_position,
    update_all,
)
from services.plan_api.workbook.changes import Changes, ExistingPlan
from services.plan_api.workbook.rows import IsgRow, PersonRow, RootCauseRow
from services.shared.clock import LONDON
from services.shared.db import among
from services.shared.facts import calendar_of_row
from services.shared.models import Cycle, Isg, Person, Placement, RoleGrant

ISG_ROLES = frozenset({Role.ISG_MEMBER, Role.ISG_CHAIR, Role.ACCOUNTABLE_EXECUTIVE})
MEETING_DAY = {Cadence.FORTNIGHTLY: 11, Cadence.MONTHLY: 25}
DEADLINE_WORKING_DAYS = 3

Grant = tuple[Role, int | None]


async def write_isgs(db: AsyncSession, changes: Changes, now: datetime) -> None:
    """The ISGs, whose leaders follow; a changed calendar moves its cycles, and numbers what was reported in them anew."""
    position = await next_position(db, Isg.position)
    await insert_all(
        db,
        Isg,
        (
            {
                "name": row.name, "slug": slugify(row.name), "cadence": row.cadence, "first_cycle_opens": row.first_cycle_opens,
                "meeting_day": MEETING_DAY[row.cadence], "deadline_working_days": DEADLINE_WORKING_DAYS, "position": place,
                "recorded_at": now,
            }
            for place, row in enumerate(added(changes, IsgRow), start=position)
        ),
    )  # fmt: skip
    for before, row in changed(changes, IsgRow):
        if (before.cadence, before.first_cycle_opens) != (row.cadence, row.first_cycle_opens):
            assert row.first_cycle_opens is not None  # stored ones have it
            isg = (await db.scalars(select(Isg).where(Isg.name == row.name))).one()
            isg.cadence, isg.meeting_day = row.cadence, MEETING_DAY[row.cadence]
            isg.first_cycle_opens = row.first_cycle_opens
            await _move_cycles(db, isg, now.astimezone(LONDON).date())
    await db.flush()


async def write_people(db: AsyncSession, changes: Changes, now: datetime) -> None:
    """People, each in their ISG, and then who leads the ISGs; roles follow when these are there."""
    isgs = await ids_by(db, Isg.name)

    def columns(row: PersonRow) -> dict[str, Any]:
        return {"name": row.name, "job_title": row.job_title, "isg_id": isgs.get(row.isg or "")}

    await insert_all(
        db,
        Person,
        (columns(row) | {"email": row.email, "recorded_at": now} for row in added(changes, PersonRow)),
    )
    people = await ids_by(db, Person.email)
    await update_all(
        db, Person, (columns(row) | {"id": people[row.email]} for _, row in changed(changes, PersonRow))
    )
    await update_all(
        db,
        Isg,
        (
            {
                "id": isgs[row.name],
                "chair_id": people.get(row.chair_email or ""),
                "executive_id": people.get(row.accountable_executive_email or ""),
            }
            for row in after(changes, IsgRow)
        ),
    )


async def _move_cycles(db: AsyncSession, isg: Isg, today: date) -> None:
    calendar = calendar_of_row(isg)
    for cycle in await db.scalars(select(Cycle).where(Cycle.isg_id == isg.id)):
        moved = calendar.cycle(cycle.number)
        cycle.opens_on, cycle.deadline_on = moved.opens_on, moved.deadline_on
        cycle.meets_on, cycle.closes_on = moved.meets_on, moved.closes_on
        if moved.meets_on > today:
            cycle.released_at = None
        if moved.closes_on > today:
            cycle.closed_at = None
    await db.flush()
    of_isg = select(Placement.root_cause_id).where(
        Placement.isg_id == isg.id, Placement.superseded_at.is_(None)
    )
    await number_updates_anew(db, set(await db.scalars(of_isg)))


async def write_roles(db: AsyncSession, changes: Changes, existing: ExistingPlan, now: datetime) -> None:
    """Roles as the sheet People gives them, and those that leading an ISG or owning a root cause brings."""
    people, isgs = await ids_by(db, Person.email), await ids_by(db, Isg.name)
    leads = await _leads(db)
    held = await _held(db)
    given = {row.email: row for row in added(changes, PersonRow)}
    given |= {
        row.email: row
        for before, row in changed(changes, PersonRow)
        if (set(before.roles), before.isg) != (set(row.roles), row.isg)
    }
    given |= _former_leaders(changes, existing)
    wanted = {
        people[email]: _grants(row, isgs.get(row.isg or ""), leads[people[email]])
        for email, row in given.items()
    }
    for person, grants in leads.items():
        wanted[person] = wanted.get(person, set(held[person])) | grants
    for owner in {row.owner_email for row in after(changes, RootCauseRow)}:
        person = people[owner]
        wanted[person] = wanted.get(person, set(held[person])) | {(Role.ROOT_CAUSE_OWNER, None)}
    ended = [
        grant_id
        for person, grants in wanted.items()
        for grant, grant_id in held[person].items()
        if grant not in grants
    ]
    if ended:
        await db.execute(update(RoleGrant).where(among(RoleGrant.id, ended)).values(ended_at=now))
    await insert_all(
        db,
        RoleGrant,
        (
            {"person_id": person, "role": role, "isg_id": isg, "recorded_at": now}
            for person, grants in wanted.items()
            for role, isg in _in_order(grants - held[person].keys())
        ),
    )


def _grants(row: PersonRow, isg: int | None, leads: set[Grant]) -> set[Grant]:
    """A role of an ISG is held for the ISGs that the person leads in it, else for their own."""
    led = {role for role, _ in leads}
    own = {(role, isg if role in ISG_ROLES else None) for role in row.roles if role not in led}
    return own | leads


def _former_leaders(changes: Changes, existing: ExistingPlan) -> dict[str, PersonRow]:
    """Who led an ISG and no longer does: they hold the role as the sheet People gives it, for their own ISG if at all."""
    rows = {row.email: row for row in (*existing.rows.people, *after(changes, PersonRow))}
    return {
        was: rows[was]
        for before, isg in changed(changes, IsgRow)
        for was, now in (
            (before.chair_email, isg.chair_email),
            (before.accountable_executive_email, isg.accountable_executive_email),
        )
        if was and was != now
    }


async def _leads(db: AsyncSession) -> defaultdict[int, set[Grant]]:
    """Who chairs or answers for which ISG, by person."""
    leads: defaultdict[int, set[Grant]] = defaultdict(set)
    for isg, chair, executive in await db.execute(select(Isg.id, Isg.chair_id, Isg.executive_id)):
        if chair is not None:
            leads[chair].add((Role.ISG_CHAIR, isg))
        if executive is not None:
            leads[executive].add((Role.ACCOUNTABLE_EXECUTIVE, isg))
    return leads


async def _held(db: AsyncSession) -> defaultdict[int, dict[Grant, int]]:
    """The grants that each person holds now, with their ids."""
    held: defaultdict[int, dict[Grant, int]] = defaultdict(dict)
    for grant in await db.execute(
        select(RoleGrant.person_id, RoleGrant.role, RoleGrant.isg_id, RoleGrant.id).where(
            RoleGrant.ended_at.is_(None)
        )
    ):
        held[grant.person_id][Role(grant.role), grant.isg_id] = grant.id
    return held


def _in_order(grants: Iterable[Grant]) -> list[Grant]:
    return sorted(grants, key=lambda grant: (list(Role).index(grant[0]), grant[1] or 0))
