"""Remembered headings.

Revision ID: 0009_remembered_headings
Revises: 0008_nothing_changed
"""

revision = "0009_remembered_headings"
down_revision = "0008_nothing_changed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
