"""What pages count and cut is an index each: what is open by ISG and due date, findings' links, people by name, open actions.

Revision ID: 0019_counted_by_index
Revises: 0018_cheaper_entries
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_counted_by_index"
down_revision = "0018_cheaper_entries"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_standing_open": (
        "standing (isg_id, due_date, root_cause_id) INCLUDE (delivery_status, latest_cycle) "
        "WHERE in_plan AND delivery_status <> 'complete'"
    ),
    "ix_standing_in_plan": (
        "standing (isg_id, delivery_status, root_cause_class, due_date, update_missed) WHERE in_plan"
    ),
    "ix_standing_stage": "standing (root_cause_id) INCLUDE (delivery_status, evidence_assured) WHERE in_plan",
    "ix_root_cause_finding_answering": "root_cause_finding (finding_id, root_cause_id) WHERE ended_at IS NULL",
    "ix_finding_position": "finding (position, id)",
    "ix_root_cause_reference_in_order": 'root_cause (reference COLLATE "C")',
    "ix_person_name_in_order": "person (lower(name), id) WHERE deactivated_at IS NULL",
    "ix_action_open_by_owner": "action (owner_id) WHERE completed_on IS NULL AND withdrawn_on IS NULL",
    "ix_escalation_state": "escalation (state)",
    "ix_reminder_chaser_of_isg": "reminder (isg_id, id) WHERE kind = 'chaser'",
    "ix_reminder_chaser_on": "reminder (raised_on) WHERE kind = 'chaser'",
}


def upgrade() -> None:
    """They are read without their table while that is vacuumed often: of standings a few change all the time."""
    op.drop_index("ix_standing_isg_id_delivery_status", table_name="standing")
    for name, of in INDEXES.items():
        op.execute(sa.text(f"CREATE INDEX {name} ON {of}"))
    op.execute("ALTER TABLE standing SET (autovacuum_vacuum_scale_factor = 0.02)")


def downgrade() -> None:
    """Takes them away."""
    op.execute("ALTER TABLE standing RESET (autovacuum_vacuum_scale_factor)")
    for name in INDEXES:
        op.execute(sa.text(f"DROP INDEX {name}"))
    op.create_index("ix_standing_isg_id_delivery_status", "standing", ["isg_id", "delivery_status"])
