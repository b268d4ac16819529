"""`If-Match` on what changes a root cause. The tags themselves are made in `transaction.py`: `"VERSION-digest"`."""

from typing import Annotated

from fastapi import Header, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.models import RootCause
from services.shared.problems import Stale

IfMatch = Annotated[
    str | None,
    Header(description="The ETag that the change is based on: 412 when the root cause has changed since"),
]


async def tag_with_version_of(request: Request, db: AsyncSession, reference: str) -> None:
    """The answer's ETag names the version of this root cause, so that `If-Match` can be compared with it."""
    request.state.version = await db.scalar(select(RootCause.version).where(RootCause.reference == reference))


def check_if_match(if_match: str | None, version: int) -> None:
    """Raises Stale when the root cause has changed since the caller read it; nothing given asks for nothing."""
    if if_match is None or if_match.strip() == "*":
        return
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in if_match.split(",")]
    if not any(tag.split("-")[0] == str(version) for tag in tags):
        raise Stale(
            "This has changed since you read it. Read it again, compare, and send yours if it still stands."
        )
