"""The applications under test, each made anew by its own `create_app`, over routes that are worked out once.

FastAPI works out what each route takes and gives when an application is first asked something, and for each application
anew: of the plan service that costs a third of a second, most of what a test took. Nothing of it depends on the
application's state, so that all applications of one kind share the routes of the first.
"""

from collections.abc import Mapping

import httpx2
from fastapi import FastAPI
from starlette.routing import BaseRoute

from services.kpi_api import main as kpi
from services.plan_api import main as plan
from services.reporting_api import main as reporting
from services.shared.db import Database
from web import main as web
from web.settings import WebSettings

_known_routes: dict[str, list[BaseRoute]] = {}


def create_plan_app(database: Database) -> FastAPI:
    """The plan service over this database."""
    return _with_known_routes(plan.create_app(database))


def create_kpi_app(database: Database) -> FastAPI:
    """The KPI service over this database."""
    return _with_known_routes(kpi.create_app(database))


def create_reporting_app(database: Database, replica: Database | None = None) -> FastAPI:
    """The reporting service over this database, and what it reads from."""
    return _with_known_routes(reporting.create_app(database, replica))


def create_web_app(
    settings: WebSettings, transports: Mapping[str, httpx2.AsyncBaseTransport] | None = None
) -> FastAPI:
    """The web layer, over the services on their ports or over those that are handed in."""
    return _with_known_routes(web.create_app(settings, transports))


def _with_known_routes(app: FastAPI) -> FastAPI:
    app.router.routes[:] = _known_routes.setdefault(app.title, list(app.router.routes))
    return app
