"""Reminders, the mail that tells people of them, the rhythm that each chose, and private addresses of calendars.

Revision ID: 0016_reminders
Revises: 0015_heading_maps
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_reminders"
down_revision = "0015_heading_maps"
branch_labels = None
depends_on = None

KINDS = (
    "'chaser', 'update_due', 'update_missed', 'sent_back', 'plan_wanted', 'closure_to_decide', 'escalation_to_decide', "
    "'agenda_wanted', 'report_to_write', 'report_to_confirm', 'risk_review_due'"
)
REASONS = "'done', 'reassigned', 'left', 'too_late', 'repeated', 'not_needed'"
OPEN = sa.text("stopped_on IS NULL")


def _person(table: str, column: str = "person_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["person.id"], name=f"fk_{table}_{column}", ondelete="RESTRICT")


def upgrade() -> None:
    """Watched like every other; of a calendar's address the trail has not even the digest."""
    op.create_table(
        "reminder",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=True),
        sa.Column("isg_id", sa.BigInteger(), nullable=True),
        sa.Column("cycle_number", sa.BigInteger(), nullable=True),
        sa.Column("due_by", sa.Date(), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.BigInteger(), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("stopped_because", sa.Text(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="ck_reminder_kind_known"),
        sa.CheckConstraint(f"stopped_because IN ({REASONS})", name="ck_reminder_stopped_because_known"),
        sa.CheckConstraint(
            "(kind = 'chaser') = (sent_by IS NOT NULL)", name="ck_reminder_chaser_sent_by_somebody"
        ),
        sa.CheckConstraint(
            "(stopped_on IS NULL) = (stopped_because IS NULL) AND (stopped_on IS NULL) = (stopped_at IS NULL)",
            name="ck_reminder_stopped_whole",
        ),
        sa.ForeignKeyConstraint(["isg_id"], ["isg.id"], name="fk_reminder_isg_id", ondelete="RESTRICT"),
        _person("reminder"),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["root_cause.id"], name="fk_reminder_root_cause_id", ondelete="RESTRICT"
        ),
        _person("reminder", "sent_by"),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
    )
    op.create_index(
        "uq_reminder_open", "reminder", ["person_id", "kind", "subject", "cycle_number"], unique=True,
        postgresql_nulls_not_distinct=True, postgresql_where=OPEN,
    )  # fmt: skip
    op.create_index(
        "uq_reminder_chaser", "reminder", ["person_id", "subject", "raised_on"], unique=True,
        postgresql_where=sa.text("kind = 'chaser'"),
    )  # fmt: skip
    op.create_index("ix_reminder_person_id", "reminder", ["person_id", "id"])
    op.create_index("ix_reminder_root_cause_id", "reminder", ["root_cause_id"], postgresql_where=OPEN)
    op.create_table(
        "reminder_preference",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rhythm IN ('each_working_day', 'mondays', 'deadline_days', 'off')",
            name="ck_reminder_preference_rhythm_known",
        ),
        _person("reminder_preference"),
        sa.PrimaryKeyConstraint("id", name="pk_reminder_preference"),
        sa.UniqueConstraint("person_id", name="uq_reminder_preference_person_id"),
    )
    _create_digest()
    op.create_table(
        "calendar_address",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_digest", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _person("calendar_address"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_address"),
        sa.UniqueConstraint("secret_digest", name="uq_calendar_address_secret_digest"),
    )
    op.create_index(
        "uq_calendar_address_current", "calendar_address", ["person_id"], unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip
    for table in ("reminder", "reminder_preference", "digest"):
        op.execute(f"SELECT audit_watch('{table}')")
    op.execute("SELECT audit_watch('calendar_address', 'secret_digest')")
    op.execute("INSERT INTO redactable VALUES ('digest', 'body')")


def _create_digest() -> None:
    op.create_table(
        "digest",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("sent_to", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("handed_over", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("occasion IN ('day', 'chaser')", name="ck_digest_occasion_known"),
        sa.CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="ck_digest_sent_or_given_up"),
        _person("digest"),
        sa.PrimaryKeyConstraint("id", name="pk_digest"),
        sa.UniqueConstraint("message_id", name="uq_digest_message_id"),
        sa.UniqueConstraint("person_id", "day", "occasion", name="uq_digest_person_id_day_occasion"),
    )
    op.create_index(
        "ix_digest_waiting", "digest", ["next_attempt_at"],
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_digest_given_up", "digest", ["given_up_at"], postgresql_where=sa.text("given_up_at IS NOT NULL")
    )


def downgrade() -> None:
    """Takes them away."""
    op.execute("DELETE FROM redactable WHERE table_name = 'digest'")
    for table in ("calendar_address", "digest", "reminder_preference", "reminder"):
        op.drop_table(table)
