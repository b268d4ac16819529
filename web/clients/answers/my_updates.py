"""The updates that somebody owes."""

from datetime import date, datetime

from web.clients.answers.updates import SaidBefore, StatusOffered
from web.clients.base import Answer


class RowDraft(Answer):
    """What has been typed and not sent: the update form's inputs by name."""

    fields: dict[str, list[str]]
    saved_at: datetime


class SentBack(Answer):
    """Why the ISG sent its closing back."""

    reason: str
    by: str
    on: date


class UpdateRow(Answer):
    """One root cause that the person owns or deputises for."""

    ref: str
    title: str
    isg: str
    owner_name: str
    own: bool
    delivery_status: str
    due_date: date
    days_overdue: int
    deadline_on: date
    late_now: bool
    cycle: int
    reported: bool
    version: int
    last_update: SaidBefore | None
    said_by: str | None
    statuses: tuple[StatusOffered, ...]
    plan_in_force: bool
    can_confirm: bool
    confirmation_is_enough: bool
    draft: RowDraft | None
    others_draft: str | None
    sent_back: SentBack | None


class UpdateRows(Answer):
    """What is owed first, then what has been reported."""

    today: date
    items: tuple[UpdateRow, ...]
