"""The plan, its ISGs and its findings as they go in and out."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, Field

from services.domain.words import Cadence, DeliveryStatus, FindingStatus, FindingType, KeyQuestion, PlanState
from services.shared.findings import AnsweredBy, FindingStanding


class ApprovalShown(BaseModel):
    """One ISG's part of the plan, approved by a forum."""

    isg: str
    approved_on: date
    forum: str


class PlanShown(BaseModel):
    """The plan: draft until every ISG's part is approved."""

    title: str
    state: PlanState
    approvals: list[ApprovalShown]


class ApprovalWish(BaseModel):
    """An approval to record."""

    isg: str
    approved_on: date
    forum: str = Field(max_length=200)


class PersonShown(BaseModel):
    """Someone who leads an ISG."""

    name: str
    email: str
    job_title: str | None


class IsgShown(BaseModel):
    """An Improvement Steering Group and the cycle that is open."""

    name: str
    slug: str
    cadence: Cadence
    chair: PersonShown | None
    executive: PersonShown | None
    first_cycle_opens: date
    cycle_number: int | None
    deadline_on: date | None
    meets_on: date | None
    closes_on: date | None


class IsgList(BaseModel):
    """All of them, in their order."""

    items: list[IsgShown]


class RootCauseOfFinding(BaseModel):
    """A root cause that a finding was unpacked into."""

    ref: str
    title: str
    isg: str
    delivery_status: DeliveryStatus
    due_date: date
    closed: bool

    @classmethod
    def of(cls, standing: AnsweredBy) -> "RootCauseOfFinding":
        """As it stands at a date."""
        return cls(
            ref=standing.reference, title=standing.title, isg=standing.isg, delivery_status=standing.delivery_status,
            due_date=standing.due_date, closed=standing.delivery_status is DeliveryStatus.COMPLETE,
        )  # fmt: skip


class FindingRow(BaseModel):
    """One finding: `closed` of its root causes are closed."""

    ref: str
    type: FindingType
    finding: str
    isg: str
    source: str | None
    core_service: str | None
    site: str | None
    key_questions: list[KeyQuestion]
    regulation: str | None
    status: FindingStatus
    root_causes: list[RootCauseOfFinding]
    closed: int

    @classmethod
    def of(cls, standing: FindingStanding) -> "FindingRow":
        """As it stands at a date."""
        root_causes = [RootCauseOfFinding.of(each) for each in standing.root_causes]
        return cls(
            ref=standing.reference, type=standing.finding_type, finding=standing.text, isg=standing.isg,
            source=standing.source, core_service=standing.core_service, site=standing.site,
            key_questions=[KeyQuestion(each) for each in standing.key_questions], regulation=standing.regulation,
            status=standing.status, root_causes=root_causes, closed=sum(each.closed for each in root_causes),
        )  # fmt: skip


class FindingList(BaseModel):
    """A page of findings; of `total` on all pages, `all_closed` have root causes and all closed, `met` are assured too."""

    items: list[FindingRow]
    total: int
    all_closed: int
    met: int
    next: str | None


class PartShown(BaseModel):
    """The findings that share something, such as a site: how many, all closed, met."""

    by: str
    value: str
    total: int
    all_closed: int
    met: int


class PartList(BaseModel):
    """Part by part."""

    items: list[PartShown]


class MeetingItem(BaseModel):
    """A root cause that an ISG is to look at."""

    ref: str
    title: str
    owner_name: str
    delivery_status: DeliveryStatus
    due_date: date
    days_overdue: int
    reported: bool
    note: str | None


class ChangeKindSince(StrEnum):
    """What can have happened between two meetings, in the order in which it is told."""

    CLOSED = "closed"
    SENT_BACK = "sent_back"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    DECIDED = "decided"
    REBASELINED = "rebaselined"
    MOVED = "moved"
    OWNER = "owner"
    RISK = "risk"


class ChangeSince(BaseModel):
    """One thing that happened since the last meeting: to a root cause, or (`risk`) a new risk."""

    kind: ChangeKindSince
    ref: str
    title: str
    on: date
    who: str | None = None
    before: str | None = Field(None, description="status, due date or owner as it was")
    after: str | None = Field(None, description="status, due date, owner or decision as it is now")
    text: str | None = None
    escalation: str | None = None


class MeetingTotals(BaseModel):
    """How many there are of each kind; the lists show the most pressing of them."""

    not_reported: int
    closure_requests: int
    off_track: int
    at_risk: int


class Meeting(BaseModel):
    """What the ISG's next meeting has before it."""

    isg: IsgShown
    today: date
    open_root_causes: int
    reported: int
    not_reported: list[MeetingItem]
    closure_requests: list[MeetingItem]
    off_track: list[MeetingItem]
    at_risk: list[MeetingItem]
    totals: MeetingTotals


class MeetingWhole(Meeting):
    """And what has changed since the ISG met last."""

    since: date | None = Field(description="the day of the last meeting; null before the first")
    held: bool = Field(
        description="that meeting has been recorded as held; else it is the day that was planned"
    )
    changes: list[ChangeSince] = Field(description="those that weigh most, these first")
    changes_in_all: int
