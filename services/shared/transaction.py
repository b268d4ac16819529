"""One request is one transaction, committed before its answer is sent.

A route of this class opens the transaction, lets FastAPI run the endpoint in it, gives GET answers an ETag, and keeps the
answer given under an `Idempotency-Key` in the same transaction as what it did, so that the same request twice is done once
however the first one ended.
"""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, DomainError, NotFound, RuleBroken
from services.shared.auth import Answered, Asked, Caller, answered, identify
from services.shared.clock import business_today, real_now
from services.shared.db import Database, lock
from services.shared.kept_answers import KeptAnswers
from services.shared.statements import Statement

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_KEY_LENGTH = 200


class TransactionalRoute(APIRoute):
    """See the module's docstring."""

    from_replica: ClassVar[bool] = False

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler inside a transaction."""
        answer = super().get_route_handler()
        is_kept = getattr(self.endpoint, "is_kept", False)
        tables: Collection[str] | None = getattr(self.endpoint, "kept_tables", None)

        async def in_one_transaction(request: Request) -> Response:
            await refuse_what_no_text_holds(request)
            if request.method in SAFE_METHODS:
                async with request_transaction(request, None, reading=True, from_replica=self.from_replica):
                    if is_kept and request.state.caller is not None:
                        return with_etag(request, await _kept(request, answer, tables))
                    return with_etag(request, await answer(request))
            key = _key_of(request)
            if key is None:
                async with request_transaction(request, None):
                    return await answer(request)
            return await _once(request, key, answer)

        return in_one_transaction


class ReplicaRoute(TransactionalRoute):
    """What it shows is read from the replica, where there is one (`ReadingSession`), and is as old as that.

    Who calls, what they may, and what is noted of it is asked of the database itself.
    """

    from_replica = True


@asynccontextmanager
async def request_transaction(
    request: Request, key: str | None, *, reading: bool = False, from_replica: bool = False
) -> AsyncIterator[AsyncSession]:
    """The request's transaction, with who calls and, under a key, what was answered before."""
    database: Database = request.app.state.database
    asked = Asked(request.state.request_id, request.app.state.service_name, key)
    async with database.transaction(reading=reading) as db:
        request.state.db = db
        request.state.caller, request.state.answered = await identify(
            request.headers.get("Authorization", ""), db, asked
        )
        replica: Database | None = request.app.state.replica if from_replica else None
        if replica is None:
            request.state.read_from = db
            yield db
            return
        async with replica.transaction(reading=True) as request.state.read_from:
            yield db


async def _kept(
    request: Request,
    answer: Callable[[Request], Coroutine[Any, Any, Response]],
    tables: Collection[str] | None,
) -> Response:
    """The answer that is kept, while nothing (of these tables) has changed; else one made now."""
    db: AsyncSession = request.state.read_from
    caller: Caller = request.state.caller
    whose = caller.person or (caller.subject, caller.scopes)
    asked = (
        request.url.path, request.url.query, request.headers.get("Accept"), whose, await business_today(db),
    )  # fmt: skip
    answers: KeptAnswers = request.app.state.kept_answers
    kept, seen = await answers.find(db, asked, tables)
    if kept is not None:
        request.state.version = kept.version
        return kept.again()
    response = await answer(request)
    answers.keep(asked, seen, response, getattr(request.state, "version", None))
    return response


NEXT_PAGE = re.compile(rb'"next":"([A-Za-z0-9_-]+)"\}$')
"""Every list ends with the cursor of its next page, which the header `Link` repeats (RFC 8288)."""
NO_TEXT_IN_JSON = re.compile(
    rb"(?<!\\)(?:\\\\)*(\\u(?:00(?:0[0-8bcef]|1[0-9a-f])|fff[ef])|\\[bf])|(\xef\xbf[\xbe\xbf])", re.IGNORECASE
)
"""An escape for a control character but tab and line ends, unless its backslash is itself escaped; and U+FFFE, U+FFFF."""


async def refuse_what_no_text_holds(request: Request) -> None:
    """Control characters are in no text, and no document can hold them: NotFound in an address, RuleBroken in what was sent."""
    if "\0" in request.url.path or "\0" in request.scope["path"]:
        raise NotFound("There is nothing at this address. Check it, or start from the home page.")
    for name, value in request.query_params.multi_items():
        if "\0" in value:
            raise RuleBroken.at(name, f"{name} holds a character that no text has (U+0000): remove it.")
    is_json = request.headers.get("Content-Type", "").partition(";")[0].strip().endswith("json")
    found = NO_TEXT_IN_JSON.search(await request.body()) if is_json else None
    if found:
        character = json.loads(b'"%s"' % (found[1] or found[2]).lower())
        raise RuleBroken.at(
            "", f"What was sent holds a character that no text has (U+{ord(character):04X}): remove it."
        )


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


def _key_of(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= MAX_KEY_LENGTH:
        raise RuleBroken.at(
            "Idempotency-Key", f"An Idempotency-Key has 1 to {MAX_KEY_LENGTH} characters. Send a shorter one."
        )
    return key


async def _once(
    request: Request, key: str, answer: Callable[[Request], Coroutine[Any, Any, Response]]
) -> Response:
    """The answer, kept in the transaction of what it did; or the one that was given under this key before.

    Nobody waits for the key beforehand. Of two at the same moment one commits; the other breaks the key's uniqueness, or
    a rule on what the first has changed, is undone, and gets the answer of the first.
    """
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
    try:
        async with request_transaction(request, key) as db:
            given = _given_before(request, digest)
            if given is not None:
                return given
            response = await answer(request)
            if request.state.caller is not None:
                # Keys belong to a caller; what nobody in particular gets, such as a token, is never kept.
                await _keep_answer(request, db, key, digest, response)
            return response
    except DomainError:
        async with request_transaction(request, key, reading=True):
            given = _given_before(request, digest)
        if given is None:
            raise
        return given


async def wait_for_the_first(request: Request) -> None:
    """For a door that also does things in transactions of their own, which can't be undone with this one.

    Of two requests with one key at the same moment the second waits here until the first is answered, and is refused
    (Conflict), so that it gets that answer (`_once`) and does nothing itself.
    """
    key, caller = _key_of(request), request.state.caller
    if key is None or caller is None:
        return
    asked = Asked(request.state.request_id, request.app.state.service_name, key)
    await lock(request.state.db, f"{asked.service} {caller.subject} {key}")
    if await answered(request.state.db, asked, caller) is not None:
        raise Conflict("This has just been answered.")


def _given_before(request: Request, digest: str) -> Response | None:
    given: Answered | None = request.state.answered
    if given is None:
        return None
    if given.request_digest != digest:
        raise RuleBroken.at(
            "Idempotency-Key",
            "This Idempotency-Key was used for another request. Send this one with a key of its own.",
        )
    return Response(given.body, given.status, media_type="application/json")


_KEEP_ANSWER = Statement("""
    INSERT INTO idempotency_key (service, caller, key, request_digest, status, body, created_at)
    VALUES (:service, :caller, :key, :request_digest, :status, :body, :created_at)
    RETURNING EXISTS (SELECT FROM standing_due) AS anything_due
""")


async def _keep_answer(request: Request, db: AsyncSession, key: str, digest: str, response: Response) -> None:
    if response.status_code >= 400 or getattr(request.state, "tells_a_secret", False):
        return
    await db.flush()
    db.info["nothing_due"] = not await _KEEP_ANSWER.value(
        db, service=request.app.state.service_name, caller=request.state.caller.subject, key=key, request_digest=digest,
        status=response.status_code, body=bytes(response.body).decode(), created_at=real_now(),
    )  # fmt: skip
