"""Signing in and out with local accounts. SSO would be one more way to call `start_session`."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from services.domain.errors import RuleBroken
from services.shared import tokens
from services.shared.auth import Caller, NotSignedIn, person_of_session
from services.shared.clock import real_now
from services.shared.db import Database
from services.shared.models import Person, SignInAttempt, SignInSession
from services.shared.problems import TooManyRequests

SESSION_LASTS = timedelta(hours=12)
SCRIPT_TOKEN_LASTS = timedelta(hours=1)
WEB_TOKEN_LASTS = timedelta(minutes=5)

THROTTLE_WINDOW = timedelta(minutes=15)
FAILURES_ALLOWED_HERE = 5
FAILURES_ALLOWED_ANYWHERE = 20
FAILURES_ALLOWED_FROM_ADDRESS = 60

SHORTEST_PASSWORD = 12
SHORTEST_DEMO_PASSWORD = 8
"""The demo's accounts hold nothing real; `Settings.demo_password` asks for as many."""
WRONG = (
    "The email address or the password is not right. Try again, or ask your administrator for a new password."
)


@dataclass(frozen=True, slots=True)
class StartedSession:
    """A session's id, which tokens name, and its secret, which is told once."""

    public_id: str
    secret: str


async def sign_in(
    database: Database, db: AsyncSession, email: str, password: str, address: str
) -> StartedSession:
    """Starts a session for a local account. Raises NotSignedIn, or TooManyRequests after too many failures."""
    email = email.strip().lower()
    await _throttle(db, email, address)
    person = await db.scalar(
        select(Person)
        .where(Person.email == email, Person.deactivated_at.is_(None))
        .options(undefer(Person.password_hash))
    )
    kept = person.password_hash if person else None
    # A missing account costs the same time as a wrong password, so that nobody can probe for accounts.
    right = await asyncio.to_thread(_matches, kept or _nobodys_hash(), password)
    if person is None or kept is None or not right:
        await _remember_failure(database, email, address)
        raise NotSignedIn(WRONG)
    return await start_session(db, person)


async def start_session(db: AsyncSession, person: Person) -> StartedSession:
    """A new session of a person who has proved who they are."""
    session = StartedSession(secrets.token_hex(16), secrets.token_urlsafe(32))
    now = real_now()
    db.add(
        SignInSession(
            public_id=session.public_id, secret_digest=digest(session.secret), person_id=person.id,
            started_at=now, expires_at=now + SESSION_LASTS,
        )
    )  # fmt: skip
    await db.flush()
    return session


async def renew(db: AsyncSession, secret: str) -> tuple[Caller, str, datetime]:
    """The person whose live session this secret belongs to, with a short token. Raises NotSignedIn."""
    public_id = await db.scalar(
        select(SignInSession.public_id).where(SignInSession.secret_digest == digest(secret))
    )
    caller = await person_of_session(db, public_id) if public_id else None
    if caller is None or public_id is None:
        raise NotSignedIn("Your session has ended. Sign in again.")
    token, expires_at = session_token(caller.id, public_id, WEB_TOKEN_LASTS)
    return caller, token, expires_at


def session_token(person_id: int, public_id: str, lasts: timedelta) -> tuple[str, datetime]:
    """A signed token that names a person's session."""
    return tokens.sign(tokens.Claims(f"person:{person_id}", public_id), lasts)


async def sign_out(db: AsyncSession, caller: Caller, *, everywhere: bool) -> None:
    """Ends this session, or all of the person's. Their tokens stop working at once."""
    ending = update(SignInSession).where(
        SignInSession.person_id == caller.id, SignInSession.ended_at.is_(None)
    )
    if not everywhere:
        ending = ending.where(SignInSession.public_id == caller.session)
    await db.execute(ending.values(ended_at=real_now()))


def hash_password(password: str, *, shortest: int = SHORTEST_PASSWORD) -> str:
    """The argon2id hash to keep. Raises RuleBroken for a password that is too short."""
    if len(password) < shortest:
        raise RuleBroken.at("password", f"Choose a password of at least {shortest} characters.")
    return PasswordHasher().hash(password)


def digest(secret: str) -> str:
    """What is kept of a secret of ours: long and random, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def _throttle(db: AsyncSession, email: str, address: str) -> None:
    since = real_now() - THROTTLE_WINDOW
    account = digest(email)
    counted = (
        await db.execute(
            select(
                func.count().filter(
                    SignInAttempt.account_digest == account, SignInAttempt.address == address
                ),
                func.count().filter(SignInAttempt.account_digest == account),
                func.count().filter(SignInAttempt.address == address),
            ).where(
                SignInAttempt.at > since,
                (SignInAttempt.account_digest == account) | (SignInAttempt.address == address),
            )
        )
    ).one()
    allowed = (FAILURES_ALLOWED_HERE, FAILURES_ALLOWED_ANYWHERE, FAILURES_ALLOWED_FROM_ADDRESS)
    if any(failures >= most for failures, most in zip(counted, allowed, strict=True)):
        raise TooManyRequests(
            "Too many attempts to sign in. Wait 15 minutes and try again.",
            int(THROTTLE_WINDOW.total_seconds()),
        )


async def _remember_failure(database: Database, email: str, address: str) -> None:
    """In a transaction of its own: the request's is rolled back when it is refused."""
    async with database.transaction() as db:
        db.add(SignInAttempt(account_digest=digest(email), address=address, at=real_now()))


def _matches(kept: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def _nobodys_hash() -> str:
    return PasswordHasher().hash(secrets.token_urlsafe(16))
