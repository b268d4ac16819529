"""ETags of things that people change, and `If-Match` on what changes them."""

import hashlib
from typing import Annotated

from fastapi import Header
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.auth import Caller
from services.shared.clock import business_today
from services.shared.models import RootCause
from services.shared.problems import Stale

IfMatch = Annotated[
    str | None, Header(description="The ETag that the change is based on: 412 when it has changed since")
]


async def etag_of(db: AsyncSession, reference: str, caller: Caller) -> str:
    """The tag of a root cause as this caller sees it today: `"VERSION-rest"`."""
    version = await db.scalar(select(RootCause.version).where(RootCause.reference == reference))
    seen = f"{reference}\0{caller.subject}\0{sorted(map(str, caller.who.grants))}\0{await business_today(db)}"
    return f'"{version or 0}-{hashlib.sha256(seen.encode()).hexdigest()[:16]}"'


def check_if_match(if_match: str | None, version: int) -> None:
    """Raises Stale when the root cause has changed since the caller read it; nothing given asks for nothing."""
    if if_match is None or if_match.strip() == "*":
        return
    tags = [tag.strip().strip('"') for tag in if_match.split(",")]
    if not any(tag.split("-")[0] == str(version) for tag in tags):
        raise Stale(
            "This root cause has changed since you read it. Read it again, compare, and send yours if it still stands."
        )
