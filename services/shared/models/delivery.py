"""Delivery: cycles, what owners report in them, and what the ISG closes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.evidence_files import MEDIA_TYPES
from services.domain.words import UpdateStatus
from services.shared.models.base import Base, Id, one_of, reference_to

PLAN_OWNED = {"owner": "plan"}


class Cycle(Base):
    """One reporting period of an ISG, written when it opens. It holds from `opens_on` until the day before `closes_on`."""

    __tablename__ = "cycle"
    __table_args__ = (
        UniqueConstraint("isg_id", "number"),
        CheckConstraint(
            "opens_on <= meets_on AND deadline_on <= meets_on AND opens_on < closes_on",
            name="days_in_order",
        ),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    isg_id: Mapped[int] = mapped_column(reference_to("isg"))
    number: Mapped[int]
    opens_on: Mapped[date]
    deadline_on: Mapped[date]
    meets_on: Mapped[date]
    closes_on: Mapped[date]
    recorded_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    held_on: Mapped[date | None]
    held_recorded_by: Mapped[int | None] = mapped_column(reference_to("person"))
    closed_at: Mapped[datetime | None]


class RecoveryPlan(Base):
    """How and by when an off-track root cause gets back on track; the newest version is in force."""

    __tablename__ = "recovery_plan"
    __table_args__ = (UniqueConstraint("root_cause_id", "version"), {"info": PLAN_OWNED})
    id: Mapped[Id]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"))
    version: Mapped[int]
    steps: Mapped[str]
    owner_id: Mapped[int] = mapped_column(reference_to("person"), index=True)
    recovery_date: Mapped[date]
    support: Mapped[str | None]
    submitted_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]


class ProgressUpdate(Base):
    """One version of an owner's update for a cycle; a newer version replaces it, and every version is kept."""

    __tablename__ = "progress_update"
    __table_args__ = (
        UniqueConstraint("root_cause_id", "cycle_number", "version"),
        one_of("status", UpdateStatus),
        CheckConstraint("version >= 1 AND cycle_number >= 0", name="counts_sensible"),
        Index("ix_progress_update_recorded_at", "recorded_at", postgresql_using="brin"),
        Index("ix_progress_update_unreleased", "root_cause_id", postgresql_where=text("released_at IS NULL")),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"))
    cycle_number: Mapped[int]
    version: Mapped[int]
    reported_on: Mapped[date]
    status: Mapped[str]
    progress: Mapped[str | None]
    reason: Mapped[str | None]
    forecast_date: Mapped[date | None]
    recovery_plan_id: Mapped[int | None] = mapped_column(reference_to("recovery_plan"))
    late: Mapped[bool]
    imported: Mapped[bool]
    unchanged: Mapped[bool] = mapped_column(server_default=text("false"))
    submitted_by: Mapped[int | None] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class UpdateDraft(Base):
    """What a person has typed but not sent: theirs alone, and not part of the audit trail until it is sent."""

    __tablename__ = "update_draft"
    __table_args__ = (UniqueConstraint("person_id", "root_cause_id"), {"info": PLAN_OWNED})
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(reference_to("person"))
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    fields: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class Evidence(Base):
    """A link with a description that supports closing."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("url ~ '^https?://'", name="url_http"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    progress_update_id: Mapped[int] = mapped_column(reference_to("progress_update"), index=True)
    description: Mapped[str]
    url: Mapped[str]
    added_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]


class EvidenceFile(Base):
    """A file that supports closing: what is known of it. Its content lies in the data folder under its SHA-256.

    `progress_update_id`: the update that was sent next. `removed_at`: it was redacted, and the content is gone.
    """

    __tablename__ = "evidence_file"
    __table_args__ = (
        one_of("kind", MEDIA_TYPES),
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest_whole"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    progress_update_id: Mapped[int | None] = mapped_column(reference_to("progress_update"))
    name: Mapped[str]
    description: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(index=True)
    added_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class ClosingRequest(Base):
    """The owner has asked for closing, by an update that says complete; the ISG closes it or sends it back."""

    __tablename__ = "closing_request"
    __table_args__ = (
        UniqueConstraint("progress_update_id"),
        Index("uq_closing_request_open", "root_cause_id", unique=True,
              postgresql_where=text("decided_on IS NULL AND superseded_at IS NULL")),
        Index("ix_closing_request_sent_back", "decided_at", postgresql_where=text("decision = 'send_back'")),
        CheckConstraint("decision IN ('close', 'send_back')", name="decision_known"),
        CheckConstraint("(decision IS NULL) = (decided_on IS NULL)", name="decided_whole"),
        CheckConstraint("decision <> 'send_back' OR reason <> ''", name="sent_back_with_reason"),
        {"info": PLAN_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    progress_update_id: Mapped[int] = mapped_column(reference_to("progress_update"))
    requested_by: Mapped[int] = mapped_column(reference_to("person"))
    requested_on: Mapped[date]
    recorded_at: Mapped[datetime]
    decision: Mapped[str | None]
    decided_on: Mapped[date | None]
    meeting_date: Mapped[date | None]
    decided_by: Mapped[int | None] = mapped_column(reference_to("person"))
    reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]


class Closing(Base):
    """Closed by the ISG on a day, and reopened (once a row) on another."""

    __tablename__ = "closing"
    __table_args__ = (
        Index(
            "uq_closing_standing", "root_cause_id", unique=True, postgresql_where=text("reopened_on IS NULL")
        ),
        Index("ix_closing_recorded_at", "recorded_at"),
        Index(
            "ix_closing_reopened", "reopened_recorded_at", postgresql_where=text("reopened_on IS NOT NULL")
        ),
        CheckConstraint(
            "reopened_on IS NULL OR (reopened_on >= closed_on AND reopened_reason <> '')",
            name="reopened_whole",
        ),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    closed_on: Mapped[date]
    closed_by: Mapped[int | None] = mapped_column(reference_to("person"))
    reason: Mapped[str | None]
    imported: Mapped[bool]
    recorded_at: Mapped[datetime]
    reopened_on: Mapped[date | None]
    reopened_by: Mapped[int | None] = mapped_column(reference_to("person"))
    reopened_reason: Mapped[str | None]
    reopened_recorded_at: Mapped[datetime | None]
