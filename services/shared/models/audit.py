"""What proves the audit trail whole, who looked at what, and what was blanked in it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import DisclosureKind
from services.shared.models.base import Base, Id, one_of, reference_to

NOBODYS = {"owner": "nobody"}
PLAN_OWNED = {"owner": "plan"}


class AuditUnchained(Base):
    """An entry that no link covers yet; written by the trail's own trigger."""

    __tablename__ = "audit_unchained"
    __table_args__ = ({"info": NOBODYS},)
    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class AuditLink(Base):
    """One entry in the chain: `digest` covers the entry and every link before it. Positions count from 1 without a gap."""

    __tablename__ = "audit_link"
    __table_args__ = (UniqueConstraint("entry_id"), {"info": NOBODYS})
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int]
    digest: Mapped[str]
    chained_at: Mapped[datetime]


class AuditVerification(Base):
    """The whole trail worked out again: how far it reached, and the first breaks that were found, in words."""

    __tablename__ = "audit_verification"
    __table_args__ = ({"info": {"owner": "worker"}},)
    id: Mapped[Id]
    verified_at: Mapped[datetime]
    entries: Mapped[int]
    position: Mapped[int]
    digest: Mapped[str]
    tail: Mapped[int]
    broken: Mapped[int]
    first_breaks: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Disclosure(Base):
    """Somebody took something out or read the trail: what, who, when. Kept in the trail as any other row."""

    __tablename__ = "disclosure"
    __table_args__ = (one_of("kind", DisclosureKind), {"info": {"owner": "every"}})
    id: Mapped[Id]
    kind: Mapped[str]
    actor: Mapped[str]
    detail: Mapped[str]
    recorded_at: Mapped[datetime]


class Redactable(Base):
    """A column in which people write freely, and whose values can therefore be redacted."""

    __tablename__ = "redactable"
    __table_args__ = ({"info": NOBODYS},)
    table_name: Mapped[str] = mapped_column(primary_key=True)
    column_name: Mapped[str] = mapped_column(primary_key=True)


class Redaction(Base):
    """A value to be blanked everywhere: asked for by one person, decided by another, done by the database."""

    __tablename__ = "redaction"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("decided_by <> asked_by", name="second_person"),
        CheckConstraint("(approved IS NULL) = (decided_by IS NULL)", name="decided_whole"),
        Index("uq_redaction_waiting", "table_name", "row_id", "column_name", unique=True,
              postgresql_where=text("approved IS NULL")),
        {"info": PLAN_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    table_name: Mapped[str]
    row_id: Mapped[int]
    column_name: Mapped[str]
    thing: Mapped[str]
    reason: Mapped[str]
    asked_by: Mapped[int] = mapped_column(reference_to("person"))
    asked_at: Mapped[datetime]
    approved: Mapped[bool | None]
    decided_by: Mapped[int | None] = mapped_column(reference_to("person"))
    decided_at: Mapped[datetime | None]
    refused_reason: Mapped[str | None]
    copies: Mapped[int | None]
    done_at: Mapped[datetime | None]


class RedactedPlace(Base):
    """Where a redaction blanked something: what explains a value that is missing from the trail."""

    __tablename__ = "redacted_place"
    __table_args__ = (
        UniqueConstraint("redaction_id", "table_name", "row_id", "column_name"),
        Index("ix_redacted_place_place", "table_name", "row_id", "column_name"),
        {"info": NOBODYS},
    )
    id: Mapped[Id]
    redaction_id: Mapped[int] = mapped_column(reference_to("redaction"))
    table_name: Mapped[str]
    row_id: Mapped[int]
    column_name: Mapped[str]
