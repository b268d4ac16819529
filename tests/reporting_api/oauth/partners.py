"""Partners' clients for tests."""

import httpx2

from services.domain.words import FeedScope
from services.shared.api_clients import Credentials, create_client
from tests.conftest import TestDatabase
from tests.people import Callers


async def new_client(database: TestDatabase, *scopes: FeedScope) -> Credentials:
    """A client with these scopes, made as `qip client create` makes it."""
    async with database.owner.transaction() as db:
        return await create_client(db, "Integrated care board", scopes)


async def partner_of(
    database: TestDatabase, reporting: Callers, scope: FeedScope = FeedScope.PLAN_READ
) -> httpx2.AsyncClient:
    """A client of the reporting service that holds a token with the scope."""
    credentials = await new_client(database, scope)
    anonymous = await reporting.anonymous()
    answer = await ask_for_token(anonymous, credentials)
    return await reporting.bearer(answer.json()["access_token"])


async def ask_for_token(
    client: httpx2.AsyncClient, credentials: Credentials, **fields: str
) -> httpx2.Response:
    """The answer of the token endpoint to this id and secret by HTTP Basic."""
    form = {"grant_type": "client_credentials", **fields}
    return await client.post("/oauth/token", data=form, auth=(credentials.client_id, credentials.secret))
