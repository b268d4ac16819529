"""The plan: what was found, by whom, what must change, by when, and who answers for it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import Cadence, FindingType, PlanState
from services.shared.models.base import Base, Id, one_of, reference_to

PLAN_OWNED = {"owner": "plan"}


class Isg(Base):
    """An Improvement Steering Group. Offsets are days within its cycle (the opening day is day 1) and working days."""

    __tablename__ = "isg"
    __table_args__ = (
        UniqueConstraint("name"),
        UniqueConstraint("slug"),
        one_of("cadence", Cadence),
        CheckConstraint("meeting_day BETWEEN 1 AND 28", name="meeting_day_in_cycle"),
        CheckConstraint("deadline_working_days BETWEEN 0 AND 10", name="deadline_working_days_sensible"),
        CheckConstraint("periods_to_embed BETWEEN 1 AND 24", name="periods_to_embed_sensible"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    name: Mapped[str]
    slug: Mapped[str]
    cadence: Mapped[str]
    chair_id: Mapped[int | None] = mapped_column(reference_to("person"))
    executive_id: Mapped[int | None] = mapped_column(reference_to("person"))
    first_cycle_opens: Mapped[date]
    meeting_day: Mapped[int]
    deadline_working_days: Mapped[int]
    periods_to_embed: Mapped[int] = mapped_column(server_default=text("6"))
    position: Mapped[int]
    recorded_at: Mapped[datetime]


class Plan(Base):
    """The Quality Improvement Plan that answers one inspection."""

    __tablename__ = "plan"
    __table_args__ = (one_of("state", PlanState), {"info": PLAN_OWNED})
    id: Mapped[Id]
    title: Mapped[str]
    state: Mapped[str]
    recorded_at: Mapped[datetime]


class PlanApproval(Base):
    """One ISG's part of the plan, approved by a forum: freezes the original baseline of its root causes."""

    __tablename__ = "plan_approval"
    __table_args__ = (UniqueConstraint("plan_id", "isg_id"), {"info": PLAN_OWNED})
    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(reference_to("plan"))
    isg_id: Mapped[int] = mapped_column(reference_to("isg"))
    approved_on: Mapped[date]
    forum: Mapped[str]
    recorded_by: Mapped[int | None] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]


class Source(Base):
    """What findings come from: an inspection report, an enforcement notice, an external review."""

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("name"), {"info": PLAN_OWNED})
    id: Mapped[Id]
    name: Mapped[str]
    recorded_at: Mapped[datetime]


class Finding(Base):
    """One requirement of a source."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("reference"),
        one_of("finding_type", FindingType),
        Index("ix_finding_position", "position", "id"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    reference: Mapped[str]
    finding_type: Mapped[str]
    text: Mapped[str]
    source_id: Mapped[int | None] = mapped_column(reference_to("source"))
    core_service: Mapped[str | None]
    site: Mapped[str | None]
    key_questions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    regulation: Mapped[str | None]
    isg_id: Mapped[int] = mapped_column(reference_to("isg"), index=True)
    position: Mapped[int]
    recorded_at: Mapped[datetime]


class RootCause(Base):
    """What must change so that findings no longer hold. `version` counts its changes: its ETag."""

    __tablename__ = "root_cause"
    __table_args__ = (
        UniqueConstraint("reference"),
        Index("ix_root_cause_owner_id", "owner_id"),
        Index("ix_root_cause_position", "position", "id"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    reference: Mapped[str]
    title: Mapped[str]
    situation: Mapped[str | None]
    background: Mapped[str | None]
    assessment: Mapped[str | None]
    recommendation: Mapped[str | None]
    owner_id: Mapped[int] = mapped_column(reference_to("person"))
    theme: Mapped[str | None]
    kloe: Mapped[str | None]
    position: Mapped[int]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    recorded_at: Mapped[datetime]


class OwnerChange(Base):
    """A root cause was handed from one owner to another."""

    __tablename__ = "owner_change"
    __table_args__ = (Index("ix_owner_change_recorded_at", "recorded_at"), {"info": PLAN_OWNED})
    id: Mapped[Id]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    from_id: Mapped[int] = mapped_column(reference_to("person"))
    to_id: Mapped[int] = mapped_column(reference_to("person"))
    changed_by: Mapped[int | None] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]


class RootCauseFinding(Base):
    """A root cause answers a finding, in the order of the sheet; ended links stay as history."""

    __tablename__ = "root_cause_finding"
    __table_args__ = (
        Index("uq_root_cause_finding_current", "root_cause_id", "finding_id", unique=True,
              postgresql_where=text("ended_at IS NULL")),
        Index("ix_root_cause_finding_answering", "finding_id", "root_cause_id", postgresql_where=text("ended_at IS NULL")),
        {"info": PLAN_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"))
    finding_id: Mapped[int] = mapped_column(reference_to("finding"), index=True)
    position: Mapped[int]
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Placement(Base):
    """Where a root cause stands from a day on (null: from the beginning): accountable ISG, class, in the plan or not.

    The class is worked out from its findings when they or their types change, and kept with the day it holds from.
    A placement replaced while the plan was a draft keeps its row, with the instant it was superseded.
    """

    __tablename__ = "root_cause_placement"
    __table_args__ = (
        Index("uq_root_cause_placement_current", "root_cause_id", "holds_from", unique=True,
              postgresql_nulls_not_distinct=True, postgresql_where=text("superseded_at IS NULL")),
        CheckConstraint("root_cause_class IN ('must_do', 'should_do', 'none')", name="root_cause_class_known"),
        {"info": PLAN_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    holds_from: Mapped[date | None]
    isg_id: Mapped[int] = mapped_column(reference_to("isg"))
    root_cause_class: Mapped[str]
    in_plan: Mapped[bool]
    change_request_id: Mapped[int | None] = mapped_column(reference_to("change_request"))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Baseline(Base):
    """The approved due date, versioned; version 1 is the original. A draft's replaced due date keeps its row, superseded."""

    __tablename__ = "baseline"
    __table_args__ = (
        Index(
            "uq_baseline_current",
            "root_cause_id",
            "version",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
        CheckConstraint("(version = 1) = (holds_from IS NULL)", name="original_holds_from_the_beginning"),
        Index("ix_baseline_rebaselined", "recorded_at", postgresql_where=text("holds_from IS NOT NULL")),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    version: Mapped[int]
    holds_from: Mapped[date | None]
    due_date: Mapped[date]
    change_request_id: Mapped[int | None] = mapped_column(reference_to("change_request"))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Action(Base):
    """A step towards resolving a root cause: open, done on a day, or withdrawn with a reason."""

    __tablename__ = "action"
    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint("completed_on IS NULL OR withdrawn_on IS NULL", name="done_or_withdrawn"),
        CheckConstraint("withdrawn_on IS NULL OR withdrawn_reason <> ''", name="withdrawn_with_reason"),
        Index(
            "ix_action_open_by_owner",
            "owner_id",
            postgresql_where=text("completed_on IS NULL AND withdrawn_on IS NULL"),
        ),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    reference: Mapped[str]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    description: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(reference_to("person"))
    due_date: Mapped[date | None]
    completed_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str | None]
    position: Mapped[int]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    recorded_at: Mapped[datetime]
