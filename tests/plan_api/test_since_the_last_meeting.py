"""What an ISG's meeting finds changed since it met last: read from what was recorded since, root cause by root cause."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import text

from tests.conftest import TestDatabase
from tests.people import Callers

OWNER, CHAIR, PMO, ECIB = "owner@demo.example", "chair@demo.example", "pmo@demo.example", "ecib@demo.example"
MEETING = "/v1/isgs/unscheduled-care/meeting"
RECOVERY = {"steps": "Agency nurses.", "owner": OWNER, "recovery_date": "2019-06-20", "support": None}
COMPLETE = {
    "status": "complete", "progress": "Done.", "evidence": [{"description": "The rota", "url": "https://intranet/rota"}],
}  # fmt: skip
RISK = {
    "isg": "Unscheduled Care", "cause": "Too few nurses apply.", "effect": "Rotas can't be filled.", "likelihood_before": 5,
    "impact_before": 4, "mitigation": "Agency.", "likelihood_after": 3, "impact_after": 4, "owner": OWNER, "root_causes": [],
}  # fmt: skip


async def does(plan: Callers, who: str, path: str, body: Mapping[str, Any]) -> Any:
    answer = await (await plan(who)).post(path, json=body)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


async def changed(plan: Callers) -> dict[str, Any]:
    answer = await (await plan(CHAIR)).get(MEETING)
    assert answer.status_code == 200, answer.text
    whole: dict[str, Any] = answer.json()
    return whole


def told(whole: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [(each["kind"], each["ref"], each["before"], each["after"]) for each in whole["changes"]]


async def test_everything_since_is_told_once_and_what_was_before_is_not(
    plan: Callers,
) -> None:
    """Cycle 4 was to meet on 9 May; what the small plan has is older, but for RC-3 of 20 May, which says the same."""
    before = await changed(plan)
    assert (before["since"], before["held"], before["changes"]) == ("2019-05-09", False, [])
    off_track = {"status": "off_track", "progress": "No applicants.", "recovery_plan": RECOVERY}
    await does(plan, OWNER, "/v1/root-causes/RC-1/updates", off_track)
    await does(plan, OWNER, "/v1/root-causes/RC-3/updates", COMPLETE)
    sent_back = {"decision": "send_back", "meeting_date": "2019-05-22", "reason": "The rota has gaps."}
    await does(plan, CHAIR, "/v1/root-causes/RC-3/closing", sent_back)
    await does(plan, OWNER, "/v1/root-causes/RC-3/updates", COMPLETE)
    await does(
        plan, CHAIR, "/v1/root-causes/RC-3/closing", {"decision": "close", "meeting_date": "2019-05-22"}
    )
    await does(plan, CHAIR, "/v1/root-causes/RC-3/reopening", {"reason": "Gaps again."})
    await does(plan, PMO, "/v1/root-causes/RC-2/owner", {"owner": "other@demo.example"})
    await does(plan, CHAIR, "/v1/risks", RISK)
    queue = (await (await plan(PMO)).get("/v1/escalations", params={"root_cause": "RC-1"})).json()["items"]
    decision = {
        "decision": "rebaseline", "meeting_date": "2019-05-22", "reason": "Builders are late.", "new_due_date": "2019-07-31",
    }  # fmt: skip
    await does(plan, ECIB, f"/v1/escalations/{queue[0]['ref']}/decisions", decision)
    whole = await changed(plan)
    assert told(whole) == [
        ("closed", "RC-3", None, None),
        ("sent_back", "RC-3", None, None),
        ("reopened", "RC-3", None, None),
        ("escalated", "RC-1", None, None),
        ("decided", "RC-1", None, "rebaseline"),
        ("rebaselined", "RC-1", "2019-06-30", "2019-07-31"),
        ("moved", "RC-1", "on_track", "off_track"),
        ("moved", "RC-3", "on_track", "awaiting_closure"),
        ("owner", "RC-2", "Owner Person", "Other Person"),
        ("risk", "RISK-001", None, None),
    ]
    assert {each["who"] for each in whole["changes"] if each["kind"] == "sent_back"} == {"Chair Person"}
    elsewhere = (await (await plan(CHAIR)).get("/v1/isgs/scheduled-care/meeting")).json()
    assert elsewhere["changes"] == []


async def test_a_meeting_that_was_held_is_what_counts_from(plan: Callers, database: TestDatabase) -> None:
    """Recorded as held today, it has seen today's; what comes tomorrow is new."""
    assert (await (await plan.machine("worker")).post("/v1/days")).status_code == 200
    at_risk = {"status": "at_risk", "progress": "Slow.", "reason": "Staff."}
    await does(plan, OWNER, "/v1/root-causes/RC-1/updates", at_risk)
    assert ("moved", "RC-1", "on_track", "at_risk") in told(await changed(plan))
    await does(plan, CHAIR, "/v1/isgs/unscheduled-care/meetings/5/held", {"held_on": "2019-05-22"})
    held = await changed(plan)
    assert (held["since"], held["held"], told(held)) == ("2019-05-22", True, [])
    await database.set_today(date(2019, 5, 23))
    await does(
        plan, OWNER, "/v1/root-causes/RC-1/updates", {"status": "on_track", "progress": "Posts filled."}
    )
    assert told(await changed(plan)) == [("moved", "RC-1", "at_risk", "on_track")]


async def test_it_is_read_by_indexes(database: TestDatabase) -> None:
    """Of what can grow, nothing is read whole: with sequential scans off, every question finds an index of its instant."""
    wanted = {
        "closing": "recorded_at", "escalation": "recorded_at", "escalation_decision": "recorded_at",
        "progress_update": "recorded_at", "owner_change": "recorded_at",
    }  # fmt: skip
    async with database.owner.transaction() as db:
        await db.execute(text("SET LOCAL enable_seqscan = off"))
        for table, column in wanted.items():
            asked = f"EXPLAIN SELECT * FROM {table} WHERE {column} >= '2019-05-10'"  # noqa: S608 - our own names
            plan_ = await db.scalars(text(asked))
            assert f"ix_{table}_{column}" in " ".join(plan_)
