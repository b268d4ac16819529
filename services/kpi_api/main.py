"""The KPI service."""

from fastapi import FastAPI

from services.kpi_api.impact.routes import router as impact
from services.kpi_api.imports.routes import router as imports
from services.shared.app import create_service
from services.shared.db import Database
from services.shared.settings import settings

ROUTERS = (imports, impact)


def create_app(database: Database | None = None) -> FastAPI:
    """The service over its own login, or over a database that is handed in."""
    return create_service(
        "kpi", "Quality Improvement Plan: KPI service", ROUTERS,
        database=database or Database(settings().login_url("kpi")),
    )  # fmt: skip
