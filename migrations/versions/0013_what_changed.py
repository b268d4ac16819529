"""Which transactions changed anything that the audit trail watches: what an answer is kept by until something changes.

Revision ID: 0013_what_changed
Revises: 0012_redaction_preview
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_what_changed"
down_revision = "0012_redaction_preview"
branch_labels = None
depends_on = None

# Who signed in and who took something out is shown by no answer that is kept.
NOTE_CHANGE = """
CREATE FUNCTION note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM added WHERE table_name NOT IN ('disclosure', 'sign_in_session')) THEN
    INSERT INTO changed_by (transaction_id) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$
"""

CHANGED_SINCE = """
CREATE FUNCTION changed_since(seen pg_snapshot) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public
RETURN EXISTS (
  SELECT FROM changed_by
   WHERE transaction_id >= pg_snapshot_xmin(seen)::text::bigint
     AND NOT pg_visible_in_snapshot(transaction_id::text::xid8, seen))
"""
"""True when a transaction that a snapshot did not see, and that has committed since, changed anything: never late, and asked of an index."""


def upgrade() -> None:
    """One row a transaction, written by the trail's own table; the worker clears old ones away."""
    op.create_table(
        "changed_by",
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("transaction_id", name="pk_changed_by"),
    )
    op.create_index("ix_changed_by_at", "changed_by", ["at"])
    op.execute(NOTE_CHANGE)
    op.execute(CHANGED_SINCE)
    op.execute(
        "CREATE TRIGGER note_change AFTER INSERT ON audit_entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_change()"
    )


def downgrade() -> None:
    """Answers are made anew each time."""
    op.execute("DROP TRIGGER note_change ON audit_entry")
    op.execute("DROP FUNCTION changed_since(pg_snapshot)")
    op.execute("DROP FUNCTION note_change()")
    op.drop_table("changed_by")
