"""The web layer: pages for people, over the three services' HTTP doors. `uvicorn --factory web.main:create_app`."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx2
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from web import settings as configuration
from web import vital_signs
from web.accessibility import routes as accessibility
from web.account import routes as account
from web.admin import routes as admin
from web.assurance import routes as assurance
from web.audit import routes as audit
from web.body_limit import Pages
from web.bulk import routes as bulk
from web.calendars import routes as calendars
from web.change_requests import routes as change_requests
from web.chasers import routes as chasers
from web.clients.base import ServicePool
from web.closing import routes as closing
from web.cycle_reports import routes as cycle_reports
from web.data_quality import routes as data_quality
from web.errors import OurFault, show_errors
from web.escalations import routes as escalations
from web.evidence import routes as evidence
from web.exports import routes as exports
from web.files import MOST_TYPED
from web.findings import routes as findings
from web.help import routes as help_pages
from web.home import routes as home
from web.impact import routes as impact
from web.imports import routes as imports
from web.isgs import routes as isgs
from web.kpi_definitions import routes as kpi_definitions
from web.kpi_sets import routes as kpi_sets
from web.kpi_values import routes as kpi_values
from web.kpis import routes as kpis
from web.logging import log_as_json
from web.lost_session import keep_what_was_typed
from web.my_updates import routes as my_updates
from web.notices import routes as notices
from web.outlines import routes as outlines
from web.packs import routes as packs
from web.papers import routes as papers
from web.partners import routes as partners
from web.reconciliation import routes as reconciliation
from web.redaction import routes as redaction
from web.rendering import HERE
from web.risks import routes as risks
from web.root_causes import deeds
from web.root_causes import routes as root_causes
from web.search import routes as search
from web.security import SecurityHeaders
from web.session import Sessions
from web.settings import WebSettings
from web.sign_in import routes as sign_in
from web.trajectory import routes as trajectory
from web.updates import routes as updates

FOR_ANYONE = (vital_signs.anyone, sign_in.anyone, accessibility.anyone, admin.anyone, calendars.anyone)
FOR_SIGNED_IN = (
    sign_in.router,
    home.router,
    kpi_values.router,  # before `/kpis/{ref}`
    bulk.router,  # before `/root-causes/{ref}`
    root_causes.router,
    deeds.router,
    closing.router,
    updates.router,
    escalations.router,
    findings.router,
    isgs.router,
    trajectory.router,
    imports.router,
    outlines.router,
    reconciliation.router,  # before `/packs/papers/{ref}/{move}`
    papers.router,
    packs.router,
    change_requests.router,
    help_pages.router,
    search.router,
    audit.router,
    redaction.router,
    assurance.router,
    risks.router,
    my_updates.router,
    exports.router,
    admin.router,
    account.router,
    cycle_reports.router,
    data_quality.router,
    evidence.router,
    notices.router,
    chasers.router,
    kpi_definitions.router,  # before `/kpis/{ref}`
    kpi_sets.router,
    kpis.router,
    impact.router,
    partners.router,
)


def create_app(
    settings: WebSettings | None = None, transports: Mapping[str, httpx2.AsyncBaseTransport] | None = None
) -> FastAPI:
    """The application. Tests hand in settings, and transports to services in the same process."""
    settings = settings or configuration.settings()
    services = ServicePool(settings, transports)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        log_as_json()
        yield
        await services.close()

    app = Pages(
        title="Quality Improvement Plan", openapi_url=None, lifespan=lifespan, max_body_size=MOST_TYPED
    )
    app.state.settings = settings
    app.state.services = services
    app.state.sessions = Sessions()
    for router in (*FOR_ANYONE, *FOR_SIGNED_IN):
        app.include_router(router)
    app.mount("/static", LongKeptFiles(directory=HERE / "static"), name="static")
    show_errors(app)
    keep_what_was_typed(app)
    _protect(app, settings)
    return app


def _protect(app: FastAPI, settings: WebSettings) -> None:
    """What stands around every page, the innermost first."""
    app.add_middleware(OurFault)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(SecurityHeaders, over_tls=settings.secure_cookies)
    app.add_middleware(vital_signs.RequestLog)
    if settings.believed_proxies:
        app.add_middleware(cast("Any", ProxyHeadersMiddleware), trusted_hosts=settings.believed_proxies)


class LongKeptFiles(StaticFiles):
    """Static files: those asked for by their digest never change, and browsers may keep them for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; its name alone is asked about anew each time."""
        response = await super().get_response(path, scope)
        kept = "public, max-age=31536000, immutable" if b"v=" in scope["query_string"] else "no-cache"
        response.headers["Cache-Control"] = kept
        return response
