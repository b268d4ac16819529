"""Sign in and sign out."""

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from web import csrf
from web.clients.base import ServiceError
from web.rendering import Notice, page, see_other
from web.session import (
    ForeignForm,
    Plan,
    StaleForm,
    anonymous,
    begin_session,
    end_session,
    feature_router,
    find_visitor,
    require_own_form,
)
from web.sign_in.pages import SignInForm, SignInPage, SignOutPage

anyone = APIRouter(tags=["sign-in"])
router = feature_router("sign-in")

_REFUSALS = (401, 422, 429)


@anyone.get("/sign-in")
async def show_sign_in(request: Request) -> Response:
    """The sign-in page; who is signed in goes straight on."""
    following = own_path(request.query_params.get("next"))
    if await find_visitor(request):
        return RedirectResponse(following, 303)
    return page(request, "sign_in/page.html.jinja", SignInPage(SignInForm.filled(next=following)))


@anyone.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Begins a session and goes to the page that was asked for."""
    form = await SignInForm.posted(request)
    if csrf.came_from_elsewhere(request):
        raise ForeignForm
    try:
        await require_own_form(request)
    except StaleForm:
        form.add_error("", "This page was open for too long. Enter your email address and password again.")
    if not form.check():
        return _sign_in_page(request, form, 422)
    try:
        session = (await anonymous(request).sign_in(form.email.value, form.password.value)).session
    except ServiceError as error:
        if error.status not in _REFUSALS:
            raise
        form.add_error("email", error.message)
        return _sign_in_page(request, form, 429 if error.status == 429 else 422)
    response = RedirectResponse(own_path(form.next.value), 303)
    begin_session(request, response, session)
    return response


def _sign_in_page(request: Request, form: SignInForm, status: int) -> Response:
    return page(request, "sign_in/page.html.jinja", SignInPage(form), status=status)


@router.get("/sign-out")
async def show_sign_out(request: Request) -> Response:
    """Sign out here, or everywhere."""
    return page(request, "sign_in/sign_out.html.jinja", SignOutPage())


@router.post("/sign-out")
async def sign_out(request: Request, plan: Plan) -> Response:
    """Ends the session on the server, or all of the person's sessions."""
    everywhere = (await request.form()).get("everywhere") == "yes"
    await plan.sign_out(everywhere=everywhere)
    said = Notice(
        "You are signed out", "On every computer and phone where you were signed in." if everywhere else ""
    )
    response = see_other(request, "/sign-in", said)
    end_session(request, response)
    return response


def own_path(wanted: str | None) -> str:
    """The path if it is one of ours, else the home page: nobody is sent to another site.

    /root-causes?isg=x -> itself; https://evil.example, //evil.example and /\\evil.example -> /
    """
    if (
        not wanted
        or not wanted.startswith("/")
        or wanted.startswith(("//", "/\\"))
        or not wanted.isprintable()
    ):
        return "/"
    parts = urlsplit(wanted)
    return "/" if parts.scheme or parts.netloc else wanted
