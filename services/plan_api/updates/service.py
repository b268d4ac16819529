"""An owner's fortnightly update: what the form offers, the draft kept while typing, and what submitting causes."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.cycles import Cycle
from services.domain.errors import Conflict, RuleBroken
from services.domain.escalation import reasons_due
from services.domain.facts import Report, RootCauseFacts
from services.domain.permissions import Action, Subject, require
from services.domain.reminders import ANSWERED_BY_AN_UPDATE
from services.domain.standing import WorkedOut, stands_until, work_out
from services.domain.updates import (
    EvidenceLink,
    RecoveryPlanText,
    Situation,
    UpdateReport,
    check_update,
    guidance,
)
from services.domain.wording import written
from services.domain.words import DeliveryStatus, ReminderKind, UpdateStatus
from services.plan_api.escalations.raising import Raising, write_raisings
from services.plan_api.root_causes.queries import locked_root_cause, root_cause_id
from services.plan_api.updates import queries
from services.plan_api.updates.queries import NewPlan, NewUpdate, ReportedOn
from services.plan_api.updates.schemas import (
    ActionOpen,
    CycleShown,
    Draft,
    PlanInForce,
    RecoveryPlanWish,
    SaidBefore,
    StatusOffered,
    UpdateAccepted,
    UpdateForm,
    UpdateWish,
)
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.facts import calendar_in
from services.shared.models import Person, ProgressUpdate, RecoveryPlan, RootCause, UpdateDraft
from services.shared.preconditions import check_if_match
from services.shared.register import load_register
from services.shared.standings import keep

MOST_DRAFT_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Reporting:
    """What reporting on a root cause depends on today."""

    about: ReportedOn
    stands: WorkedOut
    cycle: Cycle
    today: date
    situation: Situation

    @property
    def plan_in_force(self) -> int | None:
        """The recovery plan that is before ECIB."""
        return None if self.about.escalation is None else self.about.escalation.recovery_plan_id

    @property
    def newest_version(self) -> int:
        """How many versions of the open cycle's update there are."""
        return max(
            (each.version for each in self.about.facts.reports if each.cycle == self.cycle.number), default=0
        )


async def update_form(db: AsyncSession, caller: Caller, reference: str) -> UpdateForm:
    """All that the form shows: what is offered, what was said last, the draft. Raises NotAllowed, Conflict when closed."""
    row_id = await root_cause_id(db, reference)
    now = await _reporting(db, caller, row_id)
    _refuse_when_closed(now)
    last = await queries.latest_update(db, row_id)
    draft = await queries.draft_of(db, caller.id, row_id)
    plan = await db.get(RecoveryPlan, now.plan_in_force) if now.plan_in_force else None
    return UpdateForm(
        ref=reference,
        title=now.about.title,
        isg=now.stands.isg,
        owner_name=now.about.owner_name,
        due_date=now.stands.due_date,
        today=now.today,
        cycle=_shown(now.cycle, now.today),
        already_reported=now.newest_version,
        statuses=[
            StatusOffered(
                status=each.status, label=each.status.label, needs=[need.value for need in each.needs],
                blocked_by=list(each.blocked_by),
            )
            for each in guidance(now.situation)
        ],
        last_update=SaidBefore(
            cycle=last.cycle_number, version=last.version, reported_on=last.reported_on, status=UpdateStatus(last.status),
            progress=last.progress, reason=last.reason, forecast_date=last.forecast_date,
        ) if last else None,
        plan_in_force=PlanInForce(
            steps=plan.steps, owner=(await db.get_one(Person, plan.owner_id)).email, recovery_date=plan.recovery_date,
            support=plan.support,
        ) if plan else None,
        open_actions=[
            ActionOpen(ref=action.reference, description=action.description, due_date=action.due_date)
            for action in await queries.open_actions(db, row_id)
        ],
        sent_back_because=await queries.last_sent_back_reason(db, row_id),
        draft=Draft(fields=draft.fields, saved_at=draft.saved_at) if draft else None,
    )  # fmt: skip


async def submit_update(
    db: AsyncSession,
    caller: Caller,
    reference: str,
    wish: UpdateWish,
    *,
    if_match: str | None = None,
    unchanged: bool = False,
) -> UpdateAccepted:
    """Takes an update: checks it by the rules, keeps it as the cycle's newest version, and escalates what is off track.

    `unchanged`: it confirms the words of the update before it.
    """
    row_id = await queries.lock_for_reporting(db, reference)
    if if_match is not None:
        await check_if_match(db, if_match, await db.get_one(RootCause, row_id))
    given = _given_plan(wish)
    now = await _reporting(db, caller, row_id, plan_owner=given.owner if given else None)
    check_update(_report(wish), now.situation)
    recorded_at = await business_now(db)
    update = _new_update(caller, wish, now, recorded_at, unchanged=unchanged)
    update_id, plan_id = await queries.keep_update(db, update)
    said = _as_fact(update)
    facts = replace(now.about.facts, reports=(*now.about.facts.reports, said))
    escalation = await _escalate(db, caller, now, facts, said, plan_id, recorded_at)
    calendars = {isg.name: isg.calendar for isg in now.about.isgs}
    stands, until = work_out(facts, now.today, calendars), stands_until(facts, now.today, calendars)
    await keep(db, now.today, [(row_id, facts, stands, until)])
    return UpdateAccepted(
        id=update_id, version=update.version, cycle=update.cycle, late=update.late, escalation=escalation
    )


async def _escalate(
    db: AsyncSession, caller: Caller, now: Reporting, facts: RootCauseFacts, said: Report, plan_id: int | None,
    recorded_at: datetime,
) -> str | None:  # fmt: skip
    """Raises what the update gives reason for, and puts its recovery plan before ECIB. The open escalation's reference."""
    calendar = calendar_in(now.about.isgs, now.stands.isg)
    raising = Raising(now.about.id, now.about.escalation)
    raising.add(reasons_due(facts, now.today, calendar, now.about.past_reasons, said))
    if plan_id is not None:
        raising.give_plan(plan_id, caller.id)
    touched = await write_raisings(db, [raising], now.today, recorded_at)
    before = None if now.about.escalation is None else now.about.escalation.reference
    return touched.get(now.about.id, before)


async def release_updates(
    db: AsyncSession, caller: Caller, reference: str, *, if_match: str | None = None
) -> int:
    """The PMO releases what was said before the ISG meets on it: partners and readers see it from now on. How many updates."""
    root_cause = await locked_root_cause(db, reference)
    await check_if_match(db, if_match, root_cause)
    standing = (await load_register(db, await business_today(db), only=[root_cause.id])).standings[0]
    require(Action.RELEASE_UPDATE, caller.who, standing.subject)
    released = await db.execute(
        update(ProgressUpdate)
        .where(ProgressUpdate.root_cause_id == root_cause.id, ProgressUpdate.released_at.is_(None))
        .values(released_at=await business_now(db))
        .returning(ProgressUpdate.id)
    )
    count = len(released.all())
    if not count:
        raise Conflict("Everything that was said about this root cause has been released already.")
    root_cause.version += 1
    await db.flush()
    return count


async def save_draft(db: AsyncSession, caller: Caller, reference: str, fields: dict[str, list[str]]) -> Draft:
    """Keeps what the person has typed, theirs alone, until it is sent or discarded."""
    if len(fields) > MOST_DRAFT_FIELDS:
        raise RuleBroken.at("fields", "This draft has more fields than the form. Open the form again.")
    row_id = await root_cause_id(db, reference)
    await _reporting(db, caller, row_id)
    saved_at = await business_now(db)
    values = {"person_id": caller.id, "root_cause_id": row_id, "fields": fields, "saved_at": saved_at}
    await db.execute(
        insert(UpdateDraft)
        .values(values)
        .on_conflict_do_update(
            constraint="uq_update_draft_person_id_root_cause_id",
            set_={"fields": fields, "saved_at": saved_at},
        )
    )
    return Draft(fields=fields, saved_at=saved_at)


async def discard_draft(db: AsyncSession, caller: Caller, reference: str) -> None:
    """Forgets what the person has typed: their own draft alone, also of what they no longer own."""
    row_id = await root_cause_id(db, reference)
    await db.execute(
        delete(UpdateDraft).where(UpdateDraft.person_id == caller.id, UpdateDraft.root_cause_id == row_id)
    )


async def _reporting(
    db: AsyncSession, caller: Caller, row_id: int, *, plan_owner: str | None = None
) -> Reporting:
    today = await business_today(db)
    about = await queries.reported_on(db, row_id, plan_owner)
    stands = work_out(about.facts, today, {isg.name: isg.calendar for isg in about.isgs})
    if stands is None:
        raise Conflict("This root cause is not in the plan yet: report on it once it is.")
    require(Action.SUBMIT_UPDATE, caller.who, Subject(stands.isg, about.owner_email))
    calendar = calendar_in(about.isgs, stands.isg)
    cycle = calendar.cycle_on(today)
    if cycle is None:
        raise Conflict(f"Reporting opens on {written(calendar.first_opens)}: come back then.")
    situation = Situation(
        today=today,
        due_date=stands.due_date,
        is_complete=stands.delivery_status is DeliveryStatus.COMPLETE,
        open_actions=about.open_actions,
        has_evidence=about.has_evidence,
        recovery_plan_in_force=about.escalation is not None and about.escalation.recovery_plan_id is not None,
    )
    return Reporting(about, stands, cycle, today, situation)


def _refuse_when_closed(now: Reporting) -> None:
    if now.situation.is_complete:
        raise Conflict("The ISG has closed this root cause: there is nothing to report until it is reopened.")


def _given_plan(wish: UpdateWish) -> RecoveryPlanWish | None:
    """The recovery plan that an update gives; one with nothing in it is none."""
    plan = wish.recovery_plan
    return None if plan is None or plan.is_empty else plan


def _report(wish: UpdateWish) -> UpdateReport:
    plan = _given_plan(wish)
    return UpdateReport(
        status=wish.status,
        progress=wish.progress,
        forecast_date=wish.forecast_date,
        reason=wish.reason,
        recovery_plan=RecoveryPlanText(plan.steps or "", plan.owner or "", plan.recovery_date, plan.support)
        if plan
        else None,
        evidence=tuple(EvidenceLink(each.description or "", each.url or "") for each in wish.evidence or ()),
    )


def _new_plan(wish: RecoveryPlanWish | None, about: ReportedOn) -> NewPlan | None:
    """The new recovery plan, where the update gives one: the next version. Its owner is somebody here."""
    if wish is None:
        return None
    if about.plan_owner_id is None:
        raise RuleBroken.at(
            "recovery_plan.owner",
            f"There is nobody here with the email address {wish.owner}. Give a colleague's work email.",
        )
    assert wish.recovery_date is not None  # check_update asks for it
    return NewPlan(
        version=about.plan_version + 1, steps=(wish.steps or "").strip(), owner_id=about.plan_owner_id,
        recovery_date=wish.recovery_date, support=(wish.support or "").strip() or None,
    )  # fmt: skip


def _new_update(
    caller: Caller, wish: UpdateWish, now: Reporting, recorded_at: datetime, *, unchanged: bool
) -> NewUpdate:
    """What is kept of it; an off track without a new recovery plan confirms the one in force."""
    plan = _new_plan(_given_plan(wish), now.about)
    return NewUpdate(
        root_cause_id=now.about.id,
        by=caller.id,
        cycle=now.cycle.number,
        version=now.newest_version + 1,
        today=now.today,
        now=recorded_at,
        status=wish.status,
        progress=(wish.progress or "").strip() or None,
        reason=(wish.reason or "").strip() or None,
        forecast_date=wish.forecast_date,
        late=now.cycle.is_late(now.today),
        unchanged=unchanged,
        plan=plan,
        answers=ANSWERED_BY_AN_UPDATE | ({ReminderKind.PLAN_WANTED} if plan else frozenset()),
        plan_in_force=now.plan_in_force if wish.status is UpdateStatus.OFF_TRACK else None,
        has_evidence=now.about.has_evidence,
        asked_before=any(each.has_evidence and each.decided_on is None for each in now.about.facts.reports),
        evidence=[
            ((each.description or "").strip(), (each.url or "").strip()) for each in wish.evidence or ()
        ],
    )


def _as_fact(said: NewUpdate) -> Report:
    return Report(
        said.cycle, said.version, said.today, said.status, said.forecast_date, said.status is UpdateStatus.COMPLETE,
        said.late,
    )  # fmt: skip


def _shown(cycle: Cycle, today: date) -> CycleShown:
    return CycleShown(
        number=cycle.number, opens_on=cycle.opens_on, deadline_on=cycle.deadline_on, meets_on=cycle.meets_on,
        closes_on=cycle.closes_on, late_now=cycle.is_late(today), holidays_known=cycle.holidays_known,
    )  # fmt: skip
