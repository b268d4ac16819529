"""The demo plan, lived once for all of this folder's tests, which only read it."""

import os
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from services.cli.demo.replay import load
from services.shared.db import Database
from tests.conftest import create_template


@pytest.fixture(scope="session")
async def demo_database(server: AsyncEngine, server_url: str) -> AsyncIterator[Database]:
    """The owner's connections to a database with the demo plan at 22 May 2019."""
    template = await create_template(server, server_url, f"qip_demo_{os.getpid()}")
    database = Database(template.url)
    async with database.transaction() as db:
        await load(db)
    yield database
    await database.dispose()


@pytest.fixture
async def demo(demo_database: Database) -> AsyncIterator[AsyncSession]:
    """A session on it."""
    async with demo_database.transaction() as db:
        yield db
