"""Databases without a plan, on 22 May 2019."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import Template, TestDatabase, clone, drop
from tests.plan_api.workbook.workbooks import TODAY


@pytest.fixture
async def empty(empty_database: TestDatabase) -> TestDatabase:
    """For this test alone."""
    await empty_database.set_today(TODAY)
    return empty_database


@pytest.fixture
async def another_empty(server: AsyncEngine, empty_template: Template) -> AsyncIterator[TestDatabase]:
    """A second one, to import into what the first exports."""
    database = await clone(server, empty_template)
    await database.set_today(TODAY)
    yield database
    await drop(server, database)


@pytest.fixture(scope="module")
async def untouched(server: AsyncEngine, empty_template: Template) -> AsyncIterator[TestDatabase]:
    """One for a whole file of tests that must not write into it."""
    database = await clone(server, empty_template)
    await database.set_today(TODAY)
    yield database
    await drop(server, database)
