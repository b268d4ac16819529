"""One root cause: its facts, its story, and what the person may do."""

import pytest

from tests.people import Callers
from tests.web.conftest import Visits


async def test_it_says_what_where_whose_and_by_when(visit_either_way: Visits) -> None:
    page = await (await visit_either_way("chair@demo.example")).get("/root-causes/RC-2")
    assert page.h1 == "Children wait too long to be seen (RC-2)"
    assert "RC-2, Unscheduled Care" in page.text
    assert "10 May 2019, 12 days overdue" in page.text
    assert "Owner Person, Matron" in page.text
    assert "Update for cycle 4: on track" in page.text


async def test_its_parts_are_behind_plain_links(visit: Visits) -> None:
    owner = await visit("owner@demo.example")
    page = await owner.get("/root-causes/RC-1")
    assert "Recruit two children's nurses" in (await owner.get(page.links["Actions (1)"])).text
    assert "Situation What is" in (await owner.get(page.links["SBAR"])).text.replace(
        "Situation", "Situation "
    ).replace("  ", " ")
    findings = await owner.get(page.links["Findings (1)"])
    assert findings.links["N-1"] == "/findings/N-1"


@pytest.mark.parametrize(
    ("email", "reference", "offered"),
    [
        ("owner@demo.example", "RC-1", ["Report on it"]),
        ("chair@demo.example", "RC-1", ["Escalate to ECIB", "Change its owner"]),
        ("pmo@demo.example", "RC-4", ["Reopen", "Change its owner"]),
        ("board@demo.example", "RC-1", []),
    ],
)
async def test_only_what_the_person_may_do_is_offered(
    visit: Visits, email: str, reference: str, offered: list[str]
) -> None:
    page = await (await visit(email)).get(f"/root-causes/{reference}")
    deeds = {"Close or send back", "Report on it", "Reopen", "Escalate to ECIB", "Change its owner"}
    assert [text for text in page.links if text in deeds] == offered


async def test_a_moved_due_date_keeps_its_history(visit: Visits, plan: Callers) -> None:
    owner, ecib = await plan("owner@demo.example"), await plan("ecib@demo.example")
    said = {"status": "off_track", "progress": "Slow", "recovery_plan": {
        "steps": "Agency", "owner": "owner@demo.example", "recovery_date": "2019-08-01"}}  # fmt: skip
    escalation = (await owner.post("/v1/root-causes/RC-1/updates", json=said)).json()["escalation"]
    before = await (await visit("owner@demo.example")).get("/root-causes/RC-1")
    decision = {
        "decision": "rebaseline",
        "meeting_date": "2019-05-22",
        "reason": "Agreed",
        "new_due_date": "2019-08-01",
    }
    assert (await ecib.post(f"/v1/escalations/{escalation}/decisions", json=decision)).status_code == 200
    page = await (await visit("owner@demo.example")).get("/root-causes/RC-1")
    assert "back on track by 1 August 2019, in 71 days" in before.text
    assert "1 August 2019: from 22 May 2019" in page.text
    assert "30 June 2019: the original date" in page.text
    assert "ECIB decided" in page.text
    assert f"/escalations/{escalation}" in page.links.values()


async def test_evidence_in_the_story_is_a_link_and_what_people_type_is_never_markup(
    visit: Visits, plan: Callers
) -> None:
    said = {
        "status": "complete", "progress": "<b>Done</b>",
        "evidence": [{"description": "The rota", "url": "https://intranet.example/rota"}],
    }  # fmt: skip
    owner = await plan("owner@demo.example")
    assert (await owner.post("/v1/root-causes/RC-3/updates", json=said)).status_code == 201
    page = await (await visit("owner@demo.example")).get("/root-causes/RC-3")
    assert page.links["https://intranet.example/rota"] == "https://intranet.example/rota"
    assert "<b>Done</b>" in page.text
