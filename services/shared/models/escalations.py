"""What is in front of the Executive Continuous Improvement Board, and what it decides."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import ChangeKind, ChangeState, Decision, EscalationReason, EscalationState
from services.shared.models.base import Base, Id, one_of, reference_to

PLAN_OWNED = {"owner": "plan"}


class Escalation(Base):
    """A root cause in front of ECIB; at most one that has not ended for each root cause."""

    __tablename__ = "escalation"
    __table_args__ = (
        UniqueConstraint("reference"),
        one_of("state", EscalationState),
        Index("ix_escalation_recorded_at", "recorded_at"),
        Index("ix_escalation_state", "state"),
        Index("uq_escalation_open", "root_cause_id", unique=True, postgresql_where=text("state <> 'ended'")),
        CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name="ended_with_day"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    reference: Mapped[str]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    state: Mapped[str]
    raised_on: Mapped[date]
    recovery_plan_id: Mapped[int | None] = mapped_column(reference_to("recovery_plan"))
    agenda_for: Mapped[date | None]
    ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    recorded_at: Mapped[datetime]


class EscalationReasonGiven(Base):
    """Why it was raised, or what was added while it was open. `due_date` is the one that passed."""

    __tablename__ = "escalation_reason"
    __table_args__ = (
        one_of("reason", EscalationReason),
        Index("ix_escalation_reason_escalation_id", "escalation_id"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    escalation_id: Mapped[int] = mapped_column(reference_to("escalation"))
    reason: Mapped[str]
    due_date: Mapped[date | None]
    detail: Mapped[str | None]
    given_on: Mapped[date]
    given_by: Mapped[int | None] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]


class EscalationStep(Base):
    """A move from one state to the next: who, when and why."""

    __tablename__ = "escalation_step"
    __table_args__ = (
        one_of("state", EscalationState),
        Index("ix_escalation_step_escalation_id", "escalation_id"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    escalation_id: Mapped[int] = mapped_column(reference_to("escalation"))
    state: Mapped[str]
    on_day: Mapped[date]
    moved_by: Mapped[int | None] = mapped_column(reference_to("person"))
    detail: Mapped[str | None]
    recorded_at: Mapped[datetime]


class ChangeRequest(Base):
    """A proposed change of the approved plan; decided by ECIB, applied in the approval's own transaction."""

    __tablename__ = "change_request"
    __table_args__ = (
        UniqueConstraint("reference"),
        one_of("kind", ChangeKind),
        one_of("state", ChangeState),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    reference: Mapped[str]
    kind: Mapped[str]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    state: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str]
    submitted_by: Mapped[int] = mapped_column(reference_to("person"))
    submitted_on: Mapped[date]
    decided_by: Mapped[int | None] = mapped_column(reference_to("person"))
    decided_on: Mapped[date | None]
    applied_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]


class EscalationDecision(Base):
    """What the meeting decided: whose decision, who wrote it down, on which day, why."""

    __tablename__ = "escalation_decision"
    __table_args__ = (
        one_of("decision", Decision),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint(
            "(decision = 'rebaseline') = (new_due_date IS NOT NULL)", name="new_due_date_for_rebaseline"
        ),
        Index("ix_escalation_decision_escalation_id", "escalation_id"),
        Index("ix_escalation_decision_recorded_at", "recorded_at"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    escalation_id: Mapped[int] = mapped_column(reference_to("escalation"))
    decision: Mapped[str]
    decided_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_by: Mapped[int] = mapped_column(reference_to("person"))
    meeting_date: Mapped[date]
    reason: Mapped[str]
    new_due_date: Mapped[date | None]
    change_request_id: Mapped[int | None] = mapped_column(reference_to("change_request"))
    recorded_at: Mapped[datetime]
