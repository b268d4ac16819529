"""Improvement Steering Groups and what their next meeting has before it."""

from datetime import date

from web.clients.base import Answer


class Leader(Answer):
    """Someone who leads an ISG."""

    name: str
    email: str
    job_title: str | None


class Isg(Answer):
    """An ISG and the cycle that is open."""

    name: str
    slug: str
    cadence: str
    chair: Leader | None
    executive: Leader | None
    cycle_number: int | None
    deadline_on: date | None
    meets_on: date | None
    closes_on: date | None


class IsgList(Answer):
    """All of them, in their order."""

    items: tuple[Isg, ...]


class MeetingItem(Answer):
    """A root cause that the ISG is to look at."""

    ref: str
    title: str
    owner_name: str
    delivery_status: str
    due_date: date
    days_overdue: int
    reported: bool
    note: str | None


class MeetingTotals(Answer):
    """How many there are of each kind; the lists hold the first hundred."""

    not_reported: int
    closure_requests: int
    off_track: int
    at_risk: int
    not_working: int = 0


class Meeting(Answer):
    """What the ISG's next meeting has before it."""

    isg: Isg
    open_root_causes: int
    reported: int
    not_reported: tuple[MeetingItem, ...]
    closure_requests: tuple[MeetingItem, ...]
    off_track: tuple[MeetingItem, ...]
    at_risk: tuple[MeetingItem, ...]
    not_working: tuple[MeetingItem, ...] = ()
    totals: MeetingTotals


class ChangeSince(Answer):
    """One thing that happened since the last meeting: to a root cause, or (`risk`) a new risk."""

    kind: str
    ref: str
    title: str
    on: date
    who: str | None
    before: str | None
    after: str | None
    text: str | None
    escalation: str | None


class MeetingWhole(Meeting):
    """And what has changed since the ISG met last, on `since`: `held` where that was recorded."""

    since: date | None
    held: bool
    changes: tuple[ChangeSince, ...]
    changes_in_all: int


class Approval(Answer):
    """One ISG's part of the plan, approved by a forum."""

    isg: str
    approved_on: date
    forum: str


class PlanState(Answer):
    """The plan: a draft until every ISG's part is approved."""

    title: str
    state: str
    approvals: tuple[Approval, ...]
