"""Who calls, and whether they may.

A token names a person's session; the session, the person and their roles are read at every request, so that signing out
everywhere, leaving the trust and losing a role take effect at once.
"""

import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import DomainError
from services.domain.permissions import Action, Person, require_anywhere
from services.domain.words import FeedScope, Role
from services.shared import tokens
from services.shared.api_clients import note_use
from services.shared.db import WhoAndWhy, say_who
from services.shared.models import IdempotencyKey
from services.shared.statements import Statement


class NotSignedIn(DomainError):
    """No token, or one that is forged, expired or whose session has ended (401)."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request. `person` has what the permission table needs; it is None for machines."""

    subject: str
    person_id: int | None = None
    name: str = ""
    job_title: str | None = None
    session: str | None = None
    person: Person | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def id(self) -> int:
        """The row of the person who acts."""
        assert self.person_id is not None
        return self.person_id

    @property
    def who(self) -> Person:
        """The person who acts, for the rules."""
        assert self.person is not None
        return self.person


_PERSON_OF_SESSION = Statement("""
    SELECT person.id, person.email, person.name, person.job_title,
           (SELECT coalesce(jsonb_agg(jsonb_build_array(g.role, isg.name)), '[]')
              FROM role_grant g LEFT JOIN isg ON isg.id = g.isg_id
             WHERE g.person_id = person.id AND g.ended_at IS NULL) AS grants,
           (SELECT coalesce(jsonb_agg(owner.email), '[]')
              FROM deputy d JOIN person owner ON owner.id = d.owner_id
             WHERE d.deputy_id = person.id AND d.ended_at IS NULL) AS deputises_for,
           set_config('app.actor', 'person:' || person.id, true),
           set_config('app.request_id', coalesce(nullif(:request_id, ''), current_setting('app.request_id', true)), true),
           (SELECT today FROM business_clock) AS demo_today,
           (SELECT row_to_json(k)::text FROM idempotency_key k
             WHERE k.service = :service AND k.caller = 'person:' || person.id AND k.key = :key) AS answered
      FROM sign_in_session s JOIN person ON person.id = s.person_id
     WHERE s.public_id = :session AND s.ended_at IS NULL AND s.expires_at > clock_timestamp()
       AND person.deactivated_at IS NULL
""")

"""Who calls, and in the same statement what every request of a person needs: the trail told, the day, the answer given before."""

_CLIENT = text("""
    SELECT c.scopes, set_config('app.actor', 'client:' || c.client_id, true)
      FROM api_client c JOIN api_client_secret s ON s.api_client_id = c.id
     WHERE c.client_id = :client_id AND c.revoked_at IS NULL AND (c.expires_on IS NULL OR c.expires_on >= current_date)
       AND s.id = :secret AND (s.ends_at IS NULL OR s.ends_at > clock_timestamp())
""")


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which request, of which service, and under which idempotency key it was asked."""

    request_id: str = ""
    service: str = ""
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer that was given under an idempotency key, to the request with this digest."""

    request_digest: str
    status: int
    body: str


async def identify(
    authorization: str, db: AsyncSession, asked: Asked
) -> tuple[Caller | None, Answered | None]:
    """The caller that the bearer token names, or None, and what was answered under the key. The audit trail is told both."""
    scheme, _, token = authorization.partition(" ")
    claims = tokens.read(token.strip()) if scheme.lower() == "bearer" else None
    if claims is not None and claims.kind == "person":
        known = await _signed_in(db, claims.session or "", asked)
        if known is not None:
            return known
        claims = None
    await say_who(db, WhoAndWhy(request_id=asked.request_id))
    caller = None if claims is None else await _machine(db, claims)
    if caller is None or asked.key is None:
        return caller, None
    return caller, await answered(db, asked, caller)


async def answered(db: AsyncSession, asked: Asked, caller: Caller) -> Answered | None:
    """What was answered under the key."""
    row = (
        await db.execute(
            select(IdempotencyKey.request_digest, IdempotencyKey.status, IdempotencyKey.body).where(
                IdempotencyKey.service == asked.service,
                IdempotencyKey.caller == caller.subject,
                IdempotencyKey.key == asked.key,
            )
        )
    ).one_or_none()
    return None if row is None else Answered(*row)


async def person_of_session(db: AsyncSession, session: str) -> Caller | None:
    """The signed-in person, with the roles that they hold now."""
    known = await _signed_in(db, session, Asked())
    return None if known is None else known[0]


async def _signed_in(db: AsyncSession, session: str, asked: Asked) -> tuple[Caller, Answered | None] | None:
    row = await _PERSON_OF_SESSION.row(
        db, session=session, request_id=asked.request_id, service=asked.service, key=asked.key
    )
    if row is None:
        return None
    db.info["demo_today"] = row.demo_today
    grants = frozenset((Role(role), isg) for role, isg in row.grants)
    person = Person(row.email, grants, frozenset(row.deputises_for))
    caller = Caller(f"person:{row.id}", row.id, row.name, row.job_title, session, person)
    if row.answered is None:
        return caller, None
    given = json.loads(row.answered)
    return caller, Answered(given["request_digest"], given["status"], given["body"])


async def _machine(db: AsyncSession, claims: tokens.Claims) -> Caller | None:
    """One of our own processes, or a partner's client that has not been revoked, nor its secret ended."""
    if claims.kind == "client":
        row = (await db.execute(_CLIENT, {"client_id": claims.name, "secret": claims.secret})).one_or_none()
        if row is None:
            return None
        await note_use(db, claims.name)
        return Caller(claims.subject, scopes=claims.scopes & frozenset(row.scopes))
    await db.execute(text("SELECT set_config('app.actor', :actor, true)"), {"actor": claims.subject})
    return Caller(claims.subject)


async def current_caller(request: Request) -> Caller:
    """Any signed-in person. Raises NotSignedIn."""
    caller: Caller | None = request.state.caller
    if caller is None:
        raise NotSignedIn("Sign in to continue.")
    if caller.person is None:
        raise NotSignedIn("This door is for people: sign in with a person's account.")
    return caller


SignedIn = Annotated[Caller, Depends(current_caller)]


def permit(action: Action) -> Any:
    """`caller: Annotated[Caller, permit(Action.CLOSE)]`: 401 without a person's token, 403 without a role that may.

    Whether they may do it to this very thing is asked where the thing is loaded.
    """

    async def permitted(caller: SignedIn) -> Caller:
        require_anywhere(action, caller.who)
        return caller

    return Depends(permitted)


def permit_service(name: str) -> Any:
    """Only one of our own processes, by its signed token."""

    async def permitted(request: Request) -> Caller:
        caller: Caller | None = request.state.caller
        if caller is None or caller.subject != f"service:{name}":
            raise NotSignedIn(f"This door is for the {name} alone.")
        return caller

    return Depends(permitted)


def permit_person_or_client(action: Action, scope: FeedScope) -> Any:
    """A person with a role that may do the action, or a partner's client that holds the scope."""

    async def permitted(request: Request) -> Caller:
        caller: Caller | None = request.state.caller
        if caller is not None and caller.person is not None:
            require_anywhere(action, caller.who)
            return caller
        if caller is None or not caller.subject.startswith("client:"):
            raise NotSignedIn("Sign in to continue, or send a client's token.")
        if scope not in caller.scopes:
            raise ScopeMissing(
                f"This token does not hold the scope {scope}. Ask the PMO for a client that does."
            )
        return caller

    return Depends(permitted)


class ScopeMissing(DomainError):
    """The token is good but does not cover this feed (403, insufficient_scope)."""
