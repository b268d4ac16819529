"""Decisions about a chart: with reason and name, applied at once, undone with a reason, never removed; by whom they are taken."""

from datetime import date
from typing import Any

import httpx2
import pytest

from services.domain.chart_decisions import check_decision
from services.domain.errors import RuleBroken
from services.domain.words import ChartDecision, Frequency
from services.shared.models import KpiStanding
from tests.conftest import TestDatabase
from tests.kpi_api.measures import months, plant_kpi
from tests.people import Callers

DOOR = "/v1/kpis/K-1/decisions"
CHAIR = "chair@demo.example"
TODAY = date(2019, 5, 22)
PERIODS = months(date(2018, 1, 1), 14)


def wish(
    kind: str, period: str = "2018-06-15", reason: str | None = "A new pathway", **more: Any
) -> dict[str, Any]:
    return {"kind": kind, "period": period, "reason": reason} | more


@pytest.fixture
async def chair(database: TestDatabase, kpi: Callers) -> httpx2.AsyncClient:
    await plant_kpi(database, values=[80.0 + n % 3 for n in range(14)])
    return await kpi(CHAIR)


async def test_a_decision_is_applied_and_undone(chair: httpx2.AsyncClient, database: TestDatabase) -> None:
    made = (await chair.post(DOOR, json=wish("rebase"))).json()
    async with database.kpi.transaction() as db:
        rebased = await db.get_one(KpiStanding, 1)
        groups = {point["group"] for point in rebased.result["points"]}
    undone = (
        await chair.post(f"{DOOR}/{made['items'][0]['id']}/undoing", json={"reason": "It was too early"})
    ).json()
    async with database.kpi.transaction() as db:
        after = await db.get_one(KpiStanding, 1)

    first = made["items"][0]
    assert (first["kind"], first["period"], first["period_name"]) == ("rebase", "2018-06-01", "June 2018")
    assert (first["reason"], first["decided_by"], first["decided_on"]) == (
        "A new pathway",
        "Chair Person",
        "2019-05-22",
    )
    assert groups == {0, 1}
    assert {point["group"] for point in after.result["points"]} == {0}
    assert (undone["items"][0]["undone_because"], undone["items"][0]["undone_by"]) == (
        "It was too early",
        "Chair Person",
    )
    assert (await chair.post(DOOR, json=wish("rebase"))).status_code == 201  # it may be decided again


async def test_what_stands_is_not_decided_twice_and_not_undone_twice(chair: httpx2.AsyncClient) -> None:
    made = (await chair.post(DOOR, json=wish("ghost"))).json()
    undoing = f"{DOOR}/{made['items'][0]['id']}/undoing"

    assert (await chair.post(DOOR, json=wish("ghost"))).status_code == 409
    assert (await chair.post(undoing, json={"reason": " "})).status_code == 422
    assert (await chair.post(undoing, json={"reason": "A slip"})).status_code == 200
    assert (await chair.post(undoing, json={"reason": "A slip"})).status_code == 409
    assert (await chair.post(f"{DOOR}/999/undoing", json={"reason": "A slip"})).status_code == 404
    for reason in ("One thing", "Another"):
        assert (await chair.post(DOOR, json=wish("annotation", reason=reason))).status_code == 201


async def test_a_stale_reader_is_told(chair: httpx2.AsyncClient) -> None:
    tag = (await chair.get(DOOR)).headers["ETag"]
    await chair.post(DOOR, json=wish("ghost"), headers={"If-Match": tag})

    assert (await chair.post(DOOR, json=wish("rebase"), headers={"If-Match": tag})).status_code == 412


async def test_every_role_against_decisions(chair: httpx2.AsyncClient, kpi: Callers) -> None:
    made = (await chair.post(DOOR, json=wish("annotation"))).json()
    number = made["items"][0]["id"]
    for name in (
        "owner",
        "deputy",
        "other",
        "member",
        "chair2",
        "ecib",
        "board",
        "reader",
        "admin",
        "executive",
        "pmo",
    ):
        person, may = await kpi(f"{name}@demo.example"), name in {"executive", "pmo"}
        decided = await person.post(DOOR, json=wish("annotation"))
        read = await person.get(DOOR)
        undone = await person.post(f"{DOOR}/{number}/undoing", json={"reason": None})
        assert decided.status_code == (201 if may else 403), name
        assert undone.status_code == (422 if may else 403), name
        assert read.status_code == (403 if name in {"reader", "admin"} else 200), name


@pytest.mark.parametrize(
    ("kind", "day", "points", "reason", "field", "sentence"),
    [
        ("rebase", date(2018, 1, 20), None, "x", "period", "The chart begins with January 2018"),
        ("rebase", date(2019, 5, 1), None, "x", "period", "There is no value for May 2019"),
        ("ghost", date(2017, 1, 1), None, "x", "period", "There is no value for January 2017"),
        ("ghost", date(2018, 3, 1), None, " ", "reason", "Give the reason."),
        ("ghost", date(2018, 3, 1), 12, "x", "points", "Only a baseline has a number of points"),
        ("annotation", date(2019, 6, 1), None, "x", "period", "lies in the future"),
        ("annotation", date(2019, 3, 1), None, None, "reason", "Write what happened."),
        ("annotation", date(2019, 3, 1), None, "x" * 1001, "reason", "at most 1,000"),
        ("baseline", date(2018, 1, 1), None, "x", "points", "Say how many points"),
        ("baseline", date(2018, 1, 1), 11, "x", "points", "at least 12 points: 11 is too few"),
        ("baseline", date(2018, 1, 1), 15, "x", "points", "There are 14 points"),
    ],
)  # fmt: skip
def test_what_can_not_be_decided(
    kind: str, day: date, points: int | None, reason: str | None, field: str, sentence: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_decision(
            ChartDecision(kind),
            day,
            points,
            reason,
            periods=PERIODS,
            rebases=(),
            every=Frequency.MONTHLY,
            today=TODAY,
        )

    assert [(each.field, sentence in each.sentence) for each in refused.value.problems] == [(field, True)]


def test_a_baseline_is_of_the_points_between_two_changes_of_limits() -> None:
    with pytest.raises(RuleBroken, match="There are 13 points"):
        check_decision(
            ChartDecision.BASELINE, PERIODS[3], 14, "x", periods=PERIODS, rebases=[PERIODS[1]],
            every=Frequency.MONTHLY, today=TODAY,
        )  # fmt: skip
