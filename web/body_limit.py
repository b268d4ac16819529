"""A form that weighs too much ends on a page of ours (`errors.too_large`), however large it is.

Starlette stops reading at the limit of an address (`max_body_size`). By the length that a browser announces it would then
put two bare words of its own in place of our page; and a connection that is closed while the browser still sends loses the
page on its way. So the announced length is not handed on, since bytes are counted as they come; and what is left is read to
its end, and thrown away, before the page is sent.
"""

from typing import Final

from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

TOO_LARGE: Final = 413
MOST_THROWN_AWAY: Final = 2 * 1024**3
"""A browser that sends more than this is cut off."""


class Pages(FastAPI):
    """FastAPI whose own limit on bodies is answered in our words."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        unannounced = [header for header in scope["headers"] if header[0] != b"content-length"]

        async def send_after_reading(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == TOO_LARGE:
                await _read_to_the_end(receive)
            await send(message)

        await super().__call__({**scope, "headers": unannounced}, receive, send_after_reading)


async def _read_to_the_end(receive: Receive) -> None:
    thrown_away, more = 0, True
    while more and thrown_away < MOST_THROWN_AWAY:
        message = await receive()
        thrown_away += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
