"""Escalations are numbered by a sequence: whoever raises one waits for nobody else's.

Revision ID: 0010_escalation_number
Revises: 0009_standings
"""

from alembic import op

revision = "0010_escalation_number"
down_revision = "0009_standings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Goes on after the last number given: they were counted without a gap."""
    op.execute("CREATE SEQUENCE escalation_number")
    op.execute("SELECT setval('escalation_number', count(*) + 1, false) FROM escalation")


def downgrade() -> None:
    """Numbers are counted again."""
    op.execute("DROP SEQUENCE escalation_number")
