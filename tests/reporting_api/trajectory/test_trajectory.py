"""The trajectory for people, on the small plan: RC-4 (Must Do, due 30 April) closed, RC-2 (Must Do, due 10 May) not."""

from typing import Any

import httpx2

from tests.people import Callers
from tests.reporting_api.opened import opened

BOARD, READER = "board@demo.example", "reader@demo.example"


async def trajectory(client: httpx2.AsyncClient, query: str = "") -> dict[str, Any]:
    """The door's answer."""
    answer = await client.get(f"/v1/trajectory{query}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_the_sentence_of_an_isg_has_its_figures_on_the_day(reporting: Callers) -> None:
    body = await trajectory(await reporting(BOARD))
    isgs = {each["isg"]: each for each in body["isgs"]}
    assert list(isgs) == ["Unscheduled Care", "Scheduled Care", "Well-led", "all"]
    figures = {
        isg: (
            each["must_do"]["complete"]["count"],
            each["must_do"]["planned"]["count"],
            each["must_do"]["whole_percent"],
        )
        for isg, each in isgs.items()
    }
    assert figures == {
        "Unscheduled Care": (0, 1, 0),
        "Scheduled Care": (1, 1, 100),
        "Well-led": (0, 0, None),
        "all": (1, 2, 50),
    }
    assert isgs["all"]["must_do"]["percent_of_trajectory"] == 50.0
    assert isgs["all"]["must_do"]["due_by"] == "2019-05-22"
    assert isgs["Well-led"]["slug"] == "well-led"


async def test_on_the_due_date_itself_a_root_cause_is_due(reporting: Callers) -> None:
    board = await reporting(BOARD)
    due = {
        day: (await trajectory(board, f"?as_at={day}"))["isgs"][0]["must_do"]["planned"]["count"]
        for day in ("2019-05-09", "2019-05-10")
    }
    assert due == {"2019-05-09": 0, "2019-05-10": 1}


async def test_before_the_plans_first_month_nothing_is_due(reporting: Callers) -> None:
    whole = (await trajectory(await reporting(BOARD), "?as_at=2019-01-31"))["isgs"][-1]["all"]
    assert (whole["planned"]["count"], whole["complete"]["count"], whole["whole_percent"]) == (0, 0, None)


async def test_every_figure_opens_exactly_the_root_causes_it_counts(
    reporting: Callers, plan: Callers
) -> None:
    for day in ("2019-04-24", "2019-05-22"):
        body = await trajectory(await reporting(BOARD), f"?as_at={day}")
        assert body["rows"]
        for row in body["rows"]:
            for figure, link in row["counted"].items():
                if row[figure] is None:
                    assert link is None
                else:
                    assert await opened(await plan(BOARD), link) == row[figure], link


async def test_readers_get_the_figures_and_no_links_to_what_they_may_not_open(reporting: Callers) -> None:
    body = await trajectory(await reporting(READER))
    assert body["rows"][0]["counted"] == {"planned": None, "original_planned": None, "complete": None}
    assert body["isgs"] != []
    assert {each["all"]["planned"]["counted"] for each in body["isgs"]} == {None}


async def test_as_known_earlier_a_figure_does_not_open_a_list_of_today(reporting: Callers) -> None:
    body = await trajectory(await reporting(BOARD), "?as_at=2019-04-30&known_at=2019-02-28T00:00:00Z")
    assert body["rows"] == []
    body = await trajectory(await reporting(BOARD), "?as_at=2019-04-30&known_at=2019-03-02T00:00:00Z")
    assert {row["counted"]["planned"] for row in body["rows"]} == {None}


async def test_a_day_after_today_is_refused_in_a_sentence(reporting: Callers) -> None:
    answer = await (await reporting(BOARD)).get("/v1/trajectory?as_at=2019-05-23")
    assert answer.status_code == 422
    assert "23 May 2019 is after today" in answer.json()["detail"]


async def test_the_anonymous_and_those_without_a_role_in_the_plan_are_refused(reporting: Callers) -> None:
    assert (await (await reporting.anonymous()).get("/v1/trajectory")).status_code == 401
    assert (await (await reporting("admin@demo.example")).get("/v1/trajectory")).status_code == 403


async def test_what_has_not_changed_is_not_sent_again(reporting: Callers) -> None:
    board = await reporting(BOARD)
    etag = (await board.get("/v1/trajectory")).headers["ETag"]
    assert (await board.get("/v1/trajectory", headers={"If-None-Match": etag})).status_code == 304
