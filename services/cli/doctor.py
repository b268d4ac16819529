"""`qip doctor`: looks at everything that the system needs, and says in words what is not as it should be."""

import asyncio
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import typer
from aiosmtplib import SMTPException
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.cli.system import admin_url
from services.domain.errors import Conflict
from services.shared.db import Database
from services.shared.migrate import SERVICES, asyncpg_url, newest_revision, separation_sql
from services.shared.settings import settings
from services.supervisor.parts import LISTENING, port_of
from services.supervisor.running import running_system
from services.worker.mail import mail_server, waiting_mail

OLDEST_POSTGRES = 15
ASSETS = Path(__file__).parents[2] / "web" / "static" / "vendor"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CLOCK_TOLERANCE = 5.0
SECONDS_FOR_MAIL = 10


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: fine, to be mended, or (fine None) good to know."""

    fine: bool | None
    sentence: str


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("doctor")(doctor)


def doctor() -> None:
    """Check Python, database, logins, ports, mail, front-end assets, browser and clock; exit 1 when something must be mended."""
    checks = [*_machine(), *_ports()]
    with admin_url() as url:
        checks += asyncio.run(_mail())
        checks += asyncio.run(_database(url))
        checks += asyncio.run(_replica())
    for check in checks:
        mark = {True: "ok  ", False: "MEND", None: "note"}[check.fine]
        typer.echo(f"{mark}  {check.sentence}")
    to_mend = sum(check.fine is False for check in checks)
    if to_mend:
        raise Conflict(f"{to_mend} of {len(checks)} things must be mended.")


def _machine() -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check(sys.version_info >= (3, 11), f"Python is {version}; 3.11 or newer is needed.")
    present = (ASSETS / "nhsuk").is_dir() and (ASSETS / "htmx").is_dir()
    yield Check(
        present, "The front-end assets are there." if present else "Run `make assets`: pages have no styles."
    )
    browser = next((name for name in BROWSERS if shutil.which(name)), None)
    yield Check(
        True if browser else None,
        f"{browser} is there for the tests." if browser else "No browser: `make test` will need chromium.",
    )


def _ports() -> Iterator[Check]:
    if running_system(settings().data_dir) is not None:
        yield Check(True, f"The system is running at {settings().public_address}.")
        return
    for name in LISTENING:
        port = port_of(name, settings())
        with socket.socket() as probe:
            free = probe.connect_ex(("127.0.0.1", port)) != 0
        yield Check(
            free,
            f"Port {port} is free for the {name} part."
            if free
            else f"Port {port} is taken: stop what listens there, or set QIP_{name.upper()}_PORT.",
        )


async def _mail() -> list[Check]:
    """Whether there is a mail server, and it lets us in."""
    if not settings().sends_mail:
        return [
            Check(
                None,
                "No mail is sent: QIP_SMTP_HOST is not set. Reminders stand on everybody's notices page all the same.",
            )
        ]
    where = f"The mail server {settings().smtp_host}, port {settings().mail_port},"
    try:
        async with asyncio.timeout(SECONDS_FOR_MAIL), mail_server(settings()):
            return [Check(True, f"{where} answers and lets us in.")]
    except (SMTPException, OSError, TimeoutError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        return [Check(False, f"{where} is not to be used: {reason[:200]}. Look at the QIP_SMTP settings.")]


async def _mail_waiting(db: AsyncSession) -> list[Check]:
    """What was not sent, where there is a mail server."""
    if not settings().sends_mail or not await db.scalar(text("SELECT to_regclass('digest') IS NOT NULL")):
        return []
    waiting = await waiting_mail(db)
    refused = await db.scalar(
        text("SELECT count(*) FROM digest WHERE given_up_at > clock_timestamp() - interval '7 days'")
    )
    told = f"{waiting} mails wait to be sent; {refused} could not be delivered in the last seven days"
    return [
        Check(True if not refused else None, f"{told}{': the page Cycle names them' if refused else ''}.")
    ]


async def _database(url: str) -> list[Check]:
    database = Database(url, pool_size=1)
    try:
        async with database.transaction() as db:
            return [
                *await _server(db),
                *await _migrated(db),
                *await _separated(db, url),
                *await _mail_waiting(db),
            ]
    finally:
        await database.dispose()


async def _replica() -> list[Check]:
    """Whether the replica that feeds and dashboards are read from answers, and how old what it has is."""
    url = settings().database_read_url
    if url is None:
        return []
    database = Database(url, pool_size=1)
    try:
        async with database.transaction(reading=True) as db:
            behind = await db.scalar(_BEHIND)
    except Exception as error:
        reason = " ".join(str(error).split())
        return [Check(False, f"The database at QIP_DATABASE_READ_URL does not answer: {reason[:200]}.")]
    finally:
        await database.dispose()
    if behind is None:
        return [
            Check(
                None, "QIP_DATABASE_READ_URL names a database that is no replica: it has to be the same one."
            )
        ]
    return [Check(True, f"The replica that feeds and dashboards are read from is {behind:.0f} s behind.")]


_BEHIND = text("""
    SELECT CASE WHEN NOT pg_is_in_recovery() THEN NULL
                WHEN pg_last_wal_receive_lsn() IS NOT DISTINCT FROM pg_last_wal_replay_lsn() THEN 0
                ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float
""")
"""None where it is no replica. What has been received and replayed is up to date, however long ago anything happened."""


async def _server(db: AsyncSession) -> list[Check]:
    number = int(str(await db.scalar(text("SHOW server_version_num")))) // 10000
    before = time.time()
    theirs = float(str(await db.scalar(text("SELECT extract(epoch FROM clock_timestamp())"))))
    off = max(before - theirs, theirs - time.time(), 0.0)
    return [
        Check(number >= OLDEST_POSTGRES, f"PostgreSQL is {number}; {OLDEST_POSTGRES} or newer is needed."),
        Check(
            off < CLOCK_TOLERANCE,
            "Our clock and the database's agree."
            if off < CLOCK_TOLERANCE
            else f"Our clock and the database's differ by {off:.0f} seconds: set up time synchronisation.",
        ),
    ]


async def _migrated(db: AsyncSession) -> list[Check]:
    there = await db.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
    revision = await db.scalar(text("SELECT version_num FROM alembic_version")) if there else "none"
    newest = newest_revision()
    if revision == newest:
        return [Check(True, f"The database is at the newest migration, {newest}.")]
    return [
        Check(False, f"The database is at migration {revision}, the code at {newest}: run `qip migrate`.")
    ]


async def _separated(db: AsyncSession, url: str) -> list[Check]:
    """Each service's login: as set, else as `qip migrate` names it."""
    database = str(make_url(url).database)
    configured = {service: getattr(settings(), f"{service}_database_url") for service in SERVICES}
    names = {
        service: str(make_url(asyncpg_url(address)).username) if address else f"{database}_{service}"
        for service, address in configured.items()
    }
    known = set(
        await db.scalars(
            text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:names)"), {"names": list(names.values())}
        )
    )
    if known == set(names.values()):
        return [Check(True, "Each service has a login of its own, which may write only its own tables.")]
    return [
        Check(
            None,
            "The separation of the services is OFF: they share one login. Your DBA can run this, with passwords of "
            f"their own, and you then set QIP_PLAN_DATABASE_URL and the others:\n\n{_sql_for_the_dba(database, names)}",
        )
    ]


def _sql_for_the_dba(database: str, names: dict[str, str]) -> str:
    logins = {service: (name, f"choose a password for {service}") for service, name in names.items()}
    addresses = [
        f"-- QIP_{service.upper()}_DATABASE_URL=postgresql://{quote(name)}:PASSWORD@HOST/{database}"
        for service, name in names.items()
    ]
    return "\n".join([*(f"{statement};" for statement in separation_sql(database, logins)), *addresses])
