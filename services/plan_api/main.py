"""The plan service: plan, findings, root causes, updates, closing, escalations, people and sign-in."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import FastAPI

from services.plan_api.admin.routes import router as admin
from services.plan_api.assurance.routes import router as assurance
from services.plan_api.audit.routes import router as audit
from services.plan_api.bulk.routes import router as bulk
from services.plan_api.calendars.routes import router as calendars
from services.plan_api.change_requests.routes import router as change_requests
from services.plan_api.chasers.queries import OWED
from services.plan_api.chasers.routes import router as chasers
from services.plan_api.closing.routes import router as closing
from services.plan_api.cycle_reports.queries import UNRELEASED
from services.plan_api.cycle_reports.routes import router as cycle_reports
from services.plan_api.cycles.routes import router as cycles
from services.plan_api.data_quality.queries import KEPT as DATA_PROBLEMS
from services.plan_api.data_quality.routes import router as data_quality
from services.plan_api.disclosures.routes import router as disclosures
from services.plan_api.escalations.queries import QUEUE
from services.plan_api.escalations.routes import router as escalations
from services.plan_api.evidence.routes import router as evidence
from services.plan_api.heading_maps.routes import router as heading_maps
from services.plan_api.home.routes import router as home
from services.plan_api.impact.routes import router as impact
from services.plan_api.imports.routes import router as imports
from services.plan_api.my_updates.routes import router as my_updates
from services.plan_api.partners.routes import router as partners
from services.plan_api.people.routes import router as people
from services.plan_api.plan.routes import router as plan
from services.plan_api.redaction.routes import router as redaction
from services.plan_api.reminders.routes import router as reminders
from services.plan_api.risks.routes import router as risks
from services.plan_api.root_causes.routes import router as root_causes
from services.plan_api.root_causes.words import WRITTEN
from services.plan_api.search.routes import router as search
from services.plan_api.sign_in.routes import router as sign_in
from services.plan_api.updates.routes import router as updates
from services.shared.app import create_service
from services.shared.db import Database
from services.shared.findings import FINDINGS
from services.shared.kept_counts import KeptCounts
from services.shared.settings import settings
from services.shared.standing_counts import STANDINGS

ROUTERS = (
    updates, root_causes, home, my_updates, sign_in, plan, closing, escalations, change_requests, cycles, people, imports,
    search, audit, redaction, assurance, risks, disclosures, admin, cycle_reports, bulk, data_quality, heading_maps,
    evidence, reminders, chasers, calendars, impact, partners,
)  # fmt: skip

COUNTS: Final[Sequence[KeptCounts[Any]]] = (
    STANDINGS, QUEUE, OWED, FINDINGS, WRITTEN, UNRELEASED, *DATA_PROBLEMS,
)  # fmt: skip
"""What it keeps of the whole plan, what most pages wait for first."""


def create_app(database: Database | None = None) -> FastAPI:
    """The service over its own login, or over a database that is handed in."""
    database = database or Database(settings().login_url("plan"))
    database.keeps_standings = True
    return create_service(
        "plan", "Quality Improvement Plan: plan service", ROUTERS, database=database, counts=COUNTS
    )
