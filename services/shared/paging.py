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
    return items[start : start + limit], cursor_after(start, limit, len(items))


def cursor_after(start: int, limit: int, total: int) -> str | None:
    """The cursor of the page after the one that begins at `start`; None after the last."""
    following = start + limit
    if following >= total:
        return None
    return cursor_of(following)


def cursor_of(start: int) -> str:
    """The cursor of the page that begins there."""
    return base64.urlsafe_b64encode(f"from:{start}".encode()).decode().rstrip("=")


def start_of(cursor: str | None) -> int:
    """Where a cursor's page begins: the position in a list, or the row that it follows. Raises RuleBroken for one not ours."""
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
