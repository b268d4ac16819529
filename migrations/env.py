"""Alembic's entry: runs migrations on the connection that `services.shared.migrate` hands in."""

from alembic import context

from services.shared.models import Base

OTHERS_TABLES = ("alembic_version", "pgqueuer")
"""Tables that are not models: alembic's own, and the job queue's."""


def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """Whether autogenerate and `alembic check` look at it."""
    return not (kind == "table" and name is not None and name.startswith(OTHERS_TABLES))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    include_object=ours,
    compare_server_default=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
    context.run_migrations()
