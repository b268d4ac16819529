"""The demo plan over HTTP: the trajectory feed equals the paper's figures, and dashboard, lists and Board paper agree with it."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from services.domain.words import FeedScope
from services.shared.api_clients import create_client
from services.shared.db import Database
from tests.apps import create_plan_app, create_reporting_app
from tests.people import Callers

WOMEN, SCHEDULED, UNSCHEDULED, WORKFORCE, WELL_LED = (
    "Women's and Children's", "Scheduled Care", "Unscheduled Care", "Workforce", "Well-led",
)  # fmt: skip

MUST_DO_AT_30_APRIL = {
    WOMEN: (26, 22, 84.6),
    SCHEDULED: (25, 21, 84.0),
    UNSCHEDULED: (24, 16, 66.7),
    WORKFORCE: (39, 34, 87.2),
    WELL_LED: (0, 0, None),
    "all": (114, 93, 81.6),
}
"""Due by 30 April, closed by then, and of trajectory: the paper's 85, 84, 67 and 87 to one place."""


@pytest.fixture
async def callers(demo_database: Database) -> AsyncIterator[Callers]:
    """Clients of the reporting service."""
    async with Callers(demo_database, create_reporting_app(demo_database)) as callers:
        yield callers


@pytest.fixture
async def partner(demo_database: Database, callers: Callers) -> httpx2.AsyncClient:
    """A partner with a token for the plan's feeds."""
    async with demo_database.transaction() as db:
        credentials = await create_client(db, "NHSE/I analysts", [FeedScope.PLAN_READ])
    anonymous = await callers.anonymous()
    answer = await anonymous.post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(credentials.client_id, credentials.secret),
    )
    return await callers.bearer(answer.json()["access_token"])


async def feed(partner: httpx2.AsyncClient, as_at: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The trajectory feed by ISG, class and month."""
    answer = await partner.get("/feeds/v1/trajectory", params={"as_at": as_at})
    assert answer.status_code == 200, answer.text
    assert answer.json()["next"] is None
    return {(row["isg"], row["class"], row["month"]): row for row in answer.json()["items"]}


@pytest.mark.parametrize("isg", MUST_DO_AT_30_APRIL)
async def test_the_feed_at_30_april_equals_the_paper(partner: httpx2.AsyncClient, isg: str) -> None:
    """Must Do, by ISG and for the whole plan."""
    row = (await feed(partner, "2019-04-30"))[isg, "must_do", "2019-04"]
    assert (row["planned"], row["complete"], row["percent_of_trajectory"]) == MUST_DO_AT_30_APRIL[isg]


async def test_the_feed_at_30_april_has_both_classes_as_the_paper_says(partner: httpx2.AsyncClient) -> None:
    """Eight Should Do complete; 101 of 134 is over 75%."""
    rows = await feed(partner, "2019-04-30")
    should_do, both = rows["all", "should_do", "2019-04"], rows["all", "all", "2019-04"]
    assert (should_do["planned"], should_do["complete"]) == (20, 8)
    assert (both["planned"], both["complete"], both["percent_of_trajectory"]) == (134, 101, 75.4)


async def test_the_feed_at_31_march_equals_the_paper(partner: httpx2.AsyncClient) -> None:
    """52 complete in total, 48 of 59 Must Do; later months are planned and not yet complete."""
    rows = await feed(partner, "2019-03-31")
    must_do, both = rows["all", "must_do", "2019-03"], rows["all", "all", "2019-03"]
    assert (must_do["planned"], must_do["complete"], must_do["percent_of_trajectory"]) == (59, 48, 81.4)
    assert both["complete"] == 52
    april = rows["all", "must_do", "2019-04"]
    assert (april["planned"], april["complete"], april["percent_of_trajectory"]) == (114, None, None)


async def test_the_dashboard_says_93_137_and_35_and_each_opens_that_many(
    demo_database: Database, callers: Callers
) -> None:
    """The links lead to plan_api's list with the same filters."""
    board = await callers("board@demo.example")
    whole = (await board.get("/v1/dashboard", params={"as_at": "2019-04-30"})).json()["whole"]["must_do"]
    figures = {name: whole[name]["count"] for name in ("in_plan", "complete", "on_track", "neither")}
    assert figures == {"in_plan": 265, "complete": 93, "on_track": 137, "neither": 35}
    async with Callers(demo_database, create_plan_app(demo_database)) as plan:
        reader = await plan("board@demo.example")
        for name, figure in figures.items():
            opened = await reader.get(f"/v1{whole[name]['counted']}")
            assert opened.json()["total"] == figure, name


async def test_the_board_paper_says_what_the_feed_says_and_what_the_2019_paper_left_out(
    callers: Callers,
) -> None:
    """In the paper's manner; 35 and 93 of 114 are printed."""
    board = await callers("board@demo.example")
    paper = (await board.get("/v1/packs/board.json", params={"as_at": "2019-04-30"})).text
    html = (await board.get("/v1/packs/board.html", params={"as_at": "2019-04-30"})).text
    for words in (
        "22 Must Do Root Causes had been closed",
        "137",
        "81.6%",
        "75.4%",
        "neither complete nor on track",
    ):
        assert words in _text(html), words
    for figure in ("93", "114", "35"):
        assert f'"{figure}"' in paper or f": {figure}" in paper, figure


def _text(html: str) -> str:
    """What a reader reads, without the markup around it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
