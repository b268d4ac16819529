"""A backup restored into an empty system: every feed in every format, byte for byte but for `generated_at`."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from services.shared.api_clients import create_client
from services.shared.db import Database
from services.shared.migrate import asyncpg_url
from services.supervisor.embedded_postgres import EmbeddedPostgres
from tests.apps import create_reporting_app
from tests.plan_api.workbook.workbooks import right_plan, written
from tests.platform.test_commands import Operator

ASKED = [
    f"/feeds/v1/{feed}{at}"
    for feed in ("findings", "root-causes", "trajectory")
    for at in ("", "?as_at=2019-04-30", "?as_at=2019-04-30&known_at=2019-05-01T00:00:00Z")
]
FORMATS = ("application/json", "text/csv", "application/x-ndjson")
GENERATED_AT = re.compile(rb'"generated_at":"[^"]+"')


@pytest.fixture
def systems() -> Iterator[tuple[Operator, EmbeddedPostgres, Operator, EmbeddedPostgres]]:
    """One that holds a plan, and an empty one."""
    with (
        tempfile.TemporaryDirectory(prefix="qip-one-") as one,
        tempfile.TemporaryDirectory(prefix="qip-other-") as other,
        EmbeddedPostgres(Path(one), durable=False) as first,
        EmbeddedPostgres(Path(other), durable=False) as second,
    ):
        yield Operator(Path(one)), first, Operator(Path(other)), second


async def feeds_of(postgres: EmbeddedPostgres) -> dict[tuple[str, str], bytes]:
    """Everything that a partner gets."""
    database = Database(asyncpg_url(postgres.admin_url))
    try:
        async with database.transaction() as db:
            client = await create_client(db, "NHS England", ["plan:read"])
        transport = httpx2.ASGITransport(create_reporting_app(database))
        async with httpx2.AsyncClient(transport=transport, base_url="http://service") as http:
            grant = {"grant_type": "client_credentials"}
            answer = await http.post("/oauth/token", data=grant, auth=(client.client_id, client.secret))
            http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            answers = {}
            for address in ASKED:
                for media_type in FORMATS:
                    answer = await http.get(address, headers={"Accept": media_type})
                    assert answer.status_code == 200, answer.text
                    answers[address, media_type] = GENERATED_AT.sub(b"", answer.content)
            return answers
    finally:
        await database.dispose()


async def test_every_feed_is_the_same_and_the_trail_goes_on(
    systems: tuple[Operator, EmbeddedPostgres, Operator, EmbeddedPostgres], tmp_path: Path
) -> None:
    """As many rows, the same bytes; the audit chain is whole before and after, and can be added to."""
    operator, first, newcomer, second = systems
    plan, backup = tmp_path / "plan.xlsx", tmp_path / "backup.tar"
    plan.write_bytes(written(right_plan()))
    imported = operator.qip("import", str(plan), "--approve-as-at", "2019-03-01")
    assert imported.returncode == 0, imported.stderr
    assert "were chained" in operator.qip("audit", "chain").stdout
    assert operator.qip("backup", str(backup)).returncode == 0
    before = await feeds_of(first)
    assert any(len(body) > 500 for body in before.values())

    restored = newcomer.qip("restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    assert await feeds_of(second) == before
    verified = newcomer.qip("audit", "verify")
    assert verified.returncode == 0, verified.stderr
    newcomer.add_administrator()
    assert newcomer.qip("audit", "chain").returncode == 0
    again = newcomer.qip("audit", "verify")
    assert (again.returncode, "0 not yet chained" in again.stdout) == (0, True), again.stderr
