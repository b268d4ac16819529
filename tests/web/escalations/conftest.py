"""The small plan after a night: what dates raise stands before ECIB, and one root cause is off track with a recovery plan."""

import pytest

from tests.people import Callers

RECOVERY = {
    "steps": "Two agency nurses until the posts are filled.",
    "owner": "owner@demo.example",
    "recovery_date": "2019-06-20",
    "support": "Money for agency nurses",
}


@pytest.fixture
async def queue(plan: Callers) -> Callers:
    """RC-1 (Section 31, off track, with a plan), RC-2 (overdue), RC-6 and RC-5 (two updates missed), in this order."""
    assert (await (await plan.machine("worker")).post("/v1/days")).status_code == 200
    owner = await plan("owner@demo.example")
    off_track = {"status": "off_track", "progress": "No applicants.", "recovery_plan": RECOVERY}
    assert (await owner.post("/v1/root-causes/RC-1/updates", json=off_track)).status_code == 201
    return plan


async def reference_of(plan: Callers, root_cause: str) -> str:
    """The reference of a root cause's open escalation."""
    answer = await (await plan("pmo@demo.example")).get("/v1/escalations", params={"root_cause": root_cause})
    return str(answer.json()["items"][0]["ref"])
