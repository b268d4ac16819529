"""Kept standings: what the rules say of each root cause today, worked out when it changes and not when it is read."""

from datetime import date
from typing import Final

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import DeliveryStatus, NoticeKind, RootCauseClass
from services.shared.models.base import Base, Id, one_of, reference_to

IS_OPEN: Final = "in_plan AND delivery_status <> 'complete'"
"""As the index of what is open has it: only what is asked for in these words is looked for there."""


class StandingRow(Base):
    """One root cause as it stands from `worked_out_on` until the day before `holds_until` (None: until a fact changes).

    Nothing here is recorded by anybody: every column follows from facts by the rules of `services/domain`, and is
    written by `services/shared/standings.py` alone. Before it has a place in the plan, `isg_id` is null.
    """

    __tablename__ = "standing"
    __table_args__ = (
        one_of("root_cause_class", RootCauseClass),
        one_of("delivery_status", DeliveryStatus),
        one_of("strongest_notice", NoticeKind),
        CheckConstraint("holds_until > worked_out_on", name="holds_for_a_day"),
        Index("ix_standing_open", "isg_id", "due_date", "root_cause_id", postgresql_where=text(IS_OPEN),
              postgresql_include=["delivery_status", "latest_cycle"]),
        Index("ix_standing_in_plan", "isg_id", "delivery_status", "root_cause_class", "due_date", "update_missed",
              postgresql_where=text("in_plan")),
        Index("ix_standing_stage", "root_cause_id", postgresql_where=text("in_plan"),
              postgresql_include=["delivery_status", "evidence_assured"]),
        {"info": {"owner": "plan"}},
    )  # fmt: skip
    root_cause_id: Mapped[int] = mapped_column(
        reference_to("root_cause"), primary_key=True, autoincrement=False
    )
    isg_id: Mapped[int | None] = mapped_column(reference_to("isg"))
    root_cause_class: Mapped[str | None]
    in_plan: Mapped[bool]
    strongest_notice: Mapped[str | None]
    due_date: Mapped[date | None] = mapped_column(index=True)
    original_due_date: Mapped[date | None]
    forecast_date: Mapped[date | None]
    delivery_status: Mapped[str | None]
    update_missed: Mapped[bool]
    closed_on: Mapped[date | None]
    evidence_assured: Mapped[bool]
    latest_update_id: Mapped[int | None]
    latest_cycle: Mapped[int | None]
    history: Mapped[str | None]
    """Placements, due dates and closings, as `standings.history_of` writes them: what a trajectory is counted from."""
    worked_out_on: Mapped[date] = mapped_column(index=True)
    holds_until: Mapped[date | None] = mapped_column(index=True)


class StandingDue(Base):
    """A root cause whose standing is to be worked out anew: written by triggers on every fact that it follows from."""

    __tablename__ = "standing_due"
    __table_args__ = ({"info": {"owner": "plan"}},)
    id: Mapped[Id]
    root_cause_id: Mapped[int]
