"""A service as a real server over the small plan, in a thread of its own."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from services.shared.db import Database
from tests.apps import create_kpi_app, create_plan_app, create_reporting_app
from tests.conftest import Template, TestDatabase, clone, drop

APPS: dict[str, Callable[[Database], FastAPI]] = {
    "plan": create_plan_app,
    "kpi": create_kpi_app,
    "reporting": create_reporting_app,
}


@pytest.fixture
async def served(
    server: AsyncEngine, small_plan_template: Template, service: str
) -> AsyncIterator[tuple[TestDatabase, str]]:
    """A database of its own, and the address of the service that the test names, over it."""
    database = await clone(server, small_plan_template)
    login = getattr(small_plan_template.logins, service)
    with serving(APPS[service], _of_this_test(login, database)) as address:
        yield database, address
    await drop(server, database)


def _of_this_test(login: str, database: TestDatabase) -> str:
    return make_url(login).set(database=database.name).render_as_string(hide_password=False)


@contextmanager
def serving(create_app: Callable[[Database], FastAPI], url: str) -> Iterator[str]:
    """uvicorn in a thread, on a free port, with an event loop and a pool of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(lambda: create_app(Database(url)), factory=True, log_config=None))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
