"""Measures. Owned by the KPI service."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import Direction, KeyQuestion, KpiLevel
from services.shared.models.base import Base, Id, one_of, reference_to

KPI_OWNED = {"owner": "kpi"}


class Kpi(Base):
    """A measure: high-level (an ISG's) or of a root cause."""

    __tablename__ = "kpi"
    __table_args__ = (
        UniqueConstraint("reference"),
        one_of("level", KpiLevel),
        one_of("direction", Direction),
        one_of("key_question", KeyQuestion),
        {"info": KPI_OWNED},
    )
    id: Mapped[Id]
    reference: Mapped[str]
    name: Mapped[str]
    level: Mapped[str]
    isg_id: Mapped[int | None] = mapped_column(reference_to("isg"))
    root_cause_id: Mapped[int | None] = mapped_column(reference_to("root_cause"), index=True)
    key_question: Mapped[str | None]
    unit: Mapped[str | None]
    direction: Mapped[str]
    target: Mapped[Decimal | None] = mapped_column(Numeric)
    frequency: Mapped[str | None]
    source: Mapped[str | None]
    position: Mapped[int]
    recorded_at: Mapped[datetime]


class KpiObservation(Base):
    """One value for one period; a revision is a new version, nothing is overwritten."""

    __tablename__ = "kpi_observation"
    __table_args__ = (
        UniqueConstraint("kpi_id", "period", "version"),
        Index(
            "uq_kpi_observation_current",
            "kpi_id",
            "period",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
        {"info": KPI_OWNED},
    )
    id: Mapped[Id]
    kpi_id: Mapped[int] = mapped_column(reference_to("kpi"))
    period: Mapped[date]
    version: Mapped[int]
    value: Mapped[Decimal | None] = mapped_column(Numeric)
    numerator: Mapped[Decimal | None] = mapped_column(Numeric)
    denominator: Mapped[Decimal | None] = mapped_column(Numeric)
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
