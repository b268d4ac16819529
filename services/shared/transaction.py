"""One request is one transaction, committed before its answer is sent.

A route of this class opens the transaction, lets FastAPI run the endpoint in it, gives GET answers an ETag, and keeps the
answer given under an `Idempotency-Key` in the same transaction as what it did, so that the same request twice is done once
however the first one ended.
"""

import hashlib
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound, RuleBroken
from services.shared.auth import identify
from services.shared.clock import real_now
from services.shared.db import Database, WhoAndWhy, lock
from services.shared.models import IdempotencyKey

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_KEY_LENGTH = 200


class TransactionalRoute(APIRoute):
    """See the module's docstring."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler inside a transaction."""
        answer = super().get_route_handler()

        async def in_one_transaction(request: Request) -> Response:
            await refuse_what_no_text_holds(request)
            database: Database = request.app.state.database
            who = WhoAndWhy(request_id=request.state.request_id)
            async with database.transaction(who, reading=request.method in SAFE_METHODS) as db:
                request.state.db = db
                request.state.caller = await identify(request, db)
                if request.method in SAFE_METHODS:
                    return with_etag(request, await answer(request))
                return await _once(request, db, answer)

        return in_one_transaction


NEXT_PAGE = re.compile(rb'"next":"([A-Za-z0-9_-]+)"\}$')
"""Every list ends with the cursor of its next page, which the header `Link` repeats (RFC 8288)."""
NUL_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape for U+0000, unless its backslash is itself escaped."""


async def refuse_what_no_text_holds(request: Request) -> None:
    """The character U+0000 is in no text, and PostgreSQL keeps none: NotFound in an address, RuleBroken in what was sent."""
    if "\0" in request.url.path or "\0" in request.scope["path"]:
        raise NotFound("There is nothing at this address. Check it, or start from the home page.")
    for name, value in request.query_params.multi_items():
        if "\0" in value:
            raise RuleBroken.at(name, f"{name} holds a character that no text has (U+0000): remove it.")
    is_json = request.headers.get("Content-Type", "").partition(";")[0].strip().endswith("json")
    if is_json and NUL_IN_JSON.search(await request.body()):
        raise RuleBroken.at("", "What was sent holds a character that no text has (U+0000): remove it.")


def with_etag(request: Request, response: Response) -> Response:
    """The answer with an ETag, or 304 where the caller has these bytes already.

    The tag is the digest of the bytes, after the `version` of what is shown where `If-Match` is to be compared with it.
    """
    if response.status_code != 200 or not isinstance(response.body, bytes):
        return response
    following = NEXT_PAGE.search(response.body)
    if following:
        address = request.url.include_query_params(cursor=following[1].decode())
        response.headers.setdefault("Link", f'<{address.path}?{address.query}>; rel="next"')
    version = getattr(request.state, "version", None)
    digest = hashlib.sha256(response.body).hexdigest()[:32]
    etag = response.headers.setdefault("ETag", f'"{digest}"' if version is None else f'"{version}-{digest}"')
    response.headers.setdefault("Cache-Control", "private, no-cache")
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    if etag in known or "*" in known:
        return Response(
            status_code=304, headers={"ETag": etag, "Cache-Control": response.headers["Cache-Control"]}
        )
    return response


def tell_a_secret(request: Request) -> None:
    """This answer holds a secret that is told once: it is not kept under an idempotency key, where it could be read again."""
    request.state.tells_a_secret = True


async def _once(
    request: Request, db: AsyncSession, answer: Callable[[Request], Coroutine[Any, Any, Response]]
) -> Response:
    key = request.headers.get("Idempotency-Key")
    if key is None or request.state.caller is None:
        # Keys belong to a caller; what nobody in particular gets, such as a token, is never kept.
        return await answer(request)
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        raise RuleBroken.at(
            "Idempotency-Key", f"An Idempotency-Key has 1 to {MAX_KEY_LENGTH} characters. Send a shorter one."
        )
    service = request.app.state.service_name
    caller = request.state.caller.subject
    digest = hashlib.sha256(
        b"\0".join(
            [
                request.method.encode(),
                request.url.path.encode(),
                request.url.query.encode(),
                await request.body(),
            ]
        )
    ).hexdigest()
    await lock(db, f"{service} {caller} {key}")
    given = await db.scalar(
        select(IdempotencyKey).where(
            IdempotencyKey.service == service, IdempotencyKey.caller == caller, IdempotencyKey.key == key
        )
    )
    if given is not None:
        if given.request_digest != digest:
            raise RuleBroken.at(
                "Idempotency-Key",
                "This Idempotency-Key was used for another request. Send this one with a key of its own.",
            )
        return Response(given.body, given.status, media_type="application/json")
    response = await answer(request)
    if response.status_code < 400 and not getattr(request.state, "tells_a_secret", False):
        db.add(
            IdempotencyKey(
                service=service, caller=caller, key=key, request_digest=digest, status=response.status_code,
                body=bytes(response.body).decode(), created_at=real_now(),
            )
        )  # fmt: skip
    return response
