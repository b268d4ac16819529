"""Packs as they are kept: what a kind is made of, each pack from draft to published, and what people did to its words."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from services.domain.words import Audience, PackDeed, PackState, RenderingReason
from services.shared.models.base import Base, Id, one_of, reference_to

REPORTING_OWNED = {"owner": "reporting"}


class PackOutline(Base):
    """A version of what a kind of pack is made of. A kind that nobody has edited has none: its outline is the release's own."""

    __tablename__ = "pack_outline"
    __table_args__ = (UniqueConstraint("kind", "version"), {"info": REPORTING_OWNED})
    id: Mapped[Id]
    kind: Mapped[str]
    version: Mapped[int]
    outline: Mapped[dict[str, Any]]
    copied_from: Mapped[str | None]
    reason: Mapped[str]
    changed_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]


class PackRow(Base):
    """A pack of a kind. `as_at` and the content are frozen with its newest `pack_content`.

    `version` counts its changes: its ETag. `edition`: 1, and one more for each that takes another's place. `outline_version` 0:
    the release's own outline. `inside_only`: nobody outside sees it, published or not. `chain_*`: how far the audit chain
    reached when it was published.
    """

    __tablename__ = "pack"
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("supersedes_id"),
        one_of("state", PackState),
        CheckConstraint("(state = 'draft') = (as_at IS NULL)", name="frozen_with_day"),
        CheckConstraint(
            "(state IN ('published', 'superseded')) = (chain_position IS NOT NULL)",
            name="published_with_chain",
        ),
        {"info": REPORTING_OWNED},
    )
    id: Mapped[Id]
    reference: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    edition: Mapped[int]
    outline_version: Mapped[int]
    state: Mapped[str]
    as_at: Mapped[date | None]
    supersedes_id: Mapped[int | None] = mapped_column(reference_to("pack"))
    chain_position: Mapped[int | None]
    chain_digest: Mapped[str | None]
    inside_only: Mapped[bool] = mapped_column(server_default=false())
    begun_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class PackContent(Base):
    """What a pack says, frozen: once as drafted when it is assembled, once as edited when it is approved.

    Never changed but by redaction. `digest`: of what was frozen.
    """

    __tablename__ = "pack_content"
    __table_args__ = (UniqueConstraint("pack_id", "number"), {"info": REPORTING_OWNED})
    id: Mapped[Id]
    pack_id: Mapped[int] = mapped_column(reference_to("pack"))
    number: Mapped[int]
    as_at: Mapped[date]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str]
    recorded_at: Mapped[datetime]


class PackStep(Base):
    """What was done with a pack: its history. `digest`: of the content that was frozen by it."""

    __tablename__ = "pack_step"
    __table_args__ = (one_of("deed", PackDeed), {"info": REPORTING_OWNED})
    id: Mapped[Id]
    pack_id: Mapped[int] = mapped_column(reference_to("pack"), index=True)
    deed: Mapped[str]
    reason: Mapped[str | None]
    digest: Mapped[str | None]
    done_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]


class PackEdit(Base):
    """Words of a block as somebody changed them, over the drafted ones; the newest has not ended.

    Figures are placeholders in both; `figures`: what each counts, by which an edit finds its figures again.
    """

    __tablename__ = "pack_edit"
    __table_args__ = (
        Index("uq_pack_edit_current", "pack_id", "block", unique=True, postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_whole"),
        {"info": REPORTING_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    pack_id: Mapped[int] = mapped_column(reference_to("pack"))
    block: Mapped[str]
    drafted: Mapped[str]
    figures: Mapped[list[Any]]
    words: Mapped[str]
    edited_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(reference_to("person"))
    ended_at: Mapped[datetime | None]


class PackWriting(Base):
    """What somebody wrote in a field of a block, for this pack alone (of the cover: its author); the newest has not ended.

    A row is in place of what the kind of pack has there, blank words too.
    """

    __tablename__ = "pack_writing"
    __table_args__ = (
        Index(
            "uq_pack_writing_current", "pack_id", "block", "field", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_whole"),
        {"info": REPORTING_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    pack_id: Mapped[int] = mapped_column(reference_to("pack"))
    block: Mapped[str]
    field: Mapped[str]
    words: Mapped[str]
    written_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(reference_to("person"))
    ended_at: Mapped[datetime | None]


class PackComment(Base):
    """What somebody says to the others about a block, or about the whole (`block` blank); never printed."""

    __tablename__ = "pack_comment"
    __table_args__ = (
        CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name="resolved_whole"),
        {"info": REPORTING_OWNED},
    )
    id: Mapped[Id]
    pack_id: Mapped[int] = mapped_column(reference_to("pack"), index=True)
    block: Mapped[str]
    words: Mapped[str]
    written_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    resolved_by: Mapped[int | None] = mapped_column(reference_to("person"))
    resolved_at: Mapped[datetime | None]


class PackExemption(Base):
    """A section that is exempt from disclosure under the Freedom of Information Act, and why: it never leaves the trust."""

    __tablename__ = "pack_exemption"
    __table_args__ = (
        Index("uq_pack_exemption_current", "pack_id", "section", unique=True, postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_whole"),
        {"info": REPORTING_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    pack_id: Mapped[int] = mapped_column(reference_to("pack"))
    section: Mapped[str]
    reason: Mapped[str]
    set_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(reference_to("person"))
    ended_at: Mapped[datetime | None]


class PackExplanation(Base):
    """Why two figures of a pack do not agree, printed in it. `discrepancy` names it from assembly to assembly."""

    __tablename__ = "pack_explanation"
    __table_args__ = (
        Index(
            "uq_pack_explanation_current", "pack_id", "discrepancy", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
        {"info": REPORTING_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    pack_id: Mapped[int] = mapped_column(reference_to("pack"))
    discrepancy: Mapped[str]
    words: Mapped[str]
    written_by: Mapped[int] = mapped_column(reference_to("person"))
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PackFile(Base):
    """A file of a published pack, by format and for whom it is. Never changed.

    `number`: 1 as it was issued; a higher one was made after a redaction, and the highest is the one that is served.
    """

    __tablename__ = "pack_file"
    __table_args__ = (
        UniqueConstraint("pack_id", "audience", "format", "number"),
        one_of("audience", Audience),
        {"info": REPORTING_OWNED},
    )
    id: Mapped[Id]
    pack_id: Mapped[int] = mapped_column(reference_to("pack"))
    audience: Mapped[str]
    format: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    digest: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    recorded_at: Mapped[datetime]
    number: Mapped[int] = mapped_column(server_default=text("1"))


class PackRendering(Base):
    """Files of a pack that the worker has made: to publish it, or anew after a redaction. `made` of `to_make` so far.

    It is done when it has ended without a refusal.
    """

    __tablename__ = "pack_rendering"
    __table_args__ = (
        one_of("because", RenderingReason),
        CheckConstraint("refusal IS NULL OR ended_at IS NOT NULL", name="refusal_ends_it"),
        Index(
            "uq_pack_rendering_publication", "pack_id", unique=True,
            postgresql_where=text("because = 'publication' AND ended_at IS NULL"),
        ),
        {"info": REPORTING_OWNED},
    )  # fmt: skip
    id: Mapped[Id]
    pack_id: Mapped[int] = mapped_column(reference_to("pack"), index=True)
    because: Mapped[str]
    asked_by: Mapped[int] = mapped_column(reference_to("person"))
    asked_at: Mapped[datetime]
    made: Mapped[int] = mapped_column(server_default=text("0"))
    to_make: Mapped[int] = mapped_column(server_default=text("0"))
    refusal: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class PackFileContent(Base):
    """The bytes, once for each content, by their SHA-256. Never changed; gone when a redaction reaches them."""

    __tablename__ = "pack_file_content"
    __table_args__ = ({"info": REPORTING_OWNED},)
    digest: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
