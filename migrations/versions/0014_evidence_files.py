"""Evidence may be a file: what is known of it; its content lies in the data folder under its digest.

Revision ID: 0014_evidence_files
Revises: 0013_what_changed
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_evidence_files"
down_revision = "0013_what_changed"
branch_labels = None
depends_on = None

REDACTABLE = ("name", "description")


def upgrade() -> None:
    """Watched, with name and description open to redaction; the name stands for the file."""
    op.create_table(
        "evidence_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("progress_update_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('pdf', 'docx', 'xlsx', 'pptx', 'png', 'jpg', 'csv', 'txt')",
            name="ck_evidence_file_kind_known",
        ),
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="ck_evidence_file_digest_whole"),
        sa.ForeignKeyConstraint(
            ["added_by"], ["person.id"], name="fk_evidence_file_added_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["progress_update_id"],
            ["progress_update.id"],
            name="fk_evidence_file_progress_update_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["root_cause.id"], name="fk_evidence_file_root_cause_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_file"),
    )
    op.create_index("ix_evidence_file_root_cause_id", "evidence_file", ["root_cause_id"])
    op.create_index("ix_evidence_file_digest", "evidence_file", ["digest"])
    op.execute("SELECT audit_watch('evidence_file')")
    for column in REDACTABLE:
        op.execute(f"INSERT INTO redactable VALUES ('evidence_file', '{column}')")


def downgrade() -> None:
    """Takes it away; the files stay in the data folder."""
    op.execute("DELETE FROM redactable WHERE table_name = 'evidence_file'")
    op.drop_table("evidence_file")
