"""Embedded: when its KPIs say so, or by a check in practice where there is none; never by the owner; taken back with a reason."""

from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI

from tests.closed_and_measured import FLAT, deliver, measure, observe
from tests.conftest import TestDatabase
from tests.people import Callers

DOOR = "/v1/root-causes/RC-4/embedding"
CHAIR, PMO, OWNER = "chair2@demo.example", "pmo@demo.example", "other@demo.example"


class Stage:
    """What happens to RC-4, and what is said of it."""

    def __init__(self, database: TestDatabase, plan: Callers, plan_app: FastAPI, kpi_app: FastAPI) -> None:
        self.database, self.plan = database, plan
        self._apps = {"plan": plan_app, "kpi": kpi_app}

    async def news(self) -> None:
        """The KPI service looks at RC-4 and the worker hands on what follows."""
        async with Callers(self.database.owner, self._apps["kpi"]) as kpi:
            await (await kpi.machine("worker")).post("/v1/impacts/due", json={"root_causes": ["RC-4"]})
        await deliver(self.database, **self._apps)

    async def assured(self) -> None:
        """The PMO has signed for its evidence."""
        pmo = await self.plan(PMO)
        signed = await pmo.post("/v1/root-causes/RC-4/assurance", json={"decision": "assure", "note": "Seen"})
        assert signed.status_code == 200, signed.text

    async def say(self, email: str, decision: str = "confirm", note: str | None = "Six good months") -> Any:
        return await (await self.plan(email)).post(DOOR, json={"decision": decision, "note": note})

    async def now(self, email: str = CHAIR) -> dict[str, Any]:
        return (await (await self.plan(email)).get("/v1/root-causes/RC-4")).json()  # type: ignore[no-any-return]

    async def finding(self) -> str:
        """The status of the finding that RC-4 alone answers."""
        return str((await (await self.plan(PMO)).get("/v1/findings/MD-2")).json()["status"])


@pytest.fixture
async def stage(database: TestDatabase, plan: Callers, plan_app: FastAPI, kpi_app: FastAPI) -> Stage:
    await database.set_today(date(2019, 11, 5))
    return Stage(database, plan, plan_app, kpi_app)


async def test_with_the_target_met_for_six_months_it_is_embedded(stage: Stage) -> None:
    """And so is the finding that it answers."""
    await measure(stage.database, FLAT, target=50)
    await stage.news()
    assert (await stage.say(CHAIR)).status_code == 409  # its evidence is not assured yet
    await stage.assured()
    assert await stage.finding() == "met"
    assert "confirm_embedded" in (await stage.now())["can"]
    assert "confirm_embedded" not in (await stage.now(OWNER))["can"]
    assert (await stage.say(CHAIR, note=" ")).status_code == 422
    answer = await stage.say(CHAIR)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["assurance_stage"], answer.json()["closed_on"]) == ("embedded", "2019-04-25")
    assert await stage.finding() == "embedded"
    story = (await (await stage.plan(PMO)).get("/v1/root-causes/RC-4/timeline")).json()["items"]
    assert "Embedded" in [each["title"] for each in story]
    assert (await stage.say(CHAIR)).status_code == 409


@pytest.mark.parametrize(
    ("since", "target", "why"),
    [
        (FLAT[:4], 50, "K-4: 4 of 6 periods since closing have a value."),
        (FLAT, None, "It is done but not working: its ISG reviews that first."),
        ((), None, None),  # no chart so far: fourteen values before, none since
    ],
)
async def test_it_is_offered_only_when_its_conditions_hold(
    stage: Stage, since: tuple[float, ...], target: float | None, why: str | None
) -> None:
    await measure(stage.database, since, target=target)
    await stage.assured()
    await stage.news()
    found = await stage.now()
    assert found["not_embedded_because"] == (why or "K-4: 0 of 6 periods since closing have a value.")
    assert "confirm_embedded" not in found["can"]
    refused = await stage.say(CHAIR)
    assert (refused.status_code, found["not_embedded_because"] in refused.text) == (409, True)


async def test_without_a_kpi_somebody_outside_the_isg_checks_in_practice(stage: Stage) -> None:
    """Scheduled Care's own chair can't, the chair of another ISG can."""
    await stage.assured()
    assert (await stage.now())["embedded_by_check_in_practice"]
    assert "confirm_embedded" not in (await stage.now())["can"]
    assert (await stage.say(CHAIR)).status_code == 403
    assert (await stage.say(OWNER)).status_code == 403
    checked = await stage.say("chair@demo.example", note="Walked the ward on 4 November")
    assert (checked.status_code, checked.json()["assurance_stage"]) == (200, "embedded")
    story = (await (await stage.plan(PMO)).get("/v1/root-causes/RC-4/timeline")).json()["items"]
    assert "Embedded by a check in practice" in [each["title"] for each in story]


@pytest.fixture
async def embedded(stage: Stage) -> Stage:
    """By its KPI."""
    await measure(stage.database, FLAT, target=50)
    await stage.assured()
    await stage.news()
    assert (await stage.say(CHAIR)).status_code == 200
    return stage


async def test_it_is_taken_back_with_a_reason(embedded: Stage) -> None:
    """What was said of the evidence stays; that it was embedded stays in the past."""
    assert "take_back_embedded" in (await embedded.now())["can"]
    assert (await embedded.say(CHAIR, "take_back", note=None)).status_code == 422
    assert (await embedded.say(OWNER, "take_back")).status_code == 403
    taken = await embedded.say(CHAIR, "take_back", note="Staff have forgotten")
    assert taken.json()["assurance_stage"] == "evidence_assured"
    assert await embedded.finding() == "met"
    assert (await embedded.say(CHAIR, "take_back", note="Again")).status_code == 409
    await embedded.database.set_today(date(2019, 11, 6))
    then = (
        await (await embedded.plan(PMO)).get("/v1/root-causes/RC-4", params={"as_at": "2019-11-05"})
    ).json()
    assert (
        then["assurance_stage"] == "evidence_assured"
    )  # a signature ends with the day on which it was taken back


async def test_it_ends_by_itself_when_reopened(embedded: Stage) -> None:
    pmo = await embedded.plan(PMO)
    reopened = await pmo.post("/v1/root-causes/RC-4/reopening", json={"reason": "It came back"})
    assert reopened.json()["assurance_stage"] is None
    assert await embedded.finding() == "open"


async def test_it_ends_with_the_assurance_of_its_evidence(embedded: Stage) -> None:
    pmo = await embedded.plan(PMO)
    withdrawn = await pmo.post(
        "/v1/root-causes/RC-4/assurance", json={"decision": "withdraw", "note": "Expired"}
    )
    assert withdrawn.json()["assurance_stage"] == "closed"


async def test_done_but_not_working_blocks_it(stage: Stage) -> None:
    """Also where the target is met, once the KPI is of concern."""
    await measure(stage.database, FLAT, target=30)
    await stage.assured()
    await stage.news()
    assert (await stage.now())["not_embedded_because"] is None
    await observe(stage.database, [40], first=6)
    await stage.news()
    assert (await stage.now())["not_embedded_because"].startswith("It is done but not working")


@pytest.fixture
async def not_working_any_more(embedded: Stage) -> Stage:
    """Embedded by meeting its target, and its next value is of concern: it falls far below."""
    await observe(embedded.database, [30], first=6)
    await embedded.database.set_today(date(2019, 12, 5))
    await embedded.news()
    return embedded


async def test_a_kpi_that_gets_worse_later_asks_the_isg_and_leaves_the_word_standing(
    not_working_any_more: Stage,
) -> None:
    now = await not_working_any_more.now()
    assert (now["assurance_stage"], now["asked_about_impact_on"]) == ("embedded", "2019-12-05")
    assert {"review_impact", "take_back_embedded"} <= set(now["can"])
    assert await not_working_any_more.finding() == "embedded"


@pytest.mark.parametrize(
    ("wish", "stage_after", "finding_after"),
    [
        ({"decision": "add_actions", "actions": [{"description": "Train anew"}]}, "evidence_assured", "met"),
        ({"decision": "reopen"}, None, "open"),
        ({"decision": "wait_until", "wait_until": "2020-02-01"}, "embedded", "embedded"),
    ],
)
async def test_an_isg_that_has_more_done_takes_the_word_back_and_one_that_waits_does_not(
    not_working_any_more: Stage, wish: dict[str, Any], stage_after: str | None, finding_after: str
) -> None:
    sent = {"meeting_date": "2019-12-05", "reason": "Staff have forgotten", **wish}
    chair = await not_working_any_more.plan(CHAIR)
    recorded = await chair.post("/v1/root-causes/RC-4/impact-review", json=sent)
    assert recorded.status_code == 200, recorded.text
    assert (await not_working_any_more.now())["assurance_stage"] == stage_after
    assert await not_working_any_more.finding() == finding_after
    story = (await chair.get("/v1/root-causes/RC-4/timeline")).json()["items"]
    taken_back = [each for each in story if each["title"] == "No longer embedded"]
    assert [each["text"] for each in taken_back] == (
        [] if stage_after == "embedded" else ["Staff have forgotten"]
    )
