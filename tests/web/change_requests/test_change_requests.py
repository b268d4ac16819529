"""Change requests: how the approved plan has changed."""

from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.feeds.test_what_is_kept import CHANGES, change
from tests.web.conftest import Visits

ECIB = "ecib@demo.example"


async def test_a_plan_that_has_not_changed_says_so(visit: Visits) -> None:
    page = await (await visit(ECIB)).get("/change-requests")
    assert page.h1 == "0 changes of the approved plan"
    assert "The plan stands as it was approved." in page.text


async def test_a_rebaseline_is_listed_with_who_decided_it_and_why(visit: Visits, plan: Callers) -> None:
    await (await plan.machine("worker")).post("/v1/days")
    member = await plan(ECIB)
    raised = (await member.get("/v1/escalations", params={"root_cause": "RC-2"})).json()["items"][0]["ref"]
    wish = {
        "decision": "rebaseline",
        "meeting_date": "2019-05-22",
        "reason": "Late.",
        "new_due_date": "2019-07-31",
    }
    assert (await member.post(f"/v1/escalations/{raised}/decisions", json=wish)).status_code == 200
    page = await (await visit(ECIB)).get("/change-requests")
    assert page.h1 == "1 change of the approved plan"
    assert "from 10 May 2019 to 31 July 2019" in page.text
    assert "22 May 2019, Ecib Person" in page.text


async def test_a_figure_of_a_pack_opens_those_that_waited_on_its_day(
    visit: Visits, database: TestDatabase
) -> None:
    await change(database, CHANGES["a change request"])
    ecib = await visit(ECIB)
    of_isg = "/change-requests?isg=Unscheduled+Care&waiting_at=2019-05-22"
    waiting = await ecib.get(of_isg)
    assert waiting.h1 == (
        "1 change of the approved plan, Unscheduled Care, waiting for a decision at the end of 22 May 2019"
    )
    assert "CR-1" in waiting.text
    earlier = await ecib.get(of_isg.replace("22", "20"))
    assert earlier.h1.startswith("0 changes")
    assert earlier.links["Show all changes of the approved plan"] == "/change-requests"
    assert (await ecib.get(of_isg.replace("Unscheduled", "Scheduled"))).h1.startswith("0 changes")
    assert (await ecib.get("/change-requests?waiting_at=yesterday")).h1 == "1 change of the approved plan"
