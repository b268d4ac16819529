"""Evidence assured by the PMO: a finding is met when all its root causes are, and reopening takes it away."""

from datetime import date

from tests.conftest import TestDatabase
from tests.people import Callers

PMO, CHAIR2 = "pmo@demo.example", "chair2@demo.example"
ASSURANCE = "/v1/root-causes/RC-4/assurance"
SEEN = {"decision": "assure", "note": "The audit of 3 May shows it on every ward."}


async def test_a_finding_is_met_when_the_evidence_of_all_its_root_causes_is_assured(plan: Callers) -> None:
    """RC-4 is all there is to MD-2, and closed."""
    pmo = await plan(PMO)
    assert (await pmo.get("/v1/findings/MD-2")).json()["status"] == "open"
    answer = await pmo.post(ASSURANCE, json=SEEN)
    assert answer.status_code == 200, answer.text
    assert answer.json()["assurance_stage"] == "evidence_assured"
    assert answer.json()["closed_on"] == "2019-04-25"
    assert (await pmo.get("/v1/findings/MD-2")).json()["status"] == "met"
    assert (await pmo.get("/v1/findings", params={"met": True})).json()["total"] == 1
    story = (await pmo.get("/v1/root-causes/RC-4/timeline")).json()["items"]
    assert [(each["title"], each["who"]) for each in story if each["kind"] == "assurance"] == [
        ("Evidence assured", "Pmo Person")
    ]


async def test_it_holds_from_the_day_it_was_signed(plan: Callers, database: TestDatabase) -> None:
    """The day before, the finding was open."""
    pmo = await plan(PMO)
    await pmo.post(ASSURANCE, json=SEEN)
    before = (await pmo.get("/v1/root-causes/RC-4", params={"as_at": "2019-05-21"})).json()
    assert before["assurance_stage"] == "closed"
    await database.set_today(date(2019, 5, 29))
    withdrawn = await pmo.post(ASSURANCE, json={"decision": "withdraw", "note": "It was another ward."})
    assert withdrawn.json()["assurance_stage"] == "closed"
    on = (await pmo.get("/v1/root-causes/RC-4", params={"as_at": "2019-05-28"})).json()
    assert on["assurance_stage"] == "evidence_assured"


async def test_reopening_takes_it_away_and_it_is_kept_as_history(plan: Callers) -> None:
    pmo = await plan(PMO)
    await pmo.post(ASSURANCE, json=SEEN)
    reopened = await (await plan(CHAIR2)).post(
        "/v1/root-causes/RC-4/reopening", json={"reason": "It came back."}
    )
    assert reopened.status_code == 200, reopened.text
    assert reopened.json()["assurance_stage"] is None
    story = (await pmo.get("/v1/root-causes/RC-4/timeline")).json()["items"]
    titles = [each["title"] for each in story if each["kind"] == "assurance"]
    assert sorted(titles) == ["Evidence assured", "Evidence no longer assured"]


async def test_what_can_be_done_is_offered_and_the_rest_refused_in_a_sentence(plan: Callers) -> None:
    pmo = await plan(PMO)
    assert "assure" in (await pmo.get("/v1/root-causes/RC-4")).json()["can"]
    assert "assure" not in (await pmo.get("/v1/root-causes/RC-1")).json()["can"]
    unseen = await pmo.post(ASSURANCE, json={"decision": "assure"})
    assert [each["field"] for each in unseen.json()["errors"]] == ["note"]
    assert (await pmo.post("/v1/root-causes/RC-1/assurance", json=SEEN)).status_code == 409
    stale = await pmo.post(ASSURANCE, json=SEEN, headers={"If-Match": '"99-x"'})
    assert stale.status_code == 412
    await pmo.post(ASSURANCE, json=SEEN)
    assert "withdraw_assurance" in (await pmo.get("/v1/root-causes/RC-4")).json()["can"]
    assert (await pmo.post(ASSURANCE, json=SEEN)).status_code == 409
