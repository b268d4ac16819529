"""What people see when something can't be done: one sentence that says what is wrong and what to do."""

from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import htmx
from web.clients.base import ServiceError, ServiceUnavailable
from web.logging import log
from web.rendering import page
from web.session import ForeignForm, NotForVisitor

EXPECTED = (403, 404, 429)
"""A person can bring these about with an address or a click. Any other refusal that a page didn't foresee is our bug: 500."""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """A title, a sentence, and whether the request's number helps."""

    title: str
    sentence: str
    tell_the_request: bool = False


NOT_FOUND = ErrorPage(
    "Page not found", "There is nothing at this address. Check it, or start from the home page."
)
WRONG_METHOD = ErrorPage("Page not found", "This address is not a page. Start from the home page.")
TOO_LARGE = ErrorPage("Too large", "What you sent is too large. Send less at a time.")
FOREIGN = ErrorPage("This form did not come from here", "Open the page again and send the form from there.")
UNREADABLE = ErrorPage(
    "This address is not right", "Part of the address can't be read. Go back and follow the link again."
)
OUR_FAULT = ErrorPage(
    "Something went wrong",
    "This is our fault, not yours. Go back, and try again in a few minutes.",
    tell_the_request=True,
)
UNAVAILABLE = ErrorPage(
    "The service is not available just now",
    "Go back, and try again in a minute. What you typed is still in the form.",
)

_TITLES = {403: "You can't open this", 404: NOT_FOUND.title, 429: "Too many requests"}
_BY_STATUS = {404: NOT_FOUND, 405: WRONG_METHOD, 413: TOO_LARGE}


def show_errors(app: FastAPI) -> None:
    """Turns every error of the app into a page."""

    @app.exception_handler(ServiceError)
    async def _refused(request: Request, error: ServiceError) -> Response:
        if error.status in EXPECTED:
            return _error_page(request, error.status, ErrorPage(_TITLES[error.status], error.message))
        if error.status == 422 and request.method == "GET":
            # What a page asks for stands in its address: somebody has typed there, or followed a cut-off link.
            return _error_page(request, 422, ErrorPage(UNREADABLE.title, error.message))
        log.error(
            "unexpected refusal",
            status=error.status,
            kind=error.kind,
            fields=[each.field for each in error.fields],
        )
        return _error_page(request, 500, OUR_FAULT)

    @app.exception_handler(ServiceUnavailable)
    async def _unavailable(request: Request, error: ServiceUnavailable) -> Response:
        log.error("service unavailable", unavailable=str(error))
        return _error_page(request, 503, UNAVAILABLE)

    @app.exception_handler(NotForVisitor)
    async def _not_for_visitor(request: Request, error: NotForVisitor) -> Response:
        return _error_page(request, 403, ErrorPage(_TITLES[403], str(error)))

    @app.exception_handler(ForeignForm)
    async def _foreign(request: Request, _error: ForeignForm) -> Response:
        return _error_page(request, 403, FOREIGN)

    @app.exception_handler(RequestValidationError)
    async def _unreadable(request: Request, _error: RequestValidationError) -> Response:
        return _error_page(request, 422, UNREADABLE)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        return _error_page(request, error.status_code, _BY_STATUS.get(error.status_code, OUR_FAULT))


def _error_page(request: Request, status: int, shown: ErrorPage) -> Response:
    response = page(request, "errors/page.html.jinja", shown, status=status)
    if htmx.is_htmx(request):
        htmx.replace_the_page(response.headers)
    return response


class OurFault:
    """The last net: a bug is logged with its trace and answered with a page, inside all that protects pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            log.exception("our fault")
            if started or scope["type"] != "http":
                raise
            await _error_page(Request(scope), 500, OUR_FAULT)(scope, receive, send)
