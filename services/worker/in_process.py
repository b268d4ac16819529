"""Reaches the services without a network, for commands that run while nothing else does."""

from collections.abc import Mapping

import httpx2
from starlette.types import ASGIApp

from services.worker.settings import worker_settings


def in_process_client(services: Mapping[str, ASGIApp]) -> httpx2.AsyncClient:
    """A client for `deliver_outbox` that hands requests straight to these applications: {"kpi": app}."""
    return httpx2.AsyncClient(
        mounts={
            worker_settings().address_of(name): httpx2.ASGITransport(app=app, raise_app_exceptions=False)
            for name, app in services.items()
        }
    )
