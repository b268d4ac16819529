"""The whole plan at a date, in one document: read in one snapshot of the database, written as it is read."""

import asyncio
import csv
import io
import json
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, ClassVar, Final

import zstandard
from fastapi import Request
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Message, Receive, Scope, Send

from services.domain.words import FeedScope
from services.reporting_api.feeds import measures
from services.reporting_api.feeds.changes import cursor_of_now
from services.reporting_api.feeds.formats import CSV, JSON, Head
from services.reporting_api.feeds.sources import FEEDS, page_of
from services.reporting_api.points_in_time import PointInTime
from services.reporting_api.trajectory.schemas import TrajectoryItem
from services.reporting_api.trajectory.service import trajectory_rows
from services.shared.db import Database
from services.shared.logging import log
from services.shared.problems import problem

AT_ONCE: Final = 200
"""How many things are in memory at once."""
KPIS_AT_ONCE: Final = 20
"""Whose values are."""
MOST_AT_ONCE: Final = 4
"""Each holds a connection for as long as its client takes to read; a client has one at a time."""
TAKEN_WITHIN: Final = 30.0
"""Seconds for a piece: whoever takes longer has gone, or holds the others up."""
AGAIN_AFTER: Final = 10
PARTS: Final = {
    "findings": FeedScope.PLAN_READ,
    "root-causes": FeedScope.PLAN_READ,
    "updates": FeedScope.PLAN_READ,
    "change-requests": FeedScope.PLAN_READ,
    "trajectory": FeedScope.PLAN_READ,
    "escalations": FeedScope.ESCALATIONS_READ,
    "packs": FeedScope.PACKS_READ,
    "kpis": FeedScope.KPI_READ,
    "observations": FeedScope.KPI_READ,
}
"""In this order, those that the client's scopes cover."""


async def written(
    database: Database, point: PointInTime, head: Head, media_type: str, scopes: Collection[FeedScope]
) -> AsyncGenerator[bytes, None]:
    """The document, in pieces."""
    parts = [part for part, scope in PARTS.items() if scope in scopes]
    async with database.transaction() as db:
        await db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        if media_type == JSON:
            yield _opening(head, await cursor_of_now(db))
        elif media_type == CSV:
            yield b"feed,item\r\n"
        for number, part in enumerate(parts):
            if media_type == JSON:
                yield f'{"," if number else ""}"{part}":['.encode()
            first = True
            async for items in _items(db, point, part):
                if not items:
                    continue
                if media_type == JSON:
                    yield (b"" if first else b",") + b",".join(items)
                else:
                    yield b"".join(_lines(media_type, part, items))
                first = False
            if media_type == JSON:
                yield b"]"
        if media_type == JSON:
            yield b"}}"


def _opening(head: Head, cursor: str) -> bytes:
    """The envelope's own fields, the cursor from which `changes` goes on, and the beginning of the parts."""
    opening = head.before_items().removesuffix(b'"items":[')
    return opening + f'"changes":{json.dumps(cursor)},"parts":{{'.encode()


def _lines(media_type: str, part: str, items: Sequence[bytes]) -> Iterator[bytes]:
    for item in items:
        if media_type == CSV:
            text = io.StringIO()
            csv.writer(text).writerow([part, item.decode()])
            yield text.getvalue().encode()
        else:
            yield f'{{"feed":"{part}","item":'.encode() + item + b"}\n"


async def _items(db: AsyncSession, point: PointInTime, part: str) -> AsyncIterator[Sequence[bytes]]:
    if part == "trajectory":
        rows = await trajectory_rows(db, point)
        yield [TrajectoryItem.of(row).model_dump_json(by_alias=True).encode() for row in rows]
        return
    if part == "observations":
        after: int | None = None
        while ids := await measures.kpis_there(db, point, after, KPIS_AT_ONCE):
            found = await measures.observations_of(db, point, ids)
            yield [item.model_dump_json(by_alias=True).encode() for item in found]
            after = ids[-1]
        return
    after = None
    while True:
        items, after = await page_of(FEEDS[part], db, point, None, after, AT_ONCE)
        yield items
        if after is None:
            return


async def compressed(pieces: AsyncGenerator[bytes, None], encoding: str) -> AsyncGenerator[bytes, None]:
    """The same in an encoding, as it comes."""
    packer: Any
    packer = (
        zlib.compressobj(6, wbits=31) if encoding == "gzip" else zstandard.ZstdCompressor(3).compressobj()
    )
    compress: Callable[[bytes], bytes] = packer.compress
    async with aclosing(pieces):
        async for piece in pieces:
            if packed := compress(piece):
                yield packed
        yield packer.flush()


class SnapshotResponse(StreamingResponse):
    """The document, sent as fast as its client takes it. Whoever can't be served now is told so, and when to ask again."""

    _under_way: ClassVar[set[str]] = set()
    """The clients that this process is sending one to."""

    def __init__(
        self, request: Request, client: str, pieces: AsyncGenerator[bytes, None], media_type: str, headers: Mapping[str, str]
    ) -> None:  # fmt: skip
        super().__init__(pieces, media_type=media_type, headers=headers)
        self._request, self._client, self._pieces = request, client, pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The document, or 429 to a client that is being sent one, or 503 while as many others are as there is room for."""
        later = {"Retry-After": str(AGAIN_AFTER)}
        if self._client in self._under_way:
            sentence = "This client is being sent a snapshot already: read that one to its end, or close it."
            await problem(self._request, 429, sentence, headers=later)(scope, receive, send)
        elif len(self._under_way) >= MOST_AT_ONCE:
            sentence = f"Others are being sent snapshots just now. Ask again in {AGAIN_AFTER} seconds."
            await problem(self._request, 503, sentence, headers=later)(scope, receive, send)
        else:
            self._under_way.add(self._client)
            try:
                async with aclosing(self._pieces):
                    await super().__call__(scope, receive, send)
            finally:
                self._under_way.discard(self._client)

    async def stream_response(self, send: Send) -> None:
        """Piece by piece; the connection is given up where one is not taken in time."""

        async def in_time(message: Message) -> None:
            async with asyncio.timeout(TAKEN_WITHIN):
                await send(message)

        try:
            await super().stream_response(in_time)
        except TimeoutError:
            log.warning("snapshot_not_taken", client=self._client)
