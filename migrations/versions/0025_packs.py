"""Packs from draft to published: what a kind is made of, edited words, comments, exemptions, explanations, files as issued.

Revision ID: 0025_packs
Revises: 0030_what_changed_since
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025_packs"
down_revision = "0030_what_changed_since"
branch_labels = None
depends_on = None

WATCHED = (
    "pack", "pack_comment", "pack_edit", "pack_exemption", "pack_explanation", "pack_file", "pack_outline", "pack_step",
)  # fmt: skip
NEVER_CHANGED = ("pack_content", "pack_file", "pack_file_content")
REDACTABLE = {
    "pack_comment": ("words",),
    "pack_edit": ("drafted", "words"),
    "pack_exemption": ("reason",),
    "pack_explanation": ("words",),
    "pack_step": ("reason",),
}
STATES = "'draft', 'assembled', 'approved', 'published', 'superseded'"
DEEDS = "'begun', 'assembled', 'put_back', 'approved', 'published', 'superseded'"
STAYS_AS_IT_IS = """
CREATE FUNCTION stays_as_it_is() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'What a pack froze or issued is never changed (% on %).', TG_OP, TG_TABLE_NAME;
END $$
"""


def upgrade() -> None:
    """The tables, watched; nobody, not even the owner by accident, changes what was frozen or issued."""
    _outlines_and_packs()
    _what_people_do()
    _files()
    op.execute("CREATE SEQUENCE pack_number")
    for table in WATCHED:
        op.execute(f"SELECT audit_watch('{table}')")
    op.execute(STAYS_AS_IT_IS)
    for table in NEVER_CHANGED:
        op.execute(
            f"CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON {table} EXECUTE FUNCTION stays_as_it_is()"
        )
    for table, columns in REDACTABLE.items():
        for column in columns:
            op.execute(f"INSERT INTO redactable VALUES ('{table}', '{column}')")


def downgrade() -> None:
    """Takes them away."""
    for table in REDACTABLE:
        op.execute(f"DELETE FROM redactable WHERE table_name = '{table}'")
    op.execute("DROP SEQUENCE pack_number")
    for table in (
        "pack_file_content", "pack_file", "pack_explanation", "pack_exemption", "pack_comment", "pack_edit", "pack_step",
        "pack_content", "pack", "pack_outline",
    ):  # fmt: skip
        op.drop_table(table)
    op.execute("DROP FUNCTION stays_as_it_is()")


def _outlines_and_packs() -> None:
    op.create_table(
        "pack_outline",
        _id(),
        _words("kind"),
        _number("version"),
        sa.Column("outline", JSONB(), nullable=False),
        _words("copied_from", nullable=True),
        _words("reason"),
        _number("changed_by"),
        _instant("recorded_at"),
        sa.PrimaryKeyConstraint("id", name="pk_pack_outline"),
        sa.UniqueConstraint("kind", "version", name="uq_pack_outline_kind_version"),
        _to("pack_outline", "changed_by", "person"),
    )
    op.create_table(
        "pack",
        _id(),
        _words("reference"),
        _words("kind"),
        _words("title"),
        _number("edition"),
        _number("outline_version"),
        _words("state"),
        sa.Column("as_at", sa.Date(), nullable=True),
        _number("supersedes_id", nullable=True),
        _number("chain_position", nullable=True),
        _words("chain_digest", nullable=True),
        _number("begun_by"),
        _instant("recorded_at"),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name="ck_pack_state_known"),
        sa.CheckConstraint("(state = 'draft') = (as_at IS NULL)", name="ck_pack_frozen_with_day"),
        sa.CheckConstraint(
            "(state IN ('published', 'superseded')) = (chain_position IS NOT NULL)",
            name="ck_pack_published_with_chain",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pack"),
        sa.UniqueConstraint("reference", name="uq_pack_reference"),
        sa.UniqueConstraint("supersedes_id", name="uq_pack_supersedes_id"),
        _to("pack", "supersedes_id", "pack"),
        _to("pack", "begun_by", "person"),
    )
    op.create_table(
        "pack_content",
        _id(),
        _number("pack_id"),
        _number("number"),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        _words("digest"),
        _instant("recorded_at"),
        sa.PrimaryKeyConstraint("id", name="pk_pack_content"),
        sa.UniqueConstraint("pack_id", "number", name="uq_pack_content_pack_id_number"),
        _to("pack_content", "pack_id", "pack"),
    )
    op.create_table(
        "pack_step",
        _id(),
        _number("pack_id"),
        _words("deed"),
        _words("reason", nullable=True),
        _words("digest", nullable=True),
        _number("done_by"),
        _instant("recorded_at"),
        sa.CheckConstraint(f"deed IN ({DEEDS})", name="ck_pack_step_deed_known"),
        sa.PrimaryKeyConstraint("id", name="pk_pack_step"),
        _to("pack_step", "pack_id", "pack"),
        _to("pack_step", "done_by", "person"),
    )
    op.create_index("ix_pack_step_pack_id", "pack_step", ["pack_id"])


def _what_people_do() -> None:
    op.create_table(
        "pack_edit",
        _id(),
        _number("pack_id"),
        _words("block"),
        _words("drafted"),
        sa.Column("figures", JSONB(), nullable=False),
        _words("words"),
        _number("edited_by"),
        _instant("recorded_at"),
        _number("ended_by", nullable=True),
        _instant("ended_at", nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ck_pack_edit_ended_whole"),
        sa.PrimaryKeyConstraint("id", name="pk_pack_edit"),
        _to("pack_edit", "pack_id", "pack"),
        _to("pack_edit", "edited_by", "person"),
        _to("pack_edit", "ended_by", "person"),
    )
    op.create_table(
        "pack_comment",
        _id(),
        _number("pack_id"),
        _words("block"),
        _words("words"),
        _number("written_by"),
        _instant("recorded_at"),
        _number("resolved_by", nullable=True),
        _instant("resolved_at", nullable=True),
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (resolved_by IS NULL)", name="ck_pack_comment_resolved_whole"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pack_comment"),
        _to("pack_comment", "pack_id", "pack"),
        _to("pack_comment", "written_by", "person"),
        _to("pack_comment", "resolved_by", "person"),
    )
    op.create_index("ix_pack_comment_pack_id", "pack_comment", ["pack_id"])
    op.create_table(
        "pack_exemption",
        _id(),
        _number("pack_id"),
        _words("section"),
        _words("reason"),
        _number("set_by"),
        _instant("recorded_at"),
        _number("ended_by", nullable=True),
        _instant("ended_at", nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ck_pack_exemption_ended_whole"),
        sa.PrimaryKeyConstraint("id", name="pk_pack_exemption"),
        _to("pack_exemption", "pack_id", "pack"),
        _to("pack_exemption", "set_by", "person"),
        _to("pack_exemption", "ended_by", "person"),
    )
    op.create_table(
        "pack_explanation",
        _id(),
        _number("pack_id"),
        _words("discrepancy"),
        _words("words"),
        _number("written_by"),
        _instant("recorded_at"),
        _instant("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_pack_explanation"),
        _to("pack_explanation", "pack_id", "pack"),
        _to("pack_explanation", "written_by", "person"),
    )
    for table, column in (
        ("pack_edit", "block"),
        ("pack_exemption", "section"),
        ("pack_explanation", "discrepancy"),
    ):
        op.create_index(
            f"uq_{table}_current", table, ["pack_id", column], unique=True, postgresql_where=sa.text("ended_at IS NULL")
        )  # fmt: skip


def _files() -> None:
    op.create_table(
        "pack_file",
        _id(),
        _number("pack_id"),
        _words("audience"),
        _words("format"),
        _words("name"),
        _words("media_type"),
        _words("digest"),
        _number("size"),
        _instant("recorded_at"),
        sa.CheckConstraint("audience IN ('inside', 'public')", name="ck_pack_file_audience_known"),
        sa.PrimaryKeyConstraint("id", name="pk_pack_file"),
        sa.UniqueConstraint(
            "pack_id", "audience", "format", name="uq_pack_file_pack_id_audience_format"
        ),
        _to("pack_file", "pack_id", "pack"),
    )  # fmt: skip
    op.create_index("ix_pack_file_digest", "pack_file", ["digest"])
    op.create_table(
        "pack_file_content",
        _words("digest"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_pack_file_content"),
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=f"fk_{table}_{column}", ondelete="RESTRICT"
    )
