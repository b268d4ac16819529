"""A lost session loses no word. What was posted travels through the sign-in page, and comes back in the filled form, unsent.

The sign-in page stands at the form's own address and carries its fields along. After signing in there, the form's page is
shown (its GET, at the same address) with what was typed: `Form.shown` takes it from there. So a form must be posted to the
address that shows it.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from web import csrf, htmx
from web.clients.base import ServiceError, SignedOut
from web.rendering import fragment, page
from web.session import (
    SessionLost,
    StaleForm,
    anonymous,
    begin_session,
    require_own_form,
    session_of,
    sessions,
)
from web.sign_in.pages import SignInAgainForm, SignInAgainPage

Typed = Sequence[tuple[str, str]]


def keep_what_was_typed(app: FastAPI) -> None:
    """Answers everywhere, and in one way, that a session is lost or a form is of an earlier one."""
    app.add_exception_handler(SessionLost, _ask_to_sign_in)
    app.add_exception_handler(SignedOut, _ask_to_sign_in)
    app.add_exception_handler(StaleForm, _show_again)


async def _ask_to_sign_in(request: Request, _lost: Exception) -> Response:
    sessions(request).forget(session_of(request) or "")
    request.state.visitor = None
    if request.method in csrf.SAFE_METHODS:
        return _sign_in_and_return(request)
    if htmx.is_htmx(request) and request.method != "POST":
        return fragment(request, "sign_in/_not_saved.html.jinja", status=401)
    return await _sign_in_here(request)


def _sign_in_and_return(request: Request) -> Response:
    if htmx.is_htmx(request):
        return htmx.go_to("/sign-in?" + urlencode({"next": htmx.current_path(request)}))
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    address = "/sign-in" if here == "/" else "/sign-in?" + urlencode({"next": here})
    return RedirectResponse(address, 303)


async def _sign_in_here(request: Request) -> Response:
    """The sign-in page in the form's place; when it has been filled in, the form with what was typed."""
    form = await SignInAgainForm.posted(request)
    typed = await _typed(request, without=form.names)
    shown = SignInAgainPage(form=form, action=request.url.path, carried=tuple(typed))
    if not form.has_been_sent:
        return _in_place(request, shown)
    if not form.check():
        return _in_place(request, shown)
    try:
        await require_own_form(request)
        session = (await anonymous(request).sign_in(form.email.value, form.password.value)).session
    except (SignedOut, StaleForm) as error:
        form.add_error(
            "", error.message if isinstance(error, ServiceError) else "Send the form once more to sign in."
        )
        return _in_place(request, shown)
    return ShownAgain(request, typed, session)


def _in_place(request: Request, shown: SignInAgainPage) -> Response:
    response = page(request, "sign_in/again.html.jinja", shown, status=401)
    if htmx.is_htmx(request):
        htmx.replace_the_page(response.headers)
    return response


async def _show_again(request: Request, _stale: Exception) -> Response:
    return ShownAgain(request, await _typed(request))


async def _typed(request: Request, without: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The fields as posted, but files (a browser doesn't let them be filled in) and our own token."""
    form = await request.form()
    await form.close()
    return [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and name != csrf.FIELD and name not in without
    ]


class ShownAgain(Response):
    """The form's own page, filled with what was typed, told that it was not sent; signed in anew where a session is given."""

    def __init__(self, request: Request, typed: Typed, session: str | None = None) -> None:
        super().__init__()
        self._request = request
        self._typed = typed
        self._session = session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as the GET of the same address does."""
        state = {**scope.get("state", {}), "typed": self._typed}
        if self._session:
            state |= {"session": self._session, "visitor": None}
        headers = [header for header in scope["headers"] if not _is_of_the_post(header[0])]
        kept = {name: scope[name] for name in scope.keys() - {"endpoint", "route", "path_params"}}
        again = {**kept, "method": "GET", "headers": headers, "state": state}
        await self._request.app.router(again, receive, self._with_session(send))

    def _with_session(self, send: Send) -> Send:
        async def send_with_session(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                self._add_cookies(headers)
                if htmx.is_htmx(self._request):
                    htmx.replace_the_page(headers)
            await send(message)

        return send_with_session

    def _add_cookies(self, headers: MutableHeaders) -> None:
        if not self._session:
            return
        cookies = Response()
        begin_session(self._request, cookies, self._session)
        for cookie in cookies.headers.getlist("set-cookie"):
            headers.append("set-cookie", cookie)


def _is_of_the_post(header: bytes) -> bool:
    return header.startswith(b"content-") or htmx.is_htmx_header(header)
