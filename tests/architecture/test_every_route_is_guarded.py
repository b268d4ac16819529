"""Every door of every service refuses the anonymous, but for the exceptions that the contract names."""

import re

import pytest
from fastapi import FastAPI

from services.kpi_api.main import create_app as create_kpi_app
from services.plan_api.main import create_app as create_plan_app
from services.reporting_api.main import create_app as create_reporting_app
from tests.conftest import TestDatabase
from tests.people import Callers

CREATE = {"plan": create_plan_app, "kpi": create_kpi_app, "reporting": create_reporting_app}

OPEN = {"/healthz", "/readyz", "/metrics", "/v1/sign-in", "/v1/sign-in/password", "/oauth/token", "/v1/spc"}
"""`/v1/spc` is open in demo mode, which tests run in."""


def doors(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path of a service, with something in place of each path parameter."""
    found = []
    for path, methods in app.openapi()["paths"].items():
        filled = re.sub(r"\{[^}]+\}", "1", path)
        found += [(method.upper(), filled) for method in methods]
    return found


@pytest.mark.parametrize("service", CREATE)
async def test_the_anonymous_are_refused_with_401(service: str, database: TestDatabase) -> None:
    """Without a token, with a forged one, and with nonsense."""
    app = CREATE[service](getattr(database, service))
    async with Callers(database.owner, app) as callers:
        visitors = [
            await callers.anonymous(),
            await callers.bearer("eyJhbGciOiJub25lIn0.eyJzdWIiOiJwZXJzb246MSJ9."),
            await callers.bearer("nonsense"),
        ]
        for method, path in doors(app):
            if path in OPEN:
                continue
            for visitor in visitors:
                answer = await visitor.request(method, path, json={} if method != "GET" else None)
                assert answer.status_code == 401, (method, path, answer.text)
                assert answer.headers["content-type"] == "application/problem+json" or path.startswith(
                    "/oauth"
                )
