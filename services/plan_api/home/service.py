"""What each role must do now."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.cycles import Cycle
from services.domain.escalation import STATES_BEFORE_DECIDED
from services.domain.permissions import Action, Person, allowed_somewhere, reach
from services.domain.words import Role
from services.plan_api.escalations.queue import ecib_queue
from services.plan_api.home.schemas import (
    EcibsWork,
    FurtherAction,
    Home,
    IsgProgress,
    OwnedItem,
    OwnersWork,
    PartnersWork,
)
from services.plan_api.impact.queries import further_actions
from services.plan_api.partners.queries import what_waits
from services.plan_api.plan.meeting import OPEN, Reporting, meetings, reporting_by_isg
from services.plan_api.plan.schemas import IsgShown
from services.plan_api.plan.service import list_isgs
from services.plan_api.reminders.queries import count_open
from services.plan_api.root_causes.queries import within
from services.shared.auth import Caller
from services.shared.clock import business_today
from services.shared.facts import calendar_in, load_isgs
from services.shared.models import ClosingRequest, Escalation, UpdateDraft
from services.shared.register import Standing, kept_standings
from services.shared.standings import bring_standings_up_to

QUEUE_HEAD = 5


async def home(db: AsyncSession, caller: Caller) -> Home:
    """The parts of the home page that are this person's."""
    person = caller.who
    today = await business_today(db)
    notices = await count_open(db, caller.id)
    if not allowed_somewhere(Action.VIEW_PLAN, person):
        return Home(today=today, owner=None, meetings=[], ecib=None, progress=None, notices=notices)
    await bring_standings_up_to(db, today)
    led = {
        isg
        for role, isg in person.grants
        if isg and role in {Role.ISG_CHAIR, Role.ACCOUNTABLE_EXECUTIVE, Role.ISG_MEMBER}
    }
    return Home(
        today=today,
        owner=await _owners_work(db, caller, today)
        if allowed_somewhere(Action.SUBMIT_UPDATE, person)
        else None,
        meetings=await meetings(db, led) if led else [],
        ecib=await _ecibs_work(db, person) if allowed_somewhere(Action.DECIDE_ESCALATION, person) else None,
        progress=await _progress_of_all(db) if person.has(Role.PMO) else None,
        notices=notices,
        partners=await _partners_work(db, caller)
        if allowed_somewhere(Action.APPROVE_CLIENT, person)
        else None,
    )


async def _partners_work(db: AsyncSession, caller: Caller) -> PartnersWork:
    requests, stopped = await what_waits(db, caller.id)
    return PartnersWork(requests=requests, stopped=stopped)


async def _ecibs_work(db: AsyncSession, person: Person) -> EcibsWork:
    queue = await ecib_queue(db, person, states=STATES_BEFORE_DECIDED, limit=QUEUE_HEAD)
    return EcibsWork(head=queue.items, waiting=queue.waiting)


async def _progress_of_all(db: AsyncSession) -> list[IsgProgress]:
    isgs = await list_isgs(db)
    reporting = await reporting_by_isg(db, isgs)
    return [_progress(isg, reporting[isg.name]) for isg in isgs]


def _progress(isg: IsgShown, reporting: Reporting) -> IsgProgress:
    return IsgProgress(
        isg=isg.name, slug=isg.slug, expected=reporting.owing, reported=reporting.reported,
        deadline_on=isg.deadline_on, meets_on=isg.meets_on,
    )  # fmt: skip


async def _owners_work(db: AsyncSession, caller: Caller, today: date) -> OwnersWork:
    own = reach(Action.SUBMIT_UPDATE, caller.who)
    owing = await kept_standings(db, today, OPEN, within(own))
    mine = [each.id for each in owing]
    isgs = await load_isgs(db)
    drafts: dict[int, datetime] = {
        row.root_cause_id: row.saved_at
        for row in await db.execute(
            select(UpdateDraft.root_cause_id, UpdateDraft.saved_at).where(UpdateDraft.person_id == caller.id)
        )
    }
    sent_back = await _sent_back(db, mine)
    without_plan = set(
        await db.scalars(
            select(Escalation.root_cause_id).where(
                Escalation.root_cause_id.in_(mine),
                Escalation.state.in_(STATES_BEFORE_DECIDED),
                Escalation.recovery_plan_id.is_(None),
            )
        )
    )
    cycles = {each.id: cycle for each in owing if (cycle := calendar_in(isgs, each.isg).cycle_on(today))}
    reported = {each.id for each in owing if _has_reported(each, cycles.get(each.id))}
    to_report = [each for each in owing if each.id in cycles.keys() - reported]
    owed = [cycles[each.id] for each in to_report]
    deadlines = {row_id: cycle.deadline_on for row_id, cycle in cycles.items()}

    def items(chosen: list[Standing]) -> list[OwnedItem]:
        return [
            OwnedItem(
                ref=each.reference, title=each.title, isg=each.isg, owner_name=each.owner_name,
                delivery_status=each.delivery_status, due_date=each.due_date, days_overdue=each.days_overdue,
                deadline_on=deadlines.get(each.id), draft_saved_at=drafts.get(each.id), note=sent_back.get(each.id),
            )
            for each in sorted(chosen, key=lambda each: (-each.days_overdue, each.due_date, each.reference))
        ]  # fmt: skip

    return OwnersWork(
        next_deadline=min((cycle.deadline_on for cycle in owed), default=None),
        last_day=min((cycle.last_day for cycle in owed if cycle.is_late(today)), default=None),
        to_report=items(to_report),
        sent_back=items([each for each in owing if each.id in sent_back]),
        plan_wanted=items([each for each in owing if each.id in without_plan]),
        reported=items([each for each in owing if each.id in reported - sent_back.keys()]),
        further_actions=[
            FurtherAction(**asdict(each))
            for each in await further_actions(db, today, own.owner_emails, caller.id)
        ],
    )


def _has_reported(each: Standing, cycle: Cycle | None) -> bool:
    """In the open cycle; before the first opens, nothing is owed."""
    said = each.latest_update
    return cycle is None or (said is not None and said.cycle == cycle.number)


async def _sent_back(db: AsyncSession, mine: Collection[int]) -> dict[int, str]:
    """Root causes whose latest closure request was sent back, with the reason."""
    latest = (
        select(ClosingRequest)
        .where(ClosingRequest.root_cause_id.in_(mine))
        .ext(distinct_on(ClosingRequest.root_cause_id))
        .order_by(ClosingRequest.root_cause_id, ClosingRequest.id.desc())
    )
    return {
        request.root_cause_id: str(request.reason)
        for request in await db.scalars(latest)
        if request.decision == "send_back"
    }
