"""Sends the digests that were made: each once, and never lost.

A digest's row, with its text and Message-ID, was committed before anything is sent. Whoever sends it holds a lock that ends with
their connection, so that workers side by side never send one at once. Just before its text goes to the server, the row notes that
it is handed over, in a transaction of its own; after the server's answer the row notes what became of it. A worker that dies
before handing over has sent nothing, and the next one sends. One that dies after it may or may not have been heard: the next
one sends once more, under the same Message-ID, by which mail programs know it again, and never a third time.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP as AS_MAIL
from email.utils import format_datetime
from typing import Any, Final

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.clock import real_now
from services.shared.db import Database, WhoAndWhy
from services.shared.logging import log
from services.shared.models import Digest, Person
from services.shared.settings import ONE_ADDRESS, Settings
from services.worker.settings import worker_settings

WORKER: Final = WhoAndWhy("service:worker", "mail")
AT_ONCE: Final = 50
"""Digests a connection to the server."""
PATIENCE_SECONDS: Final = 30
LONGEST_WAIT: Final = timedelta(hours=1)
MOST_HANDED_OVER: Final = 2
"""The first time, and the one repeat."""
NO_ANSWER: Final = "The mail server took it and did not answer."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt. `error`: why it was not taken; `final`: it never will be; `answered`: we know."""

    error: str | None = None
    final: bool = False
    answered: bool = True
    connection_lost: bool = False


def wait_before_next_mail(attempts: int) -> timedelta:
    """A minute after the first failure, then twice as long each time: 1, 2, 4, ... 32, then 60 minutes."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 16)), LONGEST_WAIT)


@asynccontextmanager
async def mail_server(settings: Settings) -> AsyncIterator[SMTP]:
    """A connection to the mail server, encrypted and signed in as the settings say. Raises SMTPException or OSError."""
    smtp = SMTP(
        hostname=settings.smtp_host, port=settings.mail_port, username=settings.smtp_user, password=settings.smtp_password,
        use_tls=settings.smtp_tls == "tls", start_tls=settings.smtp_tls == "starttls", timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    await smtp.connect()
    try:
        yield smtp
    finally:
        with suppress(SMTPException, OSError):
            await smtp.quit()
        smtp.close()


async def send_digests(database: Database, stopping: asyncio.Event | None = None) -> int:
    """Sends what is due, as long as the server takes it; how many were sent."""
    stopping = stopping or asyncio.Event()
    sent = 0
    while worker_settings().sends_mail and not stopping.is_set():
        due = await _due(database)
        if not due:
            break
        sent_now, goes_on = await _send_some(database, due, stopping)
        sent += sent_now
        if not goes_on or not sent_now:  # what others have in hand is still due: don't ask for it without end
            break
    return sent


async def waiting_mail(db: AsyncSession) -> int:
    """How many digests are not sent and not given up."""
    return (await db.scalar(select(func.count()).select_from(Digest).where(*_waits()))) or 0


async def _send_some(database: Database, due: list[int], stopping: asyncio.Event) -> tuple[int, bool]:
    """How many of these were sent, and whether the server is there for more."""
    sent = 0
    try:
        async with mail_server(worker_settings()) as smtp:
            for digest_id in due:
                if stopping.is_set():
                    return sent, False
                outcome = await _send_one(database, smtp, digest_id)
                sent += outcome is not None and outcome.error is None
                if outcome is not None and outcome.connection_lost:
                    return sent, False
    except (SMTPException, OSError) as error:
        await _postpone(database, due, _told(error))
        return sent, False
    return sent, True


async def _send_one(database: Database, smtp: SMTP, digest_id: int) -> Outcome | None:
    """None when there is nothing to do for us: another worker has it, or it has been sent."""
    async with database.transaction() as holding:
        # The lock lasts as long as this transaction, through those that `_note` commits beside it, and ends with a killed worker.
        free = await holding.scalar(
            select(func.pg_try_advisory_xact_lock(func.hashtextextended(f"digest {digest_id}", 0)))
        )
        row = await _row(holding, digest_id) if free else None
        if row is None:
            return None
        outcome = await _hand_over(database, smtp, row)
        await _keep(database, row, outcome)
        return outcome


async def _hand_over(database: Database, smtp: SMTP, row: Any) -> Outcome:
    refusal = _refused_by_us(row)
    if refusal is not None:
        return Outcome(refusal, final=True)
    message = _message(row)
    try:
        await smtp.mail(str(worker_settings().smtp_from))
        await smtp.rcpt(row.sent_to)
    except SMTPRecipientRefused as error:
        await _begin_anew(smtp)
        return Outcome(_told(error), final=_is_final(error))
    except (SMTPException, OSError) as error:
        return Outcome(_told(error), connection_lost=not await _begin_anew(smtp))
    await _note(database, row.id, handed_over=Digest.handed_over + 1)
    try:
        await smtp.data(message)
    except SMTPDataError as error:
        return Outcome(_told(error), final=_is_final(error), connection_lost=not await _begin_anew(smtp))
    except (SMTPException, OSError):
        return Outcome(
            NO_ANSWER, final=row.handed_over + 1 >= MOST_HANDED_OVER, answered=False, connection_lost=True
        )
    return Outcome()


def _refused_by_us(row: Any) -> str | None:
    """Why it is not sent at all."""
    if row.deactivated_at is not None:
        return "The person has left the trust."
    if row.handed_over >= MOST_HANDED_OVER:
        return f"{NO_ANSWER} It was sent once more, and may have arrived."
    if not row.sent_to.isascii() or not ONE_ADDRESS.fullmatch(row.sent_to):
        return "This is not an email address that mail can go to."
    return None


def _message(row: Any) -> bytes:
    """The same bytes at every attempt. Header values hold no line breaks: the library refuses them."""
    message = EmailMessage(AS_MAIL)
    message["From"] = worker_settings().smtp_from
    message["To"] = row.sent_to
    message["Subject"] = row.subject
    message["Date"] = format_datetime(row.made_at)
    message["Message-ID"] = row.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(row.body, cte="quoted-printable")
    return message.as_bytes()


async def _begin_anew(smtp: SMTP) -> bool:
    """After a refusal the connection is ready for the next mail, or (False) it is gone."""
    try:
        await smtp.rset()
    except (SMTPException, OSError):
        return False
    return True


def _is_final(error: SMTPResponseException) -> bool:
    """5xx: the server will never take this mail. 4xx: later, perhaps."""
    return 500 <= error.code < 600


def _told(error: BaseException) -> str:
    """The reason in one short line without control characters: what a server says may hold anything."""
    if isinstance(error, SMTPResponseException):
        said = " ".join(f"{error.code} {error.message}".split())
        return "".join(letter for letter in said if letter.isprintable())[:300]
    if isinstance(error, SMTPServerDisconnected):
        return "The mail server ended the connection."
    if isinstance(error, SMTPTimeoutError):
        return "The mail server did not answer in time."
    return f"The mail server can’t be reached ({type(error).__name__})."


# -- what is kept -----------------------------------------------------------------------------------------------------


def _waits() -> tuple[ColumnElement[bool], ...]:
    return Digest.sent_at.is_(None), Digest.given_up_at.is_(None)


async def _due(database: Database) -> list[int]:
    async with database.transaction() as db:
        ids = await db.scalars(
            select(Digest.id)
            .where(*_waits(), Digest.next_attempt_at <= real_now())
            .order_by(Digest.next_attempt_at, Digest.id)
            .limit(AT_ONCE)
        )
        return list(ids)


async def _row(db: AsyncSession, digest_id: int) -> Any:
    """As it is now that we hold its lock; None when it is sent, given up or not due any more."""
    found = await db.execute(
        select(
            Digest.id, Digest.person_id, Digest.message_id, Digest.sent_to, Digest.subject, Digest.body, Digest.made_at,
            Digest.attempts, Digest.handed_over, Person.deactivated_at,
        )
        .outerjoin(Person, Person.id == Digest.person_id)
        .where(Digest.id == digest_id, *_waits(), Digest.next_attempt_at <= real_now())
    )  # fmt: skip
    return found.one_or_none()


async def _keep(database: Database, row: Any, outcome: Outcome) -> None:
    now: datetime = real_now()
    fate: dict[str, Any] = {"last_error": outcome.error}
    if outcome.error is None:
        fate |= {"sent_at": now}
        log.info("mail_sent", digest_id=row.id, failed_before=row.attempts)
    else:
        fate |= {
            "attempts": row.attempts + 1,
            "next_attempt_at": now + wait_before_next_mail(row.attempts + 1),
        }
        fate |= {"given_up_at": now} if outcome.final else {}
        log.warning("mail_failed", digest_id=row.id, attempts=row.attempts + 1, final=outcome.final)
    if outcome.answered:
        fate |= {"handed_over": row.handed_over}
    await _note(database, row.id, **fate)


async def _note(database: Database, digest_id: int, **values: Any) -> None:
    async with database.transaction(WORKER) as db:
        await db.execute(update(Digest).where(Digest.id == digest_id).values(**values))


async def _postpone(database: Database, due: list[int], error: str) -> None:
    """The server is not there, or takes nothing from us: all that was due waits, and nobody's mail is to blame."""
    async with database.transaction(WORKER) as db:
        rows = await db.execute(
            select(Digest.id, Digest.attempts).where(
                Digest.id.in_(due), *_waits(), Digest.next_attempt_at <= real_now()
            )
        )
        for digest_id, attempts in rows.all():
            values = {
                "attempts": attempts + 1,
                "last_error": error,
                "next_attempt_at": real_now() + wait_before_next_mail(attempts + 1),
            }
            await db.execute(update(Digest).where(Digest.id == digest_id, *_waits()).values(**values))
    log.warning("mail_server_away", waiting=len(due), error=error)
