"""What an ISG says of its cycle."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import Outlook
from services.shared.models.base import Base, Id, one_of, reference_to


class CycleReport(Base):
    """One version of the chair's report on a cycle. A newer version takes its place and is confirmed anew; all are kept."""

    __tablename__ = "cycle_report"
    __table_args__ = (
        UniqueConstraint("isg_id", "cycle_number", "version"),
        one_of("outlook", Outlook),
        CheckConstraint("confirmed_by <> written_by", name="second_person"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_whole"),
        {"info": {"owner": "plan"}},
    )
    id: Mapped[Id]
    isg_id: Mapped[int] = mapped_column(reference_to("isg"))
    cycle_number: Mapped[int]
    version: Mapped[int]
    progress: Mapped[str]
    outlook: Mapped[str | None]
    asks: Mapped[str | None]
    written_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(reference_to("person"))
    confirmed_at: Mapped[datetime | None]
