"""Reminders.

Revision ID: 0010_reminders
Revises: 0009_remembered_headings
"""

revision = "0010_reminders"
down_revision = "0009_remembered_headings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
