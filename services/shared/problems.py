"""RFC 9457 problem details: every refusal is one clear sentence with a stable `type`, and names the fields that are wrong."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from services.domain.errors import Conflict, DomainError, NotAllowed, NotFound, Problem, RuleBroken
from services.shared.auth import NotSignedIn, ScopeMissing

STATUS_OF = {
    RuleBroken: 422,
    Conflict: 409,
    NotAllowed: 403,
    ScopeMissing: 403,
    NotFound: 404,
    NotSignedIn: 401,
}


class FieldProblem(BaseModel):
    """One wrong field: `field` as the contract spells it."""

    field: str
    message: str


class ProblemDetails(BaseModel):
    """The body of every refusal."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str | None = None
    errors: list[FieldProblem] | None = None
    changed_by: str | None = Field(None, description="Of a 412: who changed it last")
    changed_at: datetime | None = Field(None, description="Of a 412: when")


class Stale(DomainError):
    """The thing has changed since the caller read it (412); `by` and `at` say who changed it last, and when."""

    def __init__(self, sentence: str, by: str | None = None, at: datetime | None = None) -> None:
        self.by, self.at = by, at
        super().__init__(sentence)


class PreconditionMissing(DomainError):
    """A change that must say what it was based on doesn't (428)."""


class TooManyRequests(DomainError):
    """Too much in too little time (429); `retry_after` in seconds."""

    def __init__(self, sentence: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(sentence)


ANSWERS: dict[int | str, dict[str, Any]] = {
    code: {
        "model": ProblemDetails,
        "description": HTTPStatus(code).phrase,
        "content": {"application/problem+json": {}},
    }
    for code in (400, 401, 403, 404, 409, 412, 422, 429)
}
"""What every door may answer beside its own answer, for OpenAPI."""


def problem(
    request: Request, status: int, detail: str, *, kind: str | None = None, errors: tuple[Problem, ...] = (),
    headers: dict[str, str] | None = None, changed_by: str | None = None, changed_at: datetime | None = None,
) -> JSONResponse:  # fmt: skip
    """The answer that says no."""
    title = HTTPStatus(status).phrase
    body = ProblemDetails(
        type=f"urn:qip:problem:{kind or title.lower().replace(' ', '-')}",
        title=title,
        status=status,
        detail=detail,
        request_id=getattr(request.state, "request_id", None),
        errors=[FieldProblem(field=each.field, message=each.sentence) for each in errors] or None,
        changed_by=changed_by,
        changed_at=changed_at,
    )
    return JSONResponse(
        body.model_dump(mode="json", exclude_none=True),
        status,
        headers=headers,
        media_type="application/problem+json",
    )


def answer_with_problems(app: FastAPI) -> None:
    """Turns every error of the app into problem details."""

    @app.exception_handler(DomainError)
    def _domain_error(request: Request, error: DomainError) -> JSONResponse:
        errors = error.problems if isinstance(error, RuleBroken) else ()
        headers: dict[str, str] = {}
        match error:
            case NotSignedIn():
                headers["WWW-Authenticate"] = "Bearer"
            case ScopeMissing():
                headers["WWW-Authenticate"] = 'Bearer error="insufficient_scope"'
            case TooManyRequests():
                headers["Retry-After"] = str(error.retry_after)
                return problem(request, 429, str(error), headers=headers)
            case Stale():
                return problem(request, 412, str(error), changed_by=error.by, changed_at=error.at)
            case PreconditionMissing():
                return problem(request, 428, str(error))
        status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 422)
        return problem(request, status, str(error), kind=_kind(error), errors=errors, headers=headers)

    @app.exception_handler(RequestValidationError)
    def _malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        if any(each["type"] == "json_invalid" for each in error.errors()):
            return problem(
                request,
                422,
                "What was sent is not JSON: check quotes, commas and brackets.",
                kind="input-malformed",
            )
        problems = tuple(Problem(_field(each["loc"]), _sentence(each)) for each in error.errors())
        return problem(
            request,
            422,
            " ".join(each.sentence for each in problems),
            kind="input-malformed",
            errors=problems,
        )

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        return problem(request, error.status_code, _plain(error), headers=dict(error.headers or {}))

    @app.exception_handler(Exception)
    def _our_fault(request: Request, _error: Exception) -> JSONResponse:
        return problem(
            request,
            500,
            "Something went wrong on our side. Try again; if it happens again, tell the PMO the request id.",
        )


def _kind(error: DomainError) -> str:
    """The stable last part of `type`."""
    return next((word for kind, word in _KINDS.items() if isinstance(error, kind)), "rule-broken")


_KINDS: dict[type[DomainError], str] = {
    Conflict: "conflict",
    NotAllowed: "not-allowed",
    NotFound: "not-found",
    NotSignedIn: "not-signed-in",
    ScopeMissing: "insufficient-scope",
}


def _plain(error: HTTPException) -> str:
    cause = error.__cause__
    if error.status_code == 400 and isinstance(cause, ValueError) and not isinstance(cause, UnicodeError):
        return "A number in what was sent has too many digits to be read: shorten it."
    sentences = {
        400: "What was sent can't be read: send JSON in UTF-8, not nested too deep.",
        404: "There is nothing at this address. Check it, or start from the home page.",
        405: "This address does not take this method.",
        413: "What was sent is too large. Send less.",
    }
    return sentences.get(error.status_code, str(error.detail))


def _field(location: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in location if part not in ("body", "query", "path", "header"))


def _sentence(error: Any) -> str:
    field = _field(error["loc"]) or "The request"
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{field}: {message[:1].lower()}{message[1:]}."
