"""A root cause as it goes out: the feed's fields, and what people need beside them."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.domain.words import DeliveryStatus, FindingType, RootCauseClass, UpdateStatus
from services.shared.register import Standing


class UpdateShown(BaseModel):
    """The latest update."""

    cycle: int
    reporting_date: date
    status: UpdateStatus
    progress: str | None
    reason: str | None
    late: bool


class RootCauseRow(BaseModel):
    """One root cause in a list."""

    ref: str
    title: str
    isg: str
    root_cause_class: RootCauseClass = Field(alias="class")
    owner_name: str
    owner_email: str
    owner_role: str
    theme: str | None
    kloe: str | None
    findings: list[str]
    kpis: list[str]
    due_date: date
    original_due_date: date
    forecast_date: date | None
    delivery_status: DeliveryStatus
    overdue: bool
    days_overdue: int
    update_missed: bool
    assurance_stage: str | None
    closed_on: date | None
    latest_update: UpdateShown | None
    released_at: datetime | None

    @classmethod
    def of(cls, standing: Standing) -> "RootCauseRow":
        """As it stands at a date."""
        return cls(**fields_of(standing))


def fields_of(standing: Standing) -> dict[str, object]:
    """What every shape of a root cause shares."""
    said = standing.latest_update
    return {
        "ref": standing.reference,
        "title": standing.title,
        "isg": standing.isg,
        "class": standing.root_cause_class,
        "owner_name": standing.owner_name,
        "owner_email": standing.owner_email,
        "owner_role": standing.owner_role,
        "theme": standing.theme,
        "kloe": standing.kloe,
        "findings": list(standing.findings),
        "kpis": list(standing.kpis),
        "due_date": standing.due_date,
        "original_due_date": standing.original_due_date,
        "forecast_date": standing.forecast_date,
        "delivery_status": standing.delivery_status,
        "overdue": standing.overdue,
        "days_overdue": standing.days_overdue,
        "update_missed": standing.update_missed,
        "assurance_stage": standing.assurance_stage,
        "closed_on": standing.closed_on,
        "latest_update": UpdateShown(
            cycle=said.cycle, reporting_date=said.reported_on, status=UpdateStatus(said.status), progress=said.progress,
            reason=said.reason, late=said.late,
        ) if said else None,
        "released_at": said.released_at if said and said.released_at else standing.recorded_at,
    }  # fmt: skip


class ActionShown(BaseModel):
    """A step towards resolving it: open, done or withdrawn."""

    ref: str
    description: str
    owner_name: str | None
    due_date: date | None
    completed_date: date | None
    withdrawn_on: date | None
    withdrawn_reason: str | None


class BaselineShown(BaseModel):
    """An approved due date."""

    version: int
    due_date: date
    holds_from: date | None
    change_request: str | None


class FindingShown(BaseModel):
    """A finding that it answers."""

    ref: str
    type: FindingType
    text: str
    source: str | None


class RequestShown(BaseModel):
    """An undecided closure request."""

    requested_on: date
    requested_by: str
    requested_by_name: str
    earliest_meeting: date
    isg_meets_on: date


class RootCauseWhole(RootCauseRow):
    """One root cause with its actions, its baselines, and what the caller may do."""

    situation: str | None
    background: str | None
    assessment: str | None
    recommendation: str | None
    actions: list[ActionShown]
    baselines: list[BaselineShown]
    findings_shown: list[FindingShown]
    escalation: str | None
    escalation_state: str | None
    recovery_date: date | None = Field(
        description="by which the recovery plan in force gets it back on track"
    )
    closure_request: RequestShown | None
    unreleased: int = Field(
        description="To those who may release them: updates that partners and readers do not see yet"
    )
    asked_about_impact_on: date | None = Field(
        description="since when its ISG is asked about it: done but not working"
    )
    not_embedded_because: str | None = Field(description="of a closed one: what is missing")
    embedded_by_check_in_practice: bool = Field(
        description="no KPI of it can be charted: somebody outside the ISG checks"
    )
    can: list[str]


class RootCauseList(BaseModel):
    """A page of root causes; `total` of all pages."""

    items: list[RootCauseRow]
    total: int
    next: str | None


class Happening(BaseModel):
    """One thing that happened to it."""

    kind: str
    on: date
    recorded_at: datetime
    who: str | None
    title: str
    text: str | None
    status: str | None = None
    link: str | None = None


class Timeline(BaseModel):
    """Its whole story, newest first."""

    items: list[Happening]
