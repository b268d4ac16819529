"""Meetings assurance and risks.

Revision ID: 0007_meetings_and_risks
Revises: 0006_the_audit_chain
"""

revision = "0007_meetings_and_risks"
down_revision = "0006_the_audit_chain"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
