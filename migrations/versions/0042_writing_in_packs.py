"""What people write in one pack alone: its cover's fields, free text, stories, tables of key lines of enquiry.

Revision ID: 0042_writing_in_packs
Revises: 0041_secrets_end
"""

import sqlalchemy as sa
from alembic import op

revision = "0042_writing_in_packs"
down_revision = "0041_secrets_end"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A row for each time that a field was written; the newest has not ended."""
    op.create_table(
        "pack_writing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("pack_id", sa.BigInteger(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ck_pack_writing_ended_whole"),
        sa.PrimaryKeyConstraint("id", name="pk_pack_writing"),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["pack.id"], name="fk_pack_writing_pack_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name="fk_pack_writing_written_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["person.id"], name="fk_pack_writing_ended_by", ondelete="RESTRICT"
        ),
    )
    op.create_index(
        "uq_pack_writing_current",
        "pack_writing",
        ["pack_id", "block", "field"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.execute("SELECT audit_watch('pack_writing')")
    op.execute("INSERT INTO redactable VALUES ('pack_writing', 'words')")


def downgrade() -> None:
    """What was written in packs alone is gone; what was approved keeps it."""
    op.execute("DELETE FROM redactable WHERE table_name = 'pack_writing'")
    op.drop_table("pack_writing")
