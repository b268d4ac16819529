"""Measures: what is measured, what was observed, what people decided about a chart, and what follows by the rules.

Owned by the KPI service.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import (
    BenchmarkKind,
    ChartDecision,
    Direction,
    GivenThrough,
    ImpactVerdict,
    KeyQuestion,
    KpiLevel,
    ObservationState,
    RuleSet,
    TargetAssurance,
    Verdict,
)
from services.shared.models.base import Base, Id, one_of, reference_to

KPI_OWNED = {"owner": "kpi"}
NOT_SUPERSEDED = text("superseded_at IS NULL")


class Definition:
    """What a KPI measures and how: the columns of the definition in force, and of each version of it."""

    name: Mapped[str]
    purpose: Mapped[str | None]
    key_question: Mapped[str | None]
    unit: Mapped[str | None]
    numerator: Mapped[str | None]
    denominator: Mapped[str | None]
    part_of_whole: Mapped[bool] = mapped_column(server_default=text("false"))
    direction: Mapped[str]
    frequency: Mapped[str | None]
    source: Mapped[str | None]
    data_owner_id: Mapped[int | None] = mapped_column(reference_to("person"))
    quality_note: Mapped[str | None]
    timely: Mapped[bool | None]
    complete: Mapped[bool | None]
    audited: Mapped[bool | None]
    granular: Mapped[bool | None]


class Kpi(Definition, Base):
    """A measure: high-level (an ISG's) or of a root cause, as it is defined now.

    `definition_number`: which version that is. `version` counts every change of it and of its data: its ETag.
    """

    __tablename__ = "kpi"
    __table_args__ = (
        UniqueConstraint("reference"),
        one_of("level", KpiLevel),
        one_of("direction", Direction),
        one_of("key_question", KeyQuestion),
        CheckConstraint("(retired_on IS NULL) = (retired_because IS NULL)", name="retired_whole"),
        Index("ix_kpi_data_owner_id", "data_owner_id"),
        Index("ix_kpi_own_of_isg", "isg_id", postgresql_where=text("root_cause_id IS NULL")),
        {"info": KPI_OWNED},
    )
    id: Mapped[Id]
    reference: Mapped[str]
    level: Mapped[str]
    isg_id: Mapped[int | None] = mapped_column(reference_to("isg"), index=True)
    root_cause_id: Mapped[int | None] = mapped_column(reference_to("root_cause"), index=True)
    position: Mapped[int]
    definition_number: Mapped[int] = mapped_column(server_default=text("1"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    retired_on: Mapped[date | None]
    retired_because: Mapped[str | None]
    recorded_at: Mapped[datetime]


class KpiDefinition(Definition, Base):
    """One version of a KPI's definition: the first holds from the beginning, each later one from its day."""

    __tablename__ = "kpi_definition"
    __table_args__ = (
        UniqueConstraint("kpi_id", "number"),
        one_of("direction", Direction),
        one_of("key_question", KeyQuestion),
        {"info": KPI_OWNED},
    )
    id: Mapped[Id]
    kpi_id: Mapped[int] = mapped_column(reference_to("kpi"))
    number: Mapped[int]
    holds_from: Mapped[date | None]
    changed_because: Mapped[str | None]
    changed_by: Mapped[int | None] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]


class KpiTarget(Base):
    """What a KPI should reach, from a day on (None: from the beginning); no value: no target from then on."""

    __tablename__ = "kpi_target"
    __table_args__ = (
        Index(
            "uq_kpi_target_current",
            "kpi_id",
            "holds_from",
            unique=True,
            postgresql_where=NOT_SUPERSEDED,
            postgresql_nulls_not_distinct=True,
        ),
        {"info": KPI_OWNED},
    )
    id: Mapped[Id]
    kpi_id: Mapped[int] = mapped_column(reference_to("kpi"))
    holds_from: Mapped[date | None]
    value: Mapped[Decimal | None] = mapped_column(Numeric)
    reason: Mapped[str | None]
    set_by: Mapped[int | None] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class KpiObservation(Base):
    """One value for one period; a revision is a new version, nothing is overwritten. No value: it is missing, `note` says why."""

    __tablename__ = "kpi_observation"
    __table_args__ = (
        UniqueConstraint("kpi_id", "period", "version"),
        Index("uq_kpi_observation_current", "kpi_id", "period", unique=True, postgresql_where=NOT_SUPERSEDED),
        one_of("state", ObservationState),
        one_of("given_through", GivenThrough),
        {"info": KPI_OWNED},
    )
    id: Mapped[Id]
    kpi_id: Mapped[int] = mapped_column(reference_to("kpi"))
    period: Mapped[date]
    version: Mapped[int]
    value: Mapped[Decimal | None] = mapped_column(Numeric)
    numerator: Mapped[Decimal | None] = mapped_column(Numeric)
    denominator: Mapped[Decimal | None] = mapped_column(Numeric)
    state: Mapped[str] = mapped_column(server_default=text("'final'"))
    note: Mapped[str | None]
    given_through: Mapped[str] = mapped_column(server_default=text("'import'"))
    given_by: Mapped[int | None] = mapped_column(reference_to("person"))
    client: Mapped[str | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class KpiDecision(Base):
    """What a person decided about a chart, with their reason: shown on it, and undone with a reason, never removed."""

    __tablename__ = "kpi_decision"
    __table_args__ = (
        one_of("kind", ChartDecision),
        CheckConstraint("(kind = 'baseline') = (points IS NOT NULL)", name="baseline_with_points"),
        CheckConstraint("points >= 12", name="baseline_long_enough"),
        CheckConstraint("(undone_on IS NULL) = (undone_because IS NULL)", name="undone_whole"),
        Index(
            "uq_kpi_decision_standing",
            "kpi_id",
            "kind",
            "period",
            unique=True,
            postgresql_where=text("undone_on IS NULL AND kind <> 'annotation'"),
        ),
        Index("ix_kpi_decision_kpi_id", "kpi_id"),
        {"info": KPI_OWNED},
    )
    id: Mapped[Id]
    kpi_id: Mapped[int] = mapped_column(reference_to("kpi"))
    kind: Mapped[str]
    period: Mapped[date]
    points: Mapped[int | None]
    reason: Mapped[str]
    decided_by: Mapped[int] = mapped_column(reference_to("person"))
    decided_on: Mapped[date]
    recorded_at: Mapped[datetime]
    undone_by: Mapped[int | None] = mapped_column(reference_to("person"))
    undone_on: Mapped[date | None]
    undone_because: Mapped[str | None]
    undone_recorded_at: Mapped[datetime | None]


class KpiBenchmark(Base):
    """How peers or the country do in the same measure: a series of its own beside the KPI's."""

    __tablename__ = "kpi_benchmark"
    __table_args__ = (
        one_of("kind", BenchmarkKind),
        Index(
            "uq_kpi_benchmark_current",
            "kpi_id",
            "name",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        {"info": KPI_OWNED},
    )
    id: Mapped[Id]
    kpi_id: Mapped[int] = mapped_column(reference_to("kpi"))
    name: Mapped[str]
    kind: Mapped[str]
    source: Mapped[str | None]
    added_by: Mapped[int | None] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class KpiBenchmarkValue(Base):
    """One value of a benchmark; a revision supersedes it."""

    __tablename__ = "kpi_benchmark_value"
    __table_args__ = (
        Index(
            "uq_kpi_benchmark_value_current",
            "benchmark_id",
            "period",
            unique=True,
            postgresql_where=NOT_SUPERSEDED,
        ),
        {"info": KPI_OWNED},
    )
    id: Mapped[Id]
    benchmark_id: Mapped[int] = mapped_column(reference_to("kpi_benchmark"))
    period: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Numeric)
    given_by: Mapped[int | None] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class KpiSet(Base):
    """The high-level KPIs that an ISG has agreed and signed off; a later version replaces it."""

    __tablename__ = "kpi_set"
    __table_args__ = (UniqueConstraint("isg_id", "version"), {"info": KPI_OWNED})
    id: Mapped[Id]
    isg_id: Mapped[int] = mapped_column(reference_to("isg"))
    version: Mapped[int]
    signed_on: Mapped[date]
    signed_by: Mapped[int] = mapped_column(reference_to("person"))
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]


class KpiSetMember(Base):
    """A KPI of a signed set, and which version of its definition was signed."""

    __tablename__ = "kpi_set_member"
    __table_args__ = (UniqueConstraint("set_id", "kpi_id"), {"info": KPI_OWNED})
    id: Mapped[Id]
    set_id: Mapped[int] = mapped_column(reference_to("kpi_set"))
    kpi_id: Mapped[int] = mapped_column(reference_to("kpi"), index=True)
    definition_number: Mapped[int]


class KpiStanding(Base):
    """What the rules say of a KPI's values: kept when its data change, never computed at reading.

    `result`: the whole of the SPC result, for the chart. `recent`: the last values, for the sparkline.
    `since`: the first period of the signal that the variation icon shows. `revision`: counts how often it came out anew.
    """

    __tablename__ = "kpi_standing"
    __table_args__ = (
        one_of("rule_set", RuleSet),
        one_of("variation", Verdict),
        one_of("assurance", TargetAssurance),
        {"info": KPI_OWNED},
    )
    kpi_id: Mapped[int] = mapped_column(reference_to("kpi"), primary_key=True, autoincrement=False)
    rule_set: Mapped[str]
    points: Mapped[int]
    latest_period: Mapped[date | None]
    latest_value: Mapped[Decimal | None] = mapped_column(Numeric)
    latest_state: Mapped[str | None]
    target: Mapped[Decimal | None] = mapped_column(Numeric)
    variation: Mapped[str | None]
    direction: Mapped[str | None]
    assurance: Mapped[str | None]
    since: Mapped[date | None]
    reading: Mapped[str]
    recent: Mapped[list[Any]]
    result: Mapped[dict[str, Any]]
    revision: Mapped[int]
    worked_out_at: Mapped[datetime]


class KpiImpact(Base):
    """Did it work? What the KPI of a closed root cause says, worked out when data arrive or it is closed or reopened."""

    __tablename__ = "kpi_impact"
    __table_args__ = (one_of("verdict", ImpactVerdict), {"info": KPI_OWNED})
    kpi_id: Mapped[int] = mapped_column(reference_to("kpi"), primary_key=True, autoincrement=False)
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    closed_on: Mapped[date]
    verdict: Mapped[str]
    points_since: Mapped[int]
    latest_period: Mapped[date | None]
    reading: Mapped[str]
    holds_for_embedding: Mapped[bool]
    embedding_reading: Mapped[str]
    worked_out_at: Mapped[datetime]
