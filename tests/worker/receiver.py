"""A service that receives what the worker delivers and can be made to refuse, or to hold its answer back."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from sqlalchemy import text
from starlette.types import Message, Receive, Scope, Send

from services.domain.errors import RuleBroken
from services.shared.app import create_service, feature_router
from services.shared.auth import permit_service
from services.shared.db import Database, Session


class Receiver:
    """One of our own services underneath, so that idempotency keys and tokens are the real ones."""

    def __init__(self, name: str, database: Database) -> None:
        self.service = create_service(name, "Receiver", [_effects()], database=database)
        self.arrivals: list[str] = []
        self.committed = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.under_way = 0
        self.most_under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: notes the key; answers when `may_answer` is set, by then the effect is committed."""
        self.arrivals.append(dict(scope["headers"]).get(b"idempotency-key", b"").decode())
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)

        async def send_when_allowed(message: Message) -> None:
            self.committed.set()
            await self.may_answer.wait()
            await send(message)

        try:
            await self.service(scope, receive, send_when_allowed)
        finally:
            self.under_way -= 1

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Serves on a free port, for a worker in another process; gives the address."""
        server = _Server(uvicorn.Config(self, port=0, lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn tells by this flag alone
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        self.may_answer.set()
        server.should_exit = True
        await serving


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The test run keeps its own signals."""
        yield


def _effects() -> Any:
    router = feature_router("effects")

    @router.post("/v1/effects", dependencies=[permit_service("worker")])
    async def keep_effect(effect: dict[str, Any], db: Session) -> dict[str, bool]:
        if effect.get("poisoned"):
            raise RuleBroken.at("poisoned", "Mrs Jones's update can't be taken.")
        await db.execute(text("INSERT INTO effect (number) VALUES (:number)"), effect)
        return {"kept": True}

    return router
