"""Leaving and arriving.

Revision ID: 0011_leaving_and_arriving
Revises: 0010_reminders
"""

revision = "0011_leaving_and_arriving"
down_revision = "0010_reminders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
