"""Lists in pages: `limit`, an opaque `cursor`, and where the next page is."""

import base64
from collections.abc import Sequence
from typing import Annotated, TypeVar

from fastapi import Query

from services.domain.errors import RuleBroken

Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=1000, description="The most items in one answer")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the answer before")]


def page(items: Sequence[Item], limit: int, cursor: str | None) -> tuple[Sequence[Item], str | None]:
    """The items of one page, and the cursor of the next (None after the last). Raises RuleBroken for a cursor not ours."""
    start = start_of(cursor)
    following = start + limit
    return items[start:following], cursor_of(following) if following < len(items) else None


def cursor_of(start: int) -> str:
    """The cursor of the page that begins there."""
    return base64.urlsafe_b64encode(f"from:{start}".encode()).decode().rstrip("=")


def start_of(cursor: str | None) -> int:
    """Where a page begins. Raises RuleBroken for a cursor not ours."""
    if cursor is None:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        word, _, start = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(":")
        if word == "from" and start.isdecimal() and len(start) < 10:
            return int(start)
    except ValueError:  # not base64, not ASCII, not UTF-8
        pass
    raise RuleBroken.at(
        "cursor", "This cursor is not one of ours: take `next` of the answer before, or leave it out."
    )
