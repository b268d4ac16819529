"""What a transaction sees, so that on a replica too nothing is missed of what it does not see yet.

A replica's `pg_current_snapshot` does not name the transactions that still run on the primary: whoever asked later what is new
since then would never be told of them. There all counts as unseen from the first that runs: it is told once it is through.

Revision ID: 0039_seen_now
Revises: 0038_noted_once
"""

from alembic import op

revision = "0039_seen_now"
down_revision = "0038_noted_once"
branch_labels = None
depends_on = None

SEEN_NOW = """
CREATE FUNCTION seen_now() RETURNS pg_snapshot
LANGUAGE sql STABLE
RETURN CASE
  WHEN pg_is_in_recovery() THEN format('%1$s:%1$s:', pg_snapshot_xmin(pg_current_snapshot()))::pg_snapshot
  ELSE pg_current_snapshot()
END
"""


def upgrade() -> None:
    """The one function that says what is seen."""
    op.execute(SEEN_NOW)


def downgrade() -> None:
    """Replicas are not read from."""
    op.execute("DROP FUNCTION seen_now()")
