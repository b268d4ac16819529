"""The job queue's own tables, and the wake-up of the worker when a row of the outbox is committed.

Revision ID: 0003_the_queue
Revises: 0002_the_audit_trail
"""

from typing import Any

from alembic import op
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment

revision = "0003_the_queue"
down_revision = "0002_the_audit_trail"
branch_labels = None
depends_on = None

OUTBOX_WAKES = """
CREATE FUNCTION outbox_wakes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('outbox', '');
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    """PgQueuer's install script as its release gives it; its later releases come with a migration of their own."""
    _run_script(QueryBuilderEnvironment().build_install_query())
    op.execute(OUTBOX_WAKES)
    op.execute(
        "CREATE TRIGGER wake AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_wakes()"
    )


def downgrade() -> None:
    """Schedules and jobs go with their tables; the outbox's rows stay."""
    op.execute("DROP TRIGGER wake ON outbox")
    op.execute("DROP FUNCTION outbox_wakes()")
    _run_script(QueryBuilderEnvironment().build_uninstall_query())


def _run_script(script: str) -> None:
    """Many statements at once: asyncpg takes them only when it prepares nothing. In alembic's transaction, which has begun."""
    op.execute("SELECT 1")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))
