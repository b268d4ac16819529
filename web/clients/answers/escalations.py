"""The ECIB queue."""

from datetime import date

from pydantic import Field

from web.clients.base import Answer


class ReasonGiven(Answer):
    """Why it is in the queue."""

    reason: str
    given_on: date
    detail: str | None


class RecoveryPlan(Answer):
    """How and by when it gets back on track."""

    steps: str
    owner: str
    owner_name: str
    recovery_date: date
    support: str | None
    version: int


class DecisionTaken(Answer):
    """What was decided, whose decision it was, and who wrote it down."""

    decision: str
    decided_by: str
    recorded_by: str
    meeting_date: date
    reason: str
    new_due_date: date | None


class Escalation(Answer):
    """One item of the queue."""

    ref: str
    root_cause: str
    title: str
    isg: str
    root_cause_class: str = Field(alias="class")
    strongest_notice: str | None
    owner_name: str
    delivery_status: str
    due_date: date
    days_overdue: int
    reasons: tuple[str, ...]
    reasons_shown: tuple[ReasonGiven, ...]
    recovery_plan: RecoveryPlan | None
    state: str
    raised_on: date
    agenda_for: date | None
    ended_on: date | None
    waiting: bool
    decisions: tuple[DecisionTaken, ...]
    can: frozenset[str]
    etag: str = ""
    """Of its root cause, where one is asked for: what a change is based on."""


class EscalationQueue(Answer):
    """The queue in its order."""

    items: tuple[Escalation, ...]
    total: int
    waiting: int
    decided: int
    only_own: bool
    next: str | None


class Member(Answer):
    """A member of ECIB."""

    name: str
    email: str


class Members(Answer):
    """All of them."""

    items: tuple[Member, ...]
