"""A real PostgreSQL for every test that touches data: one cluster a run, one small plan in a template, one clone a test."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

from tests.quick_folder import quick_folder

os.environ.update(
    QIP_DEMO="1",
    QIP_DATA_DIR=str(quick_folder()),
    QIP_TOKEN_KEY="a key for tests alone, 32 characters long",
)
EXTERNAL_SERVER = os.environ.pop("QIP_DATABASE_URL", None)

import pytest
from fastapi import FastAPI
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.shared.clock import set_business_today
from services.shared.db import Database
from services.shared.migrate import Logins, asyncpg_url, migrate
from services.supervisor.embedded_postgres import EmbeddedPostgres
from tests.apps import create_kpi_app, create_plan_app, create_reporting_app
from tests.people import Callers
from tests.small_plan import plant_small_plan


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The superuser's address of the server that tests run on: QIP_DATABASE_URL's, else an embedded one."""
    if EXTERNAL_SERVER:
        yield EXTERNAL_SERVER
        return
    data_folder = Path(os.environ["QIP_DATA_DIR"])
    with EmbeddedPostgres(data_folder, durable=False) as postgres:
        yield postgres.admin_url
    shutil.rmtree(data_folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def server(server_url: str) -> AsyncIterator[AsyncEngine]:
    """For creating and dropping databases."""
    url = make_url(asyncpg_url(server_url)).set(database="postgres")
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    yield engine
    await engine.dispose()


class Template:
    """A migrated database that tests clone, with the login that each service has in every clone."""

    def __init__(self, name: str, url: str, logins: Logins) -> None:
        self.name = name
        self.url = url
        self.logins = logins


async def create_template(server: AsyncEngine, server_url: str, name: str) -> Template:
    """A new, migrated, empty database."""
    async with server.connect() as connection:
        await connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = make_url(asyncpg_url(server_url)).set(database=name).render_as_string(hide_password=False)
    return Template(name, url, await migrate(url))


@pytest.fixture(scope="session")
async def empty_template(server: AsyncEngine, server_url: str) -> Template:
    """Migrated, and nothing in it."""
    return await create_template(server, server_url, f"qip_empty_{os.getpid()}")


@pytest.fixture(scope="session")
async def small_plan_template(server: AsyncEngine, server_url: str) -> Template:
    """The small plan of `tests/small_plan.py`, on its business date."""
    template = await create_template(server, server_url, f"qip_small_{os.getpid()}")
    database = Database(template.url, keeps_standings=True)
    async with database.transaction() as db:
        await plant_small_plan(db)
    await database.dispose()
    return template


class TestDatabase:
    """One test's own database: the owner's and each service's connections, and its clock."""

    __test__ = False

    def __init__(self, template: Template, name: str) -> None:
        def at(url: str) -> Database:
            return Database(
                make_url(url).set(database=name).render_as_string(hide_password=False), pool_size=5
            )

        self.name = name
        self.url = make_url(template.url).set(database=name).render_as_string(hide_password=False)
        self.owner, self.plan = at(template.url), at(template.logins.plan)
        self.kpi, self.reporting, self.worker = (
            at(template.logins.kpi),
            at(template.logins.reporting),
            at(template.logins.worker),
        )

    async def set_today(self, today: date) -> None:
        """Moves the business date."""
        async with self.owner.transaction() as db:
            await set_business_today(db, today)

    async def dispose(self) -> None:
        """Closes every pool."""
        for database in (self.owner, self.plan, self.kpi, self.reporting, self.worker):
            await database.dispose()


_clones = iter(range(1, 1_000_000))


async def clone(server: AsyncEngine, template: Template) -> TestDatabase:
    """A copy of a template, with a name of its own."""
    name = f"{template.name}_{next(_clones)}"
    async with server.connect() as connection:
        # Copying the files takes half as long as the default, which takes each page through the log.
        await connection.execute(
            text(f'CREATE DATABASE "{name}" TEMPLATE "{template.name}" STRATEGY FILE_COPY')
        )
    return TestDatabase(template, name)


async def drop(server: AsyncEngine, database: TestDatabase) -> None:
    """Takes a clone away."""
    await database.dispose()
    async with server.connect() as connection:
        await connection.execute(text(f'DROP DATABASE "{database.name}" WITH (FORCE)'))


@pytest.fixture
async def database(server: AsyncEngine, small_plan_template: Template) -> AsyncIterator[TestDatabase]:
    """A database with the small plan, for this test alone."""
    database = await clone(server, small_plan_template)
    yield database
    await drop(server, database)


@pytest.fixture
async def empty_database(server: AsyncEngine, empty_template: Template) -> AsyncIterator[TestDatabase]:
    """A migrated database without a plan, for this test alone."""
    database = await clone(server, empty_template)
    yield database
    await drop(server, database)


@pytest.fixture
def plan_app(database: TestDatabase) -> FastAPI:
    """The plan service over this test's database."""
    return create_plan_app(database.plan)


@pytest.fixture
def kpi_app(database: TestDatabase) -> FastAPI:
    """The KPI service over this test's database."""
    return create_kpi_app(database.kpi)


@pytest.fixture
def reporting_app(database: TestDatabase) -> FastAPI:
    """The reporting service over this test's database."""
    return create_reporting_app(database.reporting)


@pytest.fixture
async def plan(database: TestDatabase, plan_app: FastAPI) -> AsyncIterator[Callers]:
    """`await plan("owner@demo.example")`: a client of the plan service, signed in as that person."""
    async with Callers(database.owner, plan_app) as callers:
        yield callers


@pytest.fixture
async def reporting(database: TestDatabase, reporting_app: FastAPI) -> AsyncIterator[Callers]:
    """The same for the reporting service."""
    async with Callers(database.owner, reporting_app) as callers:
        yield callers


@pytest.fixture
async def kpi(database: TestDatabase, kpi_app: FastAPI) -> AsyncIterator[Callers]:
    """The same for the KPI service."""
    async with Callers(database.owner, kpi_app) as callers:
        yield callers
