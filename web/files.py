"""Files of the services, passed on as they come; files of people, and how large a form with one may be."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Final

import httpx2
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.responses import Response, StreamingResponse

from web.settings import LARGEST_EVIDENCE_MB, WebSettings

MEGABYTE: Final = 1024 * 1024
MOST_TYPED: Final = 2 * MEGABYTE
"""What a form may weigh without a file."""


def with_a_file_of(megabytes: int) -> int:
    """What a form with a file may weigh. A file that is a little larger than that is refused by its service's own sentence."""
    return megabytes * MEGABYTE + MOST_TYPED


def largest_file_mb(request: Request) -> int:
    """How large a file may be that is sent to this address, in MB; 0 where it takes none."""
    room = getattr(request.scope.get("route"), "max_body_size", None)
    megabytes = (room - MOST_TYPED) // MEGABYTE if room else 0
    settings: WebSettings = request.app.state.settings
    return settings.evidence_max_mb if megabytes == LARGEST_EVIDENCE_MB else megabytes


async def parts_of(file: UploadFile) -> AsyncIterator[bytes]:
    """A file as it came."""
    while part := await file.read(MEGABYTE):
        yield part


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
