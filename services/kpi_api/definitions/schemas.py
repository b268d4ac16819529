"""Definitions of KPIs as they go in and out."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field

from services.domain.words import Direction, KeyQuestion, KpiLevel
from services.kpi_api.benchmarks.schemas import BenchmarkShown
from services.shared.fields import Day, Figure

LONGEST = 10_000
Line = Annotated[str | None, Field(max_length=500)]
Prose = Annotated[str | None, Field(max_length=LONGEST)]
Reason = Annotated[str | None, Field(max_length=LONGEST)]


class DefinitionParts(BaseModel):
    """What is measured and how. Of the kite mark each is yes, no or (null) not judged yet."""

    name: Line = None
    purpose: Prose = None
    key_question: KeyQuestion | None = None
    unit: Annotated[str | None, Field(max_length=100)] = None
    numerator: Prose = None
    denominator: Prose = None
    part_of_whole: bool = False
    direction: Direction
    frequency: Annotated[str | None, Field(max_length=100)] = None
    source: Prose = None
    data_owner: Annotated[str | None, Field(max_length=320, description="Their email address")] = None
    quality_note: Prose = None
    timely: bool | None = None
    complete: bool | None = None
    audited: bool | None = None
    granular: bool | None = None


class KpiWish(DefinitionParts):
    """A new KPI: of an ISG (its name or slug) or of a root cause, with its first target."""

    level: KpiLevel
    isg: Line = None
    root_cause: Annotated[str | None, Field(max_length=60)] = None
    target: Decimal | None = None


class DefinitionWish(DefinitionParts):
    """The whole definition as it should be, from a day on (left out: today), and why."""

    holds_from: Day | None = None
    reason: Reason = None


class TargetWish(BaseModel):
    """What it should reach from a day on (null: from the beginning); no value: no target from then on."""

    value: Decimal | None = None
    holds_from: Day | None = None
    reason: Reason = None


class RetirementWish(BaseModel):
    """From which day (left out: today) it is no longer measured, and why."""

    retired_on: Day | None = None
    reason: Reason = None


class DefinitionShown(BaseModel):
    """A definition, with who owns the data."""

    name: str
    purpose: str | None
    key_question: KeyQuestion | None
    unit: str | None
    numerator: str | None
    denominator: str | None
    part_of_whole: bool
    direction: Direction
    frequency: str | None
    source: str | None
    data_owner: str | None
    data_owner_name: str | None
    quality_note: str | None
    timely: bool | None
    complete: bool | None
    audited: bool | None
    granular: bool | None


class VersionShown(BaseModel):
    """One version of a definition; `changed` names the parts that the version before it had otherwise."""

    number: int
    holds_from: date | None
    reason: str | None
    changed_by: str | None
    recorded_at: datetime
    changed: list[str]
    definition: DefinitionShown


class TargetShown(BaseModel):
    """A target and from which day it holds."""

    value: Figure | None
    holds_from: date | None
    reason: str | None
    set_by: str | None
    recorded_at: datetime
    in_force: bool


class Verdict(BaseModel):
    """What the rules say of its values, as kept: of SPC nothing while there are too few points."""

    points: int
    latest_period: date | None
    latest_value: Figure | None
    latest_state: str | None
    variation: str | None
    direction: str | None
    assurance: str | None
    since: date | None
    reading: str
    rule_set: str
    recent: list[Any]


class KpiInList(BaseModel):
    """A KPI as lists show it."""

    ref: str
    name: str
    level: KpiLevel
    isg: str | None
    isg_slug: str | None
    root_cause: str | None
    root_cause_title: str | None
    key_question: KeyQuestion | None
    unit: str | None
    direction: Direction
    frequency: str | None
    data_owner_name: str | None
    target: Figure | None
    retired_on: date | None
    standing: Verdict | None


class KpiList(BaseModel):
    """KPIs, ISG by ISG, the high-level ones first."""

    items: list[KpiInList]
    total: int
    next: str | None


class KpiShown(KpiInList):
    """A KPI whole. `wanting`: what its definition lacks, in sentences. `can`: what the caller may do."""

    definition: DefinitionShown
    definition_number: int
    wanting: list[str]
    targets: list[TargetShown]
    benchmarks: list[BenchmarkShown]
    versions: list[VersionShown]
    retired_because: str | None
    recorded_at: datetime
    can: list[str]


class DataOwnerLeft(BaseModel):
    """Somebody who owned the data of KPIs has left, and who takes them over: people's ids."""

    owner: int
    successor: int
    on: date
    because: str
    by: int


class KpisHandedOver(BaseModel):
    """The KPIs whose data the successor owns from now on."""

    kpis: list[str]
