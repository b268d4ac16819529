"""Imports that were begun on the web: how far each is, and what it came to."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import ImportState
from services.shared.models.base import Base, Id, one_of, reference_to


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
