"""Escalations as they go in and out."""

from datetime import date

from pydantic import BaseModel, Field

from services.domain.words import (
    Decision,
    DeliveryStatus,
    EscalationReason,
    EscalationState,
    NoticeKind,
    RootCauseClass,
)


class DecisionWish(BaseModel):
    """What ECIB decided: `decided_by` is a member's email, or null for the caller."""

    decision: Decision
    decided_by: str | None = Field(None, max_length=320)
    meeting_date: date
    reason: str | None = Field(None, max_length=10_000)
    new_due_date: date | None = None


class EscalationWish(BaseModel):
    """Why it is raised by hand."""

    reason: str = Field("", max_length=10_000)


class AgendaWish(BaseModel):
    """The ECIB meeting that it is to be on."""

    meeting_date: date


class ReasonShown(BaseModel):
    """Why it is here."""

    reason: EscalationReason
    given_on: date
    detail: str | None


class PlanShown(BaseModel):
    """A recovery plan."""

    steps: str
    owner: str
    owner_name: str
    recovery_date: date
    support: str | None
    version: int


class DecisionShown(BaseModel):
    """What was decided, whose decision it was, and who wrote it down."""

    decision: Decision
    decided_by: str
    recorded_by: str
    meeting_date: date
    reason: str
    new_due_date: date | None


class EscalationShown(BaseModel):
    """One item of the ECIB queue."""

    ref: str
    root_cause: str
    title: str
    isg: str
    root_cause_class: RootCauseClass = Field(alias="class")
    strongest_notice: NoticeKind | None
    owner_name: str
    delivery_status: DeliveryStatus
    due_date: date
    days_overdue: int
    reasons: list[EscalationReason]
    reasons_shown: list[ReasonShown]
    recovery_plan: PlanShown | None
    state: EscalationState
    raised_on: date
    agenda_for: date | None
    ended_on: date | None
    waiting: bool = Field(description="ECIB has still to decide on it")
    decisions: list[DecisionShown]
    can: list[str]


class EscalationQueue(BaseModel):
    """The queue in its order; `total` of all pages. Whatever the states asked for, `waiting` and `decided` are not ended."""

    items: list[EscalationShown]
    total: int
    waiting: int = Field(description="how many wait for a decision")
    decided: int = Field(description="how many have been decided and are monitored")
    only_own: bool = Field(description="it holds only what the reader owns or deputises for")
    next: str | None


class MemberShown(BaseModel):
    """Someone whose decision it may be."""

    name: str
    email: str


class Members(BaseModel):
    """ECIB."""

    items: list[MemberShown]
