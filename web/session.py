"""Who is looking at our pages. The browser holds an opaque secret; plan_api says whose it is and gives short-lived tokens."""

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeVar, cast

from fastapi import APIRouter, Depends, Request, params
from starlette.responses import Response

from web import csrf
from web.clients.answers.sign_in import AccessToken, PersonSignedIn
from web.clients.base import ServiceClient, ServicePool, SignedOut
from web.clients.kpi import KpiClient
from web.clients.plan import PlanClient
from web.clients.reporting import ReportingClient
from web.settings import WebSettings

SESSION_COOKIE = "qip_session"
VISIT_COOKIE = "qip_visit"
KNOWN_FOR_SECONDS = 30
"""How long an answer of plan_api is used again. The services look at the session's row at every request all the same."""
KNOWN_IN_DEMO_SECONDS = 2
"""And in the demo, where its clock is moved by hand, and the next page is to show the new day."""


class SessionLost(Exception):
    """Nobody is signed in, or no longer: the person signs in and goes on where they were."""


class ForeignForm(Exception):
    """A form that another site sent, or that nobody can tell where from."""


class NotForVisitor(Exception):
    """A page whose form the services would refuse from this visitor: the sentence says whose it is."""


class StaleForm(Exception):
    """A form of ours from an earlier session: it is shown again, filled, to be checked and sent."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person who is signed in, with what every page's frame shows."""

    person: PersonSignedIn
    today: date
    trust_name: str
    demo: bool
    token: str

    def may(self, action: str) -> bool:
        """Whether the services would let them do this to something at least."""
        return action in self.person.can


class Sessions:
    """What plan_api said of the sessions seen lately, by the digest of their secret."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._seen: OrderedDict[bytes, tuple[float, Visitor]] = OrderedDict()

    async def visitor(self, secret: str, plan: PlanClient) -> Visitor:
        """Whose session it is. Raises SignedOut when it is nobody's any more."""
        known = self._seen.get(_digest(secret))
        if known and time.monotonic() - known[0] < _known_for(known[1]):
            return known[1]
        visitor = _visitor(await plan.access_token(secret))
        self._seen[_digest(secret)] = (time.monotonic(), visitor)
        self._seen.move_to_end(_digest(secret))
        if len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return visitor

    def forget(self, secret: str) -> None:
        """Asks plan_api again next time."""
        self._seen.pop(_digest(secret), None)


def _known_for(visitor: Visitor) -> float:
    return KNOWN_IN_DEMO_SECONDS if visitor.demo else KNOWN_FOR_SECONDS


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _visitor(answer: AccessToken) -> Visitor:
    return Visitor(answer.person, answer.today, answer.trust.name, answer.demo, answer.token)


async def find_visitor(request: Request) -> Visitor | None:
    """Who is signed in, if anybody; remembered for the rest of the request."""
    known = getattr(request.state, "visitor", None)
    if known is not None:
        return cast("Visitor", known)
    secret = session_of(request)
    if not secret:
        return None
    try:
        request.state.visitor = await sessions(request).visitor(secret, anonymous(request))
    except SignedOut:
        return None
    return cast("Visitor", request.state.visitor)


async def signed_in(request: Request) -> Visitor:
    """The signed-in person; of what changes things, also that the form is our own and of this session."""
    visitor = await find_visitor(request)
    if request.method not in csrf.SAFE_METHODS and csrf.came_from_elsewhere(request):
        raise ForeignForm
    if visitor is None:
        raise SessionLost
    if request.method not in csrf.SAFE_METHODS:
        await require_own_form(request)
    return visitor


async def require_own_form(request: Request) -> None:
    """Raises StaleForm for an outdated form of ours, ForeignForm for any other without this session's token."""
    given = str((await request.form()).get(csrf.FIELD, ""))
    if csrf.is_token(given, form_secret(request)):
        return
    raise StaleForm if csrf.came_from_here(request) else ForeignForm


SignedIn = Annotated[Visitor, Depends(signed_in)]


def only_for(action: str, sentence: str) -> params.Depends:
    """What a page's route depends on when it is for those who may do this: anybody else is told whose it is."""

    async def check(visitor: SignedIn) -> None:
        if not visitor.may(action):
            raise NotForVisitor(sentence)

    dependency: params.Depends = Depends(check)
    return dependency


async def _close_what_was_uploaded(request: Request) -> AsyncIterator[None]:
    """Once the answer has gone: also the empty part that a browser sends for a file that was not chosen."""
    yield
    await request.close()


def feature_router(tag: str) -> APIRouter:
    """A feature's pages: all of them for signed-in people, all their forms protected."""
    return APIRouter(tags=[tag], dependencies=[Depends(_close_what_was_uploaded), Depends(signed_in)])


# -- the services on the person's behalf ----------------------------------------------------------------------------

C = TypeVar("C", bound=ServiceClient)


def _client(kind: type[C], request: Request, token: str | None = None) -> C:
    pool: ServicePool = request.app.state.services
    return kind(pool, request.state.request_id, token, request.client.host if request.client else None)


def anonymous(request: Request) -> PlanClient:
    """plan_api before anybody is signed in."""
    return _client(PlanClient, request)


async def _plan(request: Request, visitor: SignedIn) -> PlanClient:
    return _client(PlanClient, request, visitor.token)


async def _kpi(request: Request, visitor: SignedIn) -> KpiClient:
    return _client(KpiClient, request, visitor.token)


async def _reporting(request: Request, visitor: SignedIn) -> ReportingClient:
    return _client(ReportingClient, request, visitor.token)


Plan = Annotated[PlanClient, Depends(_plan)]
Kpi = Annotated[KpiClient, Depends(_kpi)]
Reporting = Annotated[ReportingClient, Depends(_reporting)]


# -- cookies --------------------------------------------------------------------------------------------------------


def sessions(request: Request) -> Sessions:
    """What is known of the sessions seen lately."""
    return cast("Sessions", request.app.state.sessions)


def session_of(request: Request) -> str | None:
    """The secret of the browser's session: the one just begun, else its cookie's."""
    return getattr(request.state, "session", None) or request.cookies.get(SESSION_COOKIE)


def form_secret(request: Request) -> str:
    """What this browser's form tokens are made from: its session, or its visit before there is one."""
    secret = (
        session_of(request) or request.cookies.get(VISIT_COOKIE) or getattr(request.state, "new_visit", None)
    )
    if secret is None:
        request.state.new_visit = secret = secrets.token_urlsafe(32)
    return secret


def remember_visit(request: Request, response: Response) -> None:
    """Gives a browser without a session the cookie that its forms' tokens are made from."""
    visit = getattr(request.state, "new_visit", None)
    if visit:
        set_cookie(request, response, VISIT_COOKIE, visit)


def begin_session(request: Request, response: Response, secret: str) -> None:
    """From now on the browser is signed in."""
    set_cookie(request, response, SESSION_COOKIE, secret)
    response.delete_cookie(VISIT_COOKIE)


def end_session(request: Request, response: Response) -> None:
    """From now on the browser is anonymous, and forgets the pages it kept."""
    sessions(request).forget(session_of(request) or "")
    response.delete_cookie(SESSION_COOKIE)
    response.headers["Clear-Site-Data"] = '"cache"'


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """A cookie that scripts can't read and other sites' forms don't bring along; until the browser is closed."""
    settings: WebSettings = request.app.state.settings
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=settings.secure_cookies)
