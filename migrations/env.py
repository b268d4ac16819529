"""Alembic's entry: runs migrations on the connection that `services.shared.migrate` hands in."""

from alembic import context

from services.shared.migrate import compared_with_models
from services.shared.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    include_object=compared_with_models,
    compare_server_default=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
    context.run_migrations()
