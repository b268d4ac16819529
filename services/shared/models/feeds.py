"""What changed in the partner feeds, by transaction."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models.base import Base


class FeedChange(Base):
    """A thing of a feed that a transaction changed for partners: written by triggers on released facts, asked by feeds.

    `row_id` is of the thing itself; of an update the root cause's, of a value the KPI's. What no feed shows and their
    answers depend on (`clients`, `clock`, `everything`) is listed as well.
    """

    __tablename__ = "feed_change"
    __table_args__ = ({"info": {"owner": "nobody"}},)
    transaction_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, server_default=text("pg_current_xact_id()::text::bigint")
    )
    feed: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))
