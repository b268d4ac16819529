"""Reporting by HTTP: what an update causes."""

from tests.people import Callers

OWNER, CHAIR, ECIB, PMO = "owner@demo.example", "chair@demo.example", "ecib@demo.example", "pmo@demo.example"
PLAN = {
    "steps": "Two agency nurses from Monday.",
    "owner": OWNER,
    "recovery_date": "2019-06-20",
    "support": None,
}


async def test_an_update_on_track_is_taken_as_the_first_version_of_the_open_cycle(plan: Callers) -> None:
    owner = await plan(OWNER)
    answer = await owner.post(
        "/v1/root-causes/RC-1/updates", json={"status": "on_track", "progress": "Both posts advertised."}
    )
    assert answer.status_code == 201, answer.text
    assert answer.json() | {"id": 0} == {"id": 0, "version": 1, "cycle": 5, "late": True, "escalation": None}


async def test_off_track_is_refused_without_a_recovery_plan_and_escalated_at_once_with_one(
    plan: Callers,
) -> None:
    owner = await plan(OWNER)
    refused = await owner.post(
        "/v1/root-causes/RC-1/updates", json={"status": "off_track", "progress": "No applicants."}
    )
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["recovery_plan"]
    taken = await owner.post(
        "/v1/root-causes/RC-1/updates",
        json={"status": "off_track", "progress": "No applicants.", "recovery_plan": PLAN},
    )
    assert taken.status_code == 201
    queue = (await (await plan(ECIB)).get("/v1/escalations")).json()["items"]
    assert [(item["ref"], item["root_cause"], item["state"]) for item in queue] == [
        ("ESC-0001", "RC-1", "plan_submitted")
    ]
    assert queue[0]["reasons"] == ["said_off_track"]
    assert queue[0]["recovery_plan"]["steps"] == PLAN["steps"]


async def test_a_closure_request_waits_for_the_chair_who_closes_it(plan: Callers) -> None:
    owner, chair = await plan(OWNER), await plan(CHAIR)
    wish = {
        "status": "complete",
        "progress": "Done.",
        "evidence": [{"description": "Rota", "url": "https://example.org/rota"}],
    }
    blocked = await owner.post("/v1/root-causes/RC-1/updates", json=wish)
    assert blocked.status_code == 422
    assert "A-1" in blocked.json()["detail"]
    assert (
        await owner.post("/v1/actions/A-1/completion", json={"completed_date": "2019-05-21"})
    ).status_code == 200
    assert (await owner.post("/v1/root-causes/RC-1/updates", json=wish)).status_code == 201
    before = (await chair.get("/v1/root-causes/RC-1")).json()
    assert before["delivery_status"] == "awaiting_closure"
    assert {"close", "send_back"} <= set(before["can"])
    closed = await chair.post(
        "/v1/root-causes/RC-1/closing", json={"decision": "close", "meeting_date": "2019-05-22"}
    )
    assert closed.status_code == 200, closed.text
    assert closed.json()["closed_on"] == "2019-05-22"
    reopened = await (await plan(PMO)).post(
        "/v1/root-causes/RC-1/reopening", json={"reason": "It happened again."}
    )
    assert reopened.json()["delivery_status"] == "not_started"


async def test_ecib_decides_and_a_rebaseline_moves_the_due_date_from_its_meeting(plan: Callers) -> None:
    ecib, machine = await plan(ECIB), await plan.machine("worker")
    done = (await machine.post("/v1/days")).json()
    assert done["escalations_raised"], done
    queue = (await ecib.get("/v1/escalations")).json()["items"]
    overdue = next(item for item in queue if item["root_cause"] == "RC-2")
    assert overdue["days_overdue"] == 12
    wish = {
        "decision": "rebaseline",
        "meeting_date": "2019-05-22",
        "reason": "Kit is late.",
        "new_due_date": "2019-07-31",
    }
    decided = await ecib.post(f"/v1/escalations/{overdue['ref']}/decisions", json=wish)
    assert decided.status_code == 200, decided.text
    assert decided.json()["state"] == "decided"
    again = await ecib.post(f"/v1/escalations/{overdue['ref']}/decisions", json=wish)
    assert again.status_code == 409
    shown = (await ecib.get("/v1/root-causes/RC-2")).json()
    assert shown["due_date"] == "2019-07-31"
    assert shown["original_due_date"] == "2019-05-10"
    assert shown["baselines"][1]["change_request"] == "CR-0001"


async def test_the_same_key_is_done_once_and_another_body_under_it_is_refused(plan: Callers) -> None:
    owner = await plan(OWNER)
    key = {"Idempotency-Key": "form-1"}
    wish = {"status": "on_track", "progress": "Posts advertised."}
    first = await owner.post("/v1/root-causes/RC-1/updates", json=wish, headers=key)
    second = await owner.post("/v1/root-causes/RC-1/updates", json=wish, headers=key)
    assert second.status_code == 201
    assert first.json() == second.json()
    other = await owner.post("/v1/root-causes/RC-1/updates", json=wish | {"progress": "Other."}, headers=key)
    assert other.status_code == 422


async def test_the_pmo_releases_an_update_before_its_meeting_once(plan: Callers) -> None:
    pmo = await plan(PMO)
    assert (await pmo.post("/v1/root-causes/RC-3/release")).json() == {"released": 1}
    assert (await pmo.post("/v1/root-causes/RC-3/release")).status_code == 409


async def test_home_and_lists_answer(plan: Callers) -> None:
    for email in (OWNER, CHAIR, ECIB, PMO, "reader@demo.example", "admin@demo.example"):
        home = await (await plan(email)).get("/v1/home")
        assert home.status_code == 200, home.text
    owner = await plan(OWNER)
    mine = (await owner.get("/v1/root-causes?can=submit_update")).json()
    assert [item["ref"] for item in mine["items"]] == ["RC-1", "RC-2", "RC-3"]
    for path in ("findings", "findings/MD-1", "isgs", "isgs/unscheduled-care/meeting", "plan", "root-causes/RC-2/timeline", "me",
                 "root-causes/RC-2/updates/form", "root-causes?counted=planned&month=2019-05"):  # fmt: skip
        answer = await owner.get(f"/v1/{path}")
        assert answer.status_code == 200, (path, answer.text)


async def test_a_list_links_to_its_next_page_until_the_last(plan: Callers) -> None:
    """By RFC 8288, with the same filters."""
    owner = await plan(OWNER)
    path, seen = "/v1/root-causes?can=submit_update&limit=2", []
    while path:
        answer = await owner.get(path)
        seen += [item["ref"] for item in answer.json()["items"]]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    assert seen == ["RC-1", "RC-2", "RC-3"]
