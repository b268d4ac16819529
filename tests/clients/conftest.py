"""The reporting service on a port, with a partner's client, for whoever reads it from outside."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from services.domain.words import FeedScope
from services.shared.api_clients import create_client
from tests.apps import create_reporting_app
from tests.conftest import TestDatabase
from tests.journeys.conftest import served


@dataclass(frozen=True, slots=True)
class Service:
    """Where it listens, and how a partner's client gets in."""

    address: str
    client_id: str
    secret: str
    database: TestDatabase


@pytest.fixture
async def service(database: TestDatabase) -> AsyncIterator[Service]:
    """Over the small plan, with a client that may read everything."""
    async with database.owner.transaction() as db:
        client_id, secret = await create_client(db, "Partner", list(FeedScope))
    async with served(create_reporting_app(database.reporting)) as port:
        yield Service(f"http://127.0.0.1:{port}", client_id, secret, database)
