"""Escalations in the database."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.errors import NotFound
from services.domain.escalation import PastReason
from services.domain.words import EscalationReason, EscalationState
from services.shared.models import (
    Escalation,
    EscalationDecision,
    EscalationReasonGiven,
    Person,
    ProgressUpdate,
    RecoveryPlan,
)


async def open_escalation(db: AsyncSession, root_cause_id: int) -> Escalation | None:
    """The one escalation of a root cause that has not ended."""
    found: Escalation | None = await db.scalar(
        select(Escalation).where(
            Escalation.root_cause_id == root_cause_id, Escalation.state != EscalationState.ENDED
        )
    )
    return found


async def root_cause_of(db: AsyncSession, reference: str) -> int:
    """The root cause that an escalation is about. Raises NotFound."""
    found = await db.scalar(select(Escalation.root_cause_id).where(Escalation.reference == reference))
    if found is None:
        raise NotFound(f"There is no escalation {reference}. Open the ECIB queue to find it.")
    return found


async def locked_escalation(db: AsyncSession, reference: str) -> Escalation:
    """The escalation, locked until this transaction ends."""
    return (
        await db.scalars(select(Escalation).where(Escalation.reference == reference).with_for_update())
    ).one()


async def past_reasons(db: AsyncSession, only: Collection[int] | None) -> defaultdict[int, list[PastReason]]:
    """What was raised before, by root cause."""
    query = (
        select(
            Escalation.root_cause_id, EscalationReasonGiven.reason, EscalationReasonGiven.given_on,
            EscalationReasonGiven.due_date, Escalation.ended_on,
        )
        .join(Escalation, Escalation.id == EscalationReasonGiven.escalation_id)
        .order_by(EscalationReasonGiven.id)
    )  # fmt: skip
    if only is not None:
        query = query.where(Escalation.root_cause_id.in_(only))
    grouped: defaultdict[int, list[PastReason]] = defaultdict(list)
    for root_cause_id, reason, given_on, due_date, ended_on in await db.execute(query):
        grouped[root_cause_id].append(PastReason(EscalationReason(reason), given_on, due_date, ended_on))
    return grouped


async def next_reference(db: AsyncSession) -> str:
    """ESC-0001, ESC-0002, ... The caller holds the lock on giving them out."""
    given = await db.scalar(select(func.count()).select_from(Escalation))
    return f"ESC-{(given or 0) + 1:04d}"


async def submitters_of(db: AsyncSession, escalation: Escalation) -> set[int]:
    """Those who submitted what is decided on: the latest update, the recovery plan, and whoever raised it by hand."""
    update = await db.scalar(
        select(ProgressUpdate.submitted_by)
        .where(ProgressUpdate.root_cause_id == escalation.root_cause_id)
        .order_by(ProgressUpdate.id.desc())
        .limit(1)
    )
    plan = await db.scalar(
        select(RecoveryPlan.submitted_by).where(RecoveryPlan.id == escalation.recovery_plan_id)
    )
    by_hand = await db.scalars(
        select(EscalationReasonGiven.given_by).where(
            EscalationReasonGiven.escalation_id == escalation.id,
            EscalationReasonGiven.reason == EscalationReason.BY_HAND,
        )
    )
    return {person for person in (update, plan, *by_hand) if person is not None}


async def decisions_on(
    db: AsyncSession, escalation_ids: Collection[int]
) -> defaultdict[int, list[tuple[EscalationDecision, str, str]]]:
    """The decisions on these escalations, oldest first, each with the names of who decided and who recorded."""
    decider, recorder = aliased(Person), aliased(Person)
    rows = await db.execute(
        select(EscalationDecision, decider.name, recorder.name)
        .join(decider, decider.id == EscalationDecision.decided_by)
        .join(recorder, recorder.id == EscalationDecision.recorded_by)
        .where(EscalationDecision.escalation_id.in_(escalation_ids))
        .order_by(EscalationDecision.id)
    )
    grouped: defaultdict[int, list[tuple[EscalationDecision, str, str]]] = defaultdict(list)
    for decision, decided_by, recorded_by in rows:
        grouped[decision.escalation_id].append((decision, decided_by, recorded_by))
    return grouped
