"""People, what they may do, and how they prove who they are."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import Role
from services.shared.models.base import Base, Id, one_of, reference_to

PLAN_OWNED = {"owner": "plan"}


class Person(Base):
    """A member of staff. Email is kept in lower case; leavers are deactivated, never deleted."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("email"),
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    email: Mapped[str]
    name: Mapped[str]
    job_title: Mapped[str | None]
    isg_id: Mapped[int | None] = mapped_column(ForeignKey("isg.id", ondelete="RESTRICT", use_alter=True))
    password_hash: Mapped[str | None] = mapped_column(deferred=True)
    deactivated_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    recorded_at: Mapped[datetime]


class RoleGrant(Base):
    """A role that a person holds, for one ISG or (isg_id null) for the whole trust, until it is ended."""

    __tablename__ = "role_grant"
    __table_args__ = (
        one_of("role", Role),
        Index("uq_role_grant_current", "person_id", "role", "isg_id", unique=True, postgresql_nulls_not_distinct=True,
              postgresql_where=text("ended_at IS NULL")),
        {"info": PLAN_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(reference_to("person"))
    role: Mapped[str]
    isg_id: Mapped[int | None] = mapped_column(reference_to("isg"), index=True)
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Deputy(Base):
    """`deputy_id` reports for `owner_id` until the naming is ended."""

    __tablename__ = "deputy"
    __table_args__ = (
        Index(
            "uq_deputy_current",
            "owner_id",
            "deputy_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("owner_id <> deputy_id", name="someone_else"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    owner_id: Mapped[int] = mapped_column(reference_to("person"))
    deputy_id: Mapped[int] = mapped_column(reference_to("person"), index=True)
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInSession(Base):
    """A signed-in person on one device. Only a digest of the secret is kept. Real time, not business time."""

    __tablename__ = "sign_in_session"
    __table_args__ = (UniqueConstraint("public_id"), UniqueConstraint("secret_digest"), {"info": PLAN_OWNED})
    id: Mapped[Id]
    public_id: Mapped[str]
    secret_digest: Mapped[str] = mapped_column(deferred=True)
    person_id: Mapped[int] = mapped_column(reference_to("person"), index=True)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PasswordLink(Base):
    """With it a person chooses a password, once. Only a digest of the secret is kept. Real time."""

    __tablename__ = "password_link"
    __table_args__ = (UniqueConstraint("secret_digest"), {"info": PLAN_OWNED})
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(reference_to("person"), index=True)
    secret_digest: Mapped[str]
    made_by: Mapped[int] = mapped_column(reference_to("person"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]


class SignInAttempt(Base):
    """A failed sign-in, for throttling by account and by address. Real time."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account", "account_digest", "at"),
        Index("ix_sign_in_attempt_address", "address", "at"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    account_digest: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]


class ApiClient(Base):
    """A partner's machine client, for feeds only, by scope. What it proves itself with is in `api_client_secret`."""

    __tablename__ = "api_client"
    __table_args__ = (UniqueConstraint("client_id"), {"info": PLAN_OWNED})
    id: Mapped[Id]
    client_id: Mapped[str]
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    recorded_at: Mapped[datetime]
    expires_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
