"""What is remembered of the trackers that are imported."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models.base import Base, Id, reference_to


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
