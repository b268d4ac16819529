"""RC-4 is closed and its KPI does not move: its ISG is asked, decides, and what it decides happens; unanswered, ECIB hears of it.

Scheduled Care meets on Thursdays every fortnight from 14 March 2019; 5 November is in its cycle 17.
"""

from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text

from services.shared.clock import real_now
from services.shared.models import Isg, Kpi, Reminder, RoleGrant
from services.shared.models import Person as PersonRow
from tests.closed_and_measured import FLAT, deliver, measure, observe
from tests.conftest import TestDatabase
from tests.people import Callers

MONTHS_LATER = date(2019, 11, 5)
REVIEW = "/v1/root-causes/RC-4/impact-review"
CHAIR, PMO, OWNER = "chair2@demo.example", "pmo@demo.example", "other@demo.example"


class System:
    """The services, the worker, and what they say."""

    def __init__(self, database: TestDatabase, plan: Callers, plan_app: FastAPI, kpi_app: FastAPI) -> None:
        self.database, self.plan = database, plan
        self._apps = {"plan": plan_app, "kpi": kpi_app}

    async def news(self) -> None:
        """The KPI service looks at RC-4 and the worker hands on what follows."""
        async with Callers(self.database.owner, self._apps["kpi"]) as kpi:
            worker = await kpi.machine("worker")
            answer = await worker.post("/v1/impacts/due", json={"root_causes": ["RC-4"]})
            assert answer.is_success, answer.text
        await deliver(self.database, **self._apps)

    async def night(self, day: date) -> dict[str, Any]:
        """The day's work on a day."""
        await self.database.set_today(day)
        answer = await (await self.plan.machine("worker")).post("/v1/days", json={})
        assert answer.is_success, answer.text
        await deliver(self.database, **self._apps)
        return answer.json()  # type: ignore[no-any-return]

    async def reviews(self, email: str = CHAIR) -> dict[str, Any]:
        return (await (await self.plan(email)).get(REVIEW)).json()  # type: ignore[no-any-return]

    async def root_cause(self, email: str = PMO) -> dict[str, Any]:
        return (await (await self.plan(email)).get("/v1/root-causes/RC-4")).json()  # type: ignore[no-any-return]

    async def decide(self, decision: str, email: str = CHAIR, **more: Any) -> Any:
        """What the ISG decided."""
        wish = {"decision": decision, "meeting_date": "2019-11-05", "reason": "It has not moved.", **more}
        return await (await self.plan(email)).post(REVIEW, json=wish)

    async def escalations(self) -> list[dict[str, Any]]:
        found = await (await self.plan(PMO)).get("/v1/escalations", params={"root_cause": "RC-4"})
        return found.json()["items"]  # type: ignore[no-any-return]


@pytest.fixture
async def system(database: TestDatabase, plan: Callers, plan_app: FastAPI, kpi_app: FastAPI) -> System:
    await database.set_today(MONTHS_LATER)
    return System(database, plan, plan_app, kpi_app)


@pytest.fixture
async def asked(system: System) -> System:
    """Six months have not moved the KPI, and the ISG has been asked."""
    await measure(system.database, FLAT)
    await system.news()
    return system


async def test_the_isg_is_asked_once(asked: System) -> None:
    for _ in range(2):
        await asked.news()
        await asked.night(MONTHS_LATER)
    found = await asked.reviews()
    assert (found["asked"]["verdict"], found["asked"]["kpi"]) == ("no_change_yet", "K-4")
    assert (found["asked"]["asked_on"], found["past"]) == ("2019-11-05", [])
    assert "review_impact" in (await asked.root_cause(CHAIR))["can"]
    assert (await asked.root_cause())["asked_about_impact_on"] == "2019-11-05"
    async with asked.database.owner.transaction() as db:
        of_whom = await db.scalars(
            select(PersonRow.email)
            .join(Reminder, Reminder.person_id == PersonRow.id)
            .where(Reminder.kind == "impact_to_review")
        )
        assert list(of_whom) == [CHAIR]


@pytest.mark.parametrize(("since", "target"), [(FLAT[:5], None), (FLAT, 50), ((60,), None)])
async def test_it_is_not_asked_while_it_works_or_nobody_can_say(
    system: System, since: tuple[float, ...], target: float | None
) -> None:
    await measure(system.database, since, target=target)
    await system.news()
    assert (await system.reviews())["asked"] is None


async def test_it_ends_by_itself_when_the_kpi_works(asked: System) -> None:
    await asked.night(MONTHS_LATER)
    await observe(asked.database, [60], first=6)
    await asked.news()
    found = await asked.reviews()
    assert found["asked"] is None
    assert [each["ended_because"] for each in found["past"]] == ["works_now"]
    async with asked.database.owner.transaction() as db:
        stopped = await db.scalars(
            select(Reminder.stopped_because).where(Reminder.kind == "impact_to_review")
        )
        assert list(stopped) == ["not_needed"]


async def test_news_that_come_late_or_twice_do_no_harm(asked: System) -> None:
    """What is sent says only of which root cause; what holds is read."""
    await observe(asked.database, [60], first=6)
    await asked.news()
    worker = await asked.plan.machine("worker")
    for _ in range(2):
        late = await worker.post("/v1/impacts", json={"root_causes": ["RC-4", "RC-1", "NONE"]})
        assert late.json() == {"asked": 0, "ended": 0, "escalated": []}
    assert (await asked.reviews())["asked"] is None


NEW_ACTION = {"description": "A second nurse at the door", "owner": OWNER, "due_date": "2019-12-20"}


async def test_reopened_with_new_actions(asked: System) -> None:
    """In one transaction, and everything says so."""
    answer = await asked.decide("reopen", actions=[NEW_ACTION, {"description": "Ask the families"}])
    assert answer.status_code == 200, answer.text
    now = answer.json()
    assert (now["closed_on"], now["delivery_status"], now["assurance_stage"]) == (None, "off_track", None)
    assert [(each["ref"], each["description"]) for each in now["actions"]] == [
        ("RC-4-1", "A second nurse at the door"),
        ("RC-4-2", "Ask the families"),
    ]
    found = await asked.reviews()
    (past,) = found["past"]
    assert (past["decision"], past["ended_because"], past["decided_by"]) == (
        "reopen",
        "decided",
        "Chair2 Person",
    )
    story = (await (await asked.plan(PMO)).get("/v1/root-causes/RC-4/timeline")).json()["items"]
    titles = [each["title"] for each in story]
    for title in (
        "Reopened",
        "The ISG reviewed whether it worked: reopen",
        "Done but not working: K-4 says no change yet",
    ):
        assert title in titles
    trail = (await (await asked.plan(PMO)).get("/v1/audit", params={"root_cause": "RC-4"})).json()["items"]
    assert "the review of impact of RC-4" in {entry["thing"] for entry in trail}
    await asked.night(MONTHS_LATER)
    assert (await asked.reviews())["asked"] is None


async def test_actions_are_added_to_what_stays_closed(asked: System) -> None:
    """They can be completed, where those of before can't; the ISG is asked anew after six further values."""
    assert (await asked.decide("add_actions", actions=[NEW_ACTION])).status_code == 200
    assert (await asked.root_cause())["closed_on"] == "2019-04-25"
    owner = await asked.plan(OWNER)
    done = await owner.post("/v1/actions/RC-4-1/completion", json={"completed_date": "2019-11-05"})
    assert done.status_code == 200, done.text
    await observe(asked.database, [51] * 6, first=6)
    await asked.news()
    assert (await asked.reviews())["asked"] is None
    await observe(asked.database, [51], first=12)
    await asked.night(date(2020, 6, 1))
    assert (await asked.reviews())["asked"]["asked_on"] == "2020-06-01"


async def test_an_action_added_to_what_is_closed_waits_for_its_owner_and_is_no_left_over(
    asked: System,
) -> None:
    """An action that was open at closing, and one of an import after it, are left over all the same."""
    async with asked.database.owner.transaction() as db:
        await db.execute(
            text(
                "INSERT INTO action (reference, root_cause_id, description, position, recorded_at) "
                "SELECT 'A-9', id, 'Left over', 9, '2019-11-05T08:00Z' FROM root_cause WHERE reference = 'RC-4'"
            )
        )
    assert (await asked.decide("add_actions", actions=[NEW_ACTION])).status_code == 200
    owner, pmo = await asked.plan(OWNER), await asked.plan(PMO)
    (waiting,) = (await owner.get("/v1/home")).json()["owner"]["further_actions"]
    assert (waiting["ref"], waiting["root_cause"], waiting["isg"], waiting["due_date"]) == (
        "RC-4-1", "RC-4", "Scheduled Care", "2019-12-20",
    )  # fmt: skip
    elsewhere = await (await asked.plan("owner@demo.example")).get("/v1/home")
    assert elsewhere.json()["owner"]["further_actions"] == []
    found = (await pmo.get("/v1/data-quality/closed_with_open_actions")).json()["items"]
    assert [each["ref"] for each in found] == ["A-9"]
    done = await owner.post("/v1/actions/RC-4-1/completion", json={"completed_date": "2019-11-05"})
    assert done.status_code == 200, done.text
    assert (await owner.get("/v1/home")).json()["owner"]["further_actions"] == []


async def test_waiting_lasts_until_its_day(asked: System) -> None:
    assert (await asked.decide("wait_until", wait_until="2019-12-01")).status_code == 200
    await asked.night(date(2019, 11, 30))
    assert (await asked.reviews())["asked"] is None
    await asked.night(date(2019, 12, 1))
    assert (await asked.reviews())["asked"]["asked_on"] == "2019-12-01"


async def test_another_kpi_is_measured_instead(asked: System) -> None:
    instead = {"name": "Children seen within 30 minutes", "unit": "%", "target": "90"}
    assert (await asked.decide("change_kpi", instead=instead)).status_code == 200
    await asked.news()
    async with asked.database.owner.transaction() as db:
        kpis = {kpi.reference: kpi for kpi in await db.scalars(select(Kpi))}
    assert kpis["K-4"].retired_because == "It has not moved."
    assert kpis["K-4-20191105"].name == "Children seen within 30 minutes"
    assert (await asked.reviews())["asked"] is None


@pytest.mark.parametrize(
    ("decision", "more", "status", "field"),
    [
        ("reopen", {"reason": " "}, 422, "reason"),
        ("reopen", {"meeting_date": "2019-11-04"}, 422, "meeting_date"),
        ("add_actions", {}, 422, "actions"),
        ("add_actions", {"actions": [{"description": " "}]}, 422, "actions.0.description"),
        (
            "add_actions",
            {"actions": [{**NEW_ACTION, "owner": "nobody@demo.example"}]},
            422,
            "actions.0.owner",
        ),
        ("wait_until", {}, 422, "wait_until"),
        ("change_kpi", {}, 422, "instead.name"),
        ("change_kpi", {"instead": {"name": "More", "unit": "%", "kpi": "K-9"}}, 422, "instead.kpi"),
        ("change_kpi", {"instead": {"name": "Odd", "unit": " "}}, 422, "instead.unit"),
        ("change_kpi", {"instead": {"name": "Odd", "unit": "%", "target": 1e30}}, 422, "instead.target"),
        (
            "change_kpi",
            {"instead": {"name": "Odd", "unit": "%", "target": "0.1234567891"}},
            422,
            "instead.target",
        ),
        (
            "change_kpi",
            {"instead": {"name": "Odd", "unit": "%", "frequency": "fortnightly"}},
            422,
            "instead.frequency",
        ),
    ],
)
async def test_what_is_refused_changes_nothing(
    asked: System, decision: str, more: dict[str, Any], status: int, field: str
) -> None:
    answer = await asked.decide(decision, **more)
    assert answer.status_code == status, answer.text
    assert field in answer.text
    assert (await asked.reviews())["asked"] is not None
    assert (await asked.root_cause())["closed_on"] == "2019-04-25"


async def test_whose_decision_it_is(asked: System) -> None:
    """The PMO records that of somebody of the ISG, and nobody decides on what they own."""
    async with asked.database.owner.transaction() as db:
        owner_id = (await db.scalars(select(PersonRow.id).where(PersonRow.email == OWNER))).one()
        isg_id = (await db.scalars(select(Isg.id).where(Isg.name == "Scheduled Care"))).one()
        db.add(RoleGrant(person_id=owner_id, role="isg_member", isg_id=isg_id, recorded_at=real_now()))
    assert (await asked.decide("reopen", OWNER)).status_code == 403
    assert (await asked.decide("reopen", "chair@demo.example")).status_code == 403
    assert (await asked.decide("reopen", PMO)).status_code == 422
    assert (await asked.decide("reopen", PMO, decided_by=OWNER)).status_code == 403
    assert (await asked.decide("reopen", CHAIR, decided_by=PMO)).status_code == 403
    assert [each["email"] for each in (await asked.reviews(PMO))["deciders"]] == [CHAIR]
    assert (await asked.decide("reopen", PMO, decided_by=CHAIR)).status_code == 200
    again = await asked.decide("reopen", CHAIR)
    assert (again.status_code, "not asked" in again.text) == (409, True)


async def test_a_stale_review_is_refused(asked: System) -> None:
    chair = await asked.plan(CHAIR)
    read = await chair.get(REVIEW)
    await observe(asked.database, [40], first=6)
    await asked.news()
    wish = {"decision": "reopen", "meeting_date": "2019-11-05", "reason": "It has not moved."}
    stale = await chair.post(REVIEW, json=wish, headers={"If-Match": read.headers["ETag"]})
    assert stale.status_code == 412
    fresh = await chair.post(
        REVIEW, json=wish, headers={"If-Match": (await chair.get(REVIEW)).headers["ETag"]}
    )
    assert fresh.status_code == 200, fresh.text


async def test_what_deteriorates_is_before_ecib_at_once(system: System) -> None:
    """And ends with the KPI that works."""
    await measure(system.database, [40])
    await system.news()
    (escalation,) = await system.escalations()
    assert (escalation["reasons"], escalation["state"]) == (["kpi_deteriorated"], "raised")
    assert escalation["days_overdue"] == 0
    assert "Deteriorating" in escalation["reasons_shown"][0]["detail"]
    for _ in range(2):
        await system.night(MONTHS_LATER)
        await system.news()
    assert len((await system.escalations())[0]["reasons_shown"]) == 1
    await observe(system.database, [60], first=1)
    await system.news()
    assert await system.escalations() == []


async def test_two_cycles_without_a_review_bring_it_before_ecib(asked: System) -> None:
    """Asked in cycle 17; cycle 19 opens on 25 November. The day before, ECIB hears nothing."""
    await asked.night(date(2019, 11, 24))
    assert await asked.escalations() == []
    done = await asked.night(date(2019, 11, 25))
    assert len(done["escalations_raised"]) == 1
    (escalation,) = await asked.escalations()
    assert escalation["reasons"] == ["kpi_no_impact"]
    assert (await asked.night(date(2019, 11, 26)))["escalations_raised"] == []


async def test_a_review_in_time_keeps_it_from_ecib(asked: System) -> None:
    await asked.decide("wait_until", wait_until="2020-01-31")
    await asked.night(date(2019, 11, 25))
    assert await asked.escalations() == []


async def test_reopening_ends_what_it_was_before_ecib_for(system: System) -> None:
    """What it is raised for anew is that it is overdue."""
    await measure(system.database, [40])
    await system.news()
    (before,) = await system.escalations()
    assert (await system.decide("reopen")).status_code == 200
    ended = (await (await system.plan(PMO)).get(f"/v1/escalations/{before['ref']}")).json()
    assert ended["state"] == "ended"
    (now,) = await system.escalations()
    assert now["reasons"] == ["due_date_passed"]


@pytest.mark.parametrize(
    ("decision", "more", "status", "state"),
    [
        ("step_down", {}, 200, "ended"),
        ("extra_support", {}, 200, "decided"),
        ("send_back", {}, 409, "raised"),
        ("accept_plan", {}, 409, "raised"),
        ("rebaseline", {"new_due_date": "2020-03-31"}, 409, "raised"),
    ],
)
async def test_what_ecib_decides_on_a_closed_root_cause(
    system: System, decision: str, more: dict[str, str], status: int, state: str
) -> None:
    """It gives support or steps down: there is no due date and no recovery plan. Stepped down, it is not raised again."""
    await measure(system.database, [40])
    await system.news()
    (escalation,) = await system.escalations()
    ecib = await system.plan("ecib@demo.example")
    assert escalation["can"] == ["decide", "put_on_agenda"]  # no asking for a plan
    wish = {"decision": decision, "meeting_date": "2019-11-05", "reason": "Seen", **more}
    answer = await ecib.post(f"/v1/escalations/{escalation['ref']}/decisions", json=wish)
    assert answer.status_code == status, answer.text
    after = (await ecib.get(f"/v1/escalations/{escalation['ref']}")).json()
    assert after["state"] == state
    await system.night(date(2019, 11, 6))
    found = [each["state"] for each in await system.escalations()]
    assert found == {"ended": [], "decided": ["monitored"], "raised": ["raised"]}[state]


async def test_the_door_of_the_worker_is_for_nobody_else(plan: Callers) -> None:
    pmo = await plan(PMO)
    assert (await pmo.post("/v1/impacts", json={"root_causes": []})).status_code == 401
