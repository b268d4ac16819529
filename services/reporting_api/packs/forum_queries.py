"""What comes before the forums, as it stood at the end of a day: the queue, closure requests, decisions, proposals, risks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.escalation import STATES_BEFORE_DECIDED, QueueItem, queue_key
from services.domain.risks import score
from services.domain.words import ChangeKind, Decision, DeliveryStatus, EscalationReason, EscalationState
from services.shared.before_ecib import before_ecib
from services.shared.meetings import last_meeting
from services.shared.models import Isg
from services.shared.register import Standing, work_out_register

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
"""ECIB meets weekly."""


@dataclass(frozen=True, slots=True)
class Queued:
    """An escalation that has not ended; the recovery plan is the newest that was given by the day."""

    ref: str
    state: EscalationState
    reasons: tuple[EscalationReason, ...]
    stands: Standing
    plan: str | None
    recovers_on: date | None

    @property
    def waits(self) -> bool:
        """ECIB has not decided on it."""
        return self.state in STATES_BEFORE_DECIDED


@dataclass(frozen=True, slots=True)
class AskedToClose:
    """A root cause whose owner has said that it is complete: the ISG decides."""

    stands: Standing
    asked_on: date
    said: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What ECIB decided, by the day; `isg`: of its root cause then."""

    ref: str
    isg: str | None
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
    isg: str | None
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
    """All of it at a day: the queue, first what waits for a decision; decisions, the newest first; the gravest risk first.

    `met_on`: when each ISG, by its name, met last before the day, and ECIB (None); decisions reach back to the first of these.
    """

    queue: Sequence[Queued] = ()
    to_close: Sequence[AskedToClose] = ()
    decided: Sequence[Decided] = ()
    proposed: Sequence[Proposed] = ()
    risks: Sequence[OpenRisk] = ()
    met_on: Mapping[str | None, date] = field(default_factory=dict)

    def decided_since_meeting_of(self, isg: str | None) -> tuple[date | None, Sequence[Decided]]:
        """The day on which the forum met last, and what ECIB has decided from then on: an ISG's root causes, or all."""
        since = self.met_on.get(isg)
        return since, [
            each
            for each in self.decided
            if (isg is None or each.isg == isg) and (since is None or each.meeting_date >= since)
        ]


_TO_CLOSE: Final = text("""
    SELECT c.root_cause_id, c.requested_on, u.progress
      FROM closing_request c JOIN progress_update u ON u.id = c.progress_update_id
     WHERE c.requested_on <= :as_at AND (c.decided_on IS NULL OR c.decided_on > :as_at)
       AND (c.superseded_at IS NULL OR (c.superseded_at AT TIME ZONE 'Europe/London')::date > :as_at)
     ORDER BY c.requested_on, c.id
""")
_ECIB_MET: Final = text("""
    SELECT max(day) FROM (SELECT meeting_date AS day FROM escalation_decision UNION ALL SELECT agenda_for FROM escalation) AS met
     WHERE day < :as_at
""")
_DECIDED: Final = text("""
    SELECT r.id AS root_cause_id, e.reference, r.reference AS root_cause, r.title, d.decision, d.meeting_date, d.reason,
           d.new_due_date
      FROM escalation_decision d JOIN escalation e ON e.id = d.escalation_id JOIN root_cause r ON r.id = e.root_cause_id
     WHERE d.meeting_date >= :since AND d.meeting_date <= :as_at
       AND (NOT :released_only OR EXISTS (
            SELECT FROM escalation_reason g WHERE g.escalation_id = e.id AND g.given_on <= :as_at
               AND reason_is_out(e.root_cause_id, g.reason, g.recorded_at, 'infinity')))
     ORDER BY d.meeting_date DESC, e.reference, d.id
""")
_PROPOSED: Final = text("""
    SELECT r.id AS root_cause_id, c.reference, c.kind, r.reference AS root_cause, r.title, c.reason, c.submitted_on
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
    met_on = await _met_before(db, as_at)
    asked: Mapping[str, Any] = {"as_at": as_at, "since": min(met_on.values()), "released_only": released_only}
    queue = await before_ecib(db, as_at, released_only=released_only)
    to_close, decided, proposed, risks = [
        (await db.execute(wanted, asked)).all() for wanted in (_TO_CLOSE, _DECIDED, _PROPOSED, _RISKS)
    ]
    about = {row.root_cause_id for rows in (queue, to_close, decided, proposed) for row in rows}
    stands = await _standings(db, as_at, about, released_only)
    isgs = {row_id: each.isg for row_id, each in stands.items()}
    queued = [
        Queued(
            row.reference, EscalationState(row.state), tuple(map(EscalationReason, row.reasons)), stands[row.root_cause_id],
            row.steps, row.recovery_date,
        )
        for row in queue
        if row.root_cause_id in stands and stands[row.root_cause_id].in_plan
    ]  # fmt: skip
    return BeforeForums(
        queue=sorted(queued, key=lambda each: (not each.waits, queue_key(_item(each)))),
        to_close=[
            AskedToClose(stands[row.root_cause_id], row.requested_on, row.progress)
            for row in to_close
            if row.root_cause_id in stands
            and stands[row.root_cause_id].delivery_status is DeliveryStatus.AWAITING_CLOSURE
        ],
        decided=[
            Decided(
                row.reference, isgs.get(row.root_cause_id), row.root_cause, row.title, Decision(row.decision), row.meeting_date,
                row.reason, row.new_due_date,
            )
            for row in decided
        ],
        proposed=[
            Proposed(
                row.reference, isgs.get(row.root_cause_id), ChangeKind(row.kind), row.root_cause, row.title, row.reason,
                row.submitted_on,
            )
            for row in proposed
        ],
        risks=[
            OpenRisk(
                row.reference, row.isg, row.cause, row.effect, row.mitigation,
                score(row.likelihood_before, row.impact_before), score(row.likelihood_after, row.impact_after),
            )
            for row in risks
        ],
        met_on=met_on,
    )  # fmt: skip


async def _met_before(db: AsyncSession, as_at: date) -> dict[str | None, date]:
    """From which day on things are new to each forum: its last meeting before the day, of ECIB at least a week ago."""
    ecib = (await db.execute(_ECIB_MET, {"as_at": as_at})).scalar()
    week_ago = as_at - WEEK
    met: dict[str | None, date] = {None: min(ecib or week_ago, week_ago + DAY)}
    for isg in await db.scalars(select(Isg)):
        met_on, _ = await last_meeting(db, isg, as_at - DAY)
        met[isg.name] = met_on or week_ago
    return met


async def _standings(
    db: AsyncSession, as_at: date, ids: Collection[int], released_only: bool
) -> Mapping[int, Standing]:
    if not ids:
        return {}
    register = await work_out_register(db, as_at, released_only=released_only, only=list(ids))
    return {each.id: each for each in register.standings}


def _item(queued: Queued) -> QueueItem:
    stands = queued.stands
    return QueueItem(
        stands.reference, stands.strongest_notice, stands.root_cause_class, stands.days_overdue, stands.due_date,
        queued.plan is not None,
    )  # fmt: skip
