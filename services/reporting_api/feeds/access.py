"""Who may read a feed, and the way past everything for a client and an answer that are known already."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Hashable
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.wording import listed
from services.domain.words import FeedScope
from services.reporting_api.feeds.bodies import Kept
from services.reporting_api.feeds.known import Known, Watch
from services.reporting_api.rate_limit import RateLimit
from services.shared import tokens
from services.shared.auth import Caller, NotSignedIn, ScopeMissing
from services.shared.db import Session
from services.shared.tokens import Claims
from services.shared.transaction import (
    ReplicaRoute,
    refuse_what_no_text_holds,
    request_transaction,
    with_etag,
)

READING: Final = (FeedScope.PLAN_READ, FeedScope.KPI_READ, FeedScope.ESCALATIONS_READ, FeedScope.PACKS_READ)
"""What lets a client read anything of what changes and snapshots hold."""


_UNTIL: Final = text("""
    SELECT least((c.expires_on + 1)::timestamptz, s.ends_at)
      FROM api_client c JOIN api_client_secret s ON s.api_client_id = c.id
     WHERE c.client_id = :client_id AND s.id = :secret
""")
"""When a client or the secret that it proved itself with runs out, by what is known now."""


class FeedResponse(Response):
    """A page of a feed, to be kept and sent."""

    def __init__(self, feed: str, kept: Kept) -> None:
        super().__init__(status_code=200)
        self.feed, self.kept = feed, kept


class FeedRoute(ReplicaRoute):
    """A feed's door. What is known is sent at once; else it is worked out in a transaction, and known from then on."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What has been asked by a client that may ask is looked up before FastAPI begins."""
        answer = APIRoute.get_route_handler(self)

        async def made(request: Request, known: Known, asked: Hashable) -> Response:
            async with request_transaction(request, None, reading=True, from_replica=True):
                response = await answer(request)
            if not isinstance(response, FeedResponse):
                return response if isinstance(response, StreamingResponse) else with_etag(request, response)
            known.keep((asked, request.state.caller.scopes), response.feed, response.kept)
            return _sent(request, response.kept)

        async def at_once_or_made(request: Request) -> Response:
            await refuse_what_no_text_holds(request)
            watch: Watch = request.app.state.feeds
            known = request.state.known = await watch.current()
            headers, scope = request.headers, request.scope
            asked = (scope["path"], scope["query_string"], headers.get("accept"))
            caller = known.caller(_claims(headers.get("authorization", "")))
            if caller is None:
                return await made(request, known, asked)
            key = (asked, caller.scopes)
            while True:
                kept = known.answer(key)
                if kept is not None:
                    _count(request, caller)
                    return _sent(request, kept)
                if key not in known.making:
                    break
                await asyncio.shield(known.making[key])
            making = known.making[key] = asyncio.get_running_loop().create_future()
            try:
                return await made(request, known, asked)
            finally:
                del known.making[key]
                making.set_result(None)

        return at_once_or_made


def _sent(request: Request, kept: Kept) -> Response:
    headers = request.headers
    return kept.response(headers.get("accept-encoding"), headers.get("if-none-match"))


def _claims(authorization: str) -> Claims | None:
    """Whom a bearer token names, with which scopes, by which secret; nobody for one that is forged or has run out."""
    scheme, _, token = authorization.partition(" ")
    return tokens.read(token.strip()) if scheme.lower() == "bearer" else None


def _count(request: Request, caller: Caller) -> None:
    requests: RateLimit = request.app.state.feed_requests
    requests.take(caller.subject)


def holder_of(*scopes: FeedScope) -> Any:
    """A client that holds one of the scopes and has requests left this minute: else 401, 403 or 429."""

    async def permitted(request: Request, db: Session) -> Caller:
        return await let_in(request, db, scopes)

    return Depends(permitted)


async def let_in(request: Request, db: AsyncSession, scopes: Collection[FeedScope]) -> Caller:
    """The client, if it holds one of the scopes. Raises NotSignedIn, ScopeMissing, TooManyRequests."""
    caller: Caller | None = request.state.caller
    if caller is None or not caller.subject.startswith("client:"):
        raise NotSignedIn("Get a token from /oauth/token and send it as a bearer token.")
    if not caller.scopes & set(scopes):
        wanted = listed([str(each) for each in scopes])
        raise ScopeMissing(
            f"This token does not hold the scope {wanted}. Ask the PMO for a client that does."
            if len(scopes) == 1
            else f"This token holds none of the scopes {wanted}. Ask the PMO for a client that does."
        )
    _count(request, caller)
    known: Known = request.state.known
    claims = _claims(request.headers.get("authorization", ""))
    assert claims is not None  # it was let in
    until = await db.scalar(_UNTIL, {"client_id": claims.name, "secret": claims.secret})
    known.callers[claims] = (caller, until)
    return caller


PlanReader = Annotated[Caller, holder_of(FeedScope.PLAN_READ)]
KpiReader = Annotated[Caller, holder_of(FeedScope.KPI_READ)]
EscalationReader = Annotated[Caller, holder_of(FeedScope.ESCALATIONS_READ)]
PackReader = Annotated[Caller, holder_of(FeedScope.PACKS_READ)]
AnyReader = Annotated[Caller, holder_of(*READING)]
