"""Change requests: how the approved plan has changed."""

from tests.people import Callers
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
