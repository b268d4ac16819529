"""Updates, drafts and actions as they go in and out."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.domain.words import UpdateStatus
from services.shared.fields import Day

LONGEST_TEXT = 20_000
"""Longer than what the rules accept, so that the rule's own sentence is what people read."""


class RecoveryPlanWish(BaseModel):
    """A new recovery plan; left out, the one in force is confirmed."""

    steps: str | None = Field(None, max_length=LONGEST_TEXT)
    owner: str | None = Field(None, max_length=320)
    recovery_date: Day | None = None
    support: str | None = Field(None, max_length=LONGEST_TEXT)

    @property
    def is_empty(self) -> bool:
        """Every field null: no plan was given. (Left blank is another thing: each blank is told.)"""
        return (
            self.steps is None and self.owner is None and self.recovery_date is None and self.support is None
        )


class EvidenceWish(BaseModel):
    """A link and what it shows."""

    description: str | None = Field(None, max_length=2000)
    url: str | None = Field(None, max_length=2000)


class UpdateWish(BaseModel):
    """What the owner reports."""

    status: UpdateStatus
    progress: str | None = Field(None, max_length=LONGEST_TEXT)
    forecast_date: Day | None = None
    reason: str | None = Field(None, max_length=LONGEST_TEXT)
    recovery_plan: RecoveryPlanWish | None = None
    evidence: list[EvidenceWish] | None = Field(None, max_length=20)


class UpdateAccepted(BaseModel):
    """Taken, and what follows from it."""

    id: int
    version: int
    cycle: int
    late: bool
    escalation: str | None


class Released(BaseModel):
    """How many updates were released."""

    released: int


class CycleShown(BaseModel):
    """The cycle that an update is for."""

    number: int
    opens_on: date
    deadline_on: date
    meets_on: date
    closes_on: date
    late_now: bool
    holidays_known: bool


class StatusOffered(BaseModel):
    """A status that may be reported now, what it needs, and what stands in its way."""

    status: UpdateStatus
    label: str
    needs: list[str]
    blocked_by: list[str]


class PlanInForce(BaseModel):
    """The recovery plan that an update without a new one confirms."""

    steps: str
    owner: str
    recovery_date: date
    support: str | None


class SaidBefore(BaseModel):
    """What was said last."""

    cycle: int
    version: int
    reported_on: date
    status: UpdateStatus
    progress: str | None
    reason: str | None
    forecast_date: date | None


class Draft(BaseModel):
    """What a person has typed and not sent; fields are the form's own."""

    fields: dict[
        Annotated[str, Field(max_length=100)],
        Annotated[list[Annotated[str, Field(max_length=LONGEST_TEXT)]], Field(max_length=50)],
    ]
    saved_at: datetime | None = None


class ActionOpen(BaseModel):
    """An action to tick off."""

    ref: str
    description: str
    due_date: date | None


class UpdateForm(BaseModel):
    """All that the update form needs: deadline, who reads it, what is offered, what was said last, the draft."""

    ref: str
    title: str
    isg: str
    owner_name: str
    due_date: date
    today: date
    cycle: CycleShown
    already_reported: int
    statuses: list[StatusOffered]
    last_update: SaidBefore | None
    plan_in_force: PlanInForce | None
    open_actions: list[ActionOpen]
    sent_back_because: str | None
    draft: Draft | None


class CompletionWish(BaseModel):
    """The day an action was done."""

    completed_date: Day


class WithdrawalWish(BaseModel):
    """Why an action is no longer needed."""

    reason: str | None = Field(None, max_length=10_000)


class ActionDone(BaseModel):
    """An action after a change."""

    ref: str
    root_cause: str
    completed_date: date | None
    withdrawn_on: date | None
