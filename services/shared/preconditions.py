"""`If-Match` on what changes a thing. The tags themselves are made in `transaction.py`: `"VERSION-digest"`."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import Header, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.clock import business_now, real_now
from services.shared.models import (
    AuditEntry,
    CycleReport,
    Kpi,
    PackRow,
    Person,
    ReminderPreference,
    Risk,
    RootCause,
)
from services.shared.problems import PreconditionMissing, Stale

IfMatch = Annotated[
    str | None,
    Header(description="The ETag that the change is based on: 412 when the thing has changed since"),
]
MACHINES: Final = {"service": "The system", "operator": "The operator", "client": "A partner’s system"}
CHANGED_SINCE: Final = (
    "This has changed since you read it. Read it again, compare, and send yours if it still stands."
)
Versioned = RootCause | Person | Risk | CycleReport | ReminderPreference | Kpi | PackRow
"""A row whose version counts its changes."""


async def tag_with_version_of(request: Request, db: AsyncSession, reference: str) -> None:
    """The answer's ETag names the version of this root cause, so that `If-Match` can be compared with it."""
    request.state.version = await db.scalar(select(RootCause.version).where(RootCause.reference == reference))


async def check_if_match(db: AsyncSession, if_match: str | None, row: Versioned | None) -> None:
    """Raises Stale, with who changed it and when, where the caller read an earlier version; nothing given asks for nothing.

    `row`: None for what is not there yet, whose version is 0.
    """
    version = row.version if row is not None else 0
    if names_version(if_match, version):
        return
    by, at = await _changed_last(db, row) if row is not None else (None, None)
    raise Stale(CHANGED_SINCE, by, at)


def names_version(if_match: str | None, version: int | str) -> bool:
    """Whether the tag that was given, if any, is of this version."""
    if if_match is None or if_match.strip() == "*":
        return True
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in if_match.split(",")]
    return any(tag.split("-")[0] == str(version) for tag in tags)


def require_if_match(if_match: str | None) -> None:
    """What PUT, PATCH and DELETE need. Raises PreconditionMissing."""
    if if_match is None:
        raise PreconditionMissing(
            "Say what the change is based on: send If-Match with the ETag that you read."
        )


async def _changed_last(db: AsyncSession, row: Versioned) -> tuple[str | None, datetime | None]:
    """As the audit trail has it: every version is an entry of the row."""
    entries = select(AuditEntry.actor, AuditEntry.at).where(
        AuditEntry.table_name == row.__tablename__, AuditEntry.row_id == row.id
    )
    found = (await db.execute(entries.order_by(AuditEntry.id.desc()).limit(1))).one_or_none()
    if found is None:
        return None, None
    at = found.at + (await business_now(db) - real_now())  # as people date things: in the demo, by its clock
    kind, _, number = found.actor.partition(":")
    if kind == "person" and number.isdecimal():
        return await db.scalar(select(Person.name).where(Person.id == int(number))), at
    return MACHINES.get(kind), at
