"""Reminders in the database, and what the day's duties are worked out from besides the facts of the plan."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.escalation import STATES_BEFORE_DECIDED
from services.domain.reminders import EscalationFacts, ReportFacts
from services.domain.words import DigestOccasion, ReminderKind, Rhythm, Role, StopReason
from services.shared.db import among
from services.shared.models import (
    CycleReport,
    Deputy,
    Digest,
    Escalation,
    ImpactReview,
    Isg,
    Person,
    Reminder,
    ReminderPreference,
    Risk,
    RiskReview,
    RoleGrant,
    RootCause,
)


@dataclass(frozen=True, slots=True)
class OpenReminder:
    """A reminder's row that has not stopped."""

    id: int
    person_id: int
    kind: ReminderKind
    subject: str
    cycle: int | None
    isg_id: int | None
    due_by: date | None


ROWS_A_STATEMENT: Final = 20_000

_ADD = text("""
    INSERT INTO reminder (person_id, kind, subject, cycle_number, root_cause_id, isg_id, due_by, raised_on, recorded_at)
    SELECT person_id, kind, subject, cycle_number, root_cause_id, isg_id, due_by, raised_on, recorded_at
      FROM json_to_recordset(:rows) AS r(
           person_id bigint, kind text, subject text, cycle_number bigint, root_cause_id bigint, isg_id bigint, due_by date,
           raised_on date, recorded_at timestamptz)
        ON CONFLICT DO NOTHING
    RETURNING id
""")
_MOVE = text("""
    UPDATE reminder SET due_by = r.due_by
      FROM json_to_recordset(:rows) AS r(id bigint, due_by date) WHERE reminder.id = r.id
""")


async def open_reminders(db: AsyncSession, *, only: Collection[int] | None = None) -> list[OpenReminder]:
    """Every reminder that has not stopped; `only`: those about these root causes."""
    query = select(
        Reminder.id, Reminder.person_id, Reminder.kind, Reminder.subject, Reminder.cycle_number, Reminder.isg_id,
        Reminder.due_by,
    ).where(Reminder.stopped_on.is_(None))  # fmt: skip
    if only is not None:
        query = query.where(among(Reminder.root_cause_id, only))
    rows = await db.execute(query)
    return [OpenReminder(r[0], r[1], ReminderKind(r[2]), r[3], r[4], r[5], r[6]) for r in rows]


@dataclass(frozen=True, slots=True)
class People:
    """Who is here, who reports for whom, and who holds which role for which ISG (None: for the whole trust)."""

    here: frozenset[int]
    deputies: dict[int, list[int]]
    holders: dict[tuple[Role, str | None], list[int]]

    def holding(self, role: Role, isg: str | None = None) -> list[int]:
        """Those who hold a role."""
        return self.holders.get((role, isg), [])


async def people(db: AsyncSession) -> People:
    """Those who have not left."""
    here = frozenset(await db.scalars(select(Person.id).where(Person.deactivated_at.is_(None))))
    deputies: defaultdict[int, list[int]] = defaultdict(list)
    for owner_id, deputy_id in await db.execute(
        select(Deputy.owner_id, Deputy.deputy_id).where(Deputy.ended_at.is_(None)).order_by(Deputy.id)
    ):
        deputies[owner_id].append(deputy_id)
    holders: defaultdict[tuple[Role, str | None], list[int]] = defaultdict(list)
    for person_id, role, isg in await db.execute(
        select(RoleGrant.person_id, RoleGrant.role, Isg.name)
        .outerjoin(Isg, Isg.id == RoleGrant.isg_id)
        .where(RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.id)
    ):
        if person_id in here:
            holders[Role(role), isg].append(person_id)
    return People(here, deputies, holders)


async def root_causes(db: AsyncSession) -> dict[str, tuple[int, int]]:
    """Id and owner of each root cause, by reference."""
    rows = await db.execute(select(RootCause.reference, RootCause.id, RootCause.owner_id))
    return {reference: (row_id, owner_id) for reference, row_id, owner_id in rows}


async def escalations(db: AsyncSession) -> list[EscalationFacts]:
    """Those that have not ended."""
    rows = await db.execute(
        select(
            Escalation.reference,
            RootCause.reference,
            Escalation.state,
            Escalation.recovery_plan_id,
            Escalation.agenda_for,
        )
        .join(RootCause, RootCause.id == Escalation.root_cause_id)
        .where(Escalation.state != "ended")
    )
    return [
        EscalationFacts(reference, root_cause, state in STATES_BEFORE_DECIDED, plan is not None, agenda_for)
        for reference, root_cause, state, plan, agenda_for in rows
    ]


async def under_review(db: AsyncSession) -> set[str]:
    """The root causes that are done but not working and whose ISG has been asked, by reference."""
    rows = await db.scalars(
        select(RootCause.reference)
        .join(ImpactReview, ImpactReview.root_cause_id == RootCause.id)
        .where(ImpactReview.ended_on.is_(None))
    )
    return set(rows)


async def cycle_reports(db: AsyncSession) -> dict[int, dict[int, ReportFacts]]:
    """The newest version of each cycle's report, by ISG and cycle."""
    newest = (
        select(CycleReport.isg_id, CycleReport.cycle_number, CycleReport.confirmed_by)
        .ext(distinct_on(CycleReport.isg_id, CycleReport.cycle_number))
        .order_by(CycleReport.isg_id, CycleReport.cycle_number, CycleReport.version.desc())
    )
    found: defaultdict[int, dict[int, ReportFacts]] = defaultdict(dict)
    for isg_id, cycle, confirmed_by in await db.execute(newest):
        found[isg_id][cycle] = ReportFacts(written=True, confirmed=confirmed_by is not None)
    return found


async def open_risks(db: AsyncSession) -> Sequence[Any]:
    """Reference, owner, ISG, day of raising and last review of each open risk."""
    last_reviewed = (
        select(func.max(RiskReview.reviewed_on)).where(RiskReview.risk_id == Risk.id).scalar_subquery()
    )
    rows = await db.execute(
        select(
            Risk.reference,
            Risk.owner_id,
            Risk.isg_id,
            Risk.raised_on,
            last_reviewed.label("last_reviewed_on"),
        )
        .where(Risk.state == "open")
        .order_by(Risk.id)
    )
    return rows.all()


async def add_reminders(db: AsyncSession, rows: Sequence[dict[str, Any]]) -> int:
    """Raises them; one that somebody else was quicker with is theirs. How many."""
    added = 0
    for first in range(0, len(rows), ROWS_A_STATEMENT):
        some = json.dumps(rows[first : first + ROWS_A_STATEMENT], default=str)
        added += len((await db.execute(_ADD, {"rows": some})).all())
    return added


async def move_reminders(db: AsyncSession, due_by: Mapping[int, date | None]) -> None:
    """The day by which each is due, by its id."""
    rows = [{"id": row_id, "due_by": day} for row_id, day in due_by.items()]
    if rows:
        await db.execute(_MOVE, {"rows": json.dumps(rows, default=str)})


async def stop_reminders(
    db: AsyncSession, ids: Collection[int], because: StopReason, day: date, now: datetime
) -> int:
    """Stops those that have not stopped yet. How many."""
    stopped = await db.execute(
        update(Reminder)
        .where(among(Reminder.id, ids), Reminder.stopped_on.is_(None))
        .values(stopped_on=day, stopped_because=because, stopped_at=now)
        .returning(Reminder.id)
    )
    return len(stopped.all())


async def stop_at_once(
    db: AsyncSession, root_cause_id: int, kinds: Collection[ReminderKind], because: StopReason, day: date, now: datetime
) -> None:  # fmt: skip
    """In the transaction that does it: nobody is reminded of this any more. The day's work would stop it a minute later."""
    await db.execute(
        update(Reminder)
        .where(
            Reminder.root_cause_id == root_cause_id, Reminder.stopped_on.is_(None), Reminder.kind.in_(kinds)
        )
        .values(stopped_on=day, stopped_because=because, stopped_at=now)
    )


async def stop_because_left(db: AsyncSession, person_id: int, day: date, now: datetime) -> None:
    """Somebody has left the trust."""
    await db.execute(
        update(Reminder)
        .where(Reminder.person_id == person_id, Reminder.stopped_on.is_(None))
        .values(stopped_on=day, stopped_because=StopReason.LEFT, stopped_at=now)
    )


_SENDER = aliased(Person)


async def notices(
    db: AsyncSession,
    person_ids: Collection[int],
    *,
    only_open: bool,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Any]:
    """Reminders with what their sentences need: open first by what is due, then the last stopped."""
    query = (
        select(
            Reminder, RootCause.title, RootCause.reference.label("root_cause"), Isg.name.label("isg"),
            _SENDER.name.label("sender"), RootCause.owner_id, Person.name.label("owner_name"),
        )
        .outerjoin(RootCause, RootCause.id == Reminder.root_cause_id)
        .outerjoin(Person, Person.id == RootCause.owner_id)
        .outerjoin(Isg, Isg.id == Reminder.isg_id)
        .outerjoin(_SENDER, _SENDER.id == Reminder.sent_by)
        .where(Reminder.person_id.in_(person_ids))
        .order_by(
            Reminder.stopped_at.desc().nulls_first(), Reminder.due_by.nulls_last(), Reminder.raised_on, Reminder.subject,
            Reminder.id,
        )
    )  # fmt: skip
    if only_open:
        query = query.where(Reminder.stopped_on.is_(None))
    if limit is not None:
        query = query.limit(limit).offset(offset)
    return (await db.execute(query)).all()


async def count_open(db: AsyncSession, person_id: int) -> int:
    """How many reminders somebody has."""
    return (
        await db.scalar(
            select(func.count()).where(Reminder.person_id == person_id, Reminder.stopped_on.is_(None))
        )
    ) or 0


async def preference(db: AsyncSession, person_id: int, *, lock: bool = False) -> ReminderPreference | None:
    """The rhythm that somebody chose."""
    query = select(ReminderPreference).where(ReminderPreference.person_id == person_id)
    found: ReminderPreference | None = await db.scalar(query.with_for_update() if lock else query)
    return found


async def rhythms(db: AsyncSession) -> dict[int, Rhythm]:
    """What people chose, by person; who chose nothing is not in it."""
    rows = await db.execute(select(ReminderPreference.person_id, ReminderPreference.rhythm))
    return {person_id: Rhythm(rhythm) for person_id, rhythm in rows}


async def last_digests(db: AsyncSession) -> dict[int, tuple[date, datetime]]:
    """The day and instant of each person's last digest."""
    rows = await db.execute(
        select(Digest.person_id, func.max(Digest.day), func.max(Digest.recorded_at))
        .where(Digest.occasion == DigestOccasion.DAY)
        .group_by(Digest.person_id)
    )
    return {person_id: (day, recorded_at) for person_id, day, recorded_at in rows if person_id is not None}


async def with_mail_waiting(db: AsyncSession) -> set[int]:
    """Those whose last mail has not been sent yet."""
    waits = select(Digest.person_id).where(Digest.sent_at.is_(None), Digest.given_up_at.is_(None))
    return {person_id for person_id in await db.scalars(waits) if person_id is not None}


async def last_digest_of(db: AsyncSession, person_id: int) -> Digest | None:
    """The last mail that was made for somebody."""
    found: Digest | None = await db.scalar(
        select(Digest).where(Digest.person_id == person_id).order_by(Digest.id.desc()).limit(1)
    )
    return found
