"""What the pages of a person look for is found by an index: the KPIs whose data they own,
an ISG's own, and their recovery plans.

Revision ID: 0036_pages_by_index
Revises: 0034_redacted_packs
"""

from alembic import op
from sqlalchemy import text

revision = "0036_pages_by_index"
down_revision = "0034_redacted_packs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Few KPIs have a data owner, most are of a root cause, and few root causes have a recovery plan."""
    op.create_index("ix_kpi_data_owner_id", "kpi", ["data_owner_id"])
    op.create_index("ix_kpi_own_of_isg", "kpi", ["isg_id"], postgresql_where=text("root_cause_id IS NULL"))
    op.create_index("ix_recovery_plan_owner_id", "recovery_plan", ["owner_id"])


def downgrade() -> None:
    """Takes the indexes away."""
    op.drop_index("ix_recovery_plan_owner_id", "recovery_plan")
    op.drop_index("ix_kpi_own_of_isg", "kpi")
    op.drop_index("ix_kpi_data_owner_id", "kpi")
