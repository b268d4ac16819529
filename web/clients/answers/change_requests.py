"""Changes of the approved plan."""

from datetime import date

from web.clients.base import Answer


class ChangeRequest(Answer):
    """One change: what was, what it became, who decided it and why."""

    ref: str
    kind: str
    state: str
    root_cause: str
    title: str
    due_date_before: date | None
    due_date_after: date | None
    reason: str
    submitted_by: str
    submitted_on: date
    decided_by: str | None
    decided_on: date | None


class ChangeRequests(Answer):
    """A page of them, newest first, and how many there are."""

    items: tuple[ChangeRequest, ...]
    total: int
    next: str | None
