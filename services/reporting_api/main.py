"""The reporting service."""

from fastapi import APIRouter, FastAPI

from services.reporting_api.figures.routes import router as figures
from services.reporting_api.packs.routes import router as packs
from services.shared.app import create_service
from services.shared.db import Database
from services.shared.settings import settings

ROUTERS: tuple[APIRouter, ...] = (figures, packs)


def create_app(database: Database | None = None) -> FastAPI:
    """The service over its own login, or over a database that is handed in."""
    return create_service(
        "reporting", "Quality Improvement Plan: reporting service", ROUTERS,
        database=database or Database(settings().login_url("reporting")),
    )  # fmt: skip
