"""Everything that the feeds say, read at once."""

from typing import Any

import httpx2

from services.domain.words import FeedScope
from services.shared.api_clients import create_client
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.oauth.partners import ask_for_token

READING = (FeedScope.PLAN_READ, FeedScope.KPI_READ, FeedScope.ESCALATIONS_READ, FeedScope.PACKS_READ)
OF_THINGS = ("findings", "root-causes", "updates", "change-requests", "escalations", "packs", "kpis")
KEYS = {"updates": ("root_cause", "cycle"), "observations": ("kpi", "period")}
Told = dict[tuple[str, str], dict[str, Any]]


async def reader_of_all(database: TestDatabase, reporting: Callers) -> httpx2.AsyncClient:
    """A partner's system that may read every feed."""
    async with database.owner.transaction() as db:
        credentials = await create_client(db, "Integrated care board", READING)
    answer = await ask_for_token(await reporting.anonymous(), credentials)
    return await reporting.bearer(answer.json()["access_token"])


async def everything(partner: httpx2.AsyncClient, question: str = "") -> Told:
    """Each item of each feed whose items are things, by the feed's name and the reference that `changes` gives it."""
    told: Told = {}
    for feed in OF_THINGS:
        for item in await items_of(partner, f"{feed}?{question}"):
            told[feed, ref_of(feed, item)] = item
    for feed, ref in list(told):
        if feed == "kpis":
            for item in await items_of(partner, f"kpis/{ref}/observations?{question}"):
                told["observations", ref_of("observations", item)] = item
    return told


def ref_of(feed: str, item: dict[str, Any]) -> str:
    """As `changes` names it."""
    return "/".join(str(item[key]) for key in KEYS.get(feed, ("ref",)))


async def items_of(partner: httpx2.AsyncClient, address: str) -> list[dict[str, Any]]:
    """The items of one page."""
    answer = await partner.get(f"/feeds/v1/{address}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def follow(
    partner: httpx2.AsyncClient, cursor: str | None, limit: int = 1000
) -> tuple[list[dict[str, Any]], str]:
    """All that has changed since the cursor, and the cursor after it."""
    told: list[dict[str, Any]] = []
    while True:
        question = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        answer = await partner.get("/feeds/v1/changes", params=question)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        told += body["items"]
        cursor = body["next"]
        if not body["items"]:
            assert cursor is not None
            return told, cursor
