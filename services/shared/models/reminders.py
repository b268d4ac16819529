"""What people are reminded of, the mail that tells them, and the calendar that they may take along."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import DigestOccasion, ReminderKind, Rhythm, StopReason
from services.shared.models.base import Base, Id, one_of, reference_to

PLAN_OWNED = {"owner": "plan"}


class Reminder(Base):
    """Something that waits for somebody, from the day it was raised until it stopped. `subject` is the thing's reference.

    `sent_by`: who chased; only ever of a chaser. `due_by`: the last day on which it is in time.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        one_of("kind", ReminderKind),
        one_of("stopped_because", StopReason),
        CheckConstraint("(kind = 'chaser') = (sent_by IS NOT NULL)", name="chaser_sent_by_somebody"),
        CheckConstraint(
            "(stopped_on IS NULL) = (stopped_because IS NULL) AND (stopped_on IS NULL) = (stopped_at IS NULL)",
            name="stopped_whole",
        ),
        Index("uq_reminder_open", "person_id", "kind", "subject", "cycle_number", unique=True,
              postgresql_nulls_not_distinct=True, postgresql_where=text("stopped_on IS NULL")),
        Index("uq_reminder_chaser", "person_id", "subject", "raised_on", unique=True,
              postgresql_where=text("kind = 'chaser'")),
        Index("ix_reminder_person_id", "person_id", "id"),
        Index("ix_reminder_chaser_of_isg", "isg_id", "id", postgresql_where=text("kind = 'chaser'")),
        Index("ix_reminder_chaser_on", "raised_on", postgresql_where=text("kind = 'chaser'")),
        Index("ix_reminder_root_cause_id", "root_cause_id", postgresql_where=text("stopped_on IS NULL")),
        {"info": PLAN_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(reference_to("person"))
    kind: Mapped[str]
    subject: Mapped[str]
    root_cause_id: Mapped[int | None] = mapped_column(reference_to("root_cause"))
    isg_id: Mapped[int | None] = mapped_column(reference_to("isg"))
    cycle_number: Mapped[int | None]
    due_by: Mapped[date | None]
    raised_on: Mapped[date]
    recorded_at: Mapped[datetime]
    sent_by: Mapped[int | None] = mapped_column(reference_to("person"))
    stopped_on: Mapped[date | None]
    stopped_because: Mapped[str | None]
    stopped_at: Mapped[datetime | None]


class ReminderPreference(Base):
    """The rhythm that somebody chose for their digest; without a row it is each working day."""

    __tablename__ = "reminder_preference"
    __table_args__ = (UniqueConstraint("person_id"), one_of("rhythm", Rhythm), {"info": PLAN_OWNED})
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(reference_to("person"))
    rhythm: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    recorded_at: Mapped[datetime]


class Digest(Base):
    """A person's mail of one day, its text frozen; the worker's login may change only what became of it, from `attempts` on.

    The worker makes those to the contact of a partner whose webhook it has stopped, who is no person of ours.
    `handed_over`: how often its text went to the mail server without our knowing what the server made of it.
    """

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("person_id", "day", "occasion"),
        UniqueConstraint("message_id"),
        one_of("occasion", DigestOccasion),
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="sent_or_given_up"),
        CheckConstraint("num_nonnulls(person_id, webhook_endpoint_id) = 1", name="to_a_person_or_a_partner"),
        Index("ix_digest_waiting", "next_attempt_at", postgresql_where=text("sent_at IS NULL AND given_up_at IS NULL")),
        Index("ix_digest_given_up", "given_up_at", postgresql_where=text("given_up_at IS NOT NULL")),
        {"info": PLAN_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    person_id: Mapped[int | None] = mapped_column(reference_to("person"))
    webhook_endpoint_id: Mapped[int | None] = mapped_column(reference_to("webhook_endpoint"))
    day: Mapped[date]
    occasion: Mapped[str]
    message_id: Mapped[str]
    sent_to: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    recorded_at: Mapped[datetime]
    made_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    handed_over: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[datetime]
    last_error: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]


DIGESTS_FATE = ("attempts", "handed_over", "next_attempt_at", "last_error", "sent_at", "given_up_at")
"""The columns of a digest that the worker writes."""


class CalendarAddress(Base):
    """The private address of somebody's calendar, until it is replaced or ended. Only a digest of its secret is kept."""

    __tablename__ = "calendar_address"
    __table_args__ = (
        UniqueConstraint("secret_digest"),
        Index("uq_calendar_address_current", "person_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        {"info": PLAN_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(reference_to("person"))
    secret_digest: Mapped[str]
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
