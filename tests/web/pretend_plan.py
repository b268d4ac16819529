"""A plan_api of one person and one root cause, for what holds of every page whatever the services say."""

import itertools
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

EMAIL, PASSWORD = "owner@demo.example", "improving-together"
PERSON = {
    "name": "Sam O'Neill",
    "email": EMAIL,
    "job_title": "Matron",
    "roles": [{"role": "root_cause_owner", "isg": None}],
    "can": ["view_plan", "view_figures", "submit_update"],
}


class PretendPlan:
    """What the services would remember: sessions, and which request ids came."""

    def __init__(self) -> None:
        self.sessions: set[str] = set()
        self.request_ids: list[str] = []
        self.ready = True
        self.numbers = itertools.count(1)

    def end_all_sessions(self) -> None:
        """As "sign out everywhere" from another computer does."""
        self.sessions.clear()

    def app(self) -> FastAPI:
        """The doors of plan_api that the foundation uses."""
        app = FastAPI(openapi_url=None)

        @app.get("/readyz")
        def readyz() -> Response:
            return Response(status_code=200 if self.ready else 503)

        @app.post("/v1/sign-in")
        def sign_in(body: dict[str, str]) -> Response:
            if (body["email"], body["password"]) != (EMAIL, PASSWORD):
                return _no(401, "The email address or the password is not right.")
            session = f"secret-{next(self.numbers)}"
            self.sessions.add(session)
            return JSONResponse(
                {"token": f"token-{session}", "expires_at": "2026-01-01T00:00:00Z", "session": session}
            )

        @app.post("/v1/access-token")
        def access_token(body: dict[str, str], request: Request) -> Response:
            self.request_ids.append(request.headers["X-Request-ID"])
            if body["session"] not in self.sessions:
                return _no(401, "Sign in to continue.")
            return JSONResponse(
                {
                    "token": f"token-{body['session']}",
                    "expires_at": "2026-01-01T00:00:00Z",
                    "person": PERSON,
                    "today": "2019-05-22",
                    "trust": {"ods_code": "RXW", "name": "The Shrewsbury and Telford Hospital NHS Trust"},
                    "demo": True,
                }
            )

        @app.post("/v1/sign-out", status_code=204)
        def sign_out(_body: dict[str, bool], request: Request) -> Response:
            self.sessions.discard(request.headers["Authorization"].removeprefix("Bearer token-"))
            return Response(status_code=204)

        @app.get("/v1/refuse/{status}")
        def refuse(status: int, request: Request) -> Response:
            if request.headers["Authorization"].removeprefix("Bearer token-") not in self.sessions:
                return _no(401, "Sign in to continue.")
            return _no(status, "A sentence of the service.")

        return app


def _no(status: int, detail: str, **more: Any) -> JSONResponse:
    body = {"type": "urn:qip:problem:test", "title": "No", "status": status, "detail": detail, **more}
    return JSONResponse(body, status, media_type="application/problem+json")
