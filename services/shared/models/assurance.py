"""Assurance: the second axis, never mixed with delivery."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models.base import Base, Id, one_of, reference_to


class Assurance(Base):
    """Signs for the evidence of a closed root cause, or that it is embedded; names the exact update. Ended, it stays.

    `checked_in_practice`: embedded by somebody's check, because its measure can't be charted.
    """

    __tablename__ = "assurance"
    __table_args__ = (
        one_of("stage", ("evidence_assured", "embedded")),
        CheckConstraint("(ended_on IS NULL) = (ended_because IS NULL)", name="ended_whole"),
        Index(
            "uq_assurance_standing",
            "root_cause_id",
            "stage",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
        {"info": {"owner": "plan"}},
    )
    id: Mapped[Id]
    root_cause_id: Mapped[int] = mapped_column(reference_to("root_cause"), index=True)
    closing_id: Mapped[int] = mapped_column(reference_to("closing"))
    stage: Mapped[str]
    progress_update_id: Mapped[int | None] = mapped_column(reference_to("progress_update"))
    signed_by: Mapped[int] = mapped_column(reference_to("person"))
    signed_on: Mapped[date]
    note: Mapped[str]
    checked_in_practice: Mapped[bool] = mapped_column(server_default=text("false"))
    recorded_at: Mapped[datetime]
    ended_on: Mapped[date | None]
    ended_by: Mapped[int | None] = mapped_column(reference_to("person"))
    ended_because: Mapped[str | None]
    ended_recorded_at: Mapped[datetime | None]
