"""The three services as real servers over the small plan, each in a thread of its own."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from services.kpi_api.main import create_app as create_kpi_app
from services.plan_api.main import create_app as create_plan_app
from services.reporting_api.main import create_app as create_reporting_app
from services.shared.db import Database
from tests.conftest import Template, TestDatabase, clone, drop
from tests.kpi_api.measures import plant_kpi

APPS: dict[str, Callable[[Database], FastAPI]] = {
    "plan": create_plan_app,
    "kpi": create_kpi_app,
    "reporting": create_reporting_app,
}


@pytest.fixture
async def served(
    server: AsyncEngine, small_plan_template: Template
) -> AsyncIterator[tuple[TestDatabase, dict[str, str]]]:
    """A database of its own, and the address of each service over it."""
    database = await clone(server, small_plan_template)
    await plant_kpi(database, values=[80.0, 82, 79])
    with ExitStack() as running:
        logins = {
            "plan": small_plan_template.logins.plan,
            "kpi": small_plan_template.logins.kpi,
            "reporting": small_plan_template.logins.reporting,
        }
        yield (
            database,
            {
                name: running.enter_context(serving(APPS[name], _of_this_test(login, database)))
                for name, login in logins.items()
            },
        )
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
