"""What makes a FastAPI application one of our services: request ids, logs, metrics, health, problems, transactions."""

import asyncio
import gc
import re
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from sqlalchemy import text
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.shared.db import Database
from services.shared.kept_answers import KeptAnswers
from services.shared.kept_counts import KeptCounts, count_at_once
from services.shared.logging import log, log_as_json
from services.shared.problems import ANSWERS, answer_with_problems, problem
from services.shared.transaction import TransactionalRoute

REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
MAX_BODY = 2 * 1024 * 1024
GARBAGE_AFTER = 20_000
"""How many more objects there are before Python looks for those that nothing reaches; 700 if left alone."""


def feature_router(
    tag: str, prefix: str = "", route_class: type[TransactionalRoute] = TransactionalRoute
) -> APIRouter:
    """A feature's routes: each request in one transaction, each refusal documented."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=route_class, responses=ANSWERS)


def create_service(
    name: str,
    title: str,
    routers: Sequence[APIRouter],
    *,
    database: Database,
    replica: Database | None = None,
    counts: Sequence[KeptCounts[Any]] = (),
) -> FastAPI:
    """The service `name` ("plan") with the features of `routers`.

    `replica`: what `ReplicaRoute` reads from. What it keeps of `counts` is counted once it has started.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        log_as_json(name)
        collect_garbage_seldom()
        counting = asyncio.create_task(count_at_once(replica or database, counts))
        yield
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)
        await app.state.database.dispose()
        if replica is not None:
            await replica.dispose()

    app = Service(title=title, version="1", lifespan=lifespan, max_body_size=MAX_BODY, redoc_url=None)
    app.state.service_name = name
    app.state.database = database
    app.state.replica = replica
    app.state.kept_answers = KeptAnswers()
    app.include_router(_vital_signs(name))
    for router in routers:
        app.include_router(router)
    answer_with_problems(app)
    return app


def collect_garbage_seldom() -> None:
    """What is loaded by now stays, and is looked through no more. What a request makes, it leaves, but for little, in no ring."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)


class Service(FastAPI):
    """FastAPI with the request log around everything, its own limit on bodies included."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        await RequestLog(super().__call__, self.state.service_name)(scope, receive, send)


class RequestLog:
    """Takes or makes the request id, logs one line a request, counts and times it."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        given = request.headers.get("X-Request-ID", "")
        request_id = given if REQUEST_ID.match(given) else uuid.uuid4().hex
        request.state.request_id = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        answer = Answering(request, request_id, send)
        started = time.perf_counter()
        try:
            await self.app(scope, receive, answer.send)
        finally:
            seconds = time.perf_counter() - started
            route = getattr(scope.get("route"), "path", "unmatched")
            REQUESTS.labels(self.service, request.method, route, str(answer.status)).inc()
            SECONDS.labels(self.service, request.method, route).observe(seconds)
            if route not in ("/healthz", "/readyz", "/metrics"):
                ms = round(seconds * 1000, 1)
                log.info("request", method=request.method, route=route, status=answer.status, ms=ms)


class Answering:
    """One answer on its way out: it gets the request id, and a body over the limit is refused in our own words."""

    def __init__(self, request: Request, request_id: str, send: Send) -> None:
        self.status = 500
        self._request = request
        self._id = (b"x-request-id", request_id.encode())
        self._send = send
        self._replaced = False

    async def send(self, message: Message) -> None:
        """ASGI."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            if self.status == 413 and (b"content-type", b"application/problem+json") not in headers:
                self._replaced = True
                message, body = self._too_large()
                await self._send(message)
                await self._send(body)
                return
            message = {**message, "headers": [*headers, self._id]}
        if not self._replaced:
            await self._send(message)

    def _too_large(self) -> tuple[Message, Message]:
        refusal = problem(self._request, 413, "What was sent is too large. Send less.")
        headers = [*refusal.raw_headers, self._id, (b"connection", b"close")]
        return (
            {"type": "http.response.start", "status": 413, "headers": headers},
            {"type": "http.response.body", "body": bytes(refusal.body)},
        )


METRICS = CollectorRegistry()
REQUESTS = Counter(
    "qip_requests", "Requests answered", ["service", "method", "route", "status"], registry=METRICS
)
SECONDS = Histogram("qip_request_seconds", "Time to answer", ["service", "method", "route"], registry=METRICS)


def _vital_signs(name: str) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process is up."""
        return {"status": "up", "service": name}

    @router.get("/readyz", responses={503: ANSWERS[409]})
    async def readyz(request: Request) -> Response:
        """It can do its work: the database, and its replica, answers, is migrated, and has the demo plan where one is to be."""
        reason = await not_ready_because(request.app.state.database)
        if not reason and request.app.state.replica is not None:
            reason = await not_ready_because(request.app.state.replica)
        if reason:
            return problem(request, 503, reason, kind="not-ready")
        return Response('{"status":"ready"}', media_type="application/json")

    @router.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Prometheus."""
        return Response(generate_latest(METRICS), media_type=CONTENT_TYPE_LATEST)

    return router


async def not_ready_because(database: Database) -> str | None:
    """Why the service can't do its work yet, or None."""
    from services.shared.migrate import newest_revision
    from services.shared.settings import settings

    try:
        async with database.transaction() as db:
            revision = await db.scalar(text("SELECT version_num FROM alembic_version"))
            empty = settings().is_demo and not await db.scalar(
                text("SELECT EXISTS (SELECT FROM business_clock)")
            )
    except Exception:
        return "The database does not answer, or is not migrated. Run `qip migrate` and look at `qip doctor`."
    if revision != newest_revision():
        return f"The database is at migration {revision}, the code at {newest_revision()}. Run `qip migrate`."
    return "The demo plan is not loaded yet. Run `qip demo load`." if empty else None
