"""Faster writing.

Revision ID: 0005_faster_writing
Revises: 0004_kept_standings
"""

revision = "0005_faster_writing"
down_revision = "0004_kept_standings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
