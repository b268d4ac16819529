"""Change requests as they go out."""

from datetime import date

from pydantic import BaseModel

from services.domain.words import ChangeKind, ChangeState


class ChangeRequestShown(BaseModel):
    """A change of the approved plan: what was, what it became, whose decision it was and why."""

    ref: str
    kind: ChangeKind
    state: ChangeState
    root_cause: str
    title: str
    due_date_before: date | None
    due_date_after: date | None
    reason: str
    submitted_by: str
    submitted_on: date
    decided_by: str | None
    decided_on: date | None


class ChangeRequestList(BaseModel):
    """A page of them, newest first; `total` of all pages."""

    items: list[ChangeRequestShown]
    total: int
    next: str | None
