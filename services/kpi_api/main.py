"""The KPI service."""

from fastapi import FastAPI

from services.kpi_api.decisions.routes import router as decisions
from services.kpi_api.expected_data.routes import router as expected_data
from services.kpi_api.impact.routes import router as impact
from services.kpi_api.imports.routes import router as imports
from services.kpi_api.observation_files.routes import router as observation_files
from services.kpi_api.observations.routes import router as observations
from services.kpi_api.spc.routes import router as spc
from services.kpi_api.standings.routes import router as standings
from services.shared.app import create_service
from services.shared.db import Database
from services.shared.settings import settings

ROUTERS = (
    decisions,
    expected_data,
    impact,
    imports,
    observation_files,
    observations,
    spc,
    standings,
)


def create_app(database: Database | None = None) -> FastAPI:
    """The service over its own login, or over a database that is handed in."""
    return create_service(
        "kpi", "Quality Improvement Plan: KPI service", ROUTERS,
        database=database or Database(settings().login_url("kpi")),
    )  # fmt: skip
