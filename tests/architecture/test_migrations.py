"""Migrations: they make the models' tables, go back, and are named as their files."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from services.shared.migrate import alembic_config, compared_with_models
from services.shared.models import Base
from tests.conftest import TestDatabase


async def test_the_migrated_database_is_what_the_models_say(empty_database: TestDatabase) -> None:
    """Nothing to add, nothing left over."""

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"include_object": compared_with_models})
        return list(compare_metadata(context, Base.metadata))

    async with empty_database.owner.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_migration_can_be_taken_back_and_applied_again(empty_database: TestDatabase) -> None:
    """All the way down, then all the way up."""

    def down_and_up(connection: Connection) -> tuple[set[str], set[str]]:
        command.downgrade(alembic_config(connection), "base")
        left = set(inspect(connection).get_table_names())
        command.upgrade(alembic_config(connection), "head")
        return left, set(inspect(connection).get_table_names())

    async with empty_database.owner.engine.begin() as connection:
        left, back = await connection.run_sync(down_and_up)
    assert not left & set(Base.metadata.tables)
    assert back >= set(Base.metadata.tables)


def test_a_migration_is_called_as_its_file() -> None:
    """So that a stack trace leads to it."""
    for script in ScriptDirectory.from_config(alembic_config()).walk_revisions():
        assert script.path.endswith(f"/{script.revision}.py")


def test_every_constraint_has_a_name() -> None:
    """A race that breaks it is told to a person by that name."""
    for table in Base.metadata.tables.values():
        assert all(constraint.name for constraint in table.constraints), table.name
