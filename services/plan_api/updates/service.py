"""An owner's fortnightly update: what the form offers, the draft kept while typing, and what submitting causes."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.cycles import Cycle
from services.domain.errors import Conflict, RuleBroken
from services.domain.facts import Report
from services.domain.permissions import Action, require
from services.domain.reminders import ANSWERED_BY_AN_UPDATE
from services.domain.updates import (
    EvidenceLink,
    RecoveryPlanText,
    Situation,
    UpdateReport,
    check_update,
    guidance,
)
from services.domain.wording import written
from services.domain.words import DeliveryStatus, ReminderKind, StopReason, UpdateStatus
from services.plan_api.escalations.queries import open_escalation
from services.plan_api.escalations.service import attach_recovery_plan, raise_what_is_due
from services.plan_api.reminders.queries import stop_at_once
from services.plan_api.root_causes.queries import locked_root_cause, root_cause_id
from services.plan_api.updates import queries
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
from services.shared.facts import PlanFacts
from services.shared.models import (
    ClosingRequest,
    Evidence,
    Person,
    ProgressUpdate,
    RecoveryPlan,
    RootCause,
    UpdateDraft,
)
from services.shared.preconditions import check_if_match
from services.shared.register import Standing, load_register

MOST_DRAFT_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Reporting:
    """What reporting on a root cause depends on today."""

    facts: PlanFacts
    standing: Standing
    cycle: Cycle
    today: date
    situation: Situation
    plan_in_force: RecoveryPlan | None

    def facts_with(self, said: Report) -> PlanFacts:
        """The facts as they are once this has been said."""
        (before,) = self.facts.root_causes
        return PlanFacts(self.facts.isgs, (replace(before, reports=(*before.reports, said)),))


async def update_form(db: AsyncSession, caller: Caller, reference: str) -> UpdateForm:
    """All that the form shows: what is offered, what was said last, the draft. Raises NotAllowed, Conflict when closed."""
    row_id = await root_cause_id(db, reference)
    now = await _reporting(db, caller, row_id)
    _refuse_when_closed(now)
    last = await queries.latest_update(db, row_id)
    draft = await queries.draft_of(db, caller.id, row_id)
    plan = now.plan_in_force
    return UpdateForm(
        ref=reference,
        title=now.standing.title,
        isg=now.standing.isg,
        owner_name=now.standing.owner_name,
        due_date=now.standing.due_date,
        today=now.today,
        cycle=_shown(now.cycle, now.today),
        already_reported=await queries.newest_version(db, row_id, now.cycle.number),
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
    root_cause = await locked_root_cause(db, reference)
    check_if_match(if_match, root_cause.version)
    now = await _reporting(db, caller, root_cause.id)
    check_update(_report(wish), now.situation)
    plan = await _recovery_plan(db, caller, root_cause, _given_plan(wish))
    said = await _keep_update(db, caller, root_cause, wish, now, plan, unchanged=unchanged)
    await _ask_for_closing(db, caller, root_cause, said, now.today)
    await raise_what_is_due(
        db,
        now.today,
        only=[root_cause.id],
        submitted_now=_as_fact(said),
        facts=now.facts_with(_as_fact(said)),
    )
    if plan is not None:
        await attach_recovery_plan(db, root_cause.id, plan, now.today, caller.id)
    answered = ANSWERED_BY_AN_UPDATE if plan is None else ANSWERED_BY_AN_UPDATE | {ReminderKind.PLAN_WANTED}
    await stop_at_once(db, root_cause.id, answered, StopReason.DONE, now.today, said.recorded_at)
    await discard_draft(db, caller, reference)
    root_cause.version += 1
    await db.flush()
    escalation = await open_escalation(db, root_cause.id)
    return UpdateAccepted(
        id=said.id, version=said.version, cycle=said.cycle_number, late=said.late,
        escalation=escalation.reference if escalation else None,
    )  # fmt: skip


async def release_updates(
    db: AsyncSession, caller: Caller, reference: str, *, if_match: str | None = None
) -> int:
    """The PMO releases what was said before the ISG meets on it: partners and readers see it from now on. How many updates."""
    root_cause = await locked_root_cause(db, reference)
    check_if_match(if_match, root_cause.version)
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


async def _reporting(db: AsyncSession, caller: Caller, row_id: int) -> Reporting:
    today = await business_today(db)
    register = await load_register(db, today, only=[row_id])
    standing = register.standings[0]
    require(Action.SUBMIT_UPDATE, caller.who, standing.subject)
    calendar = register.facts.calendar_of(standing.isg)
    cycle = calendar.cycle_on(today)
    if cycle is None:
        raise Conflict(f"Reporting opens on {written(calendar.first_opens)}: come back then.")
    escalation = await open_escalation(db, row_id)
    plan = (
        await db.get(RecoveryPlan, escalation.recovery_plan_id)
        if escalation and escalation.recovery_plan_id
        else None
    )
    situation = Situation(
        today=today,
        due_date=standing.due_date,
        is_complete=standing.delivery_status is DeliveryStatus.COMPLETE,
        open_actions=tuple(action.reference for action in await queries.open_actions(db, row_id)),
        has_evidence=await queries.has_evidence(db, row_id),
        recovery_plan_in_force=plan is not None,
    )
    return Reporting(register.facts, standing, cycle, today, situation, plan)


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


async def _recovery_plan(
    db: AsyncSession, caller: Caller, root_cause: RootCause, wish: RecoveryPlanWish | None
) -> RecoveryPlan | None:
    """The new recovery plan, where the update gives one: the next version."""
    if wish is None:
        return None
    owner = await queries.person_by_email(db, wish.owner or "")
    if owner is None:
        raise RuleBroken.at(
            "recovery_plan.owner",
            f"There is nobody here with the email address {wish.owner}. Give a colleague's work email.",
        )
    assert wish.recovery_date is not None  # check_update asks for it
    before = await queries.newest_plan_version(db, root_cause.id)
    plan = RecoveryPlan(
        root_cause_id=root_cause.id, version=before + 1, steps=(wish.steps or "").strip(), owner_id=owner.id,
        recovery_date=wish.recovery_date, support=(wish.support or "").strip() or None, submitted_by=caller.id,
        recorded_at=await business_now(db),
    )  # fmt: skip
    db.add(plan)
    await db.flush()
    return plan


async def _keep_update(
    db: AsyncSession,
    caller: Caller,
    root_cause: RootCause,
    wish: UpdateWish,
    now: Reporting,
    plan: RecoveryPlan | None,
    *,
    unchanged: bool,
) -> ProgressUpdate:
    recorded_at = await business_now(db)
    confirmed = now.plan_in_force if wish.status is UpdateStatus.OFF_TRACK else None
    in_force = plan or confirmed
    said = ProgressUpdate(
        root_cause_id=root_cause.id,
        cycle_number=now.cycle.number,
        version=await queries.newest_version(db, root_cause.id, now.cycle.number) + 1,
        reported_on=now.today,
        status=wish.status,
        progress=(wish.progress or "").strip() or None,
        reason=(wish.reason or "").strip() or None,
        forecast_date=wish.forecast_date,
        recovery_plan_id=in_force.id if in_force else None,
        late=now.cycle.is_late(now.today),
        imported=False,
        unchanged=unchanged,
        submitted_by=caller.id,
        recorded_at=recorded_at,
    )
    db.add(said)
    await db.flush()
    for link in wish.evidence or ():
        db.add(
            Evidence(
                root_cause_id=root_cause.id, progress_update_id=said.id, description=(link.description or "").strip(),
                url=(link.url or "").strip(), added_by=caller.id, recorded_at=recorded_at,
            )
        )  # fmt: skip
    return said


async def _ask_for_closing(
    db: AsyncSession, caller: Caller, root_cause: RootCause, said: ProgressUpdate, today: date
) -> None:
    """A newer update takes the place of an undecided request; one that says complete is a request itself."""
    now = await business_now(db)
    await db.execute(
        update(ClosingRequest)
        .where(
            ClosingRequest.root_cause_id == root_cause.id,
            ClosingRequest.decided_on.is_(None),
            ClosingRequest.superseded_at.is_(None),
        )
        .values(superseded_at=now)
    )
    if said.status == UpdateStatus.COMPLETE:
        db.add(
            ClosingRequest(
                root_cause_id=root_cause.id, progress_update_id=said.id, requested_by=caller.id, requested_on=today,
                recorded_at=now,
            )
        )  # fmt: skip
    await db.flush()


def _as_fact(said: ProgressUpdate) -> Report:
    return Report(
        said.cycle_number, said.version, said.reported_on, UpdateStatus(said.status), said.forecast_date,
        said.status == UpdateStatus.COMPLETE, said.late,
    )  # fmt: skip


def _shown(cycle: Cycle, today: date) -> CycleShown:
    return CycleShown(
        number=cycle.number, opens_on=cycle.opens_on, deadline_on=cycle.deadline_on, meets_on=cycle.meets_on,
        closes_on=cycle.closes_on, late_now=cycle.is_late(today), holidays_known=cycle.holidays_known,
    )  # fmt: skip
