"""Root causes: the list, one with everything about it, and its story."""

from datetime import date, datetime

from pydantic import Field

from web.clients.base import Answer


class LatestUpdate(Answer):
    """What was said last."""

    cycle: int
    reporting_date: date
    status: str
    progress: str | None
    reason: str | None
    late: bool


class RootCauseRow(Answer):
    """One root cause in a list."""

    ref: str
    title: str
    isg: str
    root_cause_class: str = Field(alias="class")
    owner_name: str
    owner_email: str
    owner_role: str
    theme: str | None
    kloe: str | None
    findings: tuple[str, ...]
    due_date: date
    original_due_date: date
    forecast_date: date | None
    delivery_status: str
    overdue: bool
    days_overdue: int
    update_missed: bool
    assurance_stage: str | None
    closed_on: date | None
    latest_update: LatestUpdate | None


class RootCauseList(Answer):
    """A page of root causes; `total` of all pages, `next` the cursor of the page after this."""

    items: tuple[RootCauseRow, ...]
    total: int
    next: str | None


class Action(Answer):
    """A step towards resolving it: open, done or withdrawn."""

    ref: str
    description: str
    owner_name: str | None
    due_date: date | None
    completed_date: date | None
    withdrawn_on: date | None
    withdrawn_reason: str | None

    @property
    def is_open(self) -> bool:
        """Neither done nor withdrawn."""
        return self.completed_date is None and self.withdrawn_on is None


class Baseline(Answer):
    """An approved due date; the first holds from the beginning."""

    version: int
    due_date: date
    holds_from: date | None
    change_request: str | None


class FindingAnswered(Answer):
    """A finding that it answers."""

    ref: str
    type: str
    text: str
    source: str | None


class ClosureRequest(Answer):
    """The owner has asked for closing, and the ISG has not decided."""

    requested_on: date
    requested_by_name: str
    isg_meets_on: date


class ChosenRootCause(Answer):
    """One of many that are to change together, with the version that was shown."""

    ref: str
    title: str
    isg: str
    owner_name: str
    owner_email: str
    theme: str | None
    version: int


class ChosenRootCauses(Answer):
    """All that were chosen."""

    items: tuple[ChosenRootCause, ...]


class RootCause(RootCauseRow):
    """One root cause; `can` holds what the person may do to it, `etag` names the state that they were shown."""

    situation: str | None
    background: str | None
    assessment: str | None
    recommendation: str | None
    actions: tuple[Action, ...]
    baselines: tuple[Baseline, ...]
    findings_shown: tuple[FindingAnswered, ...]
    kpis: tuple[str, ...]
    escalation: str | None
    escalation_state: str | None
    recovery_date: date | None
    closure_request: ClosureRequest | None
    unreleased: int
    asked_about_impact_on: date | None = None
    not_embedded_because: str | None = None
    embedded_by_check_in_practice: bool = False
    can: frozenset[str]
    etag: str = ""

    def action(self, ref: str) -> Action | None:
        """One of its actions."""
        return next((action for action in self.actions if action.ref == ref), None)


class Happening(Answer):
    """One thing that happened to it."""

    kind: str
    on: date
    recorded_at: datetime
    who: str | None
    title: str
    text: str | None
    status: str | None
    link: str | None


class Timeline(Answer):
    """Its whole story, newest first."""

    items: tuple[Happening, ...]
