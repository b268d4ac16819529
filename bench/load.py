"""A load of HTTP requests over kept connections, written for one thing: to cost little beside what it measures."""

import asyncio
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from gzip import decompress
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL)
CONNECTIONS = 16
SECONDS = 1.5
"""How long one measurement of a rate lasts, plus the answers under way."""


class BenchError(Exception):
    """Something did not answer as it should: a figure of it would mean nothing."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def written(self) -> bytes:
        """As it goes over the wire."""
        headers = {"Host": HOST, **self.headers}
        if self.body:
            headers |= {"Content-Length": str(len(self.body))}
            headers.setdefault("Content-Type", "application/json")
        lines = [
            f"{self.method} {self.path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, compressed or not."""
        body = decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body
        return body.decode()

    @property
    def gist(self) -> str:
        """What it says, in a line: a page's title, else how it begins."""
        title = TITLE.search(self.text)
        return title[1].strip() if title else self.text[:300]


class Connection:
    """One kept connection. `async with Connection(port) as connection`."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(HOST, self._port, limit=1 << 20)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    async def ask(self, request: Request, expect: int) -> Answer:
        """One request and its whole answer. Raises BenchError for another status than the one expected."""
        self._writer.write(request.written())
        status_line, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if "transfer-encoding" in headers:
            raise BenchError(
                f"{request.method} {request.path} was answered in chunks, which this client can't read."
            )
        body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        given = Answer(int(status_line.split()[1]), headers, body)
        if given.status != expect:
            raise BenchError(
                f"{request.method} {request.path} was answered {given.status} instead of {expect}: {given.gist}"
            )
        return given


async def answer(port: int, request: Request, expect: int = 200) -> Answer:
    """One request on a connection of its own."""
    async with Connection(port) as connection:
        return await connection.ask(request, expect)


async def rate(port: int, requests: Iterator[Request], expect: int = 200) -> float:
    """Answers a second at 16 connections, each of which asks again as soon as it is answered."""

    async def keep_asking(connection: Connection) -> int:
        answers = 0
        while time.perf_counter() < until:
            await connection.ask(next(requests), expect)
            answers += 1
        return answers

    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(Connection(port)) for _ in range(CONNECTIONS)]
        started = time.perf_counter()
        until = started + SECONDS
        answers = sum(await asyncio.gather(*map(keep_asking, connections)))
        return answers / (time.perf_counter() - started)


async def timed(port: int, request: Request, expect: int = 200) -> tuple[Answer, float]:
    """One request on a connection of its own, and the seconds from asking to the whole answer."""
    async with Connection(port) as connection:
        started = time.perf_counter()
        given = await connection.ask(request, expect)
        return given, time.perf_counter() - started
