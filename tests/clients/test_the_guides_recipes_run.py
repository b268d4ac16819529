"""The guide's recipes run as they are printed, but for the address and the credentials.

curl and Python blocks are executed. There is no interpreter of Power Query's language (M) outside Power BI and Excel: of its
blocks every `Web.Contents` is read and its request sent exactly as written, page after page, and every column that is named is
looked for in what comes back. That M itself is right besides is not proved here.
"""

import asyncio
import base64
import csv
import io
import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from services.domain.webhooks import signature
from services.shared.webhooks import signing_secret
from tests.clients.conftest import Service

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "partner.md").read_text()
EXAMPLE = "https://qip.example"


def blocks(language: str) -> list[str]:
    """The guide's blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


BASH, PYTHON, POWER_QUERY = blocks("bash"), blocks("python"), blocks("powerquery")
READERS = [block for block in PYTHON if EXAMPLE in block]
(VERIFIER,) = [block for block in PYTHON if EXAMPLE not in block]


async def run(service: Service, folder: Path, *command: str) -> str:
    """What a program says; it has to end well."""
    environment = {
        **os.environ, "CLIENT_ID": service.client_id, "CLIENT_SECRET": service.secret,
        "PYTHONPATH": str(ROOT / "clients" / "python"),
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, complained = await process.communicate()
    assert process.returncode == 0, complained.decode()
    return said.decode()


@pytest.mark.parametrize("number", range(len(BASH)))
async def test_a_recipe_of_curl_runs(service: Service, tmp_path: Path, number: int) -> None:
    script = BASH[number].replace(EXAMPLE, service.address)
    said = await run(service, tmp_path, "bash", "-euo", "pipefail", "-c", script)
    if "trajectory.csv" in script:
        rows = list(csv.DictReader(io.StringIO((tmp_path / "trajectory.csv").read_text())))
        assert {"isg", "class", "month", "planned", "complete"} <= set(rows[0])
    elif "etag" in script:
        assert json.loads((tmp_path / "findings.json").read_text())["items"]
        assert said.strip() == "304"
    elif "status" in script:
        assert all(feed["up"] for feed in json.loads(said)["feeds"])
    else:
        assert json.loads(said)["items"][0]["ref"] == "RC-1"


@pytest.mark.parametrize("number", range(len(READERS)))
async def test_a_recipe_of_python_runs(service: Service, tmp_path: Path, number: int) -> None:
    said = await run(
        service, tmp_path, sys.executable, "-c", READERS[number].replace(EXAMPLE, service.address)
    )
    assert re.search(r"RC-1 Unscheduled Care|[1-9]\d* kept|[1-9]\d* findings, \d+ met", said), said


def test_the_recipe_for_webhooks_tells_what_is_genuine() -> None:
    names: dict[str, Any] = {}
    exec(VERIFIER, names)  # noqa: S102 - the recipe as printed
    secret, now, body = signing_secret("salt"), int(time.time()), b'{"type":"test"}'
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(now),
        "webhook-signature": signature(secret, "msg_1", now, body),
    }
    assert names["event_of"](secret, headers, body) == {"type": "test"}
    assert names["event_of"](signing_secret("other"), headers, body) is None
    assert names["event_of"](secret, headers, body + b" ") is None
    late = {**headers, "webhook-timestamp": str(now - 301)}
    assert names["event_of"](secret, late, body) is None


@pytest.mark.parametrize("number", range(len(POWER_QUERY)))
async def test_the_requests_of_a_power_query_recipe_are_answered_with_its_columns(
    service: Service, number: int
) -> None:
    block = POWER_QUERY[number]
    assert block.count("(") == block.count(")")
    assert block.count("[") == block.count("]")
    assert block.count("{") == block.count("}")
    names: dict[str, Any] = {
        "Address": service.address, "ClientId": service.client_id, "ClientSecret": service.secret, "cursor": None,
    }  # fmt: skip
    for name in ("Address", "ClientId", "ClientSecret"):
        assert re.search(rf'^    {name} = "[^"]+",$', block, re.MULTILINE), name
    asked, read = [M(options, names) for options in calls_of_web_contents(block)]
    async with httpx2.AsyncClient() as http:
        token = await send(http, service.address, asked.record())
        names["Token"] = token.json()
        columns = set(re.findall(r'"(\w+)"', block[block.index("Rows =") :])) - {"row"}
        assert len(columns) >= 4
        pages = 0
        while pages == 0 or names["cursor"] is not None:
            answer = await send(http, service.address, M(read.text, names).record())
            pages += 1
            if "json" in answer.headers["content-type"]:
                body = answer.json()
                assert columns <= set(body["items"][0])
                names["cursor"] = body["next"]
            else:
                assert columns <= set(next(csv.reader(io.StringIO(answer.text))))
        if "nullable" in block:
            names["cursor"] = base64.urlsafe_b64encode(b"from:1").decode().rstrip("=")
            assert "cursor" in M(read.text, names).record()["Query"]


async def send(http: httpx2.AsyncClient, address: str, options: Mapping[str, Any]) -> httpx2.Response:
    """As Web.Contents does: a POST where there is content."""
    assert set(options) <= {"RelativePath", "Query", "Headers", "Content"}
    answer = await http.request(
        "POST" if "Content" in options else "GET",
        f"{address}/{options['RelativePath']}",
        params=options.get("Query"),
        headers=options["Headers"],
        content=options.get("Content"),
    )
    assert answer.status_code == 200, answer.text
    return answer


def calls_of_web_contents(block: str) -> Iterator[str]:
    """The record of options of each call."""
    for call in re.finditer(r"Web\.Contents\(Address, ", block):
        depth, start = 0, call.end()
        for place in range(start, len(block)):
            depth += {"[": 1, "]": -1}.get(block[place], 0)
            if depth == 0:
                yield block[start : place + 1]
                break


class M:
    """As much of M as the options of Web.Contents are written in: texts, records, names, `&`, fields, calls, if."""

    TOKEN = re.compile(r'\s*(#"[^"]*"|"[^"]*"|[A-Za-z_][\w.]*|[\[\]()=,&])')

    def __init__(self, text: str, names: Mapping[str, Any]) -> None:
        self.text, self.names = text, names
        self.tokens = self.TOKEN.findall(text)
        assert "".join(self.tokens) == re.sub(r"\s+(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", "", text), (
            "something of M is unknown here"
        )

    def record(self) -> dict[str, Any]:
        """What the text is: one record."""
        value: dict[str, Any] = self.expression()
        assert not self.tokens
        return value

    def take(self, wanted: str) -> None:
        """The next token, which has to be this."""
        assert self.tokens.pop(0) == wanted

    def expression(self) -> Any:
        """Values joined by `&`, or `if`."""
        if self.tokens[0] == "if":
            self.take("if")
            left = self.value()
            self.take("=")
            is_so = left == self.value()
            self.take("then")
            yes = self.expression()
            self.take("else")
            no = self.expression()
            return yes if is_so else no
        found = self.value()
        while self.tokens and self.tokens[0] == "&":
            self.take("&")
            more = self.value()
            found = {**found, **more} if isinstance(found, dict) else found + more
        return found

    def value(self) -> Any:
        """A text, a record, something in brackets, a call, or a name with a field."""
        token = self.tokens.pop(0)
        if token == "[":
            return self.fields()
        if token == "(":
            found = self.expression()
            self.take(")")
            return found
        if token.startswith('"'):
            return token.strip('"')
        if self.tokens and self.tokens[0] == "(":
            self.take("(")
            given = self.expression()
            self.take(")")
            return (
                given.encode()
                if token == "Text.ToBinary"
                else {"Uri.BuildQueryString": urlencode}[token](given)
            )
        held: Any = None if token == "null" else self.names[token]
        if self.tokens and self.tokens[0] == "[":
            self.take("[")
            held = held[self.tokens.pop(0)]
            self.take("]")
        return held

    def fields(self) -> dict[str, Any]:
        """Of a record, after its bracket."""
        found: dict[str, Any] = {}
        while self.tokens[0] != "]":
            name = self.tokens.pop(0).removeprefix("#").strip('"')
            self.take("=")
            found[name] = self.expression()
            if self.tokens[0] == ",":
                self.take(",")
        self.take("]")
        return found
