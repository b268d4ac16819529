"""Whether a root cause is embedded is kept with its standing, and an ISG is reminded of what is done but not working.

Revision ID: 0024_embedded
Revises: 0020_measures
"""

import sqlalchemy as sa
from alembic import op

revision = "0024_embedded"
down_revision = "0020_measures"
branch_labels = None
depends_on = None

KINDS_BEFORE = (
    "chaser", "update_due", "update_missed", "sent_back", "plan_wanted", "closure_to_decide", "escalation_to_decide",
    "agenda_wanted", "report_to_write", "report_to_confirm", "risk_review_due",
)  # fmt: skip
STAGES = "standing (root_cause_id) INCLUDE (delivery_status, evidence_assured{}) WHERE in_plan"
NEW_KIND = "impact_to_review"


def upgrade() -> None:
    """Nothing is embedded yet: nobody could confirm it so far."""
    op.add_column(
        "standing", sa.Column("embedded", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute("DROP INDEX ix_standing_stage")
    op.execute(f"CREATE INDEX ix_standing_stage ON {STAGES.format(', embedded')}")
    _kinds((*KINDS_BEFORE, NEW_KIND))


def downgrade() -> None:
    """The reminders of the new kind go with it."""
    op.execute(f"DELETE FROM reminder WHERE kind = '{NEW_KIND}'")
    _kinds(KINDS_BEFORE)
    op.execute("DROP INDEX ix_standing_stage")
    op.execute(f"CREATE INDEX ix_standing_stage ON {STAGES.format('')}")
    op.drop_column("standing", "embedded")


def _kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    # 0016 named it with its prefix twice.
    op.execute("ALTER TABLE reminder DROP CONSTRAINT IF EXISTS ck_reminder_ck_reminder_kind_known")
    op.execute("ALTER TABLE reminder DROP CONSTRAINT IF EXISTS ck_reminder_kind_known")
    op.execute(f"ALTER TABLE reminder ADD CONSTRAINT ck_reminder_kind_known CHECK (kind IN ({listed}))")
