"""The whole story of one root cause, from the records themselves: what happened, on which day, by whom."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.wording import written
from services.domain.words import (
    AssuranceStage,
    Decision,
    EscalationReason,
    EscalationState,
    ImpactDecision,
    ImpactVerdict,
    ReviewEnd,
    UpdateStatus,
)
from services.plan_api.root_causes.queries import root_cause_id
from services.plan_api.root_causes.schemas import Happening, Timeline
from services.shared.models import (
    Action,
    Assurance,
    Baseline,
    ChangeRequest,
    Closing,
    ClosingRequest,
    Escalation,
    EscalationDecision,
    EscalationReasonGiven,
    EscalationStep,
    Evidence,
    EvidenceFile,
    ImpactReview,
    Kpi,
    Person,
    ProgressUpdate,
    RecoveryPlan,
)


async def story_of(db: AsyncSession, reference: str) -> Timeline:
    """Everything that happened to it, newest first. Raises NotFound."""
    row_id = await root_cause_id(db, reference)
    happenings: list[Happening] = []
    for chapter in (_updates, _closings, _impact, _assurance, _escalations, _baselines, _actions):
        happenings += [each async for each in chapter(db, row_id)]
    return Timeline(items=sorted(happenings, key=lambda each: (each.on, each.recorded_at), reverse=True))


async def _updates(db: AsyncSession, row_id: int) -> AsyncIterator[Happening]:
    evidence: dict[int | None, list[str]] = {}
    for update_id, description, url in await db.execute(
        select(Evidence.progress_update_id, Evidence.description, Evidence.url).where(
            Evidence.root_cause_id == row_id
        )
    ):
        evidence.setdefault(update_id, []).append(f"Evidence: {description} ({url})")
    for carried_by, description, name in await db.execute(
        select(EvidenceFile.progress_update_id, EvidenceFile.description, EvidenceFile.name).where(
            EvidenceFile.root_cause_id == row_id, EvidenceFile.progress_update_id.is_not(None)
        )
    ):
        evidence.setdefault(carried_by, []).append(f"Evidence: {description} (file {name})")
    rows = await db.execute(
        select(ProgressUpdate, Person.name, RecoveryPlan)
        .outerjoin(Person, Person.id == ProgressUpdate.submitted_by)
        .outerjoin(RecoveryPlan, RecoveryPlan.id == ProgressUpdate.recovery_plan_id)
        .where(ProgressUpdate.root_cause_id == row_id)
    )
    for said, name, plan in rows:
        status = UpdateStatus(said.status)
        details = [
            said.progress,
            f"Reason: {said.reason}" if said.reason else None,
            f"Forecast: {written(said.forecast_date)}." if said.forecast_date else None,
            f"Recovery plan, by {written(plan.recovery_date)}: {plan.steps}" if plan else None,
            *evidence.get(said.id, []),
        ]
        yield _happening(
            "update", said.reported_on, said.recorded_at, name,
            f"Update for cycle {said.cycle_number}{_version(said)}: {status.label.lower()}{_unchanged(said)}",
            "\n".join(filter(None, details)) or None, status=status.value,
        )  # fmt: skip


def _version(said: ProgressUpdate) -> str:
    return (f", version {said.version}" if said.version > 1 else "") + (", late" if said.late else "")


def _unchanged(said: ProgressUpdate) -> str:
    return ", nothing changed since the update before" if said.unchanged else ""


async def _closings(db: AsyncSession, row_id: int) -> AsyncIterator[Happening]:
    closer, reopener = aliased(Person), aliased(Person)
    rows = await db.execute(
        select(Closing, closer.name, reopener.name)
        .outerjoin(closer, closer.id == Closing.closed_by)
        .outerjoin(reopener, reopener.id == Closing.reopened_by)
        .where(Closing.root_cause_id == row_id)
    )
    for closing, closed_by, reopened_by in rows:
        yield _happening(
            "closing", closing.closed_on, closing.recorded_at, closed_by, "Closed by the ISG", closing.reason
        )
        if closing.reopened_on:
            yield _happening(
                "closing",
                closing.reopened_on,
                closing.reopened_recorded_at,
                reopened_by,
                "Reopened",
                closing.reopened_reason,
            )
    sent_back = await db.execute(
        select(ClosingRequest, Person.name)
        .outerjoin(Person, Person.id == ClosingRequest.decided_by)
        .where(ClosingRequest.root_cause_id == row_id, ClosingRequest.decision == "send_back")
    )
    for request, name in sent_back:
        yield _happening(
            "closing", request.decided_on, request.decided_at, name, "Sent back by the ISG", request.reason
        )


async def _impact(db: AsyncSession, row_id: int) -> AsyncIterator[Happening]:
    """What its ISG was asked because it was done but not working, and what became of that."""
    rows = await db.execute(
        select(ImpactReview, Kpi.reference, Person.name)
        .join(Kpi, Kpi.id == ImpactReview.kpi_id)
        .outerjoin(Person, Person.id == ImpactReview.decided_by)
        .where(ImpactReview.root_cause_id == row_id)
    )
    for review, kpi, decided_by in rows:
        verdict = ImpactVerdict(review.verdict).label.lower()
        yield _happening(
            "impact", review.asked_on, review.recorded_at, None, f"Done but not working: {kpi} says {verdict}",
            "Its ISG is asked to review it.",
        )  # fmt: skip
        if review.decision:
            decision = ImpactDecision(review.decision).label.lower()
            until = f" {written(review.wait_until)}" if review.wait_until else ""
            title = f"The ISG reviewed whether it worked: {decision}{until}"
            yield _happening(
                "impact", review.meeting_date, review.ended_recorded_at, decided_by, title, review.reason
            )
        elif review.ended_because == ReviewEnd.WORKS_NOW:
            yield _happening("impact", review.ended_on, review.ended_recorded_at, None, "It works now", None)


_ASSURED: Final = {
    AssuranceStage.EVIDENCE_ASSURED: ("Evidence assured", "Evidence no longer assured"),
    AssuranceStage.EMBEDDED: ("Embedded", "No longer embedded"),
}


async def _assurance(db: AsyncSession, row_id: int) -> AsyncIterator[Happening]:
    signer, ender = aliased(Person), aliased(Person)
    rows = await db.execute(
        select(Assurance, signer.name, ender.name)
        .join(signer, signer.id == Assurance.signed_by)
        .outerjoin(ender, ender.id == Assurance.ended_by)
        .where(Assurance.root_cause_id == row_id)
    )
    for row, signed_by, ended_by in rows:
        signed, ended = _ASSURED[AssuranceStage(row.stage)]
        if row.checked_in_practice:
            signed += " by a check in practice"
        yield _happening("assurance", row.signed_on, row.recorded_at, signed_by, signed, row.note or None)
        if row.ended_on:
            yield _happening(
                "assurance",
                row.ended_on,
                row.ended_recorded_at,
                ended_by,
                ended,
                row.ended_because,
            )


async def _escalations(db: AsyncSession, row_id: int) -> AsyncIterator[Happening]:
    reasons = await db.execute(
        select(EscalationReasonGiven, Escalation.reference, Person.name)
        .join(Escalation, Escalation.id == EscalationReasonGiven.escalation_id)
        .outerjoin(Person, Person.id == EscalationReasonGiven.given_by)
        .where(Escalation.root_cause_id == row_id)
    )
    for given, reference, name in reasons:
        label = EscalationReason(given.reason).label
        label = label if label.startswith("KPI") else label.lower()
        yield _happening(
            "escalation", given.given_on, given.recorded_at, name, f"Escalated to ECIB ({reference}): {label}", given.detail,
            link=f"/escalations/{reference}",
        )  # fmt: skip
    steps = await db.execute(
        select(EscalationStep, Escalation.reference, Person.name)
        .join(Escalation, Escalation.id == EscalationStep.escalation_id)
        .outerjoin(Person, Person.id == EscalationStep.moved_by)
        .where(
            Escalation.root_cause_id == row_id,
            EscalationStep.state.in_(
                [EscalationState.PLAN_ASKED, EscalationState.ON_AGENDA, EscalationState.ENDED]
            ),
        )
    )
    for step, reference, name in steps:
        label = EscalationState(step.state).label.lower()
        yield _happening("escalation", step.on_day, step.recorded_at, name, f"{reference}: {label}", step.detail,
                         link=f"/escalations/{reference}")  # fmt: skip
    async for decided in _decisions(db, row_id):
        yield decided


async def _decisions(db: AsyncSession, row_id: int) -> AsyncIterator[Happening]:
    rows = await db.execute(
        select(EscalationDecision, Escalation.reference, Person.name)
        .join(Escalation, Escalation.id == EscalationDecision.escalation_id)
        .join(Person, Person.id == EscalationDecision.decided_by)
        .where(Escalation.root_cause_id == row_id)
    )
    for decision, reference, name in rows:
        label = Decision(decision.decision).label.lower()
        yield _happening("decision", decision.meeting_date, decision.recorded_at, name, f"ECIB decided ({reference}): {label}",
                         decision.reason, link=f"/escalations/{reference}")  # fmt: skip


async def _baselines(db: AsyncSession, row_id: int) -> AsyncIterator[Happening]:
    rows = await db.execute(
        select(Baseline.due_date, Baseline.holds_from, Baseline.recorded_at, ChangeRequest.reference)
        .outerjoin(ChangeRequest, ChangeRequest.id == Baseline.change_request_id)
        .where(Baseline.root_cause_id == row_id, Baseline.holds_from.is_not(None))
    )
    for due_date, holds_from, recorded_at, reference in rows:
        yield _happening(
            "baseline", holds_from, recorded_at, None, f"Due date moved to {written(due_date)}",
            f"Change request {reference}." if reference else None,
        )  # fmt: skip


async def _actions(db: AsyncSession, row_id: int) -> AsyncIterator[Happening]:
    for action in await db.scalars(select(Action).where(Action.root_cause_id == row_id)):
        if action.completed_on:
            yield _happening("action", action.completed_on, action.recorded_at, None, f"Action {action.reference} completed",
                             action.description)  # fmt: skip
        elif action.withdrawn_on:
            yield _happening("action", action.withdrawn_on, action.recorded_at, None, f"Action {action.reference} withdrawn",
                             action.withdrawn_reason)  # fmt: skip


def _happening(
    kind: str,
    on: date | None,
    recorded_at: datetime | None,
    who: str | None,
    title: str,
    text: str | None,
    **more: Any,
) -> Happening:
    assert on is not None  # what has happened has its day
    assert recorded_at is not None
    return Happening(kind=kind, on=on, recorded_at=recorded_at, who=who, title=title, text=text, **more)
