"""What keeps the services honest with one another: outbox, idempotency, the business clock, the audit trail."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models.base import Base, Id


class OutboxRow(Base):
    """What one service causes in another: written in the causing transaction, delivered by the worker."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "to_service", "id", postgresql_where=text("delivered_at IS NULL")),
        {"info": {"owner": "every"}},
    )
    id: Mapped[Id]
    created_at: Mapped[datetime]
    from_service: Mapped[str]
    to_service: Mapped[str]
    path: Mapped[str]
    payload: Mapped[dict[str, Any]]
    delivered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class IdempotencyKey(Base):
    """The answer that was given under a key, so that the same request twice is done once."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("service", "caller", "key"), {"info": {"owner": "every"}})
    id: Mapped[Id]
    service: Mapped[str]
    caller: Mapped[str]
    key: Mapped[str]
    request_digest: Mapped[str]
    status: Mapped[int]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


class ChangedBy(Base):
    """A transaction that changed anything the audit trail watches: written by trigger, asked by `changed_since`.

    `first_entry`: where its entries in the trail begin, from which `rows_changed_since` reads.
    """

    __tablename__ = "changed_by"
    __table_args__ = ({"info": {"owner": "nobody"}},)
    transaction_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_entry: Mapped[int] = mapped_column(server_default=text("0"))
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"), index=True)


class BusinessClock(Base):
    """In demo mode: the business date that every process works by. One row."""

    __tablename__ = "business_clock"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), {"info": {"owner": "nobody"}})
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    today: Mapped[date]


class AuditEntry(Base):
    """One change of one row, written by trigger. `digests` outlive the values when these are redacted."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_row", "table_name", "row_id"),
        Index("ix_audit_entry_request_id", "request_id"),
        {"info": {"owner": "nobody"}},
    )
    id: Mapped[Id]
    at: Mapped[datetime]
    transaction_id: Mapped[int]
    service_login: Mapped[str]
    actor: Mapped[str]
    request_id: Mapped[str]
    table_name: Mapped[str]
    row_id: Mapped[int]
    operation: Mapped[str]
    changes: Mapped[dict[str, Any]]
    salts: Mapped[dict[str, Any]]
    digests: Mapped[dict[str, Any]]
