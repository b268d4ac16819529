"""Which rows changed since: each transaction that changed anything notes where its entries in the trail begin.

Revision ID: 0030_what_changed_since
Revises: 0028_partners
"""

import sqlalchemy as sa
from alembic import op

revision = "0030_what_changed_since"
down_revision = "0028_partners"
branch_labels = None
depends_on = None

NOTE_CHANGE = """
CREATE OR REPLACE FUNCTION note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO changed_by (transaction_id, first_entry)
  SELECT pg_current_xact_id()::text::bigint, min(id) FROM added
   WHERE table_name NOT IN ('disclosure', 'sign_in_session')
  HAVING count(*) > 0
      ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$
"""
"""A transaction's entries are numbered upwards: the first that it notes is the lowest."""
NOTE_CHANGE_BEFORE = """
CREATE OR REPLACE FUNCTION note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM added WHERE table_name NOT IN ('disclosure', 'sign_in_session')) THEN
    INSERT INTO changed_by (transaction_id) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$
"""
# Every login may ask which rows changed; what was changed in them stays in the trail.
ROWS_CHANGED_SINCE = """
CREATE FUNCTION rows_changed_since(seen pg_snapshot, most integer)
RETURNS TABLE (table_name text, row_id bigint, operation text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH unseen AS MATERIALIZED (
    SELECT c.transaction_id, c.first_entry FROM changed_by AS c
     WHERE c.transaction_id >= pg_snapshot_xmin(seen)::text::bigint
       AND NOT pg_visible_in_snapshot(c.transaction_id::text::xid8, seen))
  SELECT e.table_name, e.row_id, e.operation
    FROM audit_entry AS e
   WHERE e.id >= (SELECT min(u.first_entry) FROM unseen AS u)
     AND e.transaction_id = ANY(ARRAY(SELECT u.transaction_id FROM unseen AS u))
   ORDER BY e.id
   LIMIT most
$$
"""


def upgrade() -> None:
    """What changed before has no beginning: nobody asks about it, since what is kept in a process is younger."""
    op.add_column(
        "changed_by", sa.Column("first_entry", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.execute(NOTE_CHANGE)
    op.execute(ROWS_CHANGED_SINCE)


def downgrade() -> None:
    """Whether anything changed is still known, and no more."""
    op.execute("DROP FUNCTION rows_changed_since(pg_snapshot, integer)")
    op.execute(NOTE_CHANGE_BEFORE)
    op.drop_column("changed_by", "first_entry")
