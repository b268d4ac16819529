"""What comes before the forums at a day: the queue, decisions, proposed changes, risks; as they stood at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.escalation import QueueItem, queue_key
from services.domain.risks import score
from services.domain.words import ChangeKind, Decision, EscalationReason
from services.shared.register import Standing, work_out_register

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Queued:
    """An escalation that has not ended; the recovery plan is the newest that was given by the day."""

    ref: str
    reasons: tuple[EscalationReason, ...]
    stands: Standing
    plan: str | None
    recovers_on: date | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What ECIB decided in the week up to the day."""

    ref: str
    root_cause: str
    title: str
    decision: Decision
    meeting_date: date
    reason: str
    new_due_date: date | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A change of the plan that waits for its decision."""

    ref: str
    kind: ChangeKind
    root_cause: str
    title: str
    reason: str
    submitted_on: date


@dataclass(frozen=True, slots=True)
class OpenRisk:
    """A risk to delivery; the score is likelihood times impact, before and after what mitigates it."""

    ref: str
    isg: str
    cause: str
    effect: str
    mitigation: str
    score_before: int
    score_after: int


@dataclass(frozen=True, slots=True)
class BeforeForums:
    """All of it at a day: the queue in its order, the newest decision first, what waits longest first, the gravest risk first."""

    queue: Sequence[Queued] = ()
    decided: Sequence[Decided] = ()
    proposed: Sequence[Proposed] = ()
    risks: Sequence[OpenRisk] = ()


_QUEUE: Final = text("""
    SELECT e.root_cause_id, e.reference, given.reasons, p.steps, p.recovery_date
      FROM escalation e
      CROSS JOIN LATERAL (
           SELECT array_agg(DISTINCT g.reason ORDER BY g.reason) AS reasons FROM escalation_reason g
            WHERE g.escalation_id = e.id AND g.given_on <= :as_at
              AND (NOT :released_only OR reason_is_out(e.root_cause_id, g.reason, g.recorded_at, 'infinity'))) given
      LEFT JOIN LATERAL (
           SELECT p.steps, p.recovery_date FROM recovery_plan p
            WHERE NOT :released_only AND p.root_cause_id = e.root_cause_id AND (p.recorded_at AT TIME ZONE 'Europe/London')::date
                  BETWEEN e.raised_on AND :as_at
            ORDER BY p.version DESC LIMIT 1) p ON true
     WHERE e.raised_on <= :as_at AND (e.ended_on IS NULL OR e.ended_on > :as_at) AND given.reasons IS NOT NULL
""")
_DECIDED: Final = text("""
    SELECT e.reference, r.reference AS root_cause, r.title, d.decision, d.meeting_date, d.reason, d.new_due_date
      FROM escalation_decision d JOIN escalation e ON e.id = d.escalation_id JOIN root_cause r ON r.id = e.root_cause_id
     WHERE d.meeting_date > :since AND d.meeting_date <= :as_at
       AND (NOT :released_only OR EXISTS (
            SELECT FROM escalation_reason g WHERE g.escalation_id = e.id AND g.given_on <= :as_at
               AND reason_is_out(e.root_cause_id, g.reason, g.recorded_at, 'infinity')))
     ORDER BY d.meeting_date DESC, e.reference, d.id
""")
_PROPOSED: Final = text("""
    SELECT c.reference, c.kind, r.reference AS root_cause, r.title, c.reason, c.submitted_on
      FROM change_request c JOIN root_cause r ON r.id = c.root_cause_id
     WHERE c.state <> 'draft' AND c.submitted_on <= :as_at AND (c.decided_on IS NULL OR c.decided_on > :as_at)
     ORDER BY c.submitted_on, c.reference
""")
_RISKS: Final = text("""
    SELECT k.reference, isg.name AS isg, k.cause, k.effect, k.mitigation, k.likelihood_before, k.impact_before,
           k.likelihood_after, k.impact_after
      FROM risk k JOIN isg ON isg.id = k.isg_id
     WHERE k.raised_on <= :as_at AND (k.closed_on IS NULL OR k.closed_on > :as_at)
     ORDER BY k.likelihood_after * k.impact_after DESC, k.reference
""")


async def before_forums(db: AsyncSession, as_at: date, *, released_only: bool = False) -> BeforeForums:
    """What comes before them at the end of the day. `released_only`: as partners have it, who get no recovery plans."""
    asked: Mapping[str, Any] = {"as_at": as_at, "since": as_at - WEEK, "released_only": released_only}
    return BeforeForums(
        queue=await _queue(db, asked),
        decided=[
            Decided(
                row.reference, row.root_cause, row.title, Decision(row.decision), row.meeting_date, row.reason, row.new_due_date
            )
            for row in await db.execute(_DECIDED, asked)
        ],
        proposed=[
            Proposed(row.reference, ChangeKind(row.kind), row.root_cause, row.title, row.reason, row.submitted_on)
            for row in await db.execute(_PROPOSED, asked)
        ],
        risks=[
            OpenRisk(
                row.reference, row.isg, row.cause, row.effect, row.mitigation,
                score(row.likelihood_before, row.impact_before), score(row.likelihood_after, row.impact_after),
            )
            for row in await db.execute(_RISKS, asked)
        ],
    )  # fmt: skip


async def _queue(db: AsyncSession, asked: Mapping[str, Any]) -> Sequence[Queued]:
    rows = (await db.execute(_QUEUE, asked)).all()
    if not rows:
        return []
    register = await work_out_register(
        db, asked["as_at"], released_only=asked["released_only"], only=[row.root_cause_id for row in rows]
    )
    stands = {each.id: each for each in register.standings}
    queued = [
        Queued(row.reference, tuple(map(EscalationReason, row.reasons)), stands[row.root_cause_id], row.steps, row.recovery_date)
        for row in rows
        if row.root_cause_id in stands
    ]  # fmt: skip
    return sorted(queued, key=lambda each: queue_key(_item(each)))


def _item(queued: Queued) -> QueueItem:
    stands = queued.stands
    return QueueItem(
        stands.reference, stands.strongest_notice, stands.root_cause_class, stands.days_overdue, stands.due_date,
        queued.plan is not None,
    )  # fmt: skip
