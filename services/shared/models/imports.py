"""What is remembered of the trackers that are imported; imports that were begun on the web: how far each is, what it came to."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import ImportState
from services.shared.models.base import Base, Id, one_of, reference_to


class HeadingMap(Base):
    """A tracker's own heading as one of ours; with a blank `sheet` a sheet's name. `theirs` as headings are compared."""

    __tablename__ = "heading_map"
    __table_args__ = (
        Index(
            "uq_heading_map_current",
            "sheet",
            "theirs",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        {"info": {"owner": "plan"}},
    )
    id: Mapped[Id]
    sheet: Mapped[str]
    theirs: Mapped[str]
    ours: Mapped[str]
    chosen_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ImportRun(Base):
    """One workbook on its way in. `said` is what was being done at `said_at`; `result` what it came to, `refusal` why to nothing.

    `done` is written by the import's own transaction: with what it brought, or not at all.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        one_of("state", ImportState),
        CheckConstraint("(state = 'done') = (result IS NOT NULL)", name="done_with_result"),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refused_with_reason"),
        {"info": {"owner": "plan"}},
    )
    id: Mapped[Id]
    started_by: Mapped[int] = mapped_column(reference_to("person"))
    started_at: Mapped[datetime]
    check_only: Mapped[bool]
    state: Mapped[str]
    said: Mapped[str]
    said_at: Mapped[datetime]
    result: Mapped[dict[str, Any] | None]
    refusal: Mapped[str | None]
