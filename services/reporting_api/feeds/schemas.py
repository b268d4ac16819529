"""The rows of the feeds and their envelope. Each row's JSON Schema is served; within v1 fields are only added."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, field_validator

from services.domain.classification import class_of
from services.domain.words import (
    ChangeKind,
    ChangeState,
    Decision,
    DeliveryStatus,
    Direction,
    EscalationReason,
    EscalationState,
    FindingStatus,
    FindingType,
    KeyQuestion,
    KpiLevel,
    RootCauseClass,
    RuleSet,
    SignalDirection,
    TargetAssurance,
    UpdateStatus,
    Verdict,
)
from services.shared.findings import FindingStanding
from services.shared.register import LatestUpdate, Standing

Instant = Annotated[datetime, PlainSerializer(lambda instant: instant.astimezone(UTC), datetime)]


class Row(BaseModel):
    """What every row shares: nothing but its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class UpdateSaid(Row):
    """The newest released update."""

    cycle: int = Field(description="The ISG's cycle, from 0")
    reporting_date: date
    status: UpdateStatus
    progress: str | None
    late: bool

    @classmethod
    def of(cls, said: LatestUpdate) -> "UpdateSaid":
        """Without the reason for being at risk, which is for the ISG."""
        return cls(
            cycle=said.cycle,
            reporting_date=said.reported_on,
            status=UpdateStatus(said.status),
            progress=said.progress,
            late=said.late,
        )


class RootCauseItem(Row):
    """A root cause in the plan at the end of `as_at`. `owner_role` is a job title; names and emails stay inside."""

    ref: str
    title: str
    isg: str
    root_cause_class: RootCauseClass = Field(serialization_alias="class")
    owner_role: str
    theme: str | None
    kloe: str | None
    findings: list[str]
    due_date: date
    original_due_date: date
    forecast_date: date | None
    delivery_status: DeliveryStatus
    overdue: bool
    update_missed: bool
    assurance_stage: str | None
    closed_on: date | None
    latest_update: UpdateSaid | None
    kpis: list[str]
    released_at: Instant

    @classmethod
    def of(cls, standing: Standing) -> "RootCauseItem":
        """As the register has it."""
        said = standing.latest_update
        return cls(
            ref=standing.reference,
            title=standing.title,
            isg=standing.isg,
            root_cause_class=standing.root_cause_class,
            owner_role=standing.owner_role,
            theme=standing.theme,
            kloe=standing.kloe,
            findings=list(standing.findings),
            due_date=standing.due_date,
            original_due_date=standing.original_due_date,
            forecast_date=standing.forecast_date,
            delivery_status=standing.delivery_status,
            overdue=standing.overdue,
            update_missed=standing.update_missed,
            assurance_stage=standing.assurance_stage,
            closed_on=standing.closed_on,
            latest_update=UpdateSaid.of(said) if said else None,
            kpis=list(standing.kpis),
            released_at=said.released_at if said and said.released_at else standing.recorded_at,
        )


class FindingItem(Row):
    """A finding, with the root causes in the plan at the end of `as_at` that answer it."""

    ref: str
    type: FindingType
    finding_class: RootCauseClass = Field(
        serialization_alias="class", description="must_do for a Notice too; none for a Recommendation"
    )
    isg: str
    finding: str
    source: str | None
    core_service: str | None
    site: str | None
    key_questions: list[KeyQuestion]
    regulation: str | None
    status: FindingStatus
    root_causes: list[str]
    released_at: Instant

    @classmethod
    def of(cls, standing: FindingStanding) -> "FindingItem":
        """As the register has it."""
        return cls(
            ref=standing.reference,
            type=standing.finding_type,
            finding_class=class_of([standing.finding_type]),
            isg=standing.isg,
            finding=standing.text,
            source=standing.source,
            core_service=standing.core_service,
            site=standing.site,
            key_questions=[KeyQuestion(each) for each in standing.key_questions],
            regulation=standing.regulation,
            status=standing.status,
            root_causes=[each.reference for each in standing.root_causes],
            released_at=standing.recorded_at,
        )


class UpdateItem(Row):
    """The newest released version of an update. Why it is at risk, and how it recovers, is for the ISG."""

    root_cause: str
    cycle: int = Field(description="The ISG's cycle, from 0")
    version: int
    reporting_date: date
    status: UpdateStatus
    progress: str | None
    forecast_date: date | None
    late: bool
    released_at: Instant


class DecisionTaken(Row):
    """What ECIB decided last."""

    decision: Decision
    meeting_date: date
    reason: str
    new_due_date: date | None


class EscalationItem(Row):
    """A root cause in front of ECIB. A reason that an update gave is here once that update is released."""

    ref: str
    root_cause: str
    reasons: list[EscalationReason]
    state: EscalationState
    raised_on: date
    ended_on: date | None
    decision: DecisionTaken | None
    released_at: Instant

    @field_validator("reasons")
    @classmethod
    def _in_the_order_of_their_words(cls, reasons: list[EscalationReason]) -> list[EscalationReason]:
        return sorted(reasons, key=list(EscalationReason).index)

    @field_validator("decision", mode="before")
    @classmethod
    def _read(cls, decision: object) -> object:
        return json.loads(decision) if isinstance(decision, str) else decision


class ChangeRequestItem(Row):
    """A proposed change of the approved plan, with what was decided. Drafts are nobody's business yet."""

    ref: str
    kind: ChangeKind
    root_cause: str
    reason: str
    state: ChangeState
    submitted_on: date
    decided_on: date | None
    due_date_before: date | None = Field(description="Where the change is of a due date")
    due_date_after: date | None
    released_at: Instant


class PackFormat(Row):
    """A file of a published pack as anybody may have it: without what is exempt from the Freedom of Information Act."""

    format: str = Field(description="html, pdf, docx, pptx or xlsx")
    href: str = Field(
        description="Where the bytes are, from this feed's own address; the same token opens it"
    )
    media_type: str
    sha256: str = Field(description="Of the bytes, as 64 hexadecimal digits")
    sha256_as_issued: str = Field(
        description="Of the bytes as published: another, once something was redacted in them"
    )
    size: int = Field(description="Bytes")


class PackItem(Row):
    """A pack that was published. It is never edited: one that takes its place is another item.

    What is redacted in it goes from its files, which have other digests from then on; until they are made anew it has none.
    """

    ref: str
    kind: str
    title: str
    edition: int
    pack_as_at: date = Field(description="The day whose figures it has")
    state: Literal["published", "superseded"]
    supersedes: str | None
    superseded_by: str | None
    digest: str = Field(
        description="SHA-256 of the content as anybody may have it (of its JSON file with sorted keys and no spaces), or of what "
        "a redaction left of it"
    )
    chain_position: int = Field(description="How far the audit chain reached when it was published")
    chain_digest: str
    formats: list[PackFormat]
    published_at: Instant
    redacted_at: Instant | None = Field(description="When its files were last made anew after a redaction")
    released_at: Instant


class ChangeItem(Row):
    """A thing of a feed that changed, as it is now; `gone` when that feed has it no more: withdrawn, merged, redacted, exempt."""

    feed: str
    ref: str = Field(description="As in its feed; of an update ROOT CAUSE/CYCLE, of a value KPI/PERIOD")
    change: Literal["changed", "gone"]
    changed_at: Instant
    item: dict[str, Any] | None = Field(
        description="The item of the feed, by its schema; null when it is gone"
    )


class VerdictSaid(Row):
    """What the rules say of the final values known then; no variation: not enough points yet."""

    rule_set: RuleSet
    variation: Verdict | None
    direction: SignalDirection | None
    assurance: TargetAssurance | None
    since: date | None = Field(description="The first period of the signal that the variation shows")
    reading: str
    mean: float | None
    lower_limit: float | None
    upper_limit: float | None


class KpiItem(Row):
    """A KPI as it was defined at the end of `as_at`, with what its final values said."""

    ref: str
    name: str
    purpose: str | None
    level: KpiLevel
    isg: str | None
    root_cause: str | None
    key_question: KeyQuestion | None
    unit: str | None
    numerator: str | None
    denominator: str | None
    part_of_whole: bool
    improvement_direction: Direction
    frequency: str | None
    source: str | None
    timely: bool | None
    complete: bool | None
    audited: bool | None
    granular: bool | None
    definition_version: int
    target: float | None
    points: int
    latest_period: date | None
    latest_value: float | None
    verdict: VerdictSaid
    released_at: Instant


class ObservationItem(Row):
    """A final value; null where it is said to be missing. `version` counts from 1: a higher one revises what was sent before."""

    kpi: str
    period: date
    value: float | None
    numerator: float | None
    denominator: float | None
    version: int
    released_at: Instant


class Trust(BaseModel):
    """Whose plan it is."""

    ods_code: str
    name: str


Item = TypeVar("Item", bound=BaseModel)


class Envelope(BaseModel, Generic[Item]):
    """One page of a feed. `next` is the cursor of the page after it, null after the last."""

    trust: Trust
    as_at: date
    generated_at: Instant
    items: Sequence[Item]
    next: str | None


class Snapshot(BaseModel):
    """The whole plan at a date: the items of each feed that the token covers, by the feed's name."""

    trust: Trust
    as_at: date
    generated_at: Instant
    changes: str = Field(description="The cursor from which the feed `changes` goes on")
    parts: dict[str, list[dict[str, Any]]]
