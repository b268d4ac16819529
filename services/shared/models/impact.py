"""Done but not working: what an ISG is asked about a closed root cause, and what it decides. Owned by the plan service."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import ImpactDecision, ImpactVerdict, ReviewEnd
from services.shared.models.base import Base, Id, one_of, reference_to


class ImpactReview(Base):
    """An ISG's review of a closed root cause whose KPI has not moved or has got worse: asked, then decided or overtaken.

    `wait_until`: the day until which the ISG decided to wait; from then on it is asked anew unless the KPI works by then.
    """

    __tablename__ = "impact_review"
    __table_args__ = (
        one_of("verdict", ImpactVerdict),
        one_of("decision", ImpactDecision),
        one_of("ended_because", ReviewEnd),
        CheckConstraint("(ended_on IS NULL) = (ended_because IS NULL)", name="ended_whole"),
        CheckConstraint(
            "(decision IS NOT NULL) = (coalesce(ended_because, '') = 'decided')", name="decided_whole"
        ),
        CheckConstraint("(decision IS NULL) = (reason IS NULL)", name="decided_with_reason"),
        CheckConstraint(
            "(coalesce(decision, '') = 'wait_until') = (wait_until IS NOT NULL)", name="waits_until_a_day"
        ),
        Index(
            "uq_impact_review_open", "root_cause_id", unique=True, postgresql_where=text("ended_on IS NULL")
        ),
        Index("ix_impact_review_root_cause_id", "root_cause_id"),
        {"info": {"owner": "plan"}},
    )
    id: Mapped[Id]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"))
    closing_id: Mapped[int] = mapped_column(reference_to("closing"))
    kpi_id: Mapped[int] = mapped_column(reference_to("kpi"))
    verdict: Mapped[str]
    period: Mapped[date | None]
    asked_on: Mapped[date]
    asked_in_cycle: Mapped[int]
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    decision: Mapped[str | None]
    reason: Mapped[str | None]
    wait_until: Mapped[date | None]
    meeting_date: Mapped[date | None]
    decided_by: Mapped[int | None] = mapped_column(reference_to("person"))
    recorded_by: Mapped[int | None] = mapped_column(reference_to("person"))
    ended_on: Mapped[date | None]
    ended_because: Mapped[str | None]
    ended_recorded_at: Mapped[datetime | None]
