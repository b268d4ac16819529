"""Evidence files.

Revision ID: 0008_evidence_files
Revises: 0007_meetings_and_risks
"""

revision = "0008_evidence_files"
down_revision = "0007_meetings_and_risks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
