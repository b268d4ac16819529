"""Is it up, can it do its work, how much does it do: request ids, one log line a request, health and metrics."""

import re
import time
import uuid

import structlog
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.clients.base import ServicePool
from web.logging import log

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
QUIET = ("/healthz", "/readyz", "/metrics", "/static")

METRICS = CollectorRegistry()
REQUESTS = Counter("qip_web_requests", "Requests answered", ["method", "route", "status"], registry=METRICS)
SECONDS = Histogram("qip_web_request_seconds", "Time to answer", ["method", "route"], registry=METRICS)

anyone = APIRouter(tags=["health"])


@anyone.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process is up."""
    return {"status": "up", "service": "web"}


@anyone.get("/readyz")
async def readyz(request: Request) -> Response:
    """Pages can be shown: the three services are ready."""
    pool: ServicePool = request.app.state.services
    unready = await pool.unready()
    if not unready:
        return JSONResponse({"status": "ready"})
    problem = {
        "type": "urn:qip:problem:not-ready",
        "title": "Service Unavailable",
        "status": 503,
        "detail": f"Not ready yet: {', '.join(unready)}. Ask their /readyz why.",
    }
    return JSONResponse(problem, 503, media_type="application/problem+json")


@anyone.get("/metrics")
async def metrics() -> Response:
    """Prometheus."""
    return Response(generate_latest(METRICS), media_type=CONTENT_TYPE_LATEST)


class RequestLog:
    """Takes or makes the request id, tells it to the caller and the log, counts and times the request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        given = request.headers.get("X-Request-ID", "")
        request_id = request.state.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started, status = time.perf_counter(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            _record(scope, status, time.perf_counter() - started)


def _record(scope: Scope, status: int, seconds: float) -> None:
    method, route = scope["method"], getattr(scope.get("route"), "path", "unmatched")
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)
    if route not in QUIET:
        log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
