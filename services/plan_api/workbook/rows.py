"""The rows of the workbook as the rest of the system sees them: a dataclass a sheet, a field a column.

A field is named as its heading is ("Job title" -> `job_title`); None is a blank cell.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.domain.words import Cadence, Direction, FindingType, KeyQuestion, KpiLevel, Role, UpdateStatus


@dataclass(frozen=True, slots=True)
class PersonRow:
    name: str
    email: str
    roles: tuple[Role, ...] = ()
    isg: str | None = None
    job_title: str | None = None


@dataclass(frozen=True, slots=True)
class IsgRow:
    name: str
    cadence: Cadence
    chair_email: str | None = None
    accountable_executive_email: str | None = None
    first_cycle_opens: date | None = None


@dataclass(frozen=True, slots=True)
class FindingRow:
    reference: str
    type: FindingType
    finding: str
    isg: str
    source: str | None = None
    core_service: str | None = None
    site: str | None = None
    cqc_domains: tuple[KeyQuestion, ...] = ()
    regulation: str | None = None


@dataclass(frozen=True, slots=True)
class RootCauseRow:
    reference: str
    isg: str
    title: str
    owner_email: str
    due_date: date
    findings: tuple[str, ...] = ()
    situation: str | None = None
    background: str | None = None
    assessment: str | None = None
    recommendation: str | None = None
    cross_cutting_theme: str | None = None
    kloe: str | None = None


@dataclass(frozen=True, slots=True)
class ActionRow:
    reference: str
    root_cause: str
    description: str
    owner_email: str | None = None
    due_date: date | None = None
    completed_date: date | None = None


@dataclass(frozen=True, slots=True)
class UpdateRow:
    root_cause: str
    reporting_date: date
    status: UpdateStatus
    progress: str | None = None
    forecast_date: date | None = None
    completed_date: date | None = None


@dataclass(frozen=True, slots=True)
class KpiRow:
    reference: str
    name: str
    level: KpiLevel
    direction: Direction
    isg: str | None = None
    root_cause: str | None = None
    cqc_domain: KeyQuestion | None = None
    unit: str | None = None
    target: Decimal | None = None
    frequency: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class KpiDataRow:
    kpi: str
    period: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


Row = PersonRow | IsgRow | FindingRow | RootCauseRow | ActionRow | UpdateRow | KpiRow | KpiDataRow


@dataclass(frozen=True, slots=True)
class PlanRows:
    """Everything that the eight sheets hold."""

    people: tuple[PersonRow, ...] = ()
    isgs: tuple[IsgRow, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    root_causes: tuple[RootCauseRow, ...] = ()
    actions: tuple[ActionRow, ...] = ()
    updates: tuple[UpdateRow, ...] = ()
    kpis: tuple[KpiRow, ...] = ()
    kpi_data: tuple[KpiDataRow, ...] = ()
