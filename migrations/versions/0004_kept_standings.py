"""Kept standings.

Revision ID: 0004_kept_standings
Revises: 0003_the_queue
"""

revision = "0004_kept_standings"
down_revision = "0003_the_queue"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
