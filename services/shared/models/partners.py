"""Partners: who asked for access, what their clients prove themselves with, and what they are told by webhooks."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import PartnerEventKind
from services.shared.models.base import Base, Id, one_of, reference_to

PLAN_OWNED = {"owner": "plan"}
EVERYONES = {"owner": "every"}


class ClientRequest(Base):
    """Somebody asks for a machine client on a partner's behalf; the PMO approves it, or refuses it with a reason."""

    __tablename__ = "client_request"
    __table_args__ = (
        CheckConstraint("decision IN ('approve', 'refuse')", name="decision_known"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_whole"),
        CheckConstraint("decision <> 'refuse' OR reason <> ''", name="refused_with_reason"),
        CheckConstraint("(decision = 'approve') = (api_client_id IS NOT NULL)", name="approved_makes_client"),
        CheckConstraint("months BETWEEN 1 AND 24", name="months_sensible"),
        CheckConstraint("decided_by <> asked_by", name="decided_by_another"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    name: Mapped[str]
    contact: Mapped[str]
    purpose: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    months: Mapped[int]
    asked_by: Mapped[int] = mapped_column(reference_to("person"))
    asked_on: Mapped[date]
    recorded_at: Mapped[datetime]
    decision: Mapped[str | None]
    reason: Mapped[str | None]
    decided_by: Mapped[int | None] = mapped_column(reference_to("person"))
    decided_at: Mapped[datetime | None]
    api_client_id: Mapped[int | None] = mapped_column(reference_to("api_client"))


class ApiClientSecret(Base):
    """One secret of a client, as a digest. `ends_at` (real time): it was replaced, and works until then."""

    __tablename__ = "api_client_secret"
    __table_args__ = (
        Index(
            "uq_api_client_secret_current", "api_client_id", unique=True, postgresql_where=text("ends_at IS NULL")
        ),
        {"info": PLAN_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    api_client_id: Mapped[int] = mapped_column(reference_to("api_client"), index=True)
    secret_digest: Mapped[str]
    made_by: Mapped[int | None] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class ApiClientUse(Base):
    """That a client was used in an hour (real time): a row an hour at most, however many requests it sends."""

    __tablename__ = "api_client_use"
    __table_args__ = (UniqueConstraint("client_id", "hour"), {"info": EVERYONES})
    id: Mapped[Id]
    client_id: Mapped[str]
    hour: Mapped[datetime]


class WebhookEndpoint(Base):
    """An address of a partner that is told of events.

    Its signing secret is worked out from `salt` and the system's own key, so that the database alone gives none away.
    """

    __tablename__ = "webhook_endpoint"
    __table_args__ = (
        CheckConstraint("(disabled_at IS NULL) = (disabled_because IS NULL)", name="disabled_whole"),
        CheckConstraint("(previous_salt IS NULL) = (previous_until IS NULL)", name="previous_whole"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    api_client_id: Mapped[int] = mapped_column(reference_to("api_client"), index=True)
    url: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    salt: Mapped[str]
    previous_salt: Mapped[str | None]
    previous_until: Mapped[datetime | None]
    registered_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    disabled_because: Mapped[str | None]
    ended_at: Mapped[datetime | None]


ENDPOINTS_FATE = ("disabled_at", "disabled_because")
"""The columns of an endpoint that the worker writes."""


class WebhookEvent(Base):
    """Something that partners are told of, written in the transaction that made it so."""

    __tablename__ = "webhook_event"
    __table_args__ = (
        UniqueConstraint("message_id"),
        one_of("kind", PartnerEventKind),
        {"info": EVERYONES},
    )
    id: Mapped[Id]
    message_id: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]


class WebhookDelivery(Base):
    """One event for one endpoint, until it is delivered or given up. The table is the queue. Real time."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_endpoint_id", "webhook_event_id"),
        Index("ix_webhook_delivery_waiting", "next_attempt_at",
              postgresql_where=text("delivered_at IS NULL AND given_up_at IS NULL")),
        CheckConstraint("delivered_at IS NULL OR given_up_at IS NULL", name="delivered_or_given_up"),
        {"info": EVERYONES},
    )  # fmt: skip
    id: Mapped[Id]
    webhook_endpoint_id: Mapped[int] = mapped_column(reference_to("webhook_endpoint"))
    webhook_event_id: Mapped[int] = mapped_column(reference_to("webhook_event"))
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]


class WebhookAttempt(Base):
    """One try: what the partner's system answered (its status alone), or the code word of what went wrong. Real time."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (
        CheckConstraint("(status_code IS NULL) <> (error IS NULL)", name="answered_or_failed"),
        {"info": {"owner": "worker"}},
    )
    id: Mapped[Id]
    webhook_delivery_id: Mapped[int] = mapped_column(reference_to("webhook_delivery"), index=True)
    at: Mapped[datetime]
    status_code: Mapped[int | None]
    error: Mapped[str | None]
    milliseconds: Mapped[int]
