"""The updates that somebody owes, as a table: one row a root cause."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.domain.words import DeliveryStatus
from services.plan_api.updates.schemas import SaidBefore, StatusOffered


class RowDraft(BaseModel):
    """What the person has typed for it and not sent."""

    fields: dict[str, list[str]]
    saved_at: datetime


class SentBack(BaseModel):
    """Why the ISG sent its closing back, who said so and when."""

    reason: str
    by: str
    on: date


class UpdateRow(BaseModel):
    """One root cause that the person owns or deputises for."""

    ref: str
    title: str
    isg: str
    owner_name: str
    own: bool = Field(description="Theirs; else they deputise for its owner")
    delivery_status: DeliveryStatus
    due_date: date
    days_overdue: int
    deadline_on: date
    late_now: bool
    cycle: int
    reported: bool = Field(description="In the cycle that is open")
    version: int = Field(description="What `If-Match` is compared with")
    last_update: SaidBefore | None
    said_by: str | None = Field(description="Who sent the last update")
    statuses: list[StatusOffered]
    plan_in_force: bool
    can_confirm: bool = Field(description="“Nothing changed since” would be taken now")
    confirmation_is_enough: bool = Field(description="Not started, and due in more than eight weeks")
    draft: RowDraft | None
    others_draft: str | None = Field(description="Who else has a draft of it")
    sent_back: SentBack | None


class UpdateRows(BaseModel):
    """All of them: what is owed first, then what has been reported."""

    today: date
    items: list[UpdateRow]
