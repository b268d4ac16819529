"""The reporting service over a database without a plan."""

from collections.abc import AsyncIterator

import pytest

from tests.apps import create_reporting_app
from tests.conftest import TestDatabase
from tests.people import Callers


@pytest.fixture
async def empty_reporting(empty_database: TestDatabase) -> AsyncIterator[Callers]:
    """Clients of the service over an empty, migrated database."""
    async with Callers(empty_database.owner, create_reporting_app(empty_database.reporting)) as callers:
        yield callers
