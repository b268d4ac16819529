"""Files of the services, passed on as they come."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import httpx2
from starlette.responses import Response, StreamingResponse


async def download(opening: AbstractAsyncContextManager[httpx2.Response]) -> Response:
    """The file under the name that the service gives it. A refusal is raised before anything is sent."""
    async with AsyncExitStack() as opened:
        answer = await opened.enter_async_context(opening)
        kept_open = opened.pop_all()
    named = answer.headers["Content-Disposition"].replace("inline", "attachment", 1)
    return StreamingResponse(
        _as_it_comes(answer, kept_open),
        headers={"Content-Disposition": named},
        media_type=answer.headers["Content-Type"],
    )


async def _as_it_comes(answer: httpx2.Response, kept_open: AsyncExitStack) -> AsyncIterator[bytes]:
    async with kept_open:
        async for part in answer.aiter_bytes():
            yield part
