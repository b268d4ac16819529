"""Risks to delivery: what could stop a part of the plan."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import RiskState
from services.shared.models.base import Base, Id, one_of, reference_to

PLAN_OWNED = {"owner": "plan"}


def _on_the_scale(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} BETWEEN 1 AND 5", name=f"{column}_on_scale")


class Risk(Base):
    """A risk: cause, effect, a score before and after mitigation. `version` counts its changes: its ETag."""

    __tablename__ = "risk"
    __table_args__ = (
        UniqueConstraint("reference"),
        one_of("state", RiskState),
        *map(_on_the_scale, ("likelihood_before", "impact_before", "likelihood_after", "impact_after")),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_with_day"),
        {"info": PLAN_OWNED},
    )
    id: Mapped[Id]
    reference: Mapped[str]
    isg_id: Mapped[int] = mapped_column(reference_to("isg"), index=True)
    cause: Mapped[str]
    effect: Mapped[str]
    likelihood_before: Mapped[int]
    impact_before: Mapped[int]
    mitigation: Mapped[str]
    likelihood_after: Mapped[int]
    impact_after: Mapped[int]
    owner_id: Mapped[int] = mapped_column(reference_to("person"), index=True)
    baf_reference: Mapped[str | None]
    state: Mapped[str]
    raised_on: Mapped[date]
    raised_by: Mapped[int] = mapped_column(reference_to("person"))
    closed_on: Mapped[date | None]
    closed_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    recorded_at: Mapped[datetime]


class RiskRootCause(Base):
    """A root cause whose delivery the risk threatens; ended links stay as history."""

    __tablename__ = "risk_root_cause"
    __table_args__ = (
        Index("uq_risk_root_cause_current", "risk_id", "root_cause_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        {"info": PLAN_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    risk_id: Mapped[int] = mapped_column(reference_to("risk"))
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RiskReview(Base):
    """ECIB has looked at the risk: on which day, with which scores, and what it said."""

    __tablename__ = "risk_review"
    __table_args__ = (*map(_on_the_scale, ("likelihood_after", "impact_after")), {"info": PLAN_OWNED})
    id: Mapped[Id]
    risk_id: Mapped[int] = mapped_column(reference_to("risk"), index=True)
    reviewed_on: Mapped[date]
    likelihood_after: Mapped[int]
    impact_after: Mapped[int]
    note: Mapped[str]
    recorded_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
