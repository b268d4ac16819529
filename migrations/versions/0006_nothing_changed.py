"""An update may say that nothing has changed since the one before.

Revision ID: 0006_nothing_changed
Revises: 0005_meetings_and_risks
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_nothing_changed"
down_revision = "0005_meetings_and_risks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was said before was said in full."""
    op.add_column(
        "progress_update",
        sa.Column("unchanged", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )


def downgrade() -> None:
    """Takes the mark away; the updates stay."""
    op.drop_column("progress_update", "unchanged")
