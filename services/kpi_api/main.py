"""The KPI service."""

from fastapi import FastAPI

from services.kpi_api.benchmarks.routes import router as benchmarks
from services.kpi_api.charts.routes import router as charts
from services.kpi_api.definitions.routes import router as definitions
from services.kpi_api.imports.routes import router as imports
from services.kpi_api.kpi_sets.routes import router as kpi_sets
from services.kpi_api.overview.routes import router as overview
from services.kpi_api.spc.routes import router as spc
from services.kpi_api.standings.routes import router as standings
from services.shared.app import create_service
from services.shared.db import Database
from services.shared.settings import settings

ROUTERS = (
    charts,
    imports,
    overview,
    spc,
    standings,
    definitions,
    benchmarks,
    kpi_sets,
)


def create_app(database: Database | None = None) -> FastAPI:
    """The service over its own login, or over a database that is handed in."""
    return create_service(
        "kpi", "Quality Improvement Plan: KPI service", ROUTERS,
        database=database or Database(settings().login_url("kpi")),
    )  # fmt: skip
