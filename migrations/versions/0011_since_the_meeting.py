"""What was recorded since a meeting is found by its instant; a change of owner is a record of its own.

Revision ID: 0011_since_the_meeting
Revises: 0010_escalation_number
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_since_the_meeting"
down_revision = "0010_escalation_number"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_closing_recorded_at", "closing", "recorded_at", None),
    ("ix_closing_reopened", "closing", "reopened_recorded_at", "reopened_on IS NOT NULL"),
    ("ix_closing_request_sent_back", "closing_request", "decided_at", "decision = 'send_back'"),
    ("ix_escalation_recorded_at", "escalation", "recorded_at", None),
    ("ix_escalation_decision_recorded_at", "escalation_decision", "recorded_at", None),
    ("ix_baseline_rebaselined", "baseline", "recorded_at", "holds_from IS NOT NULL"),
)


def upgrade() -> None:
    """Updates are many and come in the order of time: an index by blocks costs their writing next to nothing."""
    op.create_index(
        "ix_progress_update_recorded_at", "progress_update", ["recorded_at"], postgresql_using="brin"
    )
    for name, table, column, where in INDEXES:
        op.create_index(name, table, [column], postgresql_where=sa.text(where) if where else None)
    op.create_table(
        "owner_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["root_cause.id"], name="fk_owner_change_root_cause_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["person.id"], name="fk_owner_change_from_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name="fk_owner_change_to_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.id"], name="fk_owner_change_changed_by", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_owner_change"),
    )
    op.create_index("ix_owner_change_recorded_at", "owner_change", ["recorded_at"])
    op.create_index("ix_owner_change_root_cause_id", "owner_change", ["root_cause_id"])
    op.execute("SELECT audit_watch('owner_change')")


def downgrade() -> None:
    """Takes them away."""
    op.drop_table("owner_change")
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table_name=table)
    op.drop_index("ix_progress_update_recorded_at", table_name="progress_update")
