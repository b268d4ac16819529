"""The day's reminders: raised for whom something waits, stopped when it waits for them no longer."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.facts import RootCauseFacts
from services.domain.reminders import (
    Duty,
    EscalationFacts,
    escalations_duty,
    impact_duty,
    isgs_duty,
    owners_duties,
    reports_duty,
    why_stopped,
)
from services.domain.risks import review_due
from services.domain.status import complete_on, in_plan_on, placement_on
from services.domain.words import ReminderKind, Role, StopReason
from services.plan_api.reminders import queries
from services.plan_api.reminders.queries import OpenReminder, People
from services.shared.clock import business_now
from services.shared.facts import PlanFacts

Key = tuple[int, ReminderKind, str, int | None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A duty and what its row links to."""

    duty: Duty
    isg_id: int | None = None
    root_cause_id: int | None = None


@dataclass(slots=True)
class DaysDuties:
    """All that waits on a day, by person and duty."""

    day: date
    facts: PlanFacts
    people: People
    by_key: dict[Key, Waiting] = field(default_factory=dict)
    waits: set[tuple[ReminderKind, str, int | None]] = field(default_factory=set)
    owing: set[tuple[int, str, int | None]] = field(default_factory=set)
    """Who owes an update in which ISG's cycle."""

    def add(
        self, duty: Duty, to: list[int], root_cause_id: int | None = None, isg_id: int | None = None
    ) -> None:
        """It waits for these people, those of them that are here."""
        if duty.isg is not None and isg_id is None:
            isg_id = self.facts.isg_by_name[duty.isg].id
        here = [person_id for person_id in to if person_id in self.people.here]
        self.waits.add(duty.key)
        for person_id in here:
            self.by_key[person_id, *duty.key] = Waiting(duty, isg_id, root_cause_id)
            if duty.kind is ReminderKind.UPDATE_DUE and duty.isg is not None:
                self.owing.add((person_id, self.facts.isg_by_name[duty.isg].slug, duty.cycle))

    def keeps(self, reminder: OpenReminder) -> bool:
        """Whether it still waits for this person."""
        if reminder.kind is ReminderKind.CHASER:
            return (reminder.person_id, reminder.subject, reminder.cycle) in self.owing
        return (reminder.person_id, reminder.kind, reminder.subject, reminder.cycle) in self.by_key


async def keep_reminders(
    db: AsyncSession, facts: PlanFacts, day: date, before: list[OpenReminder], *, of_all: bool = True
) -> tuple[int, int]:
    """Raises and stops; how many of each. `before`: those open, read before the facts, so that none is raised twice.

    Not `of_all`: facts and `before` are of some root causes, and what waits besides is left as it is.

    What was done meanwhile has stopped its own reminder by then; stopping it again does nothing.
    """
    duties = await days_duties(db, facts, day, of_all=of_all)
    now = await business_now(db)
    known = {(each.person_id, each.kind, each.subject, each.cycle): each for each in before}
    raised = await queries.add_reminders(
        db,
        [
            {
                "person_id": person_id, "kind": kind.value, "subject": subject, "cycle_number": cycle,
                "root_cause_id": waiting.root_cause_id, "isg_id": waiting.isg_id, "due_by": waiting.duty.by,
                "raised_on": day, "recorded_at": now,
            }
            for (person_id, kind, subject, cycle), waiting in duties.by_key.items()
            if (person_id, kind, subject, cycle) not in known
        ],
    )  # fmt: skip
    await _move(db, duties, known)
    stopping: defaultdict[StopReason, list[int]] = defaultdict(list)
    for reminder in before:
        if not duties.keeps(reminder):
            stopping[_because(reminder, duties)].append(reminder.id)
    stopped = 0
    for because, ids in stopping.items():
        stopped += await queries.stop_reminders(db, ids, because, day, now)
    return raised, stopped


async def days_duties(db: AsyncSession, facts: PlanFacts, day: date, *, of_all: bool = True) -> DaysDuties:
    """All that waits at the end of `day`, for whom; not `of_all`: what waits about the root causes that there are facts of."""
    duties = DaysDuties(day, facts, await queries.people(db))
    escalated = {each.root_cause: each for each in await queries.escalations(db)}
    rows = await queries.root_causes(db)
    reviewed = await queries.under_review(db)
    for root_cause in facts.root_causes:
        _of_a_root_cause(duties, root_cause, rows[root_cause.reference], escalated.get(root_cause.reference))
        if root_cause.reference in reviewed:
            _of_its_impact(duties, root_cause, rows[root_cause.reference])
    if of_all:
        await _of_reports(db, duties)
        await _of_risks(db, duties)
    return duties


def _of_a_root_cause(
    duties: DaysDuties, root_cause: RootCauseFacts, row: tuple[int, int], escalation: EscalationFacts | None
) -> None:
    placement, day, people = placement_on(root_cause, duties.day), duties.day, duties.people
    if placement is None or not in_plan_on(root_cause, day):
        return
    (row_id, owner_id), calendar = row, duties.facts.calendar_of(placement.isg)
    for duty in owners_duties(root_cause, day, calendar, escalation):
        duties.add(duty, [owner_id, *people.deputies.get(owner_id, [])], row_id)
    asked = isgs_duty(root_cause, day, calendar)
    if asked is not None:
        duties.add(asked, list(_deciders(people, placement.isg, owner_id)), row_id)
    closed = complete_on(root_cause, day)
    before_ecib = escalations_duty(escalation, placement.isg, closed=closed) if escalation else None
    if before_ecib is not None:
        decides = before_ecib.kind is ReminderKind.ESCALATION_TO_DECIDE
        board = people.holding(Role.ECIB_MEMBER if decides else Role.PMO)
        duties.add(before_ecib, [each for each in board if each != owner_id], row_id)


def _of_its_impact(duties: DaysDuties, root_cause: RootCauseFacts, row: tuple[int, int]) -> None:
    """The ISG has been asked: its chair, or whoever decides where the chair owns it."""
    placement = placement_on(root_cause, duties.day)
    if placement is None:
        return
    (row_id, owner_id), calendar = row, duties.facts.calendar_of(placement.isg)
    asked = impact_duty(root_cause, duties.day, calendar)
    if asked is not None:
        duties.add(asked, list(_deciders(duties.people, placement.isg, owner_id)), row_id)


def _deciders(people: People, isg: str, owner_id: int) -> Iterator[int]:
    """The chair; where the chair owns it or there is none, the other members and the executive."""
    chairs = [each for each in people.holding(Role.ISG_CHAIR, isg) if each != owner_id]
    others = [*people.holding(Role.ISG_MEMBER, isg), *people.holding(Role.ACCOUNTABLE_EXECUTIVE, isg)]
    yield from chairs or (each for each in others if each != owner_id)


async def _of_reports(db: AsyncSession, duties: DaysDuties) -> None:
    reports = await queries.cycle_reports(db)
    with_root_causes = {
        placement.isg
        for each in duties.facts.root_causes
        if (placement := placement_on(each, duties.day)) and placement.in_plan
    }
    for isg in duties.facts.isgs:
        duty = reports_duty(isg.name, isg.slug, duties.day, isg.calendar, reports.get(isg.id, {}))
        if duty is None or isg.name not in with_root_causes:
            continue
        writes = duty.kind is ReminderKind.REPORT_TO_WRITE
        duties.add(
            duty, duties.people.holding(Role.ISG_CHAIR if writes else Role.ACCOUNTABLE_EXECUTIVE, isg.name)
        )


async def _of_risks(db: AsyncSession, duties: DaysDuties) -> None:
    for risk in await queries.open_risks(db):
        if review_due(risk.last_reviewed_on, risk.raised_on, duties.day):
            to = dict.fromkeys([risk.owner_id, *duties.people.holding(Role.PMO)])
            duties.add(Duty(ReminderKind.RISK_REVIEW_DUE, risk.reference), list(to), isg_id=risk.isg_id)


async def _move(db: AsyncSession, duties: DaysDuties, known: dict[Key, OpenReminder]) -> None:
    """Where the day by which it is due has moved, so does the reminder's."""
    moved = {
        reminder.id: waiting.duty.by
        for key, waiting in duties.by_key.items()
        if (reminder := known.get(key)) is not None and reminder.due_by != waiting.duty.by
    }
    await queries.move_reminders(db, moved)


def _because(reminder: OpenReminder, duties: DaysDuties) -> StopReason:
    root_cause = duties.facts.by_reference.get(reminder.subject)
    placement = placement_on(root_cause, duties.day) if root_cause else None
    if reminder.kind is ReminderKind.CHASER:
        return _how_a_chaser_ends(reminder, duties)
    return why_stopped(
        reminder.kind,
        reminder.cycle,
        is_here=reminder.person_id in duties.people.here,
        still_waits=(reminder.kind, reminder.subject, reminder.cycle) in duties.waits,
        root_cause=root_cause,
        day=duties.day,
        calendar=duties.facts.calendar_of(placement.isg) if placement else None,
    )


def _how_a_chaser_ends(reminder: OpenReminder, duties: DaysDuties) -> StopReason:
    """With the last update that it asked for, or with the cycle."""
    if reminder.person_id not in duties.people.here:
        return StopReason.LEFT
    calendar = next(isg.calendar for isg in duties.facts.isgs if isg.slug == reminder.subject)
    return StopReason.DONE if calendar.number_on(duties.day) == reminder.cycle else StopReason.TOO_LATE
