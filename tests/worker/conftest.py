"""Services that receive what the worker delivers, over a database of the test's own."""

import pytest
from sqlalchemy import text

from services.shared.db import Database
from tests.conftest import TestDatabase
from tests.worker.receiver import Receiver


@pytest.fixture
async def owner(empty_database: TestDatabase) -> Database:
    """The database as a service sees it that causes something elsewhere."""
    async with empty_database.owner.transaction() as db:
        await db.execute(text("CREATE TABLE effect (number integer)"))
    return empty_database.owner


@pytest.fixture
def worker_database(empty_database: TestDatabase) -> Database:
    """The database under the worker's login, with the rights that it has in service."""
    return empty_database.worker


@pytest.fixture
def kpi_receiver(owner: Database) -> Receiver:
    """The destination of most tests."""
    return Receiver("kpi", owner)


@pytest.fixture
def plan_receiver(owner: Database) -> Receiver:
    """Another destination."""
    return Receiver("plan", owner)
