"""What a person must do now."""

from datetime import date, datetime

from web.clients.answers.data_quality import ProblemsKnown
from web.clients.answers.escalations import Escalation
from web.clients.answers.isgs import Meeting
from web.clients.base import Answer


class OwnedItem(Answer):
    """A root cause that the person reports on; `note` says why it was sent back."""

    ref: str
    title: str
    isg: str
    owner_name: str
    delivery_status: str
    due_date: date
    days_overdue: int
    deadline_on: date | None
    draft_saved_at: datetime | None
    note: str | None


class FurtherAction(Answer):
    """A further step on a closed root cause that did not work."""

    ref: str
    description: str
    due_date: date | None
    root_cause: str
    title: str
    isg: str


class OwnersWork(Answer):
    """What the person owes as owner or deputy, and what they have reported; `last_day`: the last for a late update."""

    next_deadline: date | None
    last_day: date | None
    to_report: tuple[OwnedItem, ...]
    sent_back: tuple[OwnedItem, ...]
    plan_wanted: tuple[OwnedItem, ...]
    reported: tuple[OwnedItem, ...]
    further_actions: tuple[FurtherAction, ...] = ()


class EcibsWork(Answer):
    """The head of the queue, and how long it is."""

    head: tuple[Escalation, ...]
    waiting: int


class IsgProgress(Answer):
    """How far an ISG's owners are with reporting in the open cycle."""

    isg: str
    slug: str
    expected: int
    reported: int
    deadline_on: date | None
    meets_on: date | None


class PartnersWork(Answer):
    """What waits about partners' access."""

    requests: int
    stopped: int


class Home(Answer):
    """By role: a part that is null is not this person's."""

    today: date
    owner: OwnersWork | None
    meetings: tuple[Meeting, ...]
    ecib: EcibsWork | None
    progress: tuple[IsgProgress, ...] | None
    notices: int = 0
    data_problems: ProblemsKnown | None = None
    partners: PartnersWork | None = None
