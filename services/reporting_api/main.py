"""The reporting service: trajectories, dashboards, packs and partner feeds."""

from fastapi import FastAPI

from services.reporting_api.dashboards.routes import router as dashboards
from services.reporting_api.feeds.examples import show_examples
from services.reporting_api.feeds.known import Watch
from services.reporting_api.feeds.routes import router as feeds
from services.reporting_api.figures.routes import router as figures
from services.reporting_api.oauth.routes import FAILURES_A_MINUTE
from services.reporting_api.oauth.routes import router as oauth
from services.reporting_api.outlines.routes import router as outlines
from services.reporting_api.packs.drafts import Drafts
from services.reporting_api.packs.routes import router as packs
from services.reporting_api.papers.renderings import Renderings
from services.reporting_api.papers.routes import router as papers
from services.reporting_api.partner_status.routes import router as partner_status
from services.reporting_api.rate_limit import RateLimit
from services.reporting_api.reconciliation.routes import router as reconciliation
from services.reporting_api.trajectory.routes import router as trajectory
from services.shared.app import create_service
from services.shared.db import Database
from services.shared.findings import FINDINGS
from services.shared.settings import settings
from services.shared.standing_counts import HISTORIES, STANDINGS

ROUTERS = (
    feeds,
    trajectory,
    dashboards,
    figures,
    outlines,
    papers,
    reconciliation,
    packs,
    oauth,
    partner_status,
)
"""Routes are tried in their order: first those that are asked most, and packs by name before packs by kind."""


def create_app(database: Database | None = None, replica: Database | None = None) -> FastAPI:
    """The service over its own login, or over a database that is handed in, and the replica that it reads from."""
    read_url = settings().database_read_url
    app = create_service(
        "reporting", "Quality Improvement Plan: reporting service", ROUTERS,
        database=database or Database(settings().login_url("reporting")),
        replica=replica or (Database(read_url) if read_url else None), counts=(STANDINGS, HISTORIES, FINDINGS),
    )  # fmt: skip
    show_examples(app)
    app.state.feeds = Watch(app.state.replica or app.state.database)
    app.state.feed_requests = RateLimit(settings().feed_requests_a_minute, "requests")
    app.state.drafts = Drafts()
    app.state.renderings = Renderings(app.state.database)
    app.state.failed_tokens = RateLimit(FAILURES_A_MINUTE, "failed requests for a token")
    return app
