"""What a person's home page answers: what must I do now?"""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.domain.words import DeliveryStatus
from services.plan_api.data_quality.schemas import ProblemsKnown
from services.plan_api.escalations.schemas import EscalationShown
from services.plan_api.plan.schemas import Meeting


class OwnedItem(BaseModel):
    """A root cause that the person reports on."""

    ref: str
    title: str
    isg: str
    owner_name: str
    delivery_status: DeliveryStatus
    due_date: date
    days_overdue: int
    deadline_on: date | None
    draft_saved_at: datetime | None
    note: str | None


class FurtherAction(BaseModel):
    """A further step on a closed root cause that did not work, to be done by its owner or by the person."""

    ref: str
    description: str
    due_date: date | None
    root_cause: str
    title: str
    isg: str


class OwnersWork(BaseModel):
    """What the person owes as owner or deputy, and what they have done; what was sent back is not `reported` as well.

    `last_day`: the last on which an update whose deadline has passed is still taken, before its cycle closes.
    """

    next_deadline: date | None
    last_day: date | None
    to_report: list[OwnedItem]
    sent_back: list[OwnedItem]
    plan_wanted: list[OwnedItem]
    reported: list[OwnedItem]
    further_actions: list[FurtherAction]


class EcibsWork(BaseModel):
    """The head of the queue, and how long it is."""

    head: list[EscalationShown]
    waiting: int


class IsgProgress(BaseModel):
    """How far an ISG's owners are with reporting in the open cycle."""

    isg: str
    slug: str
    expected: int
    reported: int
    deadline_on: date | None
    meets_on: date | None


class PartnersWork(BaseModel):
    """What waits about partners' access."""

    requests: int = Field(description="Requests for access that the person may decide on")
    stopped: int = Field(description="Webhooks that are stopped because they failed")


class Home(BaseModel):
    """By role: a part that is null is not this person's."""

    today: date
    owner: OwnersWork | None
    meetings: list[Meeting]
    ecib: EcibsWork | None
    progress: list[IsgProgress] | None
    notices: int = Field(description="How many reminders wait for the person")
    data_problems: ProblemsKnown | None = None
    partners: PartnersWork | None = None
