"""The plan, its ISGs and its findings as they go in and out."""

from datetime import date

from pydantic import BaseModel, Field

from services.domain.words import Cadence, DeliveryStatus, FindingStatus, FindingType, KeyQuestion, PlanState


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


class FindingList(BaseModel):
    """A page of findings; `total` of all pages."""

    items: list[FindingRow]
    total: int
    next: str | None


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
