"""The ECIB queue by HTTP: what dates raise, in what order, who decides, what follows."""

from datetime import date
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, update

from services.shared.models import Isg, Person
from tests.conftest import TestDatabase
from tests.people import Callers

OWNER, CHAIR, ECIB, ECIB2, PMO = (f"{who}@demo.example" for who in ("owner", "chair", "ecib", "ecib2", "pmo"))
EXECUTIVE = "executive@demo.example"
RECOVERY = {"steps": "Two agency nurses.", "owner": OWNER, "recovery_date": "2019-06-20", "support": None}
OFF_TRACK = {"status": "off_track", "progress": "No applicants.", "recovery_plan": RECOVERY}


async def night(plan: Callers) -> dict[str, Any]:
    """The worker's call."""
    answer = await (await plan.machine("worker")).post("/v1/days")
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


async def queue(client: httpx2.AsyncClient) -> list[dict[str, Any]]:
    """The queue as ECIB sees it."""
    items: list[dict[str, Any]] = (await client.get("/v1/escalations")).json()["items"]
    return items


async def decide(
    client: httpx2.AsyncClient, reference: str, decision: str, **more: object
) -> httpx2.Response:
    """A decision dated today."""
    wish = {"decision": decision, "meeting_date": "2019-05-22", "reason": "As discussed."} | more
    return await client.post(f"/v1/escalations/{reference}/decisions", json=wish)


async def test_the_night_raises_a_passed_due_date_and_two_missed_updates_once(plan: Callers) -> None:
    """RC-2 was due on 10 May; RC-5 and RC-6 have never been reported on. The next night adds nothing."""
    raised = await night(plan)
    assert len(raised["escalations_raised"]) == 3
    items = {item["root_cause"]: item for item in await queue(await plan(ECIB))}
    assert items["RC-2"]["reasons"] == ["due_date_passed"]
    assert items["RC-2"]["days_overdue"] == 12
    assert items["RC-5"]["reasons"] == items["RC-6"]["reasons"] == ["updates_missed"]
    assert (await night(plan))["escalations_raised"] == []


async def test_the_queue_has_notices_first_then_must_do_by_days_overdue(plan: Callers) -> None:
    """RC-1 answers a Section 31 notice; RC-2 and RC-6 are Must Do; RC-5 is neither."""
    await night(plan)
    await (await plan(OWNER)).post("/v1/root-causes/RC-1/updates", json=OFF_TRACK)
    assert [item["root_cause"] for item in await queue(await plan(ECIB))] == ["RC-1", "RC-2", "RC-6", "RC-5"]


async def test_a_further_reason_is_added_to_the_open_escalation(plan: Callers) -> None:
    """At most one open escalation a root cause."""
    await night(plan)
    await (await plan(OWNER)).post("/v1/root-causes/RC-2/updates", json=OFF_TRACK)
    item = next(item for item in await queue(await plan(ECIB)) if item["root_cause"] == "RC-2")
    assert item["reasons"] == ["due_date_passed", "said_off_track"]
    assert item["state"] == "plan_submitted"


async def test_accepting_needs_a_plan_and_changes_no_due_date(plan: Callers, database: TestDatabase) -> None:
    """Decided today, monitored from tomorrow."""
    await night(plan)
    ecib, owner = await plan(ECIB), await plan(OWNER)
    reference = next(item["ref"] for item in await queue(ecib) if item["root_cause"] == "RC-2")
    assert (await decide(ecib, reference, "accept_plan")).status_code == 409
    await owner.post("/v1/root-causes/RC-2/updates", json=OFF_TRACK)
    accepted = await decide(ecib, reference, "accept_plan")
    assert (accepted.status_code, accepted.json()["state"], accepted.json()["due_date"]) == (
        200,
        "decided",
        "2019-05-10",
    )
    await database.set_today(date(2019, 5, 23))
    await night(plan)
    assert (await ecib.get(f"/v1/escalations/{reference}")).json()["state"] == "monitored"


async def test_sent_back_asks_the_owner_for_a_plan_again(plan: Callers) -> None:
    """The plan that was sent back is no longer in force, so the next update needs a new one."""
    owner, ecib = await plan(OWNER), await plan(ECIB)
    reference = (await owner.post("/v1/root-causes/RC-1/updates", json=OFF_TRACK)).json()["escalation"]
    assert (await decide(ecib, reference, "send_back")).json()["state"] == "plan_asked"
    home = (await owner.get("/v1/home")).json()
    assert "RC-1" in [item["ref"] for item in home["owner"]["plan_wanted"]]
    without = await owner.post(
        "/v1/root-causes/RC-1/updates", json={"status": "off_track", "progress": "Still."}
    )
    assert without.status_code == 422
    await owner.post("/v1/root-causes/RC-1/updates", json=OFF_TRACK)
    assert (await ecib.get(f"/v1/escalations/{reference}")).json()["state"] == "plan_submitted"


async def test_the_plan_in_force_can_be_confirmed(plan: Callers) -> None:
    """An update off track without a new plan keeps the one that is there."""
    owner = await plan(OWNER)
    await owner.post("/v1/root-causes/RC-1/updates", json=OFF_TRACK)
    confirmed = await owner.post(
        "/v1/root-causes/RC-1/updates", json={"status": "off_track", "progress": "Still."}
    )
    assert confirmed.status_code == 201
    assert confirmed.json()["version"] == 2


async def test_the_pmo_records_for_a_member_and_only_the_pmo_names_somebody_else(plan: Callers) -> None:
    """Executives don't click: decided_by is theirs, recorded_by is the PMO's."""
    await night(plan)
    ecib, pmo = await plan(ECIB), await plan(PMO)
    reference = next(item["ref"] for item in await queue(ecib) if item["root_cause"] == "RC-2")
    assert (await decide(pmo, reference, "extra_support")).status_code == 422
    assert (await decide(pmo, reference, "extra_support", decided_by="chair@demo.example")).status_code == 422
    assert (await decide(ecib, reference, "extra_support", decided_by=ECIB2)).status_code == 403
    recorded = await decide(pmo, reference, "extra_support", decided_by=ECIB2)
    assert recorded.status_code == 200, recorded.text
    assert recorded.json()["decisions"][0] | {"reason": ""} == {
        "decision": "extra_support", "decided_by": "Ecib2 Person", "recorded_by": "Pmo Person",
        "meeting_date": "2019-05-22", "reason": "", "new_due_date": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("decision", "more", "field"),
    [
        ("rebaseline", {}, "new_due_date"),
        ("rebaseline", {"new_due_date": "2019-05-22"}, "new_due_date"),
        ("step_down", {"new_due_date": "2019-07-01"}, "new_due_date"),
        ("step_down", {"reason": " "}, "reason"),
        ("step_down", {"meeting_date": "2019-05-21"}, "meeting_date"),
        ("step_down", {"meeting_date": "2019-05-23"}, "meeting_date"),
    ],
)
async def test_a_decision_that_breaks_a_rule_names_its_field(
    plan: Callers, decision: str, more: dict[str, object], field: str
) -> None:
    """The escalation was raised today, 22 May, and today is the last day that a meeting can have been."""
    await night(plan)
    ecib = await plan(ECIB)
    refused = await decide(ecib, (await queue(ecib))[0]["ref"], decision, **more)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_stepping_down_ends_it_and_the_night_does_not_raise_the_same_due_date_again(
    plan: Callers, database: TestDatabase
) -> None:
    """ECIB has looked at that due date."""
    await night(plan)
    ecib = await plan(ECIB)
    reference = next(item["ref"] for item in await queue(ecib) if item["root_cause"] == "RC-2")
    assert (await decide(ecib, reference, "step_down")).json()["state"] == "ended"
    await database.set_today(date(2019, 5, 23))
    await night(plan)
    assert "due_date_passed" not in [
        reason for item in await queue(ecib) if item["root_cause"] == "RC-2" for reason in item["reasons"]
    ]


async def test_closing_by_the_isg_ends_the_escalation(plan: Callers) -> None:
    """In the closing's own transaction."""
    owner = await plan(OWNER)
    await night(plan)
    reference = next(item["ref"] for item in await queue(await plan(ECIB)) if item["root_cause"] == "RC-2")
    evidence = [{"description": "Audit", "url": "https://example.org/audit"}]
    asked = await owner.post(
        "/v1/root-causes/RC-2/updates", json={"status": "complete", "progress": "Done", "evidence": evidence}
    )
    assert asked.status_code == 201, asked.text
    await (await plan(CHAIR)).post(
        "/v1/root-causes/RC-2/closing", json={"decision": "close", "meeting_date": "2019-05-22"}
    )
    assert (await (await plan(ECIB)).get(f"/v1/escalations/{reference}")).json()["state"] == "ended"


async def test_by_hand_by_the_executive_onto_an_agenda_by_the_pmo(plan: Callers) -> None:
    """With a reason; a meeting that has passed is refused."""
    executive, pmo = await plan(EXECUTIVE), await plan(PMO)
    assert (await executive.post("/v1/root-causes/RC-3/escalations", json={"reason": ""})).status_code == 422
    raised = await executive.post(
        "/v1/root-causes/RC-3/escalations", json={"reason": "The supplier has failed."}
    )
    assert raised.status_code == 201
    reference = raised.json()["ref"]
    asked = await pmo.post(f"/v1/escalations/{reference}/plan-request")
    assert asked.json()["state"] == "plan_asked"
    past = await pmo.post(f"/v1/escalations/{reference}/agenda", json={"meeting_date": "2019-05-20"})
    assert past.status_code == 422
    tabled = await pmo.post(f"/v1/escalations/{reference}/agenda", json={"meeting_date": "2019-05-29"})
    assert (tabled.json()["state"], tabled.json()["agenda_for"]) == ("on_agenda", "2019-05-29")


async def test_the_night_opens_and_closes_cycles_and_releases_what_isgs_have_met_on(
    plan: Callers, database: TestDatabase
) -> None:
    """Six fortnightly cycles each and three monthly ones by 22 May; RC-3's update of 20 May waits for the meeting of the 23rd."""
    first = await night(plan)
    assert (first["cycles_opened"], first["cycles_closed"], first["updates_released"]) == (15, 12, 0)
    await database.set_today(date(2019, 5, 23))
    assert (await night(plan))["updates_released"] == 1


async def test_what_can_be_done_is_promised_only_to_whom_the_rules_would_let_do_it(
    plan: Callers, database: TestDatabase
) -> None:
    """ecib@ becomes the executive of RC-2's ISG: ecib2@ may decide, and the PMO record what ecib2@ decided."""
    await night(plan)
    async with database.owner.transaction() as db:
        executive = select(Person.id).where(Person.email == ECIB).scalar_subquery()
        await db.execute(update(Isg).where(Isg.slug == "unscheduled-care").values(executive_id=executive))
    offered = {
        email: next(item["can"] for item in await queue(await plan(email)) if item["root_cause"] == "RC-2")
        for email in (ECIB, ECIB2, PMO, CHAIR)
    }
    assert offered == {
        ECIB: [],
        ECIB2: ["decide"],
        PMO: ["decide", "ask_for_plan", "put_on_agenda"],
        CHAIR: [],
    }


async def test_back_on_track_is_offered_once_two_updates_since_the_decision_say_so(
    plan: Callers, database: TestDatabase
) -> None:
    """Decided on 22 May; RC-1's ISG meets every fortnight."""
    owner, ecib = await plan(OWNER), await plan(ECIB)
    reference = (await owner.post("/v1/root-causes/RC-1/updates", json=OFF_TRACK)).json()["escalation"]
    await decide(ecib, reference, "accept_plan")
    offered = []
    for day in (date(2019, 5, 27), date(2019, 6, 11)):
        await database.set_today(day)
        offered.append((await ecib.get(f"/v1/escalations/{reference}")).json()["can"])
        said = {"status": "on_track", "progress": "Both posts are filled."}
        assert (await owner.post("/v1/root-causes/RC-1/updates", json=said)).status_code == 201
    offered.append((await ecib.get(f"/v1/escalations/{reference}")).json()["can"])
    assert offered == [[], [], ["confirm_recovered"]]
    assert (await ecib.post(f"/v1/escalations/{reference}/recovery")).json()["state"] == "ended"


async def test_an_item_says_whether_it_waits_and_the_queue_whether_it_is_the_readers_own(
    plan: Callers,
) -> None:
    await night(plan)
    ecib = await plan(ECIB)
    reference = next(item["ref"] for item in await queue(ecib) if item["root_cause"] == "RC-2")
    await decide(ecib, reference, "extra_support")
    assert {item["root_cause"]: item["waiting"] for item in await queue(ecib)} == {
        "RC-2": False,
        "RC-5": True,
        "RC-6": True,
    }
    assert [(await (await plan(who)).get("/v1/escalations")).json()["only_own"] for who in (ECIB, OWNER)] == [
        False,
        True,
    ]
