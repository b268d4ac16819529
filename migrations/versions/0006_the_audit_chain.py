"""The audit chain.

Revision ID: 0006_the_audit_chain
Revises: 0005_faster_writing
"""

revision = "0006_the_audit_chain"
down_revision = "0005_faster_writing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
