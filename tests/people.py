"""Signed-in clients for tests: a session's row and a signed token, without the cost of a password."""

from contextlib import AsyncExitStack
from datetime import timedelta
from types import TracebackType
from typing import Self

import httpx2
from fastapi import FastAPI
from sqlalchemy import select

from services.plan_api.sign_in.service import session_token, start_session
from services.shared.db import Database
from services.shared.models import Person
from services.shared.tokens import service_token


class Callers:
    """Clients of one service's app, each signed in as somebody; `anonymous` is nobody, `machine` one of our processes."""

    def __init__(self, owner: Database, app: FastAPI) -> None:
        self._owner = owner
        self.app = app
        self._clients = AsyncExitStack()
        self._known: dict[str, httpx2.AsyncClient] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._clients.aclose()

    async def __call__(self, email: str) -> httpx2.AsyncClient:
        """A client signed in as the person with this email address."""
        if email not in self._known:
            self._known[email] = await self._client(await token_for(self._owner, email))
        return self._known[email]

    async def anonymous(self) -> httpx2.AsyncClient:
        """Nobody."""
        return await self._client(None)

    async def machine(self, name: str) -> httpx2.AsyncClient:
        """One of our own processes."""
        return await self._client(service_token(name))

    async def bearer(self, token: str) -> httpx2.AsyncClient:
        """Whoever holds this token."""
        return await self._client(token)

    async def _client(self, token: str | None) -> httpx2.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx2.ASGITransport(self.app)
        client = httpx2.AsyncClient(transport=transport, base_url="http://service", headers=headers)
        return await self._clients.enter_async_context(client)


async def token_for(owner: Database, email: str) -> str:
    """A token of a new session of this person."""
    async with owner.transaction() as db:
        person = (await db.scalars(select(Person).where(Person.email == email))).one()
        session = await start_session(db, person)
        return session_token(person.id, session.public_id, timedelta(minutes=30))[0]
