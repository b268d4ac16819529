"""What people see when something can't be done: one sentence that says what is wrong and what to do."""

from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import htmx
from web.body_limit import TOO_LARGE
from web.clients.base import ServiceError, ServiceUnavailable
from web.files import largest_file_mb
from web.logging import log
from web.rendering import fragment, page
from web.session import ForeignForm, NotForVisitor

UNREADABLE_FORM = 400
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
BROKEN_FORM = ErrorPage("This form can't be read", "Open the page again and send the form from there.")
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
_BY_STATUS = {UNREADABLE_FORM: BROKEN_FORM, 404: NOT_FOUND, 405: WRONG_METHOD}


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
        return _answer(request, error)


def _answer(request: Request, error: HTTPException) -> Response:
    if error.status_code == TOO_LARGE and (largest := largest_file_mb(request)):
        shown = _too_large("file", f"{largest} MB, the most that a file may be here", "choose a smaller file")
        return _error_page(request, TOO_LARGE, shown)
    if error.status_code == TOO_LARGE or _has_a_huge_field(error):
        most = (
            "2 MB, the most that a form" if error.status_code == TOO_LARGE else "1 MB, the most that a field"
        )
        shown = _too_large("text", f"{most} may hold", "shorten it")
        return _error_page(request, TOO_LARGE, shown)
    return _error_page(request, error.status_code, _BY_STATUS.get(error.status_code, OUR_FAULT))


def _too_large(what: str, most: str, mend: str) -> ErrorPage:
    return ErrorPage(
        f"This {what} is too large",
        f"What you sent is larger than {most}, and nothing of it was kept: go back, where what you typed still stands, "
        f"and {mend}.",
    )


def _has_a_huge_field(error: HTTPException) -> bool:
    """What Starlette says of a form with a field over its limit of 1 MB."""
    return error.status_code == UNREADABLE_FORM and "maximum size" in error.detail


def _error_page(request: Request, status: int, shown: ErrorPage) -> Response:
    if htmx.is_htmx(request) and request.method not in ("GET", "POST"):
        # Sent while somebody types: the page with what is typed stays as it is.
        return fragment(request, "errors/_not_saved.html.jinja", shown, status=status)
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
        except Exception as error:
            if isinstance(error, HTTPException) and error.status_code == TOO_LARGE and not started:
                # Found out while another error was being told, of a lost session say.
                await _answer(Request(scope), error)(scope, receive, send)
                return
            log.exception("our fault")
            if started or scope["type"] != "http":
                raise
            await _error_page(Request(scope), 500, OUR_FAULT)(scope, receive, send)
