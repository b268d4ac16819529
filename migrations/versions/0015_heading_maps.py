"""A tracker's own headings, and its names of sheets, as ours: chosen once, remembered for the next import.

Revision ID: 0015_heading_maps
Revises: 0014_evidence_files
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_heading_maps"
down_revision = "0014_evidence_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One current choice for each heading of a sheet; those before it stay as history."""
    op.create_table(
        "heading_map",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("chosen_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["chosen_by"], ["person.id"], name="fk_heading_map_chosen_by", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_heading_map"),
    )
    op.create_index(
        "uq_heading_map_current",
        "heading_map",
        ["sheet", "theirs"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.execute("SELECT audit_watch('heading_map')")


def downgrade() -> None:
    """Takes it away."""
    op.drop_table("heading_map")
